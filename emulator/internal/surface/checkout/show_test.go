package checkout_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

const (
	titleChoose   = "Chọn phương thức thanh toán"
	titleCard     = "Thanh toán bằng thẻ"
	titleTransfer = "Chuyển khoản ngân hàng"
)

func TestThePageIsThatOfTheChosenMethod(t *testing.T) {
	for name, c := range map[string]struct {
		form   []string
		query  []string
		shows  []string
		listed bool
	}{
		"nothing is chosen":        {nil, nil, []string{titleChoose, "method=CARD", "method=BANK_TRANSFER", "method=NAPAS_BANK_TRANSFER"}, true},
		"a method that is not one": {nil, []string{"method", "CASH"}, []string{titleChoose}, true},
		"a transfer":               {nil, []string{"method", "BANK_TRANSFER"}, []string{titleTransfer, "0900000001", "NGUYEN VAN AN", "50.000", `name="outcome" value="paid"`, "/_console/phone?"}, true},
		"NAPAS":                    {nil, []string{"method", "NAPAS_BANK_TRANSFER"}, []string{"NAPAS", `name="outcome" value="paid"`}, true},
		"a card":                   {nil, []string{"method", "CARD"}, []string{titleCard, `name="card_number"`, "4111111111111111"}, true},
		"the shop chose a card":    {[]string{"payment_method", "CARD"}, nil, []string{titleCard}, false},
		"the shop chose transfers": {[]string{"payment_method", "BANK_TRANSFER"}, nil, []string{titleTransfer}, true},
		"the shop's choice stays":  {[]string{"payment_method", "CARD"}, []string{"method", "BANK_TRANSFER"}, []string{"CARD"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			o, link := h.open("DH-1", 50_000, c.form...)
			a := h.get(below(link, "", c.query...))
			a.shows(t, 200, append(c.shows, o.OrderID, "DH-1", "SHOP")...)
			if got := h.order(o.OrderID); got.Listed != c.listed || len(c.query) > 0 && !strings.Contains(name, "not one") && c.form == nil && string(got.Method) != c.query[1] {
				t.Errorf("listed %v, method %s", got.Listed, got.Method)
			}
		})
	}
}

func TestAPageWithoutARightIsRefused(t *testing.T) {
	h := build(t, nil)
	o, link := h.open("DH-1", 50_000)
	for _, path := range []string{"", "/status", "/events", "/challenge", "/cancel"} {
		a := h.get(below(strings.Replace(link, "50000", "50001", 1), path))
		a.shows(t, 400, "signature_mismatch")
	}
	for _, path := range []string{"/pay", "/card", "/challenge"} {
		h.post(below(strings.Replace(link, "50000", "50001", 1), path), "outcome=paid").shows(t, 400, "signature_mismatch")
	}
	if s := h.order(o.OrderID).Status; s != store.OrderWaiting {
		t.Error(s)
	}
	h.get(base).shows(t, 400, "merchant_unknown")
}

func TestTheResultLeadsBackToTheShop(t *testing.T) {
	for name, c := range map[string]struct {
		end   func(*house, store.Order, string)
		shows []string
	}{
		"paid":       {func(h *house, _ store.Order, link string) { h.post(below(link, "/pay"), "outcome=paid") }, []string{"Thanh toán thành công", `data-leave="https://shop.example/ok"`, `data-after="1"`}},
		"paid twice": {func(h *house, _ store.Order, link string) { h.post(below(link, "/pay"), "outcome=twice") }, []string{"Thanh toán thành công", `data-after="10"`}},
		"failed":     {func(h *house, _ store.Order, link string) { h.post(below(link, "/pay"), "outcome=failed") }, []string{"Thanh toán thất bại", "Ngân hàng của bạn không thực hiện được", `data-leave="https://shop.example/error"`, "method=BANK_TRANSFER"}},
		"a declined card": {func(h *house, _ store.Order, link string) {
			h.post(below(link, "/card"), cardForm("insufficient_funds"))
		}, []string{"Thanh toán thất bại", "Thẻ không đủ số dư", "method=CARD"}},
		"expired, and paid late": {func(h *house, _ store.Order, link string) { h.post(below(link, "/pay"), "outcome=late") }, []string{"Đơn hàng đã hết hạn", `data-leave="https://shop.example/error"`}},
		"cancelled by the shop": {func(h *house, _ store.Order, _ string) {
			if _, err := h.api.Gateway.Cancel(context.Background(), "shop", "DH-1"); err != nil {
				h.t.Fatal(err)
			}
		}, []string{"Đơn hàng đã bị hủy", `data-leave="https://shop.example/cancel?a=1&b=2"`}},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			o, link := h.open("DH-1", 50_000)
			c.end(h, o, link)
			h.get(link).shows(t, 200, c.shows...)
		})
	}
}

