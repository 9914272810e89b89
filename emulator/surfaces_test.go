package emulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi"
)

// Each row of the table that has paths is served by one constructor, and each
// route is at a path of its row.
func TestTheTableAndTheConstructorsAreTheSame(t *testing.T) {
	var rows, served []string
	for _, s := range openapi.Surfaces() {
		if len(s.Paths) > 0 {
			rows = append(rows, s.Name)
		}
	}
	for _, s := range emulator.StartT(t).Served() {
		served = append(served, s.Name)
		if row, _ := openapi.Surfaces().Named(s.Name); cmp.Diff(row, s.Surface) != "" {
			t.Errorf("%s does not have its row: %+v", s.Name, s.Surface)
		}
		for _, r := range s.Routes {
			if !s.Has(r.Path) {
				t.Errorf("%s: no beginning of a path leads to %s", s.Name, r.Path)
			}
		}
	}
	slices.Sort(rows)
	slices.Sort(served)
	if diff := cmp.Diff(rows, served); diff != "" {
		t.Errorf("-table +constructors:\n%s", diff)
	}
}

// loans is the surface that CONTRIBUTING.md ("Add a surface") describes: its row
// of the table, and its package in one function.
func loans() *surface.Surface {
	return &surface.Surface{
		Surface: openapi.Surface{
			Name: "loans", Title: "loans API", Document: "loans", Key: "loans", Base: "/loans/v1", Example: "/offers",
			Hosts: []openapi.Host{{Name: "loans-sandbox.sepay.vn", Environment: openapi.Sandbox}, {Name: "loans.sepay.vn", Environment: openapi.Production}},
			Paths: []string{"/loans/v1/"}, Credential: openapi.APIToken,
			Variables: []openapi.Variable{{Name: "SEPAY_LOANS_URL"}, {Name: "SEPAY_LOANS_OFFERS_URL", Below: "/offers"}},
			Suites:    []string{"loans", "loans pages"},
		},
		Routes: []surface.Route{{Method: http.MethodGet, Path: "/loans/v1/offers", Operation: "listOffers", Summary: "list offers", Handler: func(w http.ResponseWriter, r *http.Request) {
			surface.WriteJSON(w, http.StatusOK, map[string]string{"side": string(surface.From(r).Environment)})
		}}},
		NotFound: func(w http.ResponseWriter, _ *http.Request) {
			surface.WriteJSON(w, http.StatusNotFound, map[string]string{"message": "no such loan"})
		},
		Failed: func(w http.ResponseWriter, _ *http.Request, err error) {
			surface.WriteJSON(w, http.StatusInternalServerError, map[string]string{"message": err.Error()})
		},
	}
}

// The recipe of CONTRIBUTING.md, "Add a surface": a row and a package are enough
// for the surface to be served, to have an address, and to be in env and in the
// contract suite.
func TestASurfaceIsARowAndAPackage(t *testing.T) {
	// There is no loans.yaml, which the check of answers would ask for.
	sepay := emulator.StartT(t, emulator.WithSurface(loans()), emulator.WithContract(emulator.ContractOff))
	get := func(host, path string) string {
		t.Helper()
		req, err := http.NewRequest(http.MethodGet, sepay.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(res.StatusCode, " ", strings.TrimSpace(string(body)))
	}
	for _, c := range []struct{ name, host, path, want string }{
		{"by path", "", "/loans/v1/offers", `200 {"side":""}`},
		{"by its sandbox's name", "loans-sandbox.sepay.vn", "/loans/v1/offers", `200 {"side":"sandbox"}`},
		{"by its production's name", "loans.sepay.vn", "/loans/v1/offers", `200 {"side":"production"}`},
		{"nothing at its host", "loans.sepay.vn", "/v2/transactions", `404 {"message":"no such loan"}`},
		{"nothing at another host", "userapi.sepay.vn", "/loans/v1/offers", `404`},
		{"nothing below its address", "", "/loans/v1/nothing", `404 {"message":"no such loan"}`},
	} {
		if got := get(c.host, c.path); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}

	var state struct {
		Addresses openapi.Addresses `json:"addresses"`
	}
	_, text, _ := strings.Cut(get("", "/_control/v1/state"), " ")
	if err := json.Unmarshal([]byte(text), &state); err != nil || state.Addresses["loans"] != sepay.URL()+"/loans/v1" {
		t.Errorf("the addresses of GET /state: %v, %v", state.Addresses, err)
	}

	table := append(openapi.Surfaces(), loans().Surface)
	vars := table.Variables(state.Addresses)
	if vars["SEPAY_LOANS_URL"] != sepay.URL()+"/loans/v1" || vars["SEPAY_LOANS_OFFERS_URL"] != sepay.URL()+"/loans/v1/offers" || vars["SEPAY_API_V2_URL"] != sepay.URL()+"/v2" {
		t.Errorf("env: %v", vars)
	}
	if got := table.Suites(); !slices.Contains(got, "loans") || !slices.Contains(got, "loans pages") {
		t.Errorf("the contract suite: %v", got)
	}
	if s, ok := table.OfSuite("loans pages"); !ok || s.Document != "loans" {
		t.Errorf("the document of a suite: %+v", s)
	}
	if got := table.Public(openapi.Sandbox)["loans"]; got != "https://loans-sandbox.sepay.vn/loans/v1" {
		t.Errorf("SePay's own address: %s", got)
	}
	for _, q := range sepay.Findings() {
		if q.Code == "surface.unknown_operation" && strings.Contains(q.Hint, "loans API under /loans/v1") {
			return
		}
	}
	t.Errorf("no hint names the surface: %+v", sepay.Findings())
}
