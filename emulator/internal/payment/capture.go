package payment

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// newPayment makes a gateway transaction of an order and gives it its ids.
func (g *Gateway) newPayment(c *tx, o *store.Order, method store.PaymentMethod) (store.Payment, error) {
	id, err := store.Payments.NextID(c)
	if err != nil {
		return store.Payment{}, err
	}
	_, rules, err := g.company(c, o.Company)
	return store.Payment{
		ID: id, XID: g.rowID(rowPayment, id, c.now), Company: o.Company, Order: o.ID, TransactionID: g.newTransactionID(rules, id, method, c.now),
		Method: method, Type: store.TypePayment, Status: store.PaymentPending, Amount: o.Amount, Date: c.now, UpdatedAt: c.now,
	}, err
}

// capture records an approved payment: it marks the order as paid and writes
// the merchant's IPN.
func (g *Gateway) capture(c *tx, o *store.Order, p store.Payment) error {
	p.Status, p.AuthenticationStatus, p.Challenge = store.PaymentApproved, store.AuthenticationDone, false
	p.DueAt, p.UpdatedAt = time.Time{}, c.now
	if err := store.Payments.Put(c, p); err != nil {
		return err
	}
	o.Method, o.AuthenticationStatus = p.Method, store.AuthenticationDone
	if o.Operation == store.OperationVerify {
		return c.put(o) // a card was authenticated; no money moved
	}
	company, rules, err := g.company(c, o.Company)
	if err != nil {
		return err
	}
	kind := NoticeOrderPaid
	if o.Agreement.ID != "" && rules.Get(setting.IPNRenewals) == "on" {
		before, err := store.AgreementPaid(c, o.Company, o.Agreement.ID)
		if err != nil {
			return err
		}
		if before {
			kind = NoticeRenewalPaid
		}
	}
	o.Status, o.CapturedAt = store.OrderCaptured, c.now
	g.list(c, o)
	if err := c.put(o); err != nil {
		return err
	}
	return g.announce(c, company, rules, kind, o, p)
}

// announce writes the IPN about an order and one of its payments.
func (g *Gateway) announce(c *tx, company store.Company, rules setting.Values, kind NoticeType, o *store.Order, p store.Payment) error {
	n := Notice{Type: kind, At: c.now, Order: *o, Payment: p, ids: g.noticeIDs(rules, o, &p), DocsCard: rules.Get(setting.IPNCardShape) == "docs"}
	if p.Card != nil && rules.Get(setting.IPNCardDate) == "plus7h" {
		n.DateAhead = cardDateAhead
		c.note(company.ID, cardDateFinding(o))
	}
	body := EncodeNotice(n)
	return g.Outbox.OrderNotice(c, company, o.OrderID, body, c.now.Add(rules.Duration(setting.IPNDelay)))
}

// list makes the order known to the REST API.
func (g *Gateway) list(c *tx, o *store.Order) {
	if !o.Listed {
		o.Listed, o.CreatedAt, o.XID = true, c.now, g.rowID(rowOrder, o.ID, c.now)
	}
}

// maxReceived bounds the transfers stored with an order.
const maxReceived = 50

// match is the result of matching a transfer to orders.
type match struct {
	// order is the order that the transfer names, or nil; verdict is the
	// transfer's effect on it.
	order   *store.Order
	verdict store.Verdict
	// near are the ids of the orders that wait for exactly that amount when the
	// transfer names none; kept is the order of that amount when there is only
	// one, which stores the transfer.
	near []string
	kept *store.Order
}

// matched returns the match for the bank's receipt.
func (m match) matched() *bank.Matched {
	if m.order == nil {
		return nil
	}
	return &bank.Matched{OrderID: m.order.OrderID, InvoiceNumber: m.order.InvoiceNumber, Verdict: m.verdict}
}

// has returns whether the match is with the order.
func (m match) has(order int64) bool {
	return m.order != nil && m.order.ID == order || m.kept != nil && m.kept.ID == order
}

// match finds the order that a transfer names by its memo or its virtual account.
func (g *Gateway) match(r store.Reader, t *store.Transaction) (match, error) {
	if t.TransferType != store.In {
		return match{}, nil
	}
	o, err := orderOf(r, t)
	if errors.Is(err, store.ErrNotFound) {
		return nearMiss(r, t)
	}
	if err != nil {
		return match{}, err
	}
	company, err := store.CompanyByID.Find(r, o.Company)
	if err != nil {
		return match{}, err
	}
	if !TakesTransfer(company, o) {
		return nearMiss(r, t)
	}
	return match{order: &o, verdict: verdictOf(&o, t.Amount)}, nil
}

