package finding

import (
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/fact"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Severity says how bad a finding is.
type Severity string

// The severities: an error breaks the integration with the real SePay, a
// warning may, a note is worth knowing.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// CodeInternal is the code of what went wrong in the emulator itself.
const CodeInternal = "emulator.internal"

// Finding is one thing noticed.
type Finding struct {
	ID int64 `json:"id"`
	// Code is stable and made of words: "webhook.wrong_body".
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	Detail   string   `json:"detail"`
	Hint     string   `json:"hint"`
	// Source is the public page that says so.
	Source string `json:"source"`
	// Request or Delivery is the id of what it was noticed at; else 0.
	Request  int64 `json:"request,omitempty"`
	Delivery int64 `json:"delivery,omitempty"`
	// Company is empty when no company was known.
	Company string    `json:"company"`
	At      time.Time `json:"at"`
}

// maxText bounds each text of a finding, in bytes: what a client sent is repeated
// in some.
const maxText = 2 << 10

// bounded cuts the texts of a finding.
func (f Finding) bounded() Finding {
	for _, s := range []*string{&f.Code, &f.Title, &f.Detail, &f.Hint, &f.Source, &f.Company} {
		if len(*s) > maxText {
			*s = strings.ToValidUTF8((*s)[:maxText], "") + "…"
		}
	}
	return f
}

// Shown is the finding with credentials masked: what a client sent is repeated in
// some.
func (f Finding) Shown(m *mask.Masker) any { return f.Masked(m) }

// Masked is [Finding.Shown] as a finding.
func (f Finding) Masked(m *mask.Masker) Finding {
	f.Title, f.Detail, f.Hint = m.Prose(f.Title), m.Prose(f.Detail), m.Prose(f.Hint)
	return f
}

// Size is how much memory the finding holds, in bytes.
func (f Finding) Size() int {
	return 192 + len(f.Code) + len(f.Title) + len(f.Detail) + len(f.Hint) + len(f.Source) + len(f.Company)
}

// Fact is the finding as a fact about the request or delivery that it was
// noticed at.
func (f Finding) Fact() fact.Fact {
	out := fact.Fact{At: f.At, Company: f.Company, Type: fact.Finding, Subject: subject(f.Request, f.Delivery)}
	out.Data = f.bounded()
	return out
}

// Of returns the finding that a fact tells of, numbered by it; ok is false for
// a fact of another type.
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

// Internal is a finding about a failure of the emulator itself in doing what.
func Internal(what string, err error) Finding {
	return Finding{
		Code: CodeInternal, Severity: Error, Title: "localsepay itself failed", Detail: what + ": " + err.Error(),
		Hint: "please report this", Source: "https://github.com/localsepay/localsepay/issues",
	}
}
