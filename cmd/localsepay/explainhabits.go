package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/localsepay/localsepay/emulator"
)

// explainHabits is the argument that prints the table of banks.
const explainHabits = "habits"

// bank explains one bank.
func (c explainCmd) bank(t terminal, shortName string) error {
	known, ok := emulator.KnownHabits().Of(shortName)
	if !ok {
		known.ReferenceKnown, known.TimeKnown, known.BalanceKnown = "nothing is known", "nothing is known", "nothing is known"
	}
	return c.habits(t, []emulator.BankHabits{known})
}

// habits prints the table of banks, or some rows of it.
func (c explainCmd) habits(t terminal, banks []emulator.BankHabits) error {
	table := emulator.KnownHabits()
	table.Banks = banks
	return remote{JSON: c.JSON}.print(t, table, func(w io.Writer) { writeHabits(w, banks) })
}

const habitsIntro = `What banks make of a transfer before SePay tells of it. SePay's pages are silent about it; it was observed in
captured webhook notices (May 2025 to October 2026), and some of it from programs that read such notices.
Play it with serve --setting bank.memo=habits, transfer --bank-habits, pay --bank-habits, a company's settings, a tick on
the phone and on the checkout's panel for testers, or bank_habits in the control API. It is off by default.
The examples are made up; the memo that was typed in them is "HD-20260608_77.A ban 5".
`

func writeHabits(w io.Writer, banks []emulator.BankHabits) {
	table := emulator.KnownHabits()
	fmt.Fprint(w, habitsIntro)
	fmt.Fprintf(w, "\nevery bank\n  drops      %s (%s): %s\n", emulator.NameCharacters(table.Every.Drops), table.Every.Evidence, table.Every.Known)
	for _, b := range banks {
		fmt.Fprintf(w, "\n%s\n", b.Bank)
		if b.Drops != "" {
			fmt.Fprintf(w, "  drops      %s, as payments to this very bank show\n", emulator.NameCharacters(b.Drops))
		}
		fmt.Fprintf(w, "  time       full %s: %s\n", b.Time, b.TimeKnown)
		fmt.Fprintf(w, "  reference  %s: %s\n", cmp.Or(b.Reference, "SB and 12 digits, as test mode has it"), b.ReferenceKnown)
		balance := "0"
		if b.Balance {
			balance = "the balance"
		}
		fmt.Fprintf(w, "  accumulated  %s: %s; reports_balance of an account changes it\n", balance, b.BalanceKnown)
		for _, f := range b.Forms {
			writeForm(w, f)
		}
	}
	for _, s := range table.Senders {
		fmt.Fprintf(w, "\nsent from %s, to any bank\n", s.From)
		writeForm(w, s.Form)
	}
}

func writeForm(w io.Writer, f emulator.HabitForm) {
	var when []string
	if f.From != "" {
		when = append(when, "sent_from "+f.From)
	}
	if f.VA {
		when = append(when, "over an official virtual account")
	}
	if f.Memo == "none" {
		when = append(when, "without a memo")
	}
	fmt.Fprintf(w, "  content    %s", f.Name)
	if len(when) > 0 {
		fmt.Fprintf(w, ", %s", strings.Join(when, ", "))
	}
	known := f.Evidence
	if f.Seen > 0 {
		known += fmt.Sprintf(", %d", f.Seen)
	}
	fmt.Fprintf(w, " (%s)\n", known)
	for _, text := range f.Writes {
		fmt.Fprintf(w, "             %s\n", text)
	}
	fmt.Fprintf(w, "             e.g. %s\n", f.Example)
	if f.Remark != "" {
		fmt.Fprintf(w, "             %s\n", f.Remark)
	}
}
