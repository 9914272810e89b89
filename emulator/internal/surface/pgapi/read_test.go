package pgapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestOnlyAMerchantIsLetIn(t *testing.T) {
	const refused = "Xác thực thất bại: kiểm tra merchant_id và secret_key"
	for name, c := range map[string]struct {
		user, password string
		env            store.Environment
		status         int
		noted          string
	}{
		"its credentials":                     {"SP-TEST-SHOP", secret, "", 200, ""},
		"its credentials at its host":         {"SP-TEST-SHOP", secret, store.Sandbox, 200, ""},
		"at the host of the other side":       {"SP-TEST-SHOP", secret, store.Production, 401, ""},
		"no credentials":                      {"", "", "", 401, "credentials.refused"},
		"another key":                         {"SP-TEST-SHOP", secret + "x", "", 401, "credentials.refused"},
		"no key":                              {"SP-TEST-SHOP", "", "", 401, "credentials.refused"},
		"another merchant":                    {"SP-TEST-NOBODY", secret, "", 401, "credentials.refused"},
		"the merchant id in another spelling": {"sp-test-shop", secret, "", 401, "credentials.refused"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, call := range [][3]string{{"GET", "/v1/order", ""}, {"GET", "/v1/order/detail/A", ""}, {"POST", "/v1/order/cancel", `{"order_invoice_number":"A"}`}, {"POST", "/v1/order/voidTransaction", "{}"}} {
				h := build(t, nil)
				h.open("shop", "A", 1000)
				a := h.send(c.user, c.password, c.env, call[0], call[1], call[2])
				if (a.Code == 401) != (c.status == 401) || codes(a.noted) != c.noted && c.status == 401 {
					t.Errorf("%s %s: %d, noted %s", call[0], call[1], a.Code, codes(a.noted))
				}
				if a.Code != 401 {
					if a.company != "shop" {
						t.Errorf("the call counts for %q", a.company)
					}
					continue
				}
				a.want(t, 401, message(refused))
				if a.Header().Get("WWW-Authenticate") != `Basic realm="SePay"` {
					t.Errorf("WWW-Authenticate: %s", a.Header().Get("WWW-Authenticate"))
				}
			}
		})
	}
}

func TestAnOrderInTheList(t *testing.T) {
	h := build(t, nil)
	o := h.open("shop", "DH-1", 50_000, "customer_id", "kh-7")
	h.advance(time.Minute)
	h.transfer(o)
	h.call("GET", "/v1/order", "").want(t, 200, `{"data":[{"id":"`+fmt.Sprint(o.ID)+`","customer_id":"kh-7","order_id":"`+o.OrderID+`","order_invoice_number":"DH-1","order_status":"CAPTURED","order_amount":"50000.00","order_currency":"VND","order_description":"Đơn hàng DH-1","authentication_status":"AUTHENTICATION_SUCCESSFUL","created_at":"2026-03-03 09:30:00","updated_at":"2026-03-03 09:31:00"}],"meta":{"per_page":20,"total":1,"has_more":false,"current_page":1,"page_count":1}}`)
}

// shelf has an order on each of five days; B is paid, D cancelled. X is of
// another company, and Y is not listed yet.
func shelf(t *testing.T, settings map[string]string) *house {
	h := build(t, settings)
	for i, invoice := range []string{"A", "B", "C", "D", "E"} {
		if i > 0 {
			h.advance(24 * time.Hour)
		}
		o := h.open("shop", invoice, int64(1000*(i+1)), "customer_id", "kh-"+fmt.Sprint(i%2))
		switch invoice {
		case "B":
			h.transfer(o)
		case "D":
			h.call("POST", "/v1/order/cancel", `{"order_invoice_number":"D"}`).want(t, 200, "")
		}
	}
	h.open("other", "X", 1000)
	h.open("shop", "Y", 1000, "payment_method", "CARD")
	return h
}

func TestWhatTheListSelects(t *testing.T) {
	h := shelf(t, nil)
	for query, want := range map[string]string{
		"":                                       "E D C B A",
		"order_status=CAPTURED":                  "B",
		"order_status=CANCELLED":                 "D",
		"order_status=AUTHENTICATION_NOT_NEEDED": "E C A",
		"customer_id=kh-1":                       "D B",
		"q=đơn hàng c":                           "C",
		"q=" + "zzz":                             "",
		"created_at=2026-03-04":                  "B",
		"from_created_at=2026-03-06":             "E D",
		"to_created_at=2026-03-04":               "B A",
		"end_created_at=2026-03-04":              "B A",
		"from_created_at=2026-03-04&to_created_at=2026-03-05":                   "C B",
		"from_created_at=2026-03-04&end_created_at=2026-03-06&customer_id=kh-0": "C",
		"sort=created_at:asc":                          "A B C D E",
		"sort=created_at:DESC":                         "E D C B A",
		"sort[created_at]=asc":                         "A B C D E",
		"order_status=CAPTURED&order_status=CANCELLED": "D",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		a := h.call("GET", "/v1/order?"+q.Encode(), "")
		if got, _ := a.list(t); got != want || len(a.noted) > 0 {
			t.Errorf("%s: %s, want %s; noted %s", query, got, want, codes(a.noted))
		}
	}
}