// apply applies a transfer to orders: one that names a waiting order and has
// exactly its amount pays it. Any other leaves the order unpaid; the verdict says
// why (https://developer.sepay.vn/vi/cong-thanh-toan/luong-thanh-toan; that the
// amount must match exactly is assumed from SePay's order accounts).
func (g *Gateway) apply(c *tx, m match, t *store.Transaction) error {
	if m.order != nil {
		was := *m.order
		if err := g.receive(c, m.order, t, m.verdict); err != nil || m.verdict == store.VerdictPaid {
			return err
		}
		c.note(t.Company, finding.Finding{
			Code: "payment.transfer_" + string(m.verdict), Severity: finding.Warning, Title: verdictTitles[m.verdict],
			Detail: fmt.Sprintf("%d VND came for order %s (%s), which is %s and asks for %d VND.", t.Amount, was.OrderID, was.InvoiceNumber, was.Status, was.Amount),
			Hint:   "The gateway sends no IPN for it: find it in the transaction API or the webhook, and refund it or settle it by hand.", Source: flowPage,
		})
		return nil
	}
	if m.kept != nil {
		if err := g.receive(c, m.kept, t, store.VerdictUnmatched); err != nil {
			return err
		}
	}
	if len(m.near) > 0 {
		c.note(t.Company, finding.Finding{
			Code: "payment.memo_without_code", Severity: finding.Warning, Title: "A transfer with the amount of a waiting order does not name it",
			Detail: fmt.Sprintf("%d VND came with the memo %q; %s waits for that amount.", t.Amount, t.Content, strings.Join(m.near, ", ")),
			Hint:   "Match such a transfer by hand, from the transaction API or the webhook.", Source: flowPage,
		})
	}
	return nil
}

// verdictOf returns the effect of an amount in VND on an order.
func verdictOf(o *store.Order, amount int64) store.Verdict {
	switch {
	case o.Status == store.OrderCaptured:
		return store.VerdictTwice
	case o.Status == store.OrderCancelled && o.Expired:
		return store.VerdictLate
	case o.Status == store.OrderCancelled:
		return store.VerdictCancelled
	case amount < o.Amount:
		return store.VerdictLess
	case amount > o.Amount:
		return store.VerdictMore
	}
	return store.VerdictPaid
}

// receive stores the transfer with the order and captures it when it pays.
func (g *Gateway) receive(c *tx, o *store.Order, t *store.Transaction, verdict store.Verdict) error {
	got := store.Received{TransactionID: t.ID, Amount: t.Amount, Memo: t.Content, At: t.Date, Verdict: verdict}
	o.Received = append(o.Received[:len(o.Received):len(o.Received)], got)
	if extra := len(o.Received) - maxReceived; extra > 0 {
		o.Received = o.Received[extra:]
	}
	if verdict != store.VerdictPaid {
		return c.put(o)
	}
	method := store.MethodTransfer
	if o.Method == store.MethodNapas {
		method = store.MethodNapas
	}
	p, err := g.newPayment(c, o, method)
	if err != nil {
		return err
	}
	p.BankTransaction = t.ID
	return g.capture(c, o, p)
}

// orderOf finds the order that a transfer names.
func orderOf(r store.Reader, t *store.Transaction) (store.Order, error) {
	if t.VirtualAccountXID != "" {
		o, err := store.OrderByVA.Find(r, t.VirtualAccountXID)
		if err == nil || !errors.Is(err, store.ErrNotFound) {
			return o, err
		}
	}
	for id := range orderIDs(t.Content) {
		o, err := store.OrderByOrderID.Find(r, id)
		if errors.Is(err, store.ErrNotFound) || (err == nil && o.Company != t.Company) {
			continue
		}
		return o, err
	}
	return store.Order{}, store.ErrNotFound
}

// The forms of an order code in a memo: banks drop the hyphen, change the case
// and join other text to it.
var codeForms = []struct {
	mark   string
	length int
	// id is the prefix of the order id.
	id string
}{
	{prefixTransfer, len(prefixTransfer) + payDigits + uniqidDigits, prefixTransfer},
	{"SEPAY", len("SEPAY") + uniqidDigits, prefixDocs},
	{prefixNapas, 19, prefixNapas},
}

// orderIDs yields possible order ids in a memo.
func orderIDs(memo string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		text := store.MemoCode(memo)
		for _, form := range codeForms {
			for at := 0; ; at++ {
				next := strings.Index(text[at:], form.mark)
				if next < 0 {
					break
				}
				at += next
				if end := at + form.length; end <= len(text) && !yield(form.id+text[at+len(form.mark):end]) {
					return
				}
			}
		}
	}
}

// nearMiss finds the orders that wait for the amount of a transfer without an
// order code, as when the payer changed the memo. When only one order waits for
// the amount, the transfer is stored with it.
func nearMiss(r store.Reader, t *store.Transaction) (m match, err error) {
	waiting, err := store.OrdersWaitingFor(r, t.Company, t.Amount, 3)
	if err != nil {
		return m, err
	}
	for _, o := range waiting {
		m.near = append(m.near, o.OrderID)
	}
	if len(waiting) != 1 {
		return m, nil
	}
	company, err := store.CompanyByID.Find(r, waiting[0].Company)
	if err == nil && TakesTransfer(company, waiting[0]) {
		m.kept = &waiting[0]
	}
	return m, err
}

var verdictTitles = map[store.Verdict]string{
	store.VerdictLess:      "A transfer is less than the order's amount",
	store.VerdictMore:      "A transfer is more than the order's amount",
	store.VerdictTwice:     "An order was paid a second time",
	store.VerdictLate:      "A transfer came after the order had expired",
	store.VerdictCancelled: "A transfer came for a cancelled order",
}

const flowPage = "https://developer.sepay.vn/vi/cong-thanh-toan/luong-thanh-toan"
