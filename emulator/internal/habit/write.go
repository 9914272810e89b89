package habit

import (
	"fmt"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/derive"
)

// Input is a transfer as its payer ordered it.
type Input struct {
	// Bank is the short name of the receiving bank.
	Bank string
	// Memo is what the payer typed.
	Memo string
	// From is the payer's source; empty is [OtherBank].
	From string
	// VA is the number of an official virtual account that receives the money;
	// empty for none.
	VA string
	// Account and Holder are the receiver's.
	Account, Holder string
	// At is the instant of the transfer, in Vietnam's zone.
	At time.Time
	// Seed and Number, the transaction's, determine generated values.
	Seed   derive.Seed
	Number int64
}

// Written is a transfer as SePay sees it.
type Written struct {
	// Typed is the memo as the payer typed it, Content as the bank wrote it.
	Typed, Content string
	// Form is the name of the form in the table; empty when the memo is written
	// alone.
	Form string
	// Dropped are the dropped characters, each once.
	Dropped string
	// Reference is the bank's; empty when its form is not known.
	Reference string
	// At is the instant that the bank reports; Minute says that it was rounded
	// down because the bank reports no seconds.
	At     time.Time
	Minute bool
}

// Summary describes in a sentence how the bank changed the transfer.
func (w Written) Summary(shortName string) string {
	var parts []string
	if w.Dropped != "" {
		parts = append(parts, "dropped "+Named(w.Dropped))
	}
	if w.Form != "" {
		parts = append(parts, fmt.Sprintf("wrote the memo in its form %q", w.Form))
	}
	if w.Minute {
		parts = append(parts, "told the full minute")
	}
	if len(parts) == 0 {
		return shortName + " left the memo as it was typed."
	}
	return shortName + " " + strings.Join(parts, " and ") + "."
}

// Write rewrites a transfer as its bank does. The error for an unknown source
// lists the known ones.
func (t Table) Write(in Input) (Written, error) {
	b, f, err := t.choose(in)
	if err != nil {
		return Written{}, err
	}
	loss, _ := t.Loses(in.Bank, in.Memo)
	w := Written{Typed: in.Memo, Form: f.Name, At: b.at(f, in.At), Minute: b.minutes(f), Dropped: loss.Dropped}
	in.Memo, in.At = loss.Memo, w.At
	if b.Case == "upper" {
		in.Memo = strings.ToUpper(in.Memo)
	}
	day := b.bankingDay(in.At)
	w.Content = strings.TrimSpace(formWriter{in, day, "habit.content." + f.Name}.write(derive.Pick(in.Seed, "habit.form."+f.Name, in.Number, f.Writes)))
	if b.Reference != "" {
		w.Reference = formWriter{in, day, "habit.reference." + in.Bank}.write(b.Reference)
	}
	return w, nil
}

// At returns the instant that a bank reports for a transfer.
func (t Table) At(in Input) time.Time {
	b, f, err := t.choose(in)
	if err != nil {
		return in.At
	}
	return b.at(f, in.At)
}

func (b Bank) at(f Form, at time.Time) time.Time {
	if b.minutes(f) {
		return at.Truncate(time.Minute)
	}
	return at
}

// minutes returns whether a bank reports full minutes in a form.
func (b Bank) minutes(f Form) bool {
	return f.Time == minute || (f.Time == "" && b.Time == minute)
}

// alone writes only the memo.
var alone = Form{Writes: []string{"{memo}"}}

// choose selects the form for a transfer.
func (t Table) choose(in Input) (Bank, Form, error) {
	b, _ := t.Of(in.Bank)
	from := in.From
	if from == "" {
		from = OtherBank
	}
	for _, s := range t.Senders {
		if s.From == from {
			return b, s.Form, nil
		}
	}
	empty := t.Strip(in.Memo) == ""
	for _, f := range b.Forms {
		if f.fits(from, in.VA != "", empty) {
			return b, f, nil
		}
	}
	if from != OtherBank && from != SameBank {
		return b, Form{}, fmt.Errorf("it is not known how %s writes a transfer sent from %q; want one of %s", in.Bank, from, strings.Join(t.sources(b), ", "))
	}
	return b, alone, nil
}

func (f Form) fits(from string, va, empty bool) bool {
	switch {
	case from == Wallet && f.From != Wallet, f.From != "" && f.From != from:
		return false
	case f.VA && !va, f.Memo == "none" && !empty:
		return false
	}
	return true
}

// sources lists the sources from which a payer can send to a bank.
func (t Table) sources(b Bank) []string {
	out := []string{OtherBank, SameBank}
	for _, f := range b.Forms {
		if f.From == Wallet {
			out = append(out, Wallet)
		}
	}
	for _, s := range t.Senders {
		out = append(out, s.From)
	}
	return out
}

// bankingDay is the date in a bank's references: the next banking day late in
// the evening and on Sundays.
func (b Bank) bankingDay(at time.Time) time.Time {
	if b.DayEnds == "" {
		return at
	}
	ends, _ := clockOf(b.DayEnds) // checked when the table was read
	passed := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	if passed >= ends {
		at = at.AddDate(0, 0, 1)
	}
	if at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, 1)
	}
	return at
}
