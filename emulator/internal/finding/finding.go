package finding

import (
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/openapi/control"
)

// Finding is one thing noticed.
type Finding = control.Finding

// Severity says how bad a finding is.
type Severity = control.Severity

// The severities; see [control.Severity].
const (
	Error   = control.SeverityError
	Warning = control.SeverityWarning
	Note    = control.SeverityNote
)

// CodeInternal is the code of a failure in the emulator itself.
const CodeInternal = "emulator.internal"

// maxText bounds each text of a finding, in bytes: some repeat what a client
// sent.
const maxText = 2 << 10

// bounded truncates the texts of a finding.
func bounded(f Finding) Finding {
	for _, s := range []*string{&f.Code, &f.Title, &f.Detail, &f.Hint, &f.Source, &f.Company} {
		if len(*s) > maxText {
			*s = strings.ToValidUTF8((*s)[:maxText], "") + "…"
		}
	}
	return f
}

// Fact returns a finding as a fact about its request or delivery, to be emitted
// in a store's transaction.
func Fact(f Finding) fact.Fact {
	return fact.Fact{At: f.At, Company: f.Company, Type: fact.Finding, Subject: subject(f.Request, f.Delivery), Data: bounded(f)}
}

// Of returns the finding of a fact, with the fact's number as id; ok is false
// for a fact of another type.
func Of(x fact.Fact) (f Finding, ok bool) {
	f, ok = x.Data.(Finding)
	f.ID = x.Number
	return f, ok
}

// subject is what a finding is about.
func subject(request, delivery int64) string {
	switch {
	case delivery != 0:
		return fact.About(fact.Delivery, strconv.FormatInt(delivery, 10))
	case request != 0:
		return fact.About(fact.Request, strconv.FormatInt(request, 10))
	}
	return ""
}

// Internal returns a finding about a failure of the emulator itself; what names
// the failed work.
func Internal(what string, err error) Finding {
	return Finding{
		Code: CodeInternal, Severity: Error, Title: "localsepay itself failed", Detail: what + ": " + err.Error(),
		Hint: "please report this", Source: "https://github.com/localsepay/localsepay/issues",
	}
}
