package drift

import (
	"strings"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/known"
)

// Rules of the traffic, not of a document, about requests without an emulated
// operation.
const (
	// notEmulated: SePay documents the operation, localsepay does not emulate it.
	notEmulated openapi.Rule = "not-emulated"
	// otherHost: SePay has the operation at another host.
	otherHost openapi.Rule = "other-host"
	// otherMethod: SePay has the path with another method.
	otherMethod openapi.Rule = "other-method"
)

// documents is the address of SePay's documents.
const documents = "https://developer.sepay.vn/"

// missing reports a request that no operation serves.
func (l *linter) missing(e traffic.Exchange, m traffic.Missing) {
	seen := traffic.Exchange{Exchange: openapi.Exchange{Request: openapi.Request{Method: e.Method, URL: e.URL}}}.MaskedLine(l.hide)
	seen, _, _ = strings.Cut(seen, " → ")
	seen, _, _ = strings.Cut(seen, "?")
	v := openapi.Violation{Rule: openapi.RuleUnknownOperation, Part: openapi.PartRequestLine, Seen: seen, Evidence: openapi.Documented, Source: documents}
	switch {
	case m.Known != nil:
		v.Rule, v.Source, v.Expected = notEmulated, m.Known.Source, m.Known.Product+": "+m.Known.Name
		if e.Document == "" {
			e.Document = m.Known.Product
		}
	case len(m.Hosts) > 0:
		v.Rule, v.Expected = otherHost, strings.Join(m.Hosts, " or ")
	case len(m.Methods) > 0:
		v.Rule, v.Expected = otherMethod, strings.Join(m.Methods, " or ")
	case m.Near != "":
		v.Expected = m.Near
	default:
		v.Expected = "an operation of SePay's documents"
	}
	if e.Document == "" {
		e.Document = known.Product(e.Hostname())
	}
	l.add(e, Request, v)
}

// explainMissing explains which case it is: documented but not emulated, at
// another host, or unknown.
func explainMissing(f Finding, v openapi.Violation) (sentence, hint string, ok bool) {
	switch v.Rule {
	case notEmulated:
		return "SePay documents " + f.Seen + " (" + f.Expected + "), and localsepay does not emulate it: this exchange was not checked.",
			"Nothing is wrong with it as far as can be seen here. Test it against SePay's sandbox; the source describes it.", true
	case otherHost:
		return "SePay has " + f.Seen + " at another host: " + f.Expected + ".", "Send it there. Each of SePay's APIs has host names of its own.", true
	case otherMethod:
		return "SePay documents another method for " + f.Seen + ": " + f.Expected + ".", "Compare the method with the source.", true
	case openapi.RuleUnknownOperation:
		return "SePay's documents know nothing like " + f.Seen + ".",
			"Compare the method and the path with the source; v1 is under /userapi, v2 under /v2, the gateway under /v1. Expected: " + f.Expected + ".", true
	}
	return "", "", false
}