func TestASimulatedTransferKeepsTheCustomerOnThePage(t *testing.T) {
	for outcome, c := range map[string]struct {
		status store.OrderStatus
		shows  string
	}{
		"paid": {store.OrderCaptured, "Thanh toán thành công"}, "less": {store.OrderWaiting, "45.000"}, "more": {store.OrderWaiting, "55.000"},
		"wrong_memo": {store.OrderWaiting, "CHUYEN TIEN"}, "twice": {store.OrderCaptured, "Thanh toán thành công"}, "late": {store.OrderCancelled, "Đơn hàng đã hết hạn"},
	} {
		t.Run(outcome, func(t *testing.T) {
			h := build(t, nil)
			o, link := h.open("DH-1", 50_000)
			a := h.post(below(link, "/pay", "method", "BANK_TRANSFER"), "outcome="+outcome)
			h.follow(a).shows(t, 200, c.shows)
			if got := h.order(o.OrderID).Status; got != c.status {
				t.Errorf("status %s", got)
			}
			if stays := strings.Contains(a.Header().Get("Location"), "method="); stays != (c.status == store.OrderWaiting) {
				t.Errorf("leads to %s", a.Header().Get("Location"))
			}
		})
	}
}

func TestAnOutcomeThatIsNoneIsRefused(t *testing.T) {
	h := build(t, nil)
	o, link := h.open("DH-1", 50_000)
	h.post(below(link, "/pay", "lang", "en"), "outcome=stolen").shows(t, 400, "field_invalid", "stolen")
	if got := h.order(o.OrderID); got.Status != store.OrderWaiting || len(got.Received) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestTheTickedBoxDecidesAboutHabits(t *testing.T) {
	memo := func(body string) string {
		h := build(t, map[string]string{"bank.memo": "habits"})
		o, link := h.open("DH-1", 50_000)
		h.follow(h.post(below(link, "/pay"), body))
		got := h.order(o.OrderID).Received
		if len(got) != 1 {
			t.Fatalf("%s: %+v", body, got)
		}
		return got[0].Memo
	}
	typed := memo("outcome=paid&bank_habits_offered=true")
	for body, asTyped := range map[string]bool{
		"outcome=paid": false, "outcome=paid&bank_habits_offered=true&bank_habits=true": false, "outcome=paid&bank_habits=false": true,
	} {
		if got := memo(body); (got == typed) != asTyped {
			t.Errorf("%s: memo %q, typed was %q", body, got, typed)
		}
	}
}

func TestPayingAPaidOrderSaysThatItIsPaid(t *testing.T) {
	h := build(t, nil)
	o, link := h.open("DH-1", 50_000)
	for range 2 {
		h.follow(h.post(below(link, "/pay"), "outcome=paid")).shows(t, 200, "Thanh toán thành công")
	}
	h.follow(h.post(below(link, "/card"), cardForm("visa"))).shows(t, 200, "Thanh toán thành công")
	if n := len(h.order(o.OrderID).Received); n != 1 {
		t.Errorf("%d transfers", n)
	}
}

func TestLeavingDoesNotEndTheOrder(t *testing.T) {
	h := build(t, nil)
	o, link := h.open("DH-1", 50_000)
	a := h.get(below(link, "/cancel"))
	if a.Code != 302 || a.Header().Get("Location") != "https://shop.example/cancel?a=1&b=2" || !strings.Contains(a.Body.String(), "a=1&amp;b=2") || codes(a.noted) != "checkout.left_unpaid" {
		t.Errorf("%d to %s: %s, noted %s", a.Code, a.Header().Get("Location"), a.Body, codes(a.noted))
	}
	if s := h.order(o.OrderID).Status; s != store.OrderWaiting {
		t.Error(s)
	}
	_, nowhere := h.open("DH-2", 50_000, "cancel_url", "")
	h.get(below(nowhere, "/cancel")).shows(t, 200, "Bạn đã rời trang thanh toán", "Bạn có thể đóng trang này.")
}

func TestAPageOfAnotherOriginCannotUseTheForms(t *testing.T) {
	h := build(t, nil)
	o, link := h.open("DH-1", 50_000)
	for name, header := range map[string][2]string{"by its own word": {"Sec-Fetch-Site", "cross-site"}, "of a site beside": {"Sec-Fetch-Site", "same-site"}, "by its origin": {"Origin", "https://evil.example"}, "of no origin": {"Origin", "null"}} {
		for call, body := range map[string]string{"POST /pay": "outcome=paid", "POST /card": cardForm("visa"), "POST /challenge": "answer=pass", "GET /cancel": ""} {
			method, path, _ := strings.Cut(call, " ")
			r := request(method, below(link, path), body)
			r.Header.Set(header[0], header[1])
			a := h.send(r)
			a.shows(t, 403, "cross_site")
			if codes(a.noted) != "checkout.cross_site" || a.Header().Get("X-LocalSepay-Reason") != "cross_site" {
				t.Errorf("%s, %s: noted %s", name, call, codes(a.noted))
			}
		}
	}
	if s := h.order(o.OrderID).Status; s != store.OrderWaiting {
		t.Error(s)
	}
	for _, path := range []string{"", "/status"} { // the link can be opened from anywhere
		r := request("GET", below(link, path), "")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if a := h.send(r); a.Code != 200 {
			t.Errorf("%q: %d", path, a.Code)
		}
	}
	r := request("POST", below(link, "/pay"), "outcome=paid")
	r.Header.Set("Origin", "http://example.com")
	h.follow(h.send(r)).shows(t, 200, "Thanh toán thành công")
}

func TestThePageSpeaksBothLanguages(t *testing.T) {
	h := build(t, nil)
	_, link := h.open("DH-1", 50_000, "order_description", `<b>"Áo" & 'quần'</b>`)
	vi, en := h.get(link), h.get(below(link, "", "lang", "en"))
	vi.shows(t, 200, `<html lang="vi"`, titleChoose, "lang=en")
	en.shows(t, 200, `<html lang="en"`, "Choose how to pay", "lang=en")
	for _, a := range []answer{vi, en} {
		if strings.Contains(a.Body.String(), "<b>") {
			t.Error("the shop's text becomes markup")
		}
		a.shows(t, 200, `<b>"Áo" & 'quần'</b>`)
	}
}

func TestTheQRCodeIsAPicture(t *testing.T) {
	h := build(t, nil)
	a := h.get(base + "/img?acc=0900000001&bank=MBBank&amount=50000&des=PAY123")
	if a.Code != 200 || a.Header().Get("Content-Type") != "image/png" || a.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("%d %v", a.Code, a.Header())
	}
	text, err := vietqr.Scan(a.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if code, err := vietqr.Read(text); err != nil || code.Account != "0900000001" || code.Amount != 50_000 || code.Memo != "PAY123" {
		t.Errorf("%+v, %v", code, err)
	}
	for _, query := range []string{"acc=1&bank=None&amount=1", "bank=MBBank&amount=1"} {
		if a := h.get(base + "/img?" + query); a.Code != 400 || strings.HasPrefix(a.Header().Get("Content-Type"), "image") {
			t.Errorf("%s: %d", query, a.Code)
		}
	}
}

func TestThePageCountsDownByTheEmulatorsClock(t *testing.T) {
	h := build(t, map[string]string{"checkout.ttl": "15m"})
	_, link := h.open("DH-1", 50_000)
	h.advance(5 * time.Minute)
	h.get(below(link, "", "method", "BANK_TRANSFER")).shows(t, 200, "10:00")
	h.advance(10 * time.Minute)
	h.get(link).shows(t, 200, "Đơn hàng đã hết hạn")
}

func TestAFailureOfTheEmulatorIsItsOwn(t *testing.T) {
	h := build(t, nil)
	_, link := h.open("DH-1", 50_000)
	if err := h.api.Store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, a := range []answer{h.get(link), h.post(base+"/init", form("DH-2", 1000).Encode())} {
		a.shows(t, 500, "localsepay gặp lỗi")
		if a.Header().Get("X-LocalSepay-Reason") != "" {
			t.Error("the customer is said to be at fault")
		}
	}
	w := answer{ResponseRecorder: httptest.NewRecorder()}
	h.surface.Failed(w, request("GET", link, ""), errors.New("a broken disk"))
	w.shows(t, 500, "localsepay gặp lỗi")
	w = answer{ResponseRecorder: httptest.NewRecorder()}
	h.surface.Stopping(w, request("POST", link, ""))
	w.shows(t, 503, "localsepay đang dừng")
}
