package bank

import (
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// appliesHabits returns whether the bank's habits apply to a transfer. They are
// known for incoming transfers only.
func (b *Bank) appliesHabits(t Transfer, p *place) (bool, error) {
	if t.From != "" {
		switch {
		case !slices.Contains(habit.Sources(), t.From):
			return false, invalid(input.Hint(t.From, habit.Sources()), "sent_from %q: want one of %s", t.From, strings.Join(habit.Sources(), ", "))
		case t.Habits != nil && !*t.Habits:
			return false, invalid("leave one of them out", "sent_from %s is one of the bank's habits, and bank_habits is false", t.From)
		}
	}
	if t.Direction != store.In {
		return false, nil
	}
	if t.Habits != nil || t.From != "" {
		return t.Habits == nil || *t.Habits, nil
	}
	return b.Settings.Over(p.company.Settings).Get(setting.BankMemo) == setting.MemoHabits, nil
}

// memo returns the text that the payer types, with the mark of a memo virtual
// account in front where the transfer names one.
func (b *Bank) memo(t Transfer, va *store.VirtualAccount, applied bool) string {
	content := ""
	switch {
	case t.Content != nil:
		content = *t.Content
	case !applied:
		content = "Giao dich sandbox " + t.At.Format("02/01/2006 15:04:05")
	}
	if va != nil && !va.Official && !strings.Contains(content, memoMark+va.Number) {
		content = strings.TrimSuffix(memoMark+va.Number+" "+content, " ")
	}
	return content
}

// report is what the bank sends to SePay about a transfer.
type report struct {
	Content, Reference string
	At                 time.Time
}

// reportOf builds the bank's report to SePay. The habit.Written is nil when habits do
// not apply.
func (b *Bank) reportOf(t Transfer, p *place, typed string, applied bool, id int64) (report, *habit.Written, error) {
	out := report{Content: typed, At: t.At, Reference: "SB" + b.Seed.Text("reference", id, derive.UpperHex, 12)}
	in := habit.Input{
		Bank: p.account.Bank, Memo: typed, From: t.From, Account: p.account.AccountNumber, Holder: p.account.AccountHolderName,
		At: t.At, Seed: b.Seed, Number: id,
	}
	if p.va != nil && p.va.Official {
		in.VA = p.va.Number
	}
	clock := b.Settings.Over(p.company.Settings).Get(setting.BankTime)
	if t.Direction == store.In && (clock == setting.TimeBank || clock == setting.TimeAsMemo && applied) {
		out.At = habit.Known().At(in)
	}
	var written *habit.Written
	if applied {
		w, err := habit.Known().Write(in)
		if err != nil {
			return out, nil, invalid("leave sent_from out for a transfer from another bank", "%v", err)
		}
		w.At, w.Minute = out.At, w.Minute && clock != setting.TimeSecond
		out.Content, written = w.Content, &w
		if w.Reference != "" {
			out.Reference = w.Reference
		}
	}
	if t.Reference != nil {
		out.Reference = *t.Reference
	}
	return out, written, nil
}
