package audit

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// bankRules are about how banks change a payment.
func bankRules() []rule {
	return []rule{
		{
			name: "webhook-bank-forms", kind: kindWebhook, title: "credits payments as each bank writes them",
			why: "Banks put words, numbers and names before and after the memo, drop hyphens, and give references of any form. Who compares the whole memo, or wants a reference of one form, finds no order.", source: codePage,
			fix: "Take the order from code; look into content only where code is null, and there for the code alone.",
			run: (*attack).bankForms,
		},
		{
			name: "webhook-full-minute", kind: kindWebhook, title: "credits a payment whose date lies before its order's",
			why: "Some banks give the time of a transfer in full minutes, and clocks differ: a payment looks up to a minute and a half older than its order. Who throws away what is older than the order, or takes Vietnam's time for UTC, loses it.", source: webhookPage,
			fix: "Do not compare transactionDate with the order's time to the second; it is Vietnam's time (UTC+7).",
			run: func(a *attack) (found, error) { return a.dated(fullMinute, a.accepts) },
		},
		{
			name: "webhook-late-retry", kind: kindWebhook, title: "credits a payment whose notice comes twenty minutes later",
			why: "The seventh attempt comes twenty minutes after the transfer, the eighth after thirty-three, signed again.", source: errorPage,
			fix: "Take the age of a notice from X-SePay-Timestamp, not from transactionDate.",
			run: func(a *attack) (found, error) {
				return a.dated(func(now time.Time) time.Time { return now.Add(-21 * time.Minute) }, func(o order) (found, error) {
					f, err := a.accepts(o)
					if f.verdict == Fail {
						f = found{verdict: Warn, detail: f.detail + "; if that is because of the notice's age, retries are lost; if it is because the transfer is older than the order, all is well"}
					}
					return f, err
				})
			},
		},
	}
}

// fullMinute is the time reported by a bank without seconds whose clock is half
// a minute slow.
func fullMinute(now time.Time) time.Time { return now.Add(-30 * time.Second).Truncate(time.Minute) }

// dated pays a new order with another time at the bank than now.
func (a *attack) dated(at func(time.Time) time.Time, look func(order) (found, error)) (found, error) {
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	now, err := a.now()
	if err != nil {
		return found{}, err
	}
	if err := a.transfer(o.code+" "+a.text(), control.NewTransfer{At: at(now).Format(time.RFC3339)}); err != nil {
		return found{}, err
	}
	return look(o)
}

// way is how a payment reaches the shop's account, which determines the text of
// the notice.
type way struct {
	bank, kind string
	// va is the virtual account paid to, from the payer's source, before the text
	// typed before the code.
	va, from, before string
}

// ways are those whose texts are known from notices or client programs; the
// emulator writes them.
var ways = []way{
	{bank: "MBBank", va: "VQRQMAU00123"}, {bank: "MBBank"}, {bank: "MBBank", from: "wallet"},
	{bank: "ACB"}, {bank: "ACB", from: "wallet"},
	{bank: "VPBank"},
	{bank: "BIDV", kind: "enterprise", va: "96247MAU01"},
	{bank: "VietinBank", before: "SEVQR "},
	{bank: "TPBank", kind: "enterprise"}, {bank: "TPBank", kind: "enterprise", from: "wallet"},
	{bank: "Sacombank"},
	{bank: "Techcombank", from: "vietcombank"},
}

// branch returns a company with the shop's account at a bank, with the bank's
// habits on.
func (a *attack) branch(bank string) (*control.Company, error) {
	if t := a.branches[bank]; t != nil {
		return t, nil
	}
	account := control.NewBankAccount{Bank: bank, AccountNumber: a.Account}
	for _, w := range ways {
		if w.bank != bank {
			continue
		}
		if w.kind != "" {
			account.AccountType = w.kind
		}
		if w.va != "" {
			account.VirtualAccounts = append(account.VirtualAccounts, control.NewVirtualAccount{Number: w.va, Official: true})
		}
	}
	t, err := a.found("CONG TY "+bank, []control.NewBankAccount{account}, credential(a.Webhook.Auth, a.Webhook.Secret), "")
	if err == nil {
		a.branches[bank] = t
	}
	return t, err
}

// bankForms pays an order in each way, and reports those that were not
// credited.
func (a *attack) bankForms() (found, error) {
	var lost, warned []string
	for _, w := range ways {
		o, err := a.order()
		if err != nil {
			return found{}, err
		}
		t, err := a.branch(w.bank)
		if err != nil {
			return found{}, err
		}
		habits := true
		pay := control.NewTransfer{Company: t.ID, BankHabits: &habits, VA: w.va, SentFrom: w.from}
		if err := a.transfer(w.before+o.code+" ban 5", pay); err != nil {
			return found{}, err
		}
		verdict, err := a.accepts(o)
		if err != nil {
			return found{}, err
		}
		n, err := a.last()
		if err != nil {
			return found{}, err
		}
		switch verdict.verdict {
		case Fail:
			lost = append(lost, fmt.Sprintf("%s (%s): %s", w.bank, contentOf(n), verdict.detail))
		case Warn:
			warned = append(warned, w.bank+": "+verdict.detail)
		}
	}
	switch {
	case len(lost) > 0:
		return found{verdict: Fail, detail: fmt.Sprintf("%d of %d forms were not credited: %s", len(lost), len(ways), strings.Join(lost, "; "))}, nil
	case len(warned) > 0:
		return found{verdict: Warn, detail: strings.Join(warned, "; ")}, nil
	}
	return found{verdict: Pass, detail: fmt.Sprintf("all %d forms were accepted", len(ways))}, nil
}

// contentOf returns the memo of a webhook; empty when the body has none.
func contentOf(n notice) string {
	var body struct {
		Content string `json:"content"`
	}
	_ = json.Unmarshal(n.body, &body) // a rule may have broken it
	return body.Content
}
