package console_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/console"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	wire "github.com/localsepay/localsepay/openapi/control"
)

var noFilter finding.Filter

func TestTheFrontPageSaysWhereThingsAre(t *testing.T) {
	h := build(t, nil)
	for name, change := range map[string]func(*http.Request){
		"this machine": func(*http.Request) {}, "another machine": func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1" },
	} {
		r := request("GET", "/", "")
		change(r)
		a := h.home(r)
		a.shows(t, 200, "SePay trên máy của bạn", "http://127.0.0.1:8787/_control/v1/transfers", "/v1/checkout", "/banks.json", console.PhonePath, "/_control/v1/state")
		if recent := strings.Contains(a.Body.String(), "data-recent="); recent != (name == "this machine") {
			t.Errorf("%s sees what happened: %v", name, recent)
		}
	}
	h.home(request("GET", "/?lang=en", "")).shows(t, 200, `<html lang="en"`, "SePay on your machine", "lang=vi")
}

func TestTheFrontPageShowsWhatHappenedLately(t *testing.T) {
	h := build(t, nil)
	o, _ := h.open("DH-<1>", "50000")
	memo := o.Memo
	if _, err := h.console.Control.Transfer(t.Context(), wire.NewTransfer{Company: "shop", Amount: 50_000, Content: &memo}); err != nil {
		t.Fatal(err)
	}
	h.parts.Findings.Add(finding.Finding{Code: "some.code", Severity: finding.Warning, Title: "Something of spsk_test_Shop", At: epoch})
	a := h.home(request("GET", "/", ""))
	a.shows(t, 200, "DH-<1>", o.OrderID, "đã thanh toán", "50.000", "MBBank 0900000001", "ipn "+o.OrderID, "no IPN URL is set", "some.code", "09:30:00 03/03", "localsepay orders")
	if strings.Contains(a.Body.String(), "<1>") || strings.Contains(a.main(), "of spsk_test_Shop") {
		t.Errorf("not escaped, or not masked: %s", a.main())
	}
}

func TestTheFrontPageShowsTheLastFive(t *testing.T) {
	h := build(t, nil)
	for _, memo := range []string{"m1", "m2", "m3", "m4", "m5", "m6"} {
		if _, err := h.console.Control.Transfer(t.Context(), wire.NewTransfer{Company: "shop", Amount: 1000, Content: &memo}); err != nil {
			t.Fatal(err)
		}
	}
	empty := ""
	if _, err := h.console.Control.Transfer(t.Context(), wire.NewTransfer{Company: "shop", Amount: 1000, Content: &empty}); err != nil {
		t.Fatal(err)
	}
	a := h.home(request("GET", "/", ""))
	a.shows(t, 200, "—", "m6", "m5", "m4", "m3")
	if strings.Contains(a.main(), "m2") || strings.Index(a.main(), "m6") > strings.Index(a.main(), "m3") {
		t.Errorf("%s", a.main())
	}
}

func TestAFrontPageThatCannotBeReadIsAFailure(t *testing.T) {
	h := build(t, nil)
	if err := h.parts.Store.Close(); err != nil {
		t.Fatal(err)
	}
	h.home(request("GET", "/", "")).shows(t, 500, "localsepay gặp lỗi")
}

func TestWhatIsNotThere(t *testing.T) {
	w := answer{httptest.NewRecorder()}
	console.NotEmulated(w, request("GET", "/userapi/<x>", ""))
	w.shows(t, 404, "localsepay không giả lập địa chỉ này", "GET /userapi/<x>")
	if strings.Contains(w.Body.String(), "<x>") {
		t.Error("the path becomes markup")
	}
	w = answer{httptest.NewRecorder()}
	console.Icon(w)
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/svg+xml" || !strings.Contains(w.Body.String(), "<svg") {
		t.Errorf("icon: %d %v", w.Code, w.Header())
	}
}
