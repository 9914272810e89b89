package scenarios

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/localsepay/localsepay/openapi/input"
	odd "github.com/localsepay/localsepay/openapi/texts"
)

// behave changes how the shop answers, and lets the user's own shop know of the
// orders that the fake one is told of.
func (r *run) behave(ctx context.Context, b Shop) error {
	for _, code := range slices.Sorted(maps.Keys(b.Orders)) {
		if err := r.prepare(ctx, r.tenants[""], "code", code, b.Orders[code]); err != nil {
			return err
		}
	}
	return r.shop.behave(b)
}

// prepare lets the user's own shop know of an order, by its payment code or its
// invoice number, with its price in VND and the accounts that it may be paid to.
func (r *run) prepare(ctx context.Context, t *tenant, member, name string, amount int64) error {
	if r.options.Prepare == "" {
		return nil
	}
	order := map[string]any{member: name, "amount": amount, "cancelled": false}
	accounts := make([]string, len(t.BankAccounts))
	for i, a := range t.BankAccounts {
		accounts[i] = a.AccountNumber
	}
	if len(accounts) > 0 {
		order["account"], order["accounts"] = accounts[0], accounts
	}
	body, err := json.Marshal(order)
	if err != nil {
		return err
	}
	a, err := r.client.do(ctx, http.MethodPost, r.options.Prepare, http.Header{"Content-Type": {"application/json"}}, body)
	switch {
	case err != nil:
		return err
	case a.Status == 0:
		return fmt.Errorf("tell the shop of order %s: %s", name, input.NetError(a.Err))
	case a.Status < 200 || a.Status > 299:
		return fmt.Errorf("tell the shop of order %s: %s answered %d: %.200s", name, r.options.Prepare, a.Status, a.Text)
	}
	return nil
}

// described is the description of an order that names none: it holds in turn what
// SePay's format allows and handlers stumble over.
func described(invoice string) string {
	n := 0
	for _, c := range []byte(invoice) {
		n += int(c)
	}
	return "Thanh toan " + invoice + " " + odd.Turn(odd.Classes(false), n)
}
