package bank

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/habit"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/input"
)

// The bounds of test mode, which apply only under its quotas
// (https://developer.sepay.vn/vi/tien-ich-khac/test-mode/mo-phong-giao-dich).
// SePay's pages name no other bound for memos and references.
const (
	minTestAmount = 1_000
	maxTestAmount = 499_000_000
	maxTestADay   = 500
	maxTestMemo   = 200
)

// Transfer describes a transfer to make.
type Transfer struct {
	// Company may be empty when the account or virtual account identifies it, or
	// when there is only one.
	Company string
	// Account is an account number. Empty means the virtual account's, or the
	// company's first.
	Account string
	// VA is the number or memo code of a virtual account. For a memo one, the
	// code is put into the memo when it is not there.
	VA        string
	Direction store.TransferType
	// Amount is in VND.
	Amount int64
	// Content is the memo as the payer typed it; empty is an empty memo. Nil means
	// test mode's own text, or no memo when the bank's habits apply.
	Content *string
	// Reference is the bank's; empty is none, nil derives one.
	Reference *string
	// Habits says whether an incoming transfer is rewritten as the bank does
	// (package habit); nil uses the company's settings.
	Habits *bool
	// From is where the payer sends from, in the words of package habit. Unless it
	// is empty, habits apply.
	From string
	// At is the instant at the bank; zero is now. It cannot be in the future.
	At time.Time
	// Past marks a transfer as history: no webhook is notified.
	Past bool
}

// Receipt is the result of a transfer.
type Receipt struct {
	// Recorded is false when the bank does not report the transfer to SePay;
	// Reason says why.
	Recorded bool
	Reason   string
	// Company and Account are always set.
	Company     store.Company
	Account     store.BankAccount
	Transaction store.Transaction
	// Written is what the bank made of the memo; nil when its habits did not
	// apply.
	Written *habit.Written
	// Deliveries are the webhook notices, sent and skipped.
	Deliveries []store.Delivery
	// Matched is the gateway order that the transfer named, or nil. The gateway
	// sets it.
	Matched *Matched
}

// Matched is the effect of a transfer on a gateway order.
type Matched struct {
	OrderID, InvoiceNumber string
	Verdict                store.Verdict
}

// Size implements [fact.Data].
func (r Receipt) Size() int {
	n := 1024 + len(r.Reason) + 128*len(r.Deliveries) + len(r.Transaction.Content) + len(r.Transaction.Description) + len(r.Transaction.Reference)
	if w := r.Written; w != nil {
		n += len(w.Typed) + len(w.Content) + len(w.Dropped)
	}
	return n
}

// Record moves money in a store transaction: balance, transaction and
// deliveries are committed together or not at all. [Bank.Emit] emits the fact.
func (b *Bank) Record(w store.Writer, t Transfer) (Receipt, error) {
	if t.Direction == "" {
		t.Direction = store.In
	}
	if t.At.IsZero() {
		t.At = b.Now()
	}
	t.At = t.At.In(clock.Vietnam) // banks write Vietnam's time into memos
	place, err := b.find(w, t)
	if err != nil {
		return Receipt{}, err
	}
	applied, err := b.appliesHabits(t, place)
	if err != nil {
		return Receipt{}, err
	}
	typed := b.memo(t, place.va, applied)
	if err := b.check(w, t, place, typed); err != nil {
		return Receipt{}, err
	}
	a := &place.account
	if t.Direction == store.In {
		a.Balance += t.Amount
	} else {
		a.Balance -= t.Amount
	}
	if max(a.Balance, -a.Balance) > input.MaxBalance {
		return Receipt{}, invalid("", "the balance of account %s would be %d VND: %d is the most", a.AccountNumber, a.Balance, int64(input.MaxBalance))
	}
	done := Receipt{Company: place.company, Account: *a}
	if t.Direction == store.In && !notifies(a, typed) {
		done.Reason = "VietinBank tells SePay of an individual's incoming transfer only when the memo contains " + vietinToken
		return done, store.BankAccounts.Put(w, *a)
	}
	done.Recorded = true
	done.Transaction, done.Written, err = b.transaction(w, t, place, typed, applied)
	if err != nil {
		return done, err
	}
	if !t.Past {
		done.Deliveries, err = b.Outbox.TransactionRecorded(w, place.company, &done.Transaction)
		if err != nil {
			return done, err
		}
	}
	done.Account = *a
	return done, errors.Join(store.BankAccounts.Put(w, *a), store.Transactions.Put(w, done.Transaction))
}

