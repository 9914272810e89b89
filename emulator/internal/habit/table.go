package habit

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v4"
)

//go:embed habits.yaml
var habitsYAML []byte

// The sources that a payer can send from.
const (
	// OtherBank is an account at another bank, the default.
	OtherBank = "other_bank"
	// SameBank is an account at the receiving bank.
	SameBank = "same_bank"
	// Wallet is an e-wallet.
	Wallet = "wallet"
	// Vietcombank is an account at Vietcombank, which adds its own text to the memo.
	Vietcombank = "vietcombank"
)

// Sources lists the sources that a payer can send from.
func Sources() []string { return []string{OtherBank, SameBank, Wallet, Vietcombank} }

// Table describes the banks.
type Table struct {
	Every   Common   `yaml:"every bank" json:"every_bank"`
	Banks   []Bank   `yaml:"banks" json:"banks"`
	Senders []Sender `yaml:"senders" json:"senders"`
}

// Common has the habits of all banks.
type Common struct {
	// Drops are characters that are known to be dropped.
	Drops    string `yaml:"drops" json:"drops"`
	Known    string `yaml:"known" json:"known"`
	Evidence string `yaml:"evidence" json:"evidence"`
}

// Bank has the habits of one bank.
type Bank struct {
	// Bank is the short name.
	Bank string `yaml:"bank" json:"bank"`
	// Drops are characters that were seen to be dropped at this bank.
	Drops string `yaml:"drops" json:"drops,omitempty"`
	// Time is minute for a bank that reports full minutes, otherwise second.
	Time      string `yaml:"time" json:"time"`
	TimeKnown string `yaml:"time_known" json:"time_known"`
	// Case is upper for a bank that writes memos in capitals; empty keeps the
	// case.
	Case string `yaml:"case" json:"case,omitempty"`
	// Reference is the form of referenceCode.
	Reference      string `yaml:"reference" json:"reference"`
	ReferenceKnown string `yaml:"reference_known" json:"reference_known"`
	// DayEnds is the time, HH:MM, from which references carry the next day's date;
	// empty is midnight.
	DayEnds string `yaml:"day_ends" json:"day_ends,omitempty"`
	// Balance says that notices carry the account's balance; otherwise accumulated
	// is 0.
	Balance      bool   `yaml:"balance" json:"balance"`
	BalanceKnown string `yaml:"balance_known" json:"balance_known"`
	// Forms are tried in this order; without a match the memo is written alone.
	Forms []Form `yaml:"forms" json:"forms"`
}

// Form is a text that a bank writes around a memo.
type Form struct {
	Name string `yaml:"name" json:"name"`
	// From is the source that the payer sends from; empty is any.
	From string `yaml:"from" json:"from,omitempty"`
	// VA restricts the form to transfers through an official virtual account.
	VA bool `yaml:"va" json:"va,omitempty"`
	// Memo is "none" to restrict the form to transfers without a memo.
	Memo string `yaml:"memo" json:"memo,omitempty"`
	// Time replaces the bank's.
	Time string `yaml:"time" json:"time,omitempty"`
	// Writes are the alternative texts of the form.
	Writes  []string `yaml:"writes" json:"writes"`
	Example string   `yaml:"example" json:"example"`
	// Evidence is captured, client code or assumed; Seen counts payments.
	Evidence string `yaml:"evidence" json:"evidence"`
	Seen     int    `yaml:"seen" json:"seen,omitempty"`
	Remark   string `yaml:"remark" json:"remark,omitempty"`
}

// Sender describes what the payer's side writes at any bank.
type Sender struct {
	From string `yaml:"from" json:"from"`
	Form Form   `yaml:"form" json:"form"`
}

// Parse reads and checks a table.
func Parse(text []byte) (Table, error) {
	var t Table
	if err := yaml.Load(text, &t, yaml.WithKnownFields(true), yaml.WithUniqueKeys(true)); err != nil {
		return t, err
	}
	forms := []Form{}
	for _, b := range t.Banks {
		if _, err := clockOf(b.DayEnds); err != nil {
			return t, fmt.Errorf("%s: day_ends: %w", b.Bank, err)
		}
		if b.Time != minute && b.Time != second {
			return t, fmt.Errorf("%s: time %q: want minute or second", b.Bank, b.Time)
		}
		forms = append(forms, b.Forms...)
		forms = append(forms, Form{Name: b.Bank + "'s reference", Writes: []string{b.Reference}})
	}
	for _, s := range t.Senders {
		s.Form.From = s.From
		forms = append(forms, s.Form)
	}
	for _, f := range forms {
		if f.From != "" && !slices.Contains(Sources(), f.From) || len(f.Writes) == 0 {
			return t, fmt.Errorf("%s: from %q, %d texts", f.Name, f.From, len(f.Writes))
		}
		for _, text := range f.Writes {
			if err := check(text); err != nil {
				return t, fmt.Errorf("%s: %w", f.Name, err)
			}
		}
	}
	return t, nil
}

const (
	minute = "minute"
	second = "second"
)

// clockOf reads HH:MM; an empty text is the end of the day.
func clockOf(text string) (time.Duration, error) {
	if text == "" {
		return 24 * time.Hour, nil
	}
	at, err := time.Parse("15:04", text)
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, err
}

// known is parsed at first use, so that importing the package costs nothing.
var known = sync.OnceValue(func() Table {
	t, err := Parse(habitsYAML)
	if err != nil {
		panic("habit: the embedded table is broken: " + err.Error())
	}
	return t
})

// Known returns the table. It is shared and must not be changed.
func Known() Table { return known() }

// Of returns the habits of a bank, by its short name; false when only the
// common ones are known.
func (t Table) Of(shortName string) (Bank, bool) {
	i := slices.IndexFunc(t.Banks, func(b Bank) bool { return b.Bank == shortName })
	if i < 0 {
		return Bank{Bank: shortName, Time: second}, false
	}
	return t.Banks[i], true
}

// ReportsBalance returns whether a bank's notices carry the balance, as [Bank].Balance
// does. Every account that is opened asks, also at the start of a server, so this reads
// no more of the table.
func ReportsBalance(shortName string) bool { return slices.Contains(reporting(), shortName) }

// reporting are the banks whose notices carry the balance.
var reporting = sync.OnceValue(func() []string {
	var bank string
	var all []string
	for line := range strings.Lines(string(habitsYAML)) {
		if name, ok := strings.CutPrefix(line, "  - bank: "); ok {
			bank = strings.TrimSpace(name)
		} else if line == "    balance: true\n" {
			all = append(all, bank)
		}
	}
	return all
})
