package oauthapi

import (
	"errors"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// transaction has the members of
// https://developer.sepay.vn/en/sepay-oauth2/giao-dich in their order. Amounts
// are VND.
type transaction struct {
	// ID is the same as the webhook's.
	ID                 int64   `json:"id"`
	BankAccountID      int64   `json:"bank_account_id"`
	BankBrandName      string  `json:"bank_brand_name"`
	AccountNumber      string  `json:"account_number"`
	TransactionDate    string  `json:"transaction_date"`
	AmountOut          int64   `json:"amount_out"`
	AmountIn           int64   `json:"amount_in"`
	Accumulated        int64   `json:"accumulated"`
	TransactionContent string  `json:"transaction_content"`
	ReferenceNumber    string  `json:"reference_number"`
	Code               *string `json:"code"`
	SubAccount         *string `json:"sub_account"`
}

func showTransaction(t *store.Transaction) transaction {
	return transaction{
		ID: t.ID, BankAccountID: t.BankAccountID, BankBrandName: t.Gateway, AccountNumber: t.AccountNumber, TransactionDate: clock.Stamp(t.Date),
		AmountOut: t.AmountOut(), AmountIn: t.AmountIn(), Accumulated: t.Accumulated, TransactionContent: t.Content,
		ReferenceNumber: t.Reference, Code: orNull(t.Code), SubAccount: orNull(t.SubAccount),
	}
}

// listTransactions is GET /api/v1/transactions: newest first.
func (a *API) listTransactions(c call) (any, error) {
	p := c.params
	f := store.TransactionFilter{
		Company: c.access.Company.ID, AccountNumber: p.text("account_number"), Reference: p.text("reference_number"),
		Dates: p.days("from_date", "to_date"), AmountIn: p.exactly("amount_in"), AmountOut: p.exactly("amount_out"),
	}
	account, named := p.id("bank_account_id")
	win, page := p.window()
	var rows store.Page[store.Transaction]
	err := a.Store.View(c.r.Context(), func(r store.Reader) error {
		if named {
			known, err := c.account(r, account)
			if errors.Is(err, errNotFound) {
				return nil // unknown account: nothing matches
			}
			if err != nil {
				return err
			}
			f.BankAccountXID = known.XID
		}
		var err error
		rows, err = store.ListTransactions(r, f, win)
		return err
	})
	return pageOf(show(rows.Rows, showTransaction), rows.Total, win, page), err
}

// transaction is GET /api/v1/transactions/{id}. The page names it; that its
// answer is a row of the list is assumed.
func (a *API) transaction(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var t store.Transaction
	err = a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		t, err = store.Transactions.Get(r, id)
		return c.found(t.Company, err)
	})
	return one(showTransaction(&t)), err
}
