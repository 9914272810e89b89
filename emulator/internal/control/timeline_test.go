package control_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	wire "github.com/localsepay/localsepay/openapi/control"
)

func TestTheTimelineSelects(t *testing.T) {
	h := build(t)
	id := h.open("DH-1", "50000")
	h.advance("1h")
	h.call("POST", "/companies", `{"id":"other"}`).body(201)
	h.call("POST", "/transfers", `{"company":"other","amount":7}`).body(201)
	types := func(query string) string {
		var out []string
		for _, m := range h.call("GET", "/timeline?"+query, "").rows() {
			out = append(out, fmt.Sprint(m["type"]))
		}
		return strings.Join(out, " ")
	}
	for query, want := range map[string]string{
		"company=shop":                                                   "order order clock company", // what concerns all is of each
		"subject=order%20" + id:                                          "order order",
		"type=order":                                                     "order order",
		"type=transaction&company=other":                                 "transaction",
		"type=transaction&company=shop":                                  "",
		"type=order&to=2026-03-03T10:00:00%2B07:00":                      "order",
		"type=order&from=2026-03-03T10:00:00%2B07:00":                    "order",
		"type=order&from=2026-03-03%2009:30:00&to=2026-03-03%2010:30:00": "order order",
		"type=order&limit=1":                                             "order",
	} {
		if query == "company=shop" {
			if got := types(query); !strings.HasPrefix(got, "order order clock") || strings.Contains(got, "transaction") {
				t.Errorf("%s: %s", query, got)
			}
			continue
		}
		if got := types(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	first := h.call("GET", "/timeline?limit=1", "").body(200)
	if next := types("after=" + fmt.Sprint(first["next"])); next == "" || strings.Count(next, " ")+2 != strings.Count(types(""), " ")+1 {
		t.Errorf("after the first: %s of %s", next, types(""))
	}
}

func TestARestoreTakesBackAndIsAFact(t *testing.T) {
	h := build(t)
	h.open("DH-1", "50000")
	snapshot := h.call("POST", "/snapshots", "").body(201)
	if snapshot["id"] != "s1" || snapshot["at"] != "2026-03-03T09:30:00+07:00" {
		t.Errorf("%v", snapshot)
	}
	h.advance("1m")
	h.open("DH-2", "50000")
	h.call("POST", "/snapshots/s1/restore", "").none()
	same(t, "orders", []any{"DH-1"}, pluck(h.call("GET", "/orders", "").rows(), "order_invoice_number"))
	if now := h.call("GET", "/clock", "").body(200)["now"]; now != "2026-03-03T09:30:00+07:00" {
		t.Errorf("the clock shows %v", now)
	}
	same(t, "undone", []any{nil, true}, pluck(h.call("GET", "/timeline?type=order", "").rows(), "undone"))
	same(t, "facts", []string{"restore   back to snapshot s1"}, h.texts("type=restore"))
	h.call("POST", "/snapshots/s2/restore", "").problem(404, `there is no snapshot "s2"`)
}

func TestAResetGoesBackToTheStartAndForgetsTheLogs(t *testing.T) {
	h := build(t)
	h.open("DH-1", "50000")
	h.advance("1m")
	h.call("POST", "/companies", `{"id":"other"}`).body(201)
	h.call("POST", "/faults", `{"when":{"surface":"pgapi"},"do":{"drop":true}}`).body(201)
	h.parts.Findings.Add(finding.Finding{Code: "x"})
	h.call("POST", "/reset", "").none()
	if got := h.call("GET", "/state", "").body(200); len(got["companies"].([]any)) != 1 || got["clock"].(map[string]any)["now"] != "2026-03-03T09:30:00+07:00" {
		t.Errorf("%v", got["clock"])
	}
	for _, path := range []string{"/orders", "/faults", "/findings", "/requests"} {
		if n := len(h.call("GET", path, "").rows()); n != 0 {
			t.Errorf("%s: %d rows", path, n)
		}
	}
	if texts := h.texts("type=reset"); len(texts) != 1 || texts[0] != "reset     back to the start" {
		t.Errorf("%q", texts)
	}
	made := h.call("POST", "/faults", `{"when":{"surface":"pgapi"},"do":{"drop":true}}`).body(201)
	if made["id"] != 1.0 {
		t.Errorf("faults are counted on: %v", made["id"])
	}
}

func TestSnapshotsAreBounded(t *testing.T) {
	h := build(t)
	for range 101 {
		h.call("POST", "/snapshots", "").body(201)
	}
	h.call("POST", "/snapshots/s1/restore", "").problem(404, "")
	h.call("POST", "/snapshots/s2/restore", "").none()
}

func TestEachTypeOfFactHasItsLine(t *testing.T) {
	h := build(t)
	h.call("POST", "/transfers", `{"amount":1250000,"content":"DH123"}`).body(201)
	id := h.open("DH-1", "50000")
	h.call("POST", "/orders/DH-1/pay", `{"method":"BANK_TRANSFER","outcome":"less"}`).body(200)
	h.call("POST", "/orders/DH-1/pay", `{"card":"declined"}`).body(200)
	h.open("DH-2", "70000")
	h.call("POST", "/orders/DH-2/pay", `{"card":"visa"}`).body(200)
	h.answers = 500
	h.advance("1s")
	h.call("POST", "/webhooks", `{"webhook_url":"`+h.merchant.URL+`"}`).body(201)
	h.call("PUT", "/ipn", `{"url":""}`).body(200)
	h.call("POST", "/companies", `{"id":"other"}`).body(201)
	h.call("POST", "/oauth/tokens", `{"company":"shop"}`).body(201)
	h.call("DELETE", "/users/4321", "").none()
	h.parts.Store.Facts().Note(fault.Fact(fault.Fired{FaultMark: fault.Mark{ID: 3, Name: "down", Did: "status 503"}, Request: 9, Surface: "pgapi"}, epoch, "shop"))
	h.parts.Store.Facts().Note(fault.Fact(fault.Fired{FaultMark: fault.Mark{ID: 4, Did: "drop"}, Delivery: 2, Surface: "webhook"}, epoch, "shop"))
	h.call("POST", "/snapshots", "").body(201)
	h.call("POST", "/snapshots/s1/restore", "").none()
	lines := map[string][]string{}
	for _, x := range h.parts.Store.Facts().After(fact.Filter{}, 0, 1000) {
		e := h.EventOf(x)
		line := e.Line()
		if !strings.HasPrefix(line, x.At.In(epoch.Location()).Format("15:04:05")+"  ") || strings.Contains(line, "\n") || strings.Contains(line, secret) {
			t.Errorf("line %q", line)
		}
		lines[e.Type] = append(lines[e.Type], line[10:])
		text, err := json.Marshal(e)
		if err != nil || !strings.HasPrefix(string(text), fmt.Sprintf(`{"seq":%d,"type":"%s","at":`, x.Number, x.Type)) || strings.HasSuffix(string(text), `"data":null}`) {
			t.Errorf("event %s, %v", text, err)
		}
	}
	for kind, want := range map[string]string{
		"transaction": `transfer  in 1,250,000 VND  MBBank 0900000001  "DH123"  code DH123  id `,
		"order":       "order     " + id + " DH-1  50,000 VND  AUTHENTICATION_NOT_NEEDED",
		"delivery":    "delivery  1 webhook  ",
		"finding":     "finding   warning: A transfer is less than the order's amount. 45000 VND came for order " + id,
		"fault":       "fault     #3 status 503  request 9 [pgapi]  down",
		"clock":       "clock     frozen 2026-03-03T09:30:01+07:00",
		"restore":     "restore   back to snapshot s1",
		"company":     "company   other ",
		"webhook":     "webhook   ",
		"ipn":         "ipn       shop changed",
		"user":        "user      4321 deleted",
		"oauth":       "oauth     app ",
	} {
		if len(lines[kind]) == 0 || !slices.ContainsFunc(lines[kind], func(l string) bool { return strings.HasPrefix(l, want) }) {
			t.Errorf("%s: no line begins with %q: %q", kind, want, lines[kind])
		}
	}
	for _, part := range []string{"a transfer of 45,000 VND: less", "CARD PAYMENT DECLINED (declined)"} {
		if !strings.Contains(strings.Join(lines["order"], "\n"), part) {
			t.Errorf("no order's line has %q: %q", part, lines["order"])
		}
	}
	if !slices.Contains(lines["fault"], "fault     #4 drop  delivery 2 [webhook]") || !strings.Contains(strings.Join(lines["delivery"], "\n"), ", again at 09:3") {
		t.Errorf("%q %q", lines["fault"], lines["delivery"])
	}
}

// stream opens the stream of events; what it returns reads the next event.
func (h *house) stream(query, after string) func() (event string, data map[string]any) {
	h.t.Helper()
	server := httptest.NewServer(h.handler)
	ctx, leave := context.WithCancel(h.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+wire.Prefix+"/events"+query, http.NoBody)
	if err != nil {
		h.t.Fatal(err)
	}
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { leave(); _ = res.Body.Close(); server.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		h.t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	return func() (event string, data map[string]any) {
		h.t.Helper()
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				event = value
			case "data":
				if err := json.Unmarshal([]byte(value), &data); err != nil {
					h.t.Fatal(err)
				}
				return event, data
			}
		}
		h.t.Fatalf("the stream ended: %v", lines.Err())
		return
	}
}

func TestTheStreamTellsWhatHappensFromNowOn(t *testing.T) {
	h := build(t)
	h.open("DH-0", "1000")
	next := h.stream("", "")
	h.open("DH-1", "50000")
	if event, data := next(); event != "order" || data["order_invoice_number"] != "DH-1" {
		t.Errorf("%s %v", event, data)
	}
	h.call("POST", "/transfers", `{"amount":9}`).body(201)
	if event, data := next(); event != "transaction" || data["amount"] != 9.0 {
		t.Errorf("%s %v", event, data)
	}
}

func TestTheStreamIsResumedAndSelects(t *testing.T) {
	h := build(t)
	h.call("POST", "/companies", `{"id":"other"}`).body(201)
	first := h.open("DH-1", "1000")
	second := h.open("DH-2", "2000")
	h.call("POST", "/transfers", `{"company":"other","amount":9}`).body(201)
	if _, data := h.stream("?subject=order%20"+second, "0")(); data["order_id"] != second {
		t.Errorf("%v", data)
	}
	if event, data := h.stream("?company=other", "2")(); event != "transaction" || data["amount"] != 9.0 {
		t.Errorf("%s %v", event, data)
	}
	last := h.parts.Store.Facts().After(fact.Filter{Subject: "order " + first}, 0, 1)[0].Number
	if _, data := h.stream("", fmt.Sprint(last))(); data["order_id"] != second {
		t.Errorf("%v", data)
	}
	for _, id := range []string{"x", "-1"} {
		r := request("GET", "/events", "")
		r.Header.Set("Last-Event-ID", id)
		h.send(r).problem(400, "Last-Event-ID: want a number")
	}
}
