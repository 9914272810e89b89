package control

import (
	"time"

	"github.com/localsepay/localsepay/openapi/mask"
)

// Severity says how bad a finding is.
type Severity string

// The severities: an error breaks the integration with the real SePay, a
// warning may, a note is worth knowing.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityNote    Severity = "note"
)

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
