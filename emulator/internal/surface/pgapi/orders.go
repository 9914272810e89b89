package pgapi

import (
	"encoding/json"
	"errors"
	"net/url"

	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// listOrders is GET /v1/order
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/danh-sach-don-hang).
func (a *API) listOrders(c call) (any, error) {
	filter, page, perPage, err := c.readFilter()
	if err != nil {
		return nil, err
	}
	var rows store.Page[store.Order]
	err = a.Store.View(c.r.Context(), func(r store.Reader) (err error) {
		rows, err = store.ListOrders(r, filter, store.Window{Offset: (page - 1) * perPage, Limit: perPage})
		return err
	})
	return list{Data: orderRows(rows.Rows), Meta: meta{
		PerPage: perPage, Total: rows.Total, HasMore: page*perPage < rows.Total, CurrentPage: page, PageCount: (rows.Total + perPage - 1) / perPage,
	}}, err
}

// order is GET /v1/order/detail/{order_id}. The page calls the parameter SePay's
// order id, the SDKs send the invoice number: both are accepted
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/chi-tiet-don-hang).
func (a *API) order(c call) (any, error) {
	key := surface.PathValue(c.r, "order_id")
	if plain, err := url.PathUnescape(key); err == nil {
		key = plain
	}
	var out detail
	err := a.Store.View(c.r.Context(), func(r store.Reader) error {
		o, err := payment.Find(r, c.company.ID, key)
		if err != nil {
			return err
		}
		if !o.Listed {
			c.note("The order exists, but the orders API does not know it yet", "Order "+o.OrderID+" is by card: it is stored when the customer's attempt is complete.", "Read it after the redirect or the IPN; the setting checkout.card_order=at_init shows it at once.")
			return payment.ErrNotFound
		}
		out = detail{showOrder(&o), []transaction{}}
		payments, err := store.PaymentsOf(r, o.ID)
		for i := range payments {
			p := &payments[i]
			if p.Method != store.MethodCard && c.rules.Get(setting.PGAPITransactions) == "empty" {
				continue
			}
			out.Transactions = append(out.Transactions, showTransaction(p, o.Currency))
		}
		return err
	})
	return one{out}, c.orderError(err, "")
}

// invoice reads the body of cancel and void.
func (c call) invoice() (string, error) {
	var body struct {
		Invoice *string `json:"order_invoice_number"`
	}
	if err := json.NewDecoder(c.r.Body).Decode(&body); err != nil {
		var typed *json.UnmarshalTypeError
		if errors.As(err, &typed) {
			return "", errNoInvoice
		}
		return "", errBody
	}
	if body.Invoice == nil || *body.Invoice == "" {
		return "", errNoInvoice
	}
	return *body.Invoice, nil
}

// cancel is POST /v1/order/cancel
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/huy-don-hang).
func (a *API) cancel(c call) (any, error) {
	invoice, err := c.invoice()
	if err != nil {
		return nil, err
	}
	_, err = a.Gateway.Cancel(c.r.Context(), c.company.ID, invoice)
	return done{"Đã hủy đơn hàng thành công"}, c.orderError(err, messageCancel)
}

// void is POST /v1/order/voidTransaction
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/giao-dich/huy-giao-dich).
func (a *API) void(c call) (any, error) {
	invoice, err := c.invoice()
	if err != nil {
		return nil, err
	}
	_, err = a.Gateway.Void(c.r.Context(), c.company.ID, invoice)
	return done{"Đã hủy giao dịch thành công"}, c.orderError(err, messageVoid)
}
