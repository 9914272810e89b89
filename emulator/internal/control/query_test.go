package control_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/localsepay/localsepay/openapi"
)

// What a call would overlook is refused, and the contract names what it takes.
func TestACallTakesTheParametersOfTheContractAndRefusesOthers(t *testing.T) {
	h := build(t)
	contract, err := openapi.Load("control")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../../openapi/control.yaml")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"limitt", "from abc"}
	for _, m := range regexp.MustCompile(`- name: (\w+)\n +in: query`).FindAllSubmatch(text, -1) {
		if name := string(m[1]); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) < 12 {
		t.Fatalf("the contract has %q", names)
	}
	for _, op := range contract.Operations() {
		path := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(op.Path, "1")
		for _, name := range names {
			r := request(op.Method, "", "")
			r.URL.Path = path
			q := r.URL.Query()
			q.Set(name, "")
			r.URL.RawQuery = q.Encode()
			takes := !slices.ContainsFunc(contract.CheckRequest(openapi.Request{Method: op.Method, URL: r.URL, Header: r.Header}), func(v openapi.Violation) bool { return v.Rule == openapi.RuleUnknownParameter })
			if takes {
				if op.ID != "control.events" && h.send(r).Code == 400 {
					t.Errorf("%s refuses %s", op.ID, name)
				}
				continue
			}
			h.send(r).problem(400, "this call takes no parameter")
		}
	}
	h.call("GET", "/events?type=order&from=abc&limit=-1", "").problem(400, "there are: company, subject")
	h.call("GET", "/timeline?typ=order", "").problem(400, `did you mean "type"?`)
	h.call("GET", "/timeline?type=order&type=clock", "").problem(400, "type is given more than once")
	h.call("GET", "/timeline?subject=%zz", "").problem(400, "the query cannot be read")
	h.call("POST", "/reset?company=shop", "").problem(400, "company")
}
