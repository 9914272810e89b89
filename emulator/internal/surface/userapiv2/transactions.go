package userapiv2

import (
	"errors"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// listTransactions is GET /v2/transactions
// (https://developer.sepay.vn/vi/sepay-api/v2/giao-dich/danh-sach).
func (a *API) listTransactions(c call) (any, error) {
	filter := transactionFilter(c.params)
	filter.Company = c.company.ID
	win, page := c.params.window()
	out, keep := c.render(), c.params.fields()
	if err := c.params.err(); err != nil {
		return nil, err
	}
	var rows store.Page[store.Transaction]
	err := a.Store.View(c.r.Context(), func(r store.Reader) error {
		if known, err := c.since(r, &filter); err != nil || !known {
			return err
		}
		var err error
		rows, err = store.ListTransactions(r, filter, win)
		return err
	})
	if err != nil {
		return nil, err
	}
	if keep == nil {
		return pageOf(transactionRows{rows.Rows, out}, rows.Total, win, page), nil
	}
	data := make([]projection, len(rows.Rows))
	for i := range rows.Rows {
		data[i] = projection{row: out.transaction(&rows.Rows[i]), keep: keep}
	}
	return pageOf(data, rows.Total, win, page), nil
}

func transactionFilter(p params) store.TransactionFilter {
	f := store.TransactionFilter{
		Query:             p.text("q"),
		BankAccountXID:    p.uuid("bank_account_id"),
		VirtualAccountXID: p.uuid("va_id"),
		Dates:             p.dates("transaction_date_from", "transaction_date_to"),
		AmountIn:          p.amounts("amount_in_min", "amount_in_max"),
		AmountOut:         p.amounts("amount_out_min", "amount_out_max"),
		Reference:         p.text("reference_number"),
		Content:           p.text("transaction_content"),
		TransferType:      store.TransferType(p.one("transfer_type", "in", "out")),
		Delivered:         p.flag("webhook_success"),
	}
	if name := p.text("bank_brand_name"); name != "" {
		f.Banks = vietqr.Named(name)
	}
	for _, s := range []struct {
		name string
		by   store.TransactionField
	}{
		{"transaction_date_sort", store.ByDate}, {"amount_in_sort", store.ByAmountIn}, {"amount_out_sort", store.ByAmountOut},
	} {
		if way := p.one(s.name, "asc", "desc"); way != "" {
			f.Sort = append(f.Sort, store.TransactionSort{By: s.by, Desc: way == "desc"})
		}
	}
	return f
}

// since makes the list continue after a transaction: strictly after it, in
// ascending order of recording, regardless of the sort parameters. known is
// false when the caller has no such transaction; the list is then empty.
func (c call) since(r store.Reader, f *store.TransactionFilter) (known bool, err error) {
	id := c.params.uuid("since_id")
	if id == "" {
		return c.params.text("since_id") == "", nil
	}
	t, err := store.TransactionByXID.Find(r, id)
	if errors.Is(err, store.ErrNotFound) || (err == nil && t.Company != c.company.ID) {
		return false, nil
	}
	f.FromID, f.Sort = t.ID+1, []store.TransactionSort{{By: store.ByID}}
	return true, err
}

// noTransaction is nobody's.
var noTransaction store.Transaction

// transaction is GET /v2/transactions/{transaction_id}
// (https://developer.sepay.vn/vi/sepay-api/v2/giao-dich/chi-tiet).
func (a *API) transaction(c call) (any, error) {
	out := c.render()
	t := &noTransaction
	err := a.Store.View(c.r.Context(), func(r store.Reader) error {
		found, err := store.TransactionByXID.Look(r, c.id("transaction_id"))
		if err == nil {
			t = found
		}
		return err
	})
	if err := found(c.company.ID, t.Company, err); err != nil {
		return nil, err
	}
	return one(out.transaction(t)), nil
}
