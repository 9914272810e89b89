package userapiv1

import (
	"errors"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// maxTransactions is the default and maximum limit of the list.
const maxTransactions = 5000

// listed has the 12 fields of a row in the order of the list
// (https://developer.sepay.vn/vi/sepay-api/v1/api-giao-dich). Amounts are VND
// with two decimals.
type listed struct {
	ID                 string  `json:"id"`
	BankBrandName      string  `json:"bank_brand_name"`
	AccountNumber      string  `json:"account_number"`
	TransactionDate    string  `json:"transaction_date"`
	AmountOut          string  `json:"amount_out"`
	AmountIn           string  `json:"amount_in"`
	Accumulated        string  `json:"accumulated"`
	TransactionContent string  `json:"transaction_content"`
	ReferenceNumber    string  `json:"reference_number"`
	Code               *string `json:"code"`
	SubAccount         *string `json:"sub_account"`
	BankAccountID      string  `json:"bank_account_id"`
}

// detailed has the same fields in the order of the details
// (https://docs.sepay.vn/api-giao-dich.html).
type detailed struct {
	ID                 string  `json:"id"`
	TransactionDate    string  `json:"transaction_date"`
	AccountNumber      string  `json:"account_number"`
	SubAccount         *string `json:"sub_account"`
	AmountIn           string  `json:"amount_in"`
	AmountOut          string  `json:"amount_out"`
	Accumulated        string  `json:"accumulated"`
	Code               *string `json:"code"`
	TransactionContent string  `json:"transaction_content"`
	ReferenceNumber    string  `json:"reference_number"`
	BankBrandName      string  `json:"bank_brand_name"`
	BankAccountID      string  `json:"bank_account_id"`
}

func row(t *store.Transaction) listed {
	return listed{
		ID: number(t.ID), BankBrandName: t.Gateway, AccountNumber: t.AccountNumber, TransactionDate: clock.Stamp(t.Date),
		AmountOut: money(t.AmountOut()), AmountIn: money(t.AmountIn()), Accumulated: money(t.Accumulated),
		TransactionContent: t.Content, ReferenceNumber: t.Reference, Code: orNull(t.Code), SubAccount: orNull(t.SubAccount),
		BankAccountID: number(t.BankAccountID),
	}
}

// transactionFilter reads the parameters that list and count share.
func (c call) transactionFilter(r store.Reader) (store.TransactionFilter, error) {
	p := c.params
	f := store.TransactionFilter{
		Company:   c.company.ID,
		Dates:     p.dates("transaction_date_min", "transaction_date_max"),
		Reference: p.text("reference_number"),
		AmountIn:  p.exactly("amount_in"),
		AmountOut: p.exactly("amount_out"),
		FromID:    p.id("since_id"),
	}
	if err := p.err(); err != nil {
		return f, err
	}
	if f.FromID > 0 {
		f.Sort = []store.TransactionSort{{By: store.ByID, Desc: true}}
	}
	if account := p.text("account_number"); account != "" {
		a, err := store.BankAccountByNumber.Find(r, store.Scope(c.company.ID, account))
		if errors.Is(err, store.ErrNotFound) {
			f.AccountNumber = account // unknown account: matches nothing
			return f, nil
		}
		f.BankAccountXID = a.XID
		return f, err
	}
	return f, nil
}

// listTransactions is GET /userapi/transactions/list.
func (a *API) listTransactions(c call) (string, any, error) {
	limit := c.params.limit(maxTransactions, maxTransactions)
	var page store.Page[store.Transaction]
	err := a.Store.View(c.r.Context(), func(r store.Reader) error {
		f, err := c.transactionFilter(r)
		if err == nil {
			page, err = store.ListTransactions(r, f, store.Window{Limit: limit, NoTotal: true})
		}
		return err
	})
	return "transactions", listedRows(page.Rows), err
}

// countTransactions is GET /userapi/transactions/count.
func (a *API) countTransactions(c call) (string, any, error) {
	var page store.Page[store.Transaction]
	err := a.Store.View(c.r.Context(), func(r store.Reader) error {
		f, err := c.transactionFilter(r)
		if err == nil {
			page, err = store.ListTransactions(r, f, store.Window{})
		}
		return err
	})
	return "count_transactions", page.Total, err
}

// transaction is GET /userapi/transactions/details/{transaction_id}.
func (a *API) transaction(c call) (string, any, error) {
	id, err := c.number("transaction_id")
	if err != nil {
		return "", nil, err
	}
	var t store.Transaction
	err = a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		t, err = store.Transactions.Get(r, id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || t.Company != c.company.ID {
		return "", nil, errNotFound
	}
	l := row(&t)
	return "transaction", detailed{
		ID: l.ID, TransactionDate: l.TransactionDate, AccountNumber: l.AccountNumber, SubAccount: l.SubAccount,
		AmountIn: l.AmountIn, AmountOut: l.AmountOut, Accumulated: l.Accumulated, Code: l.Code,
		TransactionContent: l.TransactionContent, ReferenceNumber: l.ReferenceNumber, BankBrandName: l.BankBrandName, BankAccountID: l.BankAccountID,
	}, err
}
