package scenarios_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/localsepay/localsepay/openapi/texts"
	"github.com/localsepay/localsepay/scenarios"
)

// A handler that writes a body again, cuts it or decodes it wrongly has to be
// caught by whatever scenario is run. What banks make of memos is what the others
// are about.
func TestEveryMemoOfTheLibraryHoldsWhatHandlersStumbleOver(t *testing.T) {
	content := regexp.MustCompile(`content: ("[^"]*"|'[^']*'|[^,}\n]+)`)
	turns := map[string]bool{}
	for _, s := range library(t) {
		text, err := scenarios.Text(s.Name)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name == "mangled-memos" || strings.Contains(string(text), "habits") {
			continue
		}
		for _, m := range content.FindAllStringSubmatch(string(text), -1) {
			in := texts.In(strings.Trim(m[1], `"'`))
			if len(in) == 0 {
				t.Errorf("%s: the memo %s is plain", s.Name, m[1])
			}
			for _, c := range in {
				turns[c.Name] = true
			}
		}
	}
	for _, c := range texts.Classes(false) {
		if !turns[c.Name] {
			t.Errorf("no memo holds a %s", c.Name)
		}
	}
}

func TestOrdersHaveDescriptionsThatHandlersStumbleOver(t *testing.T) {
	var mu sync.Mutex
	turns := map[string]bool{}
	handler := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n struct {
			Order struct {
				Text string `json:"order_description"`
			}
		}
		_ = json.NewDecoder(r.Body).Decode(&n)
		mu.Lock()
		defer mu.Unlock()
		for _, c := range texts.In(n.Order.Text) {
			turns[c.Name] = true
		}
		_, _ = w.Write([]byte(`{"success":true}`))
	}))
	defer handler.Close()
	for _, s := range library(t) {
		if s.Needs.IPN != nil {
			alone(t, s, scenarios.Options{IPN: handler.URL})
		}
	}
	for _, c := range texts.Classes(false) {
		if !turns[c.Name] {
			t.Errorf("no order's description holds a %s: %v", c.Name, turns)
		}
	}
}

func TestTheUsersOwnShopIsToldOfTheOrders(t *testing.T) {
	var mu sync.Mutex
	told := map[string]float64{}
	status := http.StatusCreated
	own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n map[string]any
		_ = json.NewDecoder(r.Body).Decode(&n)
		mu.Lock()
		defer mu.Unlock()
		for _, member := range []string{"code", "invoice"} {
			if name, ok := n[member].(string); ok {
				told[member+" "+name] = n["amount"].(float64)
			}
		}
		if n["account"] == "" || n["cancelled"] != false {
			t.Errorf("told %v", n)
		}
		w.WriteHeader(status)
	}))
	defer own.Close()
	s := parse(t, `
name: told
purpose: Orders are made at the shop.
needs: {webhook: {}, ipn: {}, merchant: {orders: {DH1001: 5000}}}
steps:
  - checkout: {invoice: INV-1, amount: 7000}
  - merchant: {orders: {DH1002: 6000}}
`)
	if r := alone(t, s, scenarios.Options{Prepare: own.URL}); !r.OK() {
		t.Errorf("%+v", r.Failure)
	}
	if told["code DH1001"] != 5000 || told["code DH1002"] != 6000 || told["invoice INV-1"] != 7000 || len(told) != 3 {
		t.Errorf("told %v", told)
	}
	mu.Lock()
	status = http.StatusNotFound
	mu.Unlock()
	if r := alone(t, s, scenarios.Options{Prepare: own.URL}); r.OK() || !strings.Contains(r.Failure.Mismatches[0].Seen, "tell the shop of order DH1001: "+own.URL+" answered 404") {
		t.Errorf("%+v", r.Failure)
	}
}
