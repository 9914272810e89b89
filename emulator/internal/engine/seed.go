package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// seed creates the companies, webhooks and history of the options, and marks
// the result as the state that a reset restores.
func (e *Engine) seed(ctx context.Context) error {
	ctx = fact.Silent(ctx)
	companies := e.config.Companies
	if len(companies) == 0 {
		companies = []control.NewCompany{{ID: "demo", Name: "CONG TY TNHH TEST DEMO"}}
	}
	for i, n := range companies {
		if i == 0 {
			n.Webhooks = append(n.Webhooks, e.config.Webhooks...)
			if e.config.IPN != nil {
				n.Merchant.IPN = *e.config.IPN
			}
		}
		c, err := e.control.CreateCompany(ctx, n)
		if err != nil {
			return input.At(err, "companies[%d]", i)
		}
		if i == 0 {
			e.company = c.ID
		}
	}
	if err := e.skipTransactions(ctx); err != nil {
		return fmt.Errorf("first transaction: %w", err)
	}
	if err := e.writeHistory(ctx); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	for i, f := range e.config.Faults {
		if _, err := e.control.SetFault(f); err != nil {
			return fmt.Errorf("faults[%d]: %w", i, err)
		}
	}
	return e.control.Mark(ctx)
}

// skipTransactions advances the transaction counter to the first id of the
// options.
func (e *Engine) skipTransactions(ctx context.Context) error {
	first := e.config.FirstTransaction
	if first <= store.Transactions.FirstID {
		return nil
	}
	return e.store.Update(ctx, func(w store.Writer) error {
		if err := store.Transactions.Put(w, store.Transaction{ID: first - 1}); err != nil {
			return err
		}
		return store.Transactions.Delete(w, first-1)
	})
}

// LastTransaction returns the greatest transaction id so far.
func (e *Engine) LastTransaction() (last int64, err error) {
	look := errors.New("only looking") // so that the count stays as it is
	err = e.store.Update(context.Background(), func(w store.Writer) error {
		next, err := store.Transactions.NextID(w)
		if err != nil {
			return err
		}
		last = next - 1
		return look
	})
	if errors.Is(err, look) {
		err = nil
	}
	return last, err
}

// historyDays is how far back the history goes.
const historyDays = 21

// writeHistory writes transfers over the last three weeks for the first
// company, most of them with a payment code, and some outgoing.
func (e *Engine) writeHistory(ctx context.Context) error {
	count := e.config.History
	if count == 0 {
		return nil
	}
	return e.store.Update(ctx, func(w store.Writer) error {
		accounts, err := store.BankAccountByCompany.All(w, e.company)
		if err != nil {
			return err
		}
		now := e.clock.Now().Truncate(time.Second)
		step := historyDays * 24 * time.Hour / time.Duration(count+1)
		for i := range count {
			at := now.Add(-step * time.Duration(count-i))
			if err := e.pastTransfer(w, accounts[i%len(accounts)], int64(i), at); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *Engine) pastTransfer(w store.Writer, a store.BankAccount, i int64, at time.Time) error {
	seed := derive.Seed(e.config.Seed)
	amount := 10_000 * int64(1+seed.Uint64("history.amount", i)%240)
	who := derive.Pick(seed, "history.name", i, []string{"NGUYEN VAN AN", "TRAN THI BINH", "LE MINH CHAU", "PHAM QUOC DUNG", "VU NGOC HANH"})
	content := fmt.Sprintf("DH%s %s chuyen tien", seed.Text("history.code", i, derive.Digits, 6), who)
	t := bank.Transfer{Company: a.Company, Account: a.AccountNumber, Amount: amount, Content: &content, At: at, Past: true}
	switch {
	case i%11 == 10:
		content = "Hoan tien don hang"
		t.Direction = store.Out
	case i%7 == 6:
		content = who + " chuyen khoan"
	}
	vas, err := store.VirtualAccountByAccount.All(w, a.XID)
	if err != nil {
		return err
	}
	if len(vas) > 0 && (i%3 == 0 || vas[0].Official) {
		t.VA = vas[0].Number
	}
	_, err = e.bank.Record(w, t)
	return err
}
