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
	// From is where the payer sends from; empty is [OtherBank].
	From string
	// VA is the number of an official virtual account that the money goes over;
	// empty when there is none.
	VA string
	// Account and Holder are the receiver's.
	Account, Holder string
	// At is the instant of the transfer, in Vietnam's zone.
	At time.Time
	// Seed and Number, that of the transaction, make what a bank makes up.
	Seed   derive.Seed
	Number int64
}

// Written is what SePay gets to know.
type Written struct {
	// Content is the memo as the bank wrote it, Typed as the payer typed it.
	Typed, Content string
	// Form is the name of the form in the table; empty when the memo stands
	// alone.
	Form string
	// Dropped are the characters that vanished, each once.
	Dropped string
	// Reference is the bank's; empty when its form is not known.
	Reference string
	// At is the instant that the bank tells; Minute says that it is a full minute
	// because the bank tells no seconds.
	At     time.Time
	Minute bool
}

// Summary says in a sentence what the bank made of the transfer.
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

// Write writes a transfer as its bank does. The error says which senders are
// known when the one that is named is not.
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
	w.Content = strings.TrimSpace(scribe{in, day, "habit.content." + f.Name}.write(derive.Pick(in.Seed, "habit.form."+f.Name, in.Number, f.Writes)))
	if b.Reference != "" {
		w.Reference = scribe{in, day, "habit.reference." + in.Bank}.write(b.Reference)
	}
	return w, nil
}

// At returns the instant that a bank tells of a transfer.
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

// minutes says that a bank tells full minutes of transfers in a form.
func (b Bank) minutes(f Form) bool {
	return f.Time == minute || (f.Time == "" && b.Time == minute)
}

// alone is the form of a bank that writes nothing around a memo.
var alone = Form{Writes: []string{"{memo}"}}

// choose finds the form of a transfer.
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

// sources lists where a payer can send from to a bank.
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

// bankingDay is the day that a bank puts into its references: the next one late
// in the evening and on Sundays.
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
