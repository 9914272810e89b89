package control

import (
	"net/url"

	"github.com/gorilla/mux"

	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
)

func (c *Control) getOrders(r request) (int, any, error) {
	limit, after, err := r.page()
	if err != nil {
		return 0, nil, err
	}
	q := r.URL.Query()
	if err := oneOf("status", q.Get("status"), []string{string(store.OrderWaiting), string(store.OrderCaptured), string(store.OrderCancelled)}); err != nil {
		return 0, nil, err
	}
	f := store.OrderFilter{Company: q.Get("company"), Status: store.OrderStatus(q.Get("status")), Query: q.Get("q"), Before: after}
	return ok(c.Orders(r.Context(), f, limit))
}

// key reads the order in the path: SePay's order id or the invoice number.
func (r request) key() string {
	text := mux.Vars(r.Request)["order"]
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

func (c *Control) getOrder(r request) (int, any, error) {
	return ok(c.Order(r.Context(), r.URL.Query().Get("company"), r.key()))
}

func (c *Control) postPay(r request) (int, any, error) {
	body, err := read[wire.NewPay](r)
	if err != nil {
		return 0, nil, err
	}
	return ok(c.Pay(r.Context(), r.key(), body))
}

func (c *Control) postLeave(r request) (int, any, error) {
	body, err := read[wire.OrderChoice](r)
	if err != nil {
		return 0, nil, err
	}
	return ok(c.Leave(r.Context(), body.Company, r.key()))
}

func (c *Control) postExpire(r request) (int, any, error) {
	body, err := read[wire.OrderChoice](r)
	if err != nil {
		return 0, nil, err
	}
	return ok(c.Expire(r.Context(), body.Company, r.key()))
}

func (c *Control) putIPN(r request) (int, any, error) {
	body, err := read[wire.IPNChange](r)
	if err != nil {
		return 0, nil, err
	}
	return ok(c.SetIPN(r.Context(), body))
}
