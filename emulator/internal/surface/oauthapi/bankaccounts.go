package oauthapi

import (
	"net/url"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// bankAccount has the members of
// https://developer.sepay.vn/en/sepay-oauth2/tai-khoan-ngan-hang in their order.
type bankAccount struct {
	ID                int64   `json:"id"`
	Label             *string `json:"label"`
	AccountHolderName string  `json:"account_holder_name"`
	AccountNumber     string  `json:"account_number"`
	// Accumulated is the balance in VND.
	Accumulated int64    `json:"accumulated"`
	Active      bool     `json:"active"`
	CreatedAt   string   `json:"created_at"`
	Bank        bankInfo `json:"bank"`
}

type bankInfo struct {
	ShortName string `json:"short_name"`
	FullName  string `json:"full_name"`
	Code      string `json:"code"`
	BIN       string `json:"bin"`
	IconURL   string `json:"icon_url"`
	LogoURL   string `json:"logo_url"`
}

// subAccount is a virtual account. Public clients read the first four members;
// active and created_at are the emulator's.
type subAccount struct {
	ID                int64   `json:"id"`
	AccountNumber     string  `json:"account_number"`
	AccountHolderName *string `json:"account_holder_name"`
	Label             *string `json:"label"`
	Active            bool    `json:"active"`
	CreatedAt         string  `json:"created_at"`
}

func showAccount(a *store.BankAccount) bankAccount {
	known, _ := vietqr.Lookup(a.Bank)
	// The pictures have the shape of SePay's; that they exist for every bank is assumed.
	picture := "https://my.sepay.vn/assets/images/banklogo/" + url.PathEscape(strings.ToLower(a.Bank))
	return bankAccount{
		ID: a.ID, Label: orNull(a.Label), AccountHolderName: a.AccountHolderName, AccountNumber: a.AccountNumber,
		Accumulated: a.Accumulated, Active: a.Active, CreatedAt: clock.Stamp(a.CreatedAt),
		Bank: bankInfo{
			ShortName: a.Bank, FullName: known.Name, Code: known.Code, BIN: known.BIN,
			IconURL: picture + "-icon.png", LogoURL: picture + ".png",
		},
	}
}

func showSubAccount(v *store.VirtualAccount) subAccount {
	return subAccount{
		ID: v.ID, AccountNumber: v.Number, AccountHolderName: orNull(v.SubHolderName), Label: orNull(v.Label),
		Active: v.Active, CreatedAt: clock.Stamp(v.CreatedAt),
	}
}

// listBankAccounts is GET /api/v1/bank-accounts: newest first, which is assumed.
func (a *API) listBankAccounts(c call) (any, error) {
	win, page := c.params.window()
	var rows store.Page[store.BankAccount]
	err := a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		rows, err = store.ListBankAccounts(r, store.BankAccountFilter{Company: c.access.Company.ID}, win)
		return err
	})
	return pageOf(show(rows.Rows, showAccount), rows.Total, win, page), err
}

// bankAccount is GET /api/v1/bank-accounts/{id}.
func (a *API) bankAccount(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var account store.BankAccount
	err = a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		account, err = c.account(r, id)
		return err
	})
	return one(showAccount(&account)), err
}

// account returns a bank account of the caller's company.
func (c call) account(r store.Reader, id int64) (store.BankAccount, error) {
	account, err := store.BankAccounts.Get(r, id)
	return account, c.found(account.Company, err)
}

// listSubAccounts is GET /api/v1/bank-accounts/{id}/sub-accounts: all of them,
// oldest first. It is documented without page and limit.
func (a *API) listSubAccounts(c call) (any, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	var rows []store.VirtualAccount
	err = a.Store.View(c.r.Context(), func(r store.Reader) error {
		account, err := c.account(r, id)
		if err == nil {
			rows, err = store.VirtualAccountByAccount.All(r, account.XID)
		}
		return err
	})
	return one(show(rows, showSubAccount)), err
}
