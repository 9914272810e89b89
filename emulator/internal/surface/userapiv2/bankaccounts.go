package userapiv2

import (
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// listBankAccounts is GET /v2/bank-accounts
// (https://developer.sepay.vn/vi/sepay-api/v2/tai-khoan-ngan-hang/danh-sach).
func (a *API) listBankAccounts(c call) (any, error) {
	p := c.params
	f := store.BankAccountFilter{
		Company:         c.company.ID,
		LastTransaction: p.dates("last_transaction_from", "last_transaction_to"),
		Accumulated:     p.amounts("accumulated_min", "accumulated_max"),
		Query:           p.text("q"),
		Active:          p.flag("active"),
	}
	if name := p.text("bank_short_name"); name != "" {
		f.Banks = vietqr.Named(name)
	}
	for _, s := range []struct {
		name string
		by   store.AccountField
	}{
		{"created_at_sort", store.AccountByCreated}, {"last_transaction_sort", store.AccountByLastTransaction}, {"accumulated_sort", store.AccountByAccumulated},
	} {
		if way := p.one(s.name, "asc", "desc"); way != "" {
			f.Sort = append(f.Sort, store.AccountSort{By: s.by, Desc: way == "desc"})
		}
	}
	win, page := p.window()
	out := c.render()
	if err := p.err(); err != nil {
		return nil, err
	}
	var rows store.Page[store.BankAccount]
	err := a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		rows, err = store.ListBankAccounts(r, f, win)
		return err
	})
	data := make([]bankAccount, len(rows.Rows))
	for i := range rows.Rows {
		data[i] = out.bankAccount(&rows.Rows[i])
	}
	return pageOf(data, rows.Total, win, page), err
}

// bankAccount is GET /v2/bank-accounts/{ba_xid}
// (https://developer.sepay.vn/vi/sepay-api/v2/tai-khoan-ngan-hang/chi-tiet).
func (a *API) bankAccount(c call) (any, error) {
	out := c.render()
	account, err := a.account(c)
	if err != nil {
		return nil, err
	}
	return one(out.bankAccount(&account)), nil
}

// account returns the bank account in the path.
func (a *API) account(c call) (store.BankAccount, error) {
	var account store.BankAccount
	err := a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		account, err = store.BankAccountByXID.Find(r, c.id("ba_xid"))
		return err
	})
	return account, found(c.company.ID, account.Company, err)
}

// listVAs is GET /v2/bank-accounts/{ba_xid}/va
// (https://developer.sepay.vn/vi/sepay-api/v2/tai-khoan-ao/danh-sach).
func (a *API) listVAs(c call) (any, error) {
	account, err := a.account(c)
	if err != nil {
		return nil, err
	}
	p := c.params
	f := store.VirtualAccountFilter{
		BankAccountXID: account.XID, Query: p.text("q"),
		Active: p.flag("active"), Official: p.flag("official"), Static: p.flag("static"),
		OldestFirst: p.one("created_at_sort", "asc", "desc") == "asc",
	}
	win, page := p.window()
	out := c.render()
	if err := p.err(); err != nil {
		return nil, err
	}
	var rows store.Page[store.VirtualAccount]
	err = a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		rows, err = store.ListVirtualAccounts(r, f, win)
		return err
	})
	data := make([]virtualAccount, len(rows.Rows))
	for i := range rows.Rows {
		data[i] = out.virtualAccount(&rows.Rows[i])
	}
	return pageOf(data, rows.Total, win, page), err
}

// va is GET /v2/bank-accounts/{ba_xid}/va/{va_xid}.
func (a *API) va(c call) (any, error) {
	account, err := a.account(c)
	if err != nil {
		return nil, err
	}
	out := c.render()
	var v store.VirtualAccount
	err = a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		v, err = store.VirtualAccountByXID.Find(r, c.id("va_xid"))
		return err
	})
	if v.BankAccountXID != account.XID {
		v.Company = ""
	}
	if err := found(c.company.ID, v.Company, err); err != nil {
		return nil, err
	}
	return one(out.virtualAccount(&v)), nil
}