// Emit emits the fact of a transfer, in the transaction that recorded it.
func (b *Bank) Emit(w store.Writer, r Receipt) {
	now, subject := b.Now(), ""
	if r.Recorded {
		subject = fact.About(fact.Transaction, strconv.FormatInt(r.Transaction.ID, 10))
	}
	w.Emit(fact.Fact{At: now, Company: r.Company.ID, Subject: subject, Type: fact.Transaction, Data: r.slim()})
	if r.Recorded {
		return
	}
	w.Emit(finding.Fact(finding.Finding{
		Code: "bank.not_notified", Severity: finding.Warning, Title: "The bank does not tell SePay of this transfer",
		Detail: r.Reason + ".", Hint: "Put SEVQR into the memo of the QR code or of the payment instructions.",
		Source: "https://developer.sepay.vn/vi/sepay-webhooks/tai-khoan-ngan-hang", Company: r.Company.ID, At: now,
	}))
}

// slim returns the receipt without notice bodies and company credentials, which
// readers of the fact do not need.
func (r Receipt) slim() Receipt {
	r.Company = store.Company{ID: r.Company.ID}
	r.Deliveries = slices.Clone(r.Deliveries)
	for i, d := range r.Deliveries {
		r.Deliveries[i] = store.Delivery{ID: d.ID, WebhookID: d.WebhookID, Status: d.Status, Reason: d.Reason}
	}
	return r
}

// transaction makes SePay's record of the transfer and updates the account's
// reported balance.
func (b *Bank) transaction(w store.Writer, t Transfer, p *place, typed string, applied bool) (store.Transaction, *habit.Written, error) {
	id, err := store.Transactions.NextID(w)
	if err != nil {
		return store.Transaction{}, nil, err
	}
	reported, written, err := b.reportOf(t, p, typed, applied, id)
	if err != nil {
		return store.Transaction{}, nil, err
	}
	a := &p.account
	if a.ReportsBalance {
		if t.Direction == store.In {
			a.Accumulated += t.Amount
		} else {
			a.Accumulated = max(0, a.Accumulated-t.Amount)
		}
	}
	if reported.At.After(a.LastTransaction) {
		a.LastTransaction = reported.At
	}
	rec := store.Transaction{
		ID: id, XID: b.Seed.UUID("transaction", id, t.At), Company: p.company.ID,
		BankAccountID: a.ID, BankAccountXID: a.XID, Gateway: a.Bank, AccountNumber: a.AccountNumber,
		Date: reported.At, TransferType: t.Direction, Amount: t.Amount, Accumulated: a.Accumulated,
		Content: reported.Content, Description: "BankAPINotify " + reported.Content, Reference: reported.Reference, CreatedAt: b.Now(),
	}
	va := p.va
	if va == nil {
		if va, err = p.memoVA(w, rec.Content); err != nil {
			return rec, nil, err
		}
	}
	if va != nil {
		rec.VirtualAccountXID, rec.SubAccount = va.XID, va.Number
	}
	if cfg := p.company.Configurations; cfg.PayCode {
		rec.Code, _ = Recognise(rec.Content, cfg.PaymentCodeFormats)
	}
	return rec, written, nil
}

func (b *Bank) check(r store.Reader, t Transfer, p *place, content string) error {
	switch {
	case t.Direction != store.In && t.Direction != store.Out:
		return invalid("", "direction %q: want in or out", t.Direction)
	case t.Amount <= 0 || t.Amount > input.MaxAmount:
		return invalid("amounts are whole VND", "amount %d: want 1 to %d", t.Amount, int64(input.MaxAmount))
	case !utf8.ValidString(content):
		return invalid("", "content: want UTF-8 text")
	case t.Reference != nil && !utf8.ValidString(*t.Reference):
		return invalid("", "reference: want UTF-8 text")
	case t.At.After(b.Now()):
		return invalid("advance the clock first", "a transfer cannot come at %s: it is %s", t.At.Format(time.RFC3339), b.Now().Format(time.RFC3339))
	case !p.account.Active:
		return invalid("", "account %s is not active", p.account.AccountNumber)
	}
	if p.va == nil && needsVA(&p.account) {
		if va, err := p.memoVA(r, content); err != nil || va == nil {
			return cmp.Or(err, invalid("name one with \"va\"", "%s account %s takes money through a virtual account only", p.account.Bank, p.account.AccountNumber))
		}
	}
	if t.Past || !b.limits(p.company) {
		return nil
	}
	return b.checkQuota(r, t, p, content)
}

// checkQuota checks a transfer against the limits of SePay's test mode.
func (b *Bank) checkQuota(r store.Reader, t Transfer, p *place, content string) error {
	if t.Amount < minTestAmount || t.Amount > maxTestAmount {
		return quota("test mode simulates %d to %d VND, not %d", minTestAmount, maxTestAmount, t.Amount)
	}
	if utf8.RuneCountInString(content) > maxTestMemo {
		return quota("test mode takes a memo of %d characters at most", maxTestMemo)
	}
	now := b.Now()
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	today, err := store.ListTransactions(r, store.TransactionFilter{Company: p.company.ID, Dates: store.TimeRange{From: midnight}}, store.Window{})
	if err != nil {
		return err
	}
	if today.Total >= maxTestADay {
		return quota("test mode simulates %d transfers a day", maxTestADay)
	}
	return nil
}