func TestPagesOfTheList(t *testing.T) {
	h := shelf(t, nil)
	meta := func(perPage, current, count int, more bool) map[string]any {
		return map[string]any{"per_page": float64(perPage), "total": 5.0, "has_more": more, "current_page": float64(current), "page_count": float64(count)}
	}
	for query, c := range map[string]struct {
		want string
		meta map[string]any
	}{
		"per_page=2":        {"E D", meta(2, 1, 3, true)},
		"per_page=2&page=2": {"C B", meta(2, 2, 3, true)},
		"per_page=2&page=3": {"A", meta(2, 3, 3, false)},
		"per_page=2&page=4": {"", meta(2, 4, 3, false)},
		"per_page=5":        {"E D C B A", meta(5, 1, 1, false)},
		"per_page=100":      {"E D C B A", meta(100, 1, 1, false)},
	} {
		got, shown := h.call("GET", "/v1/order?"+query, "").list(t)
		if diff := cmp.Diff(c.meta, shown); got != c.want || diff != "" {
			t.Errorf("%s: %s\n%s", query, got, diff)
		}
	}
}

func TestAParameterThatCannotBeRead(t *testing.T) {
	for query, c := range map[string]struct{ name, want string }{
		"page=0":                 {"page", "E D C B A"},
		"page=x":                 {"page", "E D C B A"},
		"per_page=101":           {"per_page", "E D C B A"},
		"per_page=-1":            {"per_page", "E"},
		"created_at=04/03/2026":  {"created_at", "E D C B A"},
		"order_status=PAID":      {"order_status", "E D C B A"},
		"sort=amount:asc":        {"sort", "E D C B A"},
		"sort[created_at]=first": {"sort[created_at]", "E D C B A"},
	} {
		lenient, strict := shelf(t, nil), shelf(t, map[string]string{"pgapi.invalid_parameter": "strict"})
		a := lenient.call("GET", "/v1/order?"+query, "")
		if got, _ := a.list(t); got != c.want || codes(a.noted) != "pgapi.request" || !strings.Contains(a.noted[0].Detail, c.name+": want") {
			t.Errorf("lenient, %s: %s, noted %+v", query, got, a.noted)
		}
		b := strict.call("GET", "/v1/order?"+query, "")
		b.want(t, 422, "")
		if !strings.Contains(b.Body.String(), `"errors":{"`+c.name+`":["want`) {
			t.Errorf("strict, %s: %s", query, b.Body)
		}
	}
}

func TestDetailsFindTheOrderByEitherNumber(t *testing.T) {
	h := build(t, nil)
	o, other := h.open("shop", "DH/1 ă", 50_000), h.open("other", "X", 1000)
	for _, key := range []string{o.OrderID, url.PathEscape("DH/1 ă"), "DH/1%20%C4%83"} {
		if got := h.call("GET", "/v1/order/detail/"+key, "").details(t); got["order_id"] != o.OrderID {
			t.Errorf("%s: %v", key, got)
		}
	}
	for _, key := range []string{other.OrderID, "X", "DH", "99"} {
		h.call("GET", "/v1/order/detail/"+key, "").want(t, 404, message("Không tìm thấy đơn hàng"))
	}
}

func TestDetailsHaveTheTransactions(t *testing.T) {
	const cardPart = `"card_number":"411111xxxxxx1111","card_holder_name":"NGUYEN VAN AN","card_expiry":"1230","card_funding_method":"CREDIT","card_brand":"VISA"`
	for name, c := range map[string]struct {
		settings map[string]string
		pay      func(*house, store.Order)
		count    int
		has      string
	}{
		"none before it is paid":      {nil, func(*house, store.Order) {}, 0, `"transactions":[]`},
		"a transfer":                  {nil, (*house).transfer, 1, `"payment_method":"BANK_TRANSFER","transaction_type":"PAYMENT","transaction_amount":"50000","transaction_currency":"VND","transaction_status":"APPROVED","authentication_status":"AUTHENTICATION_SUCCESSFUL","card_number":null`},
		"no transfer, as one saw":     {map[string]string{"pgapi.transfer_transactions": "empty"}, (*house).transfer, 0, `"transactions":[]`},
		"a card all the same":         {map[string]string{"pgapi.transfer_transactions": "empty"}, func(h *house, o store.Order) { h.card(o, "visa") }, 1, cardPart},
		"a card":                      {nil, func(h *house, o store.Order) { h.card(o, "visa") }, 1, cardPart},
		"a declined card":             {nil, func(h *house, o store.Order) { h.card(o, "declined") }, 1, `"transaction_status":"DECLINED","authentication_status":null`},
		"two cards, the oldest first": {nil, func(h *house, o store.Order) { h.card(o, "declined"); h.card(o, "visa") }, 2, `"transaction_status":"DECLINED"`},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, c.settings)
			o := h.open("shop", "DH-1", 50_000)
			c.pay(h, o)
			a := h.call("GET", "/v1/order/detail/DH-1", "")
			list, _ := a.details(t)["transactions"].([]any)
			if len(list) != c.count || !strings.Contains(a.Body.String(), c.has) {
				t.Errorf("%d transactions: %s", len(list), a.Body)
			}
		})
	}
}

func TestAnOrderThatIsNotListedYetIsNotFoundAndExplained(t *testing.T) {
	h := build(t, nil)
	o := h.open("shop", "DH-1", 50_000, "payment_method", "CARD")
	a := h.call("GET", "/v1/order/detail/"+o.OrderID, "")
	a.want(t, 404, message("Không tìm thấy đơn hàng"))
	if codes(a.noted) != "pgapi.request" || !strings.Contains(a.noted[0].Detail, "when the customer's attempt is complete") {
		t.Errorf("noted %+v", a.noted)
	}
	h.card(o, "visa")
	h.call("GET", "/v1/order/detail/"+o.OrderID, "").want(t, 200, "")
}

func TestHEADIsAnsweredLikeGET(t *testing.T) {
	h := build(t, nil)
	if a := h.send("SP-TEST-SHOP", secret, "", http.MethodHead, "/v1/order", ""); a.Code != 200 || a.operation != "listOrders" {
		t.Errorf("%d %s", a.Code, a.operation)
	}
}
