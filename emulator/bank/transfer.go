package bank

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/localsepay/localsepay/emulator/derive"
	"github.com/localsepay/localsepay/emulator/store"
)

// The bounds of a transfer. The test-mode ones apply under its quotas only.
const (
	maxAmount     = 999_999_999_999 // VND, 12 digits
	minTestAmount = 1_000
	maxTestAmount = 499_000_000
	maxTestADay   = 500
	maxTestMemo   = 200
	maxMemo       = 1_000
	maxReference  = 64
)

// Transfer is money to be moved.
type Transfer struct {
	// Company may be empty when account or virtual account tell, or when there
	// is only one.
	Company string
	// Account is an account number; empty is the virtual account's, or the
	// company's first.
	Account string
	// VA is the number or memo code of a virtual account. For a memo one, the
	// code is put into the memo when it is not there.
	VA        string
	Direction store.TransferType
	// Amount is in VND.
	Amount int64
	// Content is the memo; nil or empty is test mode's own text.
	Content   *string
	Reference string
	// At is the instant at the bank; zero is now. It cannot be ahead.
	At time.Time
	// Past says that the transfer is history: no webhook is told.
	Past bool
}

// Receipt is what became of a transfer.
type Receipt struct {
	// Recorded is false when the bank does not tell SePay; Reason says why.
	Recorded bool
	Reason   string
	// Company and Account are set in either case.
	Company     store.Company
	Account     store.BankAccount
	Transaction store.Transaction
	// Deliveries are the webhooks' notices, sent and skipped.
	Deliveries []store.Delivery
	// Match is what the transfer did to an order of the gateway, or nil.
	Match *Match
}

// Transfer moves money: balance, transaction and deliveries are committed
// together or not at all.
func (b *Bank) Transfer(ctx context.Context, t Transfer) (Receipt, error) {
	var done Receipt
	err := b.Store.Update(ctx, func(w store.Writer) error {
		var err error
		done, err = b.Record(w, t)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	if b.OnTransfer != nil {
		b.OnTransfer(done)
	}
	b.Outbox.Wake()
	return done, nil
}

// Record is [Bank.Transfer] inside a transaction of the caller's, who wakes
// the outbox afterwards.
func (b *Bank) Record(w store.Writer, t Transfer) (Receipt, error) {
	if t.Direction == "" {
		t.Direction = store.In
	}
	if t.At.IsZero() {
		t.At = b.Now()
	}
	place, err := b.find(w, t)
	if err != nil {
		return Receipt{}, err
	}
	content := b.memo(t, place.va)
	if err := b.check(w, t, place, content); err != nil {
		return Receipt{}, err
	}
	a := &place.account
	if t.Direction == store.In {
		a.Balance += t.Amount
	} else {
		a.Balance -= t.Amount
	}
	done := Receipt{Company: place.company, Account: *a}
	if t.Direction == store.In && !notifies(a, content) {
		done.Reason = "VietinBank tells SePay of an individual's incoming transfer only when the memo contains " + vietinToken
		return done, store.BankAccounts.Put(w, *a)
	}
	done.Recorded = true
	done.Transaction, err = b.transaction(w, t, place, content)
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
	if err := errors.Join(store.BankAccounts.Put(w, *a), store.Transactions.Put(w, done.Transaction)); err != nil {
		return done, err
	}
	if b.Orders != nil && !t.Past {
		done.Match, err = b.Orders.TransferRecorded(w, &done.Transaction)
	}
	return done, err
}

// transaction makes the record that SePay keeps, and brings the account's
// reported balance up to it.
func (b *Bank) transaction(w store.Writer, t Transfer, p *place, content string) (store.Transaction, error) {
	id, err := store.Transactions.NextID(w)
	if err != nil {
		return store.Transaction{}, err
	}
	a := &p.account
	if reportsBalance(a) {
		if t.Direction == store.In {
			a.Accumulated += t.Amount
		} else {
			a.Accumulated = max(0, a.Accumulated-t.Amount)
		}
	}
	if t.At.After(a.LastTransaction) {
		a.LastTransaction = t.At
	}
	rec := store.Transaction{
		ID: id, XID: b.Seed.UUID("transaction", id, t.At), Company: p.company.ID,
		BankAccountID: a.ID, BankAccountXID: a.XID, Gateway: a.Bank, AccountNumber: a.AccountNumber,
		Date: t.At, TransferType: t.Direction, Amount: t.Amount, Accumulated: a.Accumulated,
		Content: content, Description: "BankAPINotify " + content, Reference: t.Reference, CreatedAt: b.Now(),
	}
	if rec.Reference == "" {
		rec.Reference = "SB" + b.Seed.Text("reference", id, derive.UpperHex, 12)
	}
	va := p.va
	if va == nil {
		va = p.memoVA(content)
	}
	if va != nil {
		rec.VirtualAccountXID, rec.SubAccount = va.XID, va.Number
	}
	if cfg := p.company.Configurations; cfg.PayCode {
		rec.Code, _ = Recognise(content, cfg.PaymentCodeFormats)
	}
	return rec, nil
}

// memo returns the text that reaches the bank.
func (b *Bank) memo(t Transfer, va *store.VirtualAccount) string {
	content := "Giao dich sandbox " + t.At.Format("02/01/2006 15:04:05")
	if t.Content != nil && *t.Content != "" {
		content = *t.Content
	}
	if va != nil && !va.Official && !strings.Contains(content, memoMark+va.Number) {
		content = memoMark + va.Number + " " + content
	}
	return content
}

func (b *Bank) check(r store.Reader, t Transfer, p *place, content string) error {
	switch {
	case t.Direction != store.In && t.Direction != store.Out:
		return invalid("", "direction %q: want in or out", t.Direction)
	case t.Amount <= 0 || t.Amount > maxAmount:
		return invalid("amounts are whole VND", "amount %d: want 1 to %d", t.Amount, int64(maxAmount))
	case !utf8.ValidString(content) || len(content) > maxMemo:
		return invalid("", "content: want UTF-8 text of at most %d bytes", maxMemo)
	case !utf8.ValidString(t.Reference) || len(t.Reference) > maxReference:
		return invalid("", "reference: want UTF-8 text of at most %d bytes", maxReference)
	case t.At.After(b.Now()):
		return invalid("advance the clock first", "a transfer cannot come at %s: it is %s", t.At.Format(time.RFC3339), b.Now().Format(time.RFC3339))
	case !p.account.Active:
		return invalid("", "account %s is not active", p.account.AccountNumber)
	case p.va == nil && needsVA(&p.account) && p.memoVA(content) == nil:
		return invalid("name one with \"va\"", "%s account %s takes money through a virtual account only", p.account.Bank, p.account.AccountNumber)
	}
	if t.Past || !b.limits(p.company) {
		return nil
	}
	return b.checkQuota(r, t, p, content)
}

// checkQuota holds a transfer to the limits of SePay's test mode
// (https://developer.sepay.vn/vi/tien-ich-khac/test-mode/mo-phong-giao-dich).
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
