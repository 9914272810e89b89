package scenarios

import (
	"bytes"
	"mime"
	"mime/multipart"
	"net/url"
	"strconv"
)

// unmatched is the order under which money without a payment code is booked.
const unmatched = "unmatched"

// credit writes a notice into the order book. The lock is held.
func (s *shop) credit(n *notice) {
	body, _ := n.fields().(map[string]any)
	if n.kind == kindIPN {
		s.creditOrder(n.company, body)
		return
	}
	key := textOf(body["code"])
	if body["code"] == nil {
		key = ""
	}
	if known := s.book[n.company+"/"+key]; known == nil || known.price == 0 {
		// There is no code, or SePay took a bank's noise for one.
		if named := s.orderIn(n.company, textOf(body["content"])); named != "" {
			key = named
		}
	}
	if key == "" {
		key = unmatched
	}
	e := s.entry(n.company, key)
	amount := amountOf(body["transferAmount"])
	if body["transferType"] == "out" {
		amount = 0
	}
	e.book(textOf(body["id"]), amount, s.careless)
}

// creditOrder books an IPN.
func (s *shop) creditOrder(company string, body map[string]any) {
	order, _ := body["order"].(map[string]any)
	transaction, _ := body["transaction"].(map[string]any)
	e := s.entry(company, textOf(order["order_invoice_number"]))
	amount := amountOf(transaction["transaction_amount"])
	if body["notification_type"] == "TRANSACTION_VOID" {
		e.void, amount = true, -amount
	}
	e.book(textOf(transaction["id"]), amount, s.careless)
}

// book credits an amount in VND once for each id; the careless do it always.
func (e *entry) book(id string, amount int64, careless bool) {
	e.notices++
	if e.seen[id] && !careless {
		return
	}
	e.seen[id] = true
	if amount != 0 {
		e.credits++
		e.credited += amount
	}
}

func amountOf(v any) int64 {
	if n, ok := numberOf(v); ok {
		return int64(n)
	}
	f, err := strconv.ParseFloat(textOf(v), 64)
	if err != nil {
		return 0
	}
	return int64(f)
}

// fields reads a notice's body in any of SePay's three forms.
func (n notice) fields() any {
	return fieldsIn(n.header.Get("Content-Type"), n.body)
}

func fieldsIn(contentType string, body []byte) any {
	kind, params, _ := mime.ParseMediaType(contentType)
	values := url.Values{}
	switch kind {
	case "application/x-www-form-urlencoded":
		values, _ = url.ParseQuery(string(body))
	case "multipart/form-data":
		form, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(maxAnswer)
		if err == nil {
			values = form.Value
		}
	default:
		return decode(body)
	}
	out := map[string]any{}
	for name := range values {
		out[name] = values.Get(name)
	}
	return out
}
