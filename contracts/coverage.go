package contracts

import (
	"maps"
	"net/http"
	"slices"

	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
)

// unprovoked are declared answers that no client can bring about at an
// emulator, with why. One that a run sees after all is out of date, which the
// suite's own test finds out.
var unprovoked = map[string]string{
	"listOrders 400":      "the list ignores, or answers 422 to, what it cannot read",
	"getOrderDetails 400": "any key can be read",
	"getOrderDetails 422": "a detail has no parameters",
	"listOrders 403":      noLesserRight, "getOrderDetails 403": noLesserRight, "cancelOrder 403": noLesserRight, "voidTransaction 403": noLesserRight,
	"listOrders 500": aFailure, "getOrderDetails 500": aFailure, "cancelOrder 500": aFailure, "voidTransaction 500": aFailure,
	"company 500": aFailure, "updateCompanyConfigurations 500": aFailure,
	"listBankAccounts 400": lenientList, "listTransactions 400": lenientList, "listWebhooks 400": lenientList,
	"authorize 200 Set-Cookie": "only a login sets the cookie", "login 200 Set-Cookie": "only a login that worked sets the cookie",
}

const (
	noLesserRight = "no credential of the orders API lacks a right"
	aFailure      = "a failure inside the service"
	lenientList   = "the list ignores what it cannot read"
)

// covered documents are those that the suite has claims about; the control API
// is the emulator's own.
func covered() []string {
	return slices.Sorted(slices.Values(openapi.Surfaces().Documents()))
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
		op, ok := contract.Operation(e.Request)
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

// Coverage returns for each document which operations, statuses and headers the
// exchanges exercised.
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
			if unprovoked[key] != "" && !seen[key] {
				return
			}
			c.Described++
			if seen[key] {
				c.Exercised++
			} else {
				c.Missing = append(c.Missing, key)
			}
		}
		for _, a := range contract.Answers() {
			count(a.Operation + " " + a.Status)
			for _, h := range a.Headers {
				count(a.Operation + " " + a.Status + " " + h)
			}
		}
		out = append(out, c)
	}
	return out
}

// Stale lists answers that the suite marks as impossible although the exchanges contain
// them.
func Stale(exchanges []traffic.Exchange) []string {
	seen := tallied(exchanges)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(unprovoked)), func(key string) bool { return !seen[key] })
}
