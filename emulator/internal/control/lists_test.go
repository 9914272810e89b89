package control_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi"
)

func findingsOf(company string) finding.Filter { return finding.Filter{Company: company} }

// pages walks through a list, limit rows at a time.
func (h *house) pages(path, member string, limit int) (out []any) {
	h.t.Helper()
	after := ""
	for range 20 {
		a := h.call("GET", fmt.Sprintf("%slimit=%d&after=%s", path, limit, after), "")
		rows := pluck(a.rows(), member)
		if len(rows) > limit {
			h.t.Fatalf("%d rows, %d were asked for", len(rows), limit)
		}
		out = append(out, rows...)
		next, more := a.body(200)["next"].(string)
		if !more {
			return out
		}
		after = next
	}
	h.t.Fatal("the list has no end")
	return nil
}

func TestEveryListIsWalkedThroughPageByPage(t *testing.T) {
	h := build(t)
	for i := 1; i <= 5; i++ {
		h.open(fmt.Sprint("DH-", i), "1000")
		h.call("POST", "/transfers", fmt.Sprintf(`{"amount":%d,"content":"x"}`, i)).body(201)
		h.parts.Findings.Add(finding.Finding{Code: fmt.Sprint("c", i), Severity: finding.Note})
		u, _ := url.Parse("/v1/order")
		h.parts.Traffic.Add(&frontdoor.Entry{ID: h.parts.Traffic.NextID(), At: epoch, Exchange: openapi.Exchange{Request: openapi.Request{Method: "GET", URL: u, Header: http.Header{}}, Status: 200}, Surface: "pgapi"})
	}
	for path, c := range map[string]struct {
		member string
		want   []any
	}{
		"/orders?":   {"order_invoice_number", []any{"DH-5", "DH-4", "DH-3", "DH-2", "DH-1"}},
		"/requests?": {"id", []any{5.0, 4.0, 3.0, 2.0, 1.0}},
		"/findings?": {"code", []any{"c5", "c4", "c3", "c2", "c1"}},
	} {
		for _, limit := range []int{1, 2, 5, 100} {
			got := h.pages(path, c.member, limit)
			same(t, path, c.want, got)
		}
	}
	first := int(store.Transactions.FirstID)
	subject := func(i int) any { return fmt.Sprint("transaction ", first+i) }
	same(t, "timeline", []any{subject(0), subject(1), subject(2), subject(3), subject(4)}, h.pages("/timeline?type=transaction&", "subject", 2))
	if got := h.pages("/deliveries?", "id", 2); len(got) != 5 || got[0] != 5.0 {
		t.Errorf("deliveries %v", got)
	}
}

func TestWhatListsSelect(t *testing.T) {
	h := build(t)
	h.open("DH-1", "1000")
	h.open("DH-2", "2000")
	h.call("POST", "/orders/DH-2/pay", `{"method":"BANK_TRANSFER"}`).body(200)
	h.call("POST", "/companies", `{"id":"other"}`).body(201)
	h.parts.Findings.Add(finding.Finding{Code: "a", Company: "other", Severity: finding.Note})
	h.parts.Findings.Add(finding.Finding{Code: "b", Company: "shop", Severity: finding.Note, Request: 7})
	h.advance("1s")
	for path, want := range map[string]int{
		"/orders": 2, "/orders?status=CAPTURED": 1, "/orders?q=dh-1": 1, "/orders?company=other": 0, "/orders?company=shop": 2,
		"/deliveries": 2, "/deliveries?kind=ipn": 1, "/deliveries?kind=webhook": 1, "/deliveries?status=succeeded": 2, "/deliveries?status=failed": 0, "/deliveries?webhook=1": 1,
		"/deliveries?webhook=2": 0, "/deliveries?company=other": 0, "/findings?code=a": 1, "/findings?company=shop&request=7": 1, "/findings?request=8": 0,
		"/webhooks": 2, "/webhooks?company=shop": 1, "/webhooks?company=other": 0, "/cards": 10,
	} {
		if rows := h.call("GET", path, "").rows(); len(rows) != want {
			t.Errorf("%s: %d rows, want %d", path, len(rows), want)
		}
	}
}

func TestARequestIsShownWithItsSecretsMasked(t *testing.T) {
	h := build(t)
	u, _ := url.Parse("/v1/order?token=" + secret)
	h.parts.Traffic.Add(&frontdoor.Entry{ID: h.parts.Traffic.NextID(), At: epoch, Company: "shop", Surface: "pgapi", Host: "127.0.0.1", Exchange: openapi.Exchange{
		Request: openapi.Request{Method: "POST", URL: u, Header: http.Header{"Authorization": {"Bearer " + secret}}, Body: []byte(`{"api_key":"` + secret + `"}`)},
		Status:  200, ResponseHeader: http.Header{"X-Key": {secret}}, ResponseBody: []byte{0xff, 0xfe},
	}})
	a := h.call("GET", "/requests/1", "")
	got := a.body(200)
	if strings.Contains(a.Body.String(), secret) || got["response_body"] != "(2 bytes that are not text)" || got["method"] != "POST" {
		t.Errorf("%s", a.Body)
	}
	if list := h.call("GET", "/requests?company=shop&surface=pgapi", ""); strings.Contains(list.Body.String(), secret) || len(list.rows()) != 1 {
		t.Errorf("%s", list.Body)
	}
	if n := len(h.call("GET", "/requests?surface=checkout", "").rows()); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestClientsAreListed(t *testing.T) {
	h := build(t)
	if got := h.call("GET", "/clients", "").body(200); len(got["data"].([]any)) != 0 || got["dropped"] != 0.0 {
		t.Errorf("%v", got)
	}
}
