package userapiv1

import (
	"errors"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// The limits of the account list. No page states the maximum.
const (
	defaultAccounts = 100
	maxAccounts     = 5000
)

// bankAccount has the 12 fields of
// https://developer.sepay.vn/vi/sepay-api/api-tai-khoan-ngan-hang. The balance
// is VND with two decimals.
type bankAccount struct {
	ID                string  `json:"id"`
	AccountHolderName string  `json:"account_holder_name"`
	AccountNumber     string  `json:"account_number"`
	Accumulated       string  `json:"accumulated"`
	LastTransaction   *string `json:"last_transaction"`
	Label             string  `json:"label"`
	Active            string  `json:"active"`
	CreatedAt         string  `json:"created_at"`
	BankShortName     string  `json:"bank_short_name"`
	BankFullName      string  `json:"bank_full_name"`
	BankBIN           string  `json:"bank_bin"`
	BankCode          string  `json:"bank_code"`
}

func renderAccount(a *store.BankAccount) bankAccount {
	bank, _ := vietqr.Lookup(a.Bank)
	out := bankAccount{
		ID: number(a.ID), AccountHolderName: a.AccountHolderName, AccountNumber: a.AccountNumber, Accumulated: money(a.Accumulated),
		Label: a.Label, Active: bit(a.Active), CreatedAt: clock.Stamp(a.CreatedAt),
		BankShortName: a.Bank, BankFullName: bank.Name, BankBIN: bank.BIN, BankCode: bank.Code,
	}
	if !a.LastTransaction.IsZero() {
		last := clock.Stamp(a.LastTransaction)
		out.LastTransaction = &last
	}
	return out
}

// accountFilter reads the parameters that list and count share.
func (c call) accountFilter() (store.BankAccountFilter, error) {
	p := c.params
	f := store.BankAccountFilter{
		Company:         c.company.ID,
		LastTransaction: p.dates("last_transaction_date_min", "last_transaction_date_max"),
		Accumulated:     p.between("accumulated_min", "accumulated_max"),
		FromID:          p.id("since_id"),
	}
	if name := p.text("short_name"); name != "" {
		f.Banks = vietqr.Named(name)
	}
	return f, p.err()
}

func (a *API) accounts(c call, limit int) (page store.Page[store.BankAccount], err error) {
	f, err := c.accountFilter()
	if err != nil {
		return page, err
	}
	err = a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		page, err = store.ListBankAccounts(r, f, store.Window{Limit: limit})
		return err
	})
	return page, err
}

// listBankAccounts is GET /userapi/bankaccounts/list.
func (a *API) listBankAccounts(c call) (string, any, error) {
	page, err := a.accounts(c, c.params.limit(defaultAccounts, maxAccounts))
	rows := make([]bankAccount, len(page.Rows))
	for i := range page.Rows {
		rows[i] = renderAccount(&page.Rows[i])
	}
	return "bankaccounts", rows, err
}

// countBankAccounts is GET /userapi/bankaccounts/count. The key is by analogy
// with transactions; no page shows it.
func (a *API) countBankAccounts(c call) (string, any, error) {
	page, err := a.accounts(c, 0)
	return "count_bankaccounts", page.Total, err
}

// bankAccount is GET /userapi/bankaccounts/details/{bank_account_id}.
func (a *API) bankAccount(c call) (string, any, error) {
	id, err := c.number("bank_account_id")
	if err != nil {
		return "", nil, err
	}
	var account store.BankAccount
	err = a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		account, err = store.BankAccounts.Get(r, id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || account.Company != c.company.ID {
		return "", nil, errNotFound
	}
	return "bankaccount", renderAccount(&account), err
}
