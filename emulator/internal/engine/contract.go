package engine

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/openapi"
)

// newChecker checks exchanges against the documents of package openapi.
func (e *Engine) newChecker() *frontdoor.Checker {
	switch e.config.CheckContract {
	case ContractInline:
		return frontdoor.NewChecker(frontdoor.CheckInline, holdAgainst, e.findings, func(f finding.Finding) {
			e.config.Fail("an answer of the emulator breaks its own contract: %s", f.Detail)
		})
	case ContractSampled:
		return frontdoor.NewChecker(frontdoor.CheckSampled, holdAgainst, e.findings, nil)
	}
	return nil
}

// checkedControl is the control API; in inline mode its answers are checked
// too, except the stream of events, which has no end.
func (e *Engine) checkedControl() http.Handler {
	next := e.control.Handler()
	if e.config.CheckContract != ContractInline {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/events") {
			next.ServeHTTP(w, r)
			return
		}
		exchange := frontdoor.Record(w, r, next)
		if !exchange.Whole() {
			return
		}
		broken, _ := holdAgainst("control", exchange)
		for _, f := range broken {
			e.config.Fail("an answer of the control API breaks its own contract: %s", f.Detail)
		}
	})
}

// checkDelivery checks what was sent against the document of its kind.
func (e *Engine) checkDelivery(x fact.Fact) {
	d, ok := x.Data.(notify.Delivered)
	if !ok || len(d.Attempts) == 0 {
		return
	}
	contract, err := openapi.Load(string(d.Kind)) // webhook or ipn
	if err != nil {
		e.config.Fail("%s contract: %v", d.Kind, err)
		return
	}
	a := d.Attempts[len(d.Attempts)-1]
	if a.RequestHeaders == nil || a.Fault != "" {
		return // nothing was sent for want of a token, or wrong on purpose
	}
	header := http.Header{}
	for name, value := range a.RequestHeaders {
		header.Set(name, value)
	}
	for _, v := range contract.CheckRequest(openapi.Request{Method: http.MethodPost, URL: &url.URL{Path: "/hook"}, Header: header, Body: d.Body}) {
		e.config.Fail("what was sent breaks the contract of the %s: %s", d.Kind, v) // one text for all deliveries
	}
}

// holdAgainst checks an exchange against a document: a wrong answer is the
// emulator's mistake, a wrong request the client's.
func holdAgainst(document string, e *frontdoor.Entry) (broken, client []finding.Finding) {
	contract, err := openapi.Load(document)
	if err != nil {
		return []finding.Finding{{
			Code: "emulator.contract", Severity: finding.Error, Title: "A contract cannot be read", Detail: err.Error(),
			Hint: "please report this", Source: "https://github.com/localsepay/localsepay/issues",
		}}, nil
	}
	if _, known := contract.Operation(e.Request); !known {
		return nil, nil // a path that the surface does not have is answered as SePay does
	}
	for _, v := range e.Check(contract) {
		broken = append(broken, finding.Finding{
			Code: "emulator.contract", Severity: finding.Error, Title: "The emulator's answer breaks its contract",
			Detail: v.String(), Hint: "please report this, with the request", Source: v.Source,
		})
	}
	for _, v := range contract.CheckRequest(e.Request) {
		client = append(client, finding.Finding{
			Code: "contract." + string(v.Rule), Severity: finding.Note, Title: "The request is not what the contract describes",
			Detail: fmt.Sprintf("%s %s: expected %s, got %s", v.Part, v.JSONPath, v.Expected, v.Seen),
			Hint:   "Compare with " + document + ".yaml.", Source: v.Source,
		})
	}
	return broken, client
}
