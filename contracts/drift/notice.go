package drift

import (
	"fmt"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
)

// noticeRefused: the application's handler answered a notice with an error.
const noticeRefused openapi.Rule = "notice-refused"

// received checks a notice against a document.
func (l *linter) received(document string, e traffic.Exchange) error {
	c, err := openapi.Load(document)
	if err != nil {
		return fmt.Errorf("lint %s: %w", e.MaskedLine(l.hide), err)
	}
	e.Document = document
	if o, ok := c.Operation(e.Request); ok {
		e.Operation = o.ID
	}
	l.report.Judged++
	l.notice(c, e)
	return nil
}

// notice checks a webhook or IPN that an application received. The request is
// SePay's, possibly with headers added by a tunnel; the answer is the
// application's.
func (l *linter) notice(c *openapi.Contract, e traffic.Exchange) {
	l.of[[2]string{e.Document, e.Operation}]++
	for _, v := range violations(c, e, Request) {
		if v.Rule != openapi.RuleUndeclaredHeader {
			l.add(e, Request, v)
		}
	}
	if e.Status == 0 {
		return // the recording has no answer
	}
	for _, v := range violations(c, e, Response) {
		l.add(e, Response, v)
	}
	if e.Status >= 400 {
		l.add(e, Response, openapi.Violation{
			Rule: noticeRefused, Part: openapi.PartStatus, Operation: e.Operation, Expected: "200", Seen: fmt.Sprint(e.Status), Evidence: openapi.Documented,
			Source: "https://developer.sepay.vn/vi/sepay-webhooks/xu-ly-loi",
		})
	}
}

// isNotice returns whether a finding is about a notice from SePay.
func isNotice(document string) bool { return document == "webhook" || document == "ipn" }

// noticeSeverity is the severity of a difference in a notice or its answer: a
// signature of another form cannot be verified, an answer of another form does
// not count as a delivery.
func noticeSeverity(side Side, v openapi.Violation) Severity {
	switch {
	case side == Response && v.Evidence == openapi.Documented:
		return Error
	case side == Response, v.Part == openapi.PartHeader:
		return Warning
	}
	return Note
}

func explainNotice(f Finding, v openapi.Violation) (sentence, hint string) {
	name := map[string]string{"webhook": "webhook", "ipn": "IPN"}[f.Document]
	switch {
	case v.Rule == noticeRefused:
		return "Your handler answered a genuine " + name + " with " + f.Seen + ": SePay counts the notice as failed.",
			"Look for the reason in your handler's log. A 4xx that means \"no such order\" makes SePay repeat what will never be taken: answer 200 and keep it for a person."
	case f.Side == Response:
		return "Your handler's answer to a " + name + " has " + what(f, v) + ": SePay does not count the notice as delivered.",
			`Answer 200 with {"success": true} once the payment is saved.`
	case v.Part == openapi.PartHeader:
		return "The " + name + " that was recorded has " + what(f, v) + ".",
			"If a tunnel or proxy changed it, let it pass headers and body on as they are; if not, the notice is not SePay's: refuse it."
	}
	return "SePay's " + name + " differs from its document: " + what(f, v) + ".",
		"Read members by name and leave those alone that you do not know. A proxy that re-writes bodies breaks signatures."
}
