package contracts

import (
	"net/http"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
)

// unprovoked are declared answers that no client can bring about, with why. A
// run that sees one fails: then the entry is out of date.
var unprovoked = map[string]string{
	"403": "no credential of the orders API lacks the right",
	"500": "a failure inside the service",
}

// provokable says whether an answer can be brought about by a client.
func provokable(document string, a openapi.Answer) bool {
	if document == "pgapi" && a.Status == "403" || a.Status == "500" && !strings.HasSuffix(a.Operation, "Webhook") {
		return unprovoked[a.Status] == ""
	}
	return true
}

// covered documents are those that the suite has claims about; the control API
// is the emulator's own.
func covered() []string {
	return slices.DeleteFunc(openapi.Names(), func(name string) bool { return name == "control" })
}

// tally is what exchanges have shown of the documents.
type tally map[string]bool

func tallied(exchanges []traffic.Exchange) tally {
	seen := tally{}
	for _, e := range exchanges {
		contract, err := openapi.Load(e.Document)
		if err != nil {
			continue
		}
		op, ok := contract.Operation(e.Request())
		if !ok {
			continue
		}
		seen[op.ID] = true
		a, ok := contract.Answer(op.ID, e.Status)
		if !ok {
			continue
		}
		seen[op.ID+" "+a.Status] = true
		for _, h := range a.Headers {
			if _, has := e.ResponseHeader[http.CanonicalHeaderKey(h)]; has {
				seen[op.ID+" "+a.Status+" "+h] = true
			}
		}
	}
	return seen
}

// Coverage says, document by document, what exchanges exercised: operations,
// statuses and headers.
func Coverage(exchanges []traffic.Exchange) []result.Coverage {
	seen := tallied(exchanges)
	var out []result.Coverage
	for _, name := range covered() {
		contract, err := openapi.Load(name)
		if err != nil {
			continue
		}
		c := result.Coverage{Document: name}
		count := func(key string) {
			c.Described++
			if seen[key] {
				c.Exercised++
			} else {
				c.Missing = append(c.Missing, key)
			}
		}
		for _, a := range contract.Answers() {
			if !provokable(name, a) {
				continue
			}
			count(a.Operation + " " + a.Status)
			for _, h := range a.Headers {
				count(a.Operation + " " + a.Status + " " + h)
			}
		}
		out = append(out, c)
	}
	return out
}
