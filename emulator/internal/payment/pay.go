package payment

import (
	"context"
	"errors"
	"fmt"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// The outcomes of a simulated transfer.
const (
	PayFull      = "paid"
	PayLess      = "less"
	PayMore      = "more"
	PayWrongMemo = "wrong_memo"
	PayTwice     = "twice"
	PayLate      = "late"
	PayFailed    = "failed"
)

// TransferOutcomes lists the outcomes of a simulated transfer.
func TransferOutcomes() []string {
	return []string{PayFull, PayLess, PayMore, PayWrongMemo, PayTwice, PayLate, PayFailed}
}

// PayerChoice says how a payer transfers money for an order.
type PayerChoice struct {
	// Outcome is one of [TransferOutcomes]; empty is [PayFull].
	Outcome string
	// Habits and From are those of [bank.Transfer].
	Habits *bool
	From   string
}

// Simulate makes a payer's transfer for an order, right or wrong, through the
// simulated bank. It returns the order afterwards.
func (g *Gateway) Simulate(ctx context.Context, order int64, choice PayerChoice) (store.Order, error) {
	o, place, err := g.payee(ctx, order)
	if err != nil {
		return o, err
	}
	outcome := choice.Outcome
	if outcome == "" {
		outcome = PayFull
	}
	var last sent
	send := func(amount int64, memo string) (err error) {
		last, err = g.transfer(ctx, &o, place, bank.Transfer{Company: o.Company, Direction: store.In, Amount: amount, Content: &memo, Habits: choice.Habits, From: choice.From})
		return err
	}
	tenth := max(1, o.Amount/10)
	switch outcome {
	case PayFull:
		if err = payable(o); err == nil {
			err = send(o.Amount, place.Memo)
		}
	case PayLess:
		if o.Amount < 2 {
			return o, refused("there is no smaller amount than %d VND", o.Amount)
		}
		err = send(o.Amount-tenth, place.Memo)
	case PayMore:
		err = send(o.Amount+tenth, place.Memo)
	case PayWrongMemo:
		if err = send(o.Amount, "CHUYEN TIEN"); err == nil && !last.match.has(order) {
			err = g.keepUnmatched(ctx, order, last.transaction)
		}
	case PayTwice:
		if err = send(o.Amount, place.Memo); err == nil {
			err = send(o.Amount, place.Memo)
		}
	case PayLate:
		if _, err = g.Expire(ctx, order); err == nil || errors.Is(err, ErrRefused) {
			err = send(o.Amount, place.Memo)
		}
	case PayFailed:
		return g.failTransfer(ctx, order)
	default:
		return o, fmt.Errorf("%w: outcome %q: want one of %v", ErrInvalid, outcome, TransferOutcomes())
	}
	if err != nil {
		return o, err
	}
	o, _, err = g.payee(ctx, order)
	return o, err
}

// payee returns an order that accepts transfers, and their destination.
func (g *Gateway) payee(ctx context.Context, order int64) (o store.Order, p Place, err error) {
	err = g.Store.View(ctx, func(r store.Reader) error {
		if o, err = store.Orders.Get(r, order); err != nil {
			return err
		}
		company, err := store.CompanyByID.Find(r, o.Company)
		if err != nil {
			return err
		}
		if !TakesTransfer(company, o) {
			return refused("order %s takes no transfer", o.OrderID)
		}
		p, err = PlaceOf(r, o)
		return err
	})
	return o, p, err
}

// keepUnmatched stores an unmatched transfer with the order that it was meant
// for.
func (g *Gateway) keepUnmatched(ctx context.Context, order int64, t store.Transaction) error {
	return g.update(ctx, func(c *tx) error {
		o, err := store.Orders.Get(c, order)
		if err != nil {
			return err
		}
		return g.receive(c, &o, &t, store.VerdictUnmatched)
	})
}

// sent is a completed transfer and its match.
type sent struct {
	transaction store.Transaction
	match       match
}

// Transfer moves money at the bank and applies it to orders. All of it is
// committed together or not at all.
func (g *Gateway) Transfer(ctx context.Context, t bank.Transfer) (bank.Receipt, error) {
	done, _, err := g.move(ctx, t)
	return done, err
}

func (g *Gateway) move(ctx context.Context, t bank.Transfer) (done bank.Receipt, m match, err error) {
	err = g.update(ctx, func(c *tx) error {
		m = match{}
		if done, err = g.Bank.Record(c, t); err != nil {
			return err
		}
		if done.Recorded {
			if m, err = g.match(c, &done.Transaction); err != nil {
				return err
			}
		}
		done.Matched = m.matched()
		g.Bank.Emit(c, done)
		return g.apply(c, m, &done.Transaction)
	})
	if err != nil {
		return bank.Receipt{}, match{}, err
	}
	return done, m, nil
}

// transfer sends money to the order's account and returns the result.
func (g *Gateway) transfer(ctx context.Context, o *store.Order, p Place, t bank.Transfer) (out sent, err error) {
	if p.Company {
		t.Account = p.AccountNumber
		if o.VirtualAccountXID != "" {
			t.Account, t.VA = "", p.AccountNumber
		}
		done, m, err := g.move(ctx, t)
		return sent{done.Transaction, m}, err
	}
	// The money goes to the gateway's own account, which belongs to no company.
	// The shop does not see the memo there, so bank habits do not apply.
	out.transaction = store.Transaction{Company: o.Company, TransferType: store.In, Amount: t.Amount, Content: *t.Content, Date: g.Clock.Now()}
	err = g.update(ctx, func(c *tx) error {
		if out.match, err = g.match(c, &out.transaction); err != nil {
			return err
		}
		return g.apply(c, out.match, &out.transaction)
	})
	return out, err
}

// failTransfer records a transfer that the payer's bank refused.
func (g *Gateway) failTransfer(ctx context.Context, order int64) (o store.Order, err error) {
	err = g.update(ctx, func(c *tx) error {
		if o, err = store.Orders.Get(c, order); err != nil {
			return err
		}
		if err := payable(o); err != nil {
			return err
		}
		method := o.Method
		if method != store.MethodNapas {
			method = store.MethodTransfer
		}
		p, err := g.newPayment(c, &o, method)
		if err != nil {
			return err
		}
		return g.decline(c, p, DeclineTransfer)
	})
	return o, err
}

// State is the state of a payment page.
type State string

// The states of a payment page.
const (
	StateWaiting    State = "waiting"
	StateProcessing State = "processing"
	StatePaid       State = "paid"
	StateFailed     State = "failed"
	StateCancelled  State = "cancelled"
	StateExpired    State = "expired"
)

// Progress is an order's progress for its customer.
type Progress struct {
	State State
	// Last is the latest payment attempt, nil for none.
	Last *store.Payment
	// Redirect is where the browser goes, empty when it stays. The URL is the
	// shop's, unchanged.
	Redirect string
}

// ProgressOf returns an order's progress.
func ProgressOf(r store.Reader, o store.Order) (Progress, error) {
	payments, err := store.PaymentsOf(r, o.ID)
	return ProgressWith(o, payments), err
}

// ProgressWith returns the progress of an order with these payments.
func ProgressWith(o store.Order, payments []store.Payment) Progress {
	p := Progress{State: StateWaiting}
	if len(payments) > 0 {
		p.Last = &payments[len(payments)-1]
	}
	verified := o.Operation == store.OperationVerify && o.AuthenticationStatus == store.AuthenticationDone
	switch {
	case o.Status == store.OrderCaptured || verified:
		p.State, p.Redirect = StatePaid, o.SuccessURL
	case o.Status == store.OrderCancelled && o.Expired:
		p.State, p.Redirect = StateExpired, o.ErrorURL
	case o.Status == store.OrderCancelled:
		p.State, p.Redirect = StateCancelled, o.CancelURL
	case p.Last != nil && p.Last.Status == store.PaymentPending:
		p.State = StateProcessing
	case p.Last != nil && p.Last.Status == store.PaymentDeclined:
		p.State, p.Redirect = StateFailed, o.ErrorURL
	}
	return p
}
