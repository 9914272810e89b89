package checkout_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestTheStatusSaysWhereTheOrderStands(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*house, string)
		want string
	}{
		"it waits":     {func(*house, string) {}, `"order_status":"AUTHENTICATION_NOT_NEEDED","state":"waiting","redirect":null}`},
		"it is paid":   {func(h *house, link string) { h.post(below(link, "/pay"), "outcome=paid") }, `"order_status":"CAPTURED","state":"paid","redirect":"https:\/\/shop.example\/ok"}`},
		"a card waits": {func(h *house, link string) { h.post(below(link, "/card"), cardForm("challenge")) }, `"order_status":"AUTHENTICATION_NOT_NEEDED","state":"processing","redirect":null}`},
		"it failed":    {func(h *house, link string) { h.post(below(link, "/card"), cardForm("declined")) }, `"order_status":"AUTHENTICATION_NOT_NEEDED","state":"failed","redirect":"https:\/\/shop.example\/error"}`},
		"it expired":   {func(h *house, link string) { h.post(below(link, "/pay"), "outcome=late") }, `"order_status":"CANCELLED","state":"expired","redirect":"https:\/\/shop.example\/error"}`},
	} {
		h := build(t, nil)
		o, link := h.open("DH-1", 50_000)
		c.do(h, link)
		a := h.get(below(link, "/status"))
		if want := `{"order_id":"` + o.OrderID + `",` + c.want; a.Code != 200 || a.Body.String() != want || a.Header().Get("Content-Type") != "application/json" || a.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s, want %s", name, a.Code, a.Body, want)
		}
	}
}

func TestTheStreamTellsOfEachChangeAndEndsWithItsClient(t *testing.T) {
	h := build(t, nil)
	o, link := h.open("DH-1", 50_000)
	other, _ := h.open("DH-2", 50_000)
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.router.ServeHTTP(w, r)
		close(ended)
	}))
	defer server.Close()
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+below(link, "/events"), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	lines := bufio.NewScanner(res.Body)
	next := func(state string) {
		t.Helper()
		for lines.Scan() {
			if text, is := strings.CutPrefix(lines.Text(), "data: "); is {
				if !strings.Contains(text, `"order_id":"`+o.OrderID+`"`) || !strings.Contains(text, `"state":"`+state+`"`) {
					t.Fatalf("%s, want %s", text, state)
				}
				return
			}
		}
		t.Fatalf("the stream ended before %s: %v", state, lines.Err())
	}
	next("waiting")
	pay := func(o store.Order, card string) {
		_, link := h.open(o.InvoiceNumber, 50_000)
		h.post(below(link, "/card"), cardForm(card))
	}
	pay(other, "visa") // is not told of
	pay(o, "declined")
	next("failed")
	pay(o, "challenge")
	next("processing")
	pay(o, "visa")
	next("paid")
	leave()
	<-ended
}

func TestAConnectionThatCannotStreamIsAFailure(t *testing.T) {
	h := build(t, nil)
	_, link := h.open("DH-1", 50_000)
	h.get(below(link, "/events")).shows(t, 500, "localsepay gặp lỗi")
}
