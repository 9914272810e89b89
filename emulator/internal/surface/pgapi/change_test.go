package pgapi_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

const cancelled, voided = "Đã hủy đơn hàng thành công", "Đã hủy giao dịch thành công"

func TestWhatCancelAndVoidAnswer(t *testing.T) {
	const cancel, void = "/v1/order/cancel", "/v1/order/voidTransaction"
	const dh = `{"order_invoice_number":"DH-1"}`
	for name, c := range map[string]struct {
		path, body string
		before     func(*house, store.Order)
		status     int
		message    string
		end        string
	}{
		"a waiting order is cancelled":   {cancel, dh, nil, 200, cancelled, "CANCELLED"},
		"a paid order is not":            {cancel, dh, (*house).transfer, 422, "Không thể hủy đơn hàng", "CAPTURED"},
		"an unknown order":               {cancel, `{"order_invoice_number":"DH-2"}`, nil, 404, "Không tìm thấy đơn hàng", "AUTHENTICATION_NOT_NEEDED"},
		"the order of another company":   {cancel, `{"order_invoice_number":"X"}`, nil, 404, "Không tìm thấy đơn hàng", "AUTHENTICATION_NOT_NEEDED"},
		"no invoice number":              {cancel, `{}`, nil, 400, "Thiếu order_invoice_number", "AUTHENTICATION_NOT_NEEDED"},
		"an empty invoice number":        {cancel, `{"order_invoice_number":""}`, nil, 400, "Thiếu order_invoice_number", "AUTHENTICATION_NOT_NEEDED"},
		"a number for the text":          {cancel, `{"order_invoice_number":1}`, nil, 400, "Thiếu order_invoice_number", "AUTHENTICATION_NOT_NEEDED"},
		"no JSON":                        {cancel, `order_invoice_number=DH-1`, nil, 400, "Dữ liệu yêu cầu không hợp lệ: cần JSON", "AUTHENTICATION_NOT_NEEDED"},
		"no body":                        {cancel, ``, nil, 400, "Dữ liệu yêu cầu không hợp lệ: cần JSON", "AUTHENTICATION_NOT_NEEDED"},
		"a card payment is voided":       {void, dh, func(h *house, o store.Order) { h.card(o, "visa") }, 200, voided, "CANCELLED"},
		"a transfer is not voided":       {void, dh, (*house).transfer, 422, "Không thể hủy giao dịch", "CAPTURED"},
		"a waiting order is not voided":  {void, dh, nil, 422, "Không thể hủy giao dịch", "AUTHENTICATION_NOT_NEEDED"},
		"void without an invoice number": {void, `{"order_id":"PAY"}`, nil, 400, "Thiếu order_invoice_number", "AUTHENTICATION_NOT_NEEDED"},
		"void without JSON":              {void, `[`, nil, 400, "Dữ liệu yêu cầu không hợp lệ: cần JSON", "AUTHENTICATION_NOT_NEEDED"},
		"void of an unknown order":       {void, `{"order_invoice_number":"X"}`, nil, 404, "Không tìm thấy đơn hàng", "AUTHENTICATION_NOT_NEEDED"},
		"a settled payment": {void, dh, func(h *house, o store.Order) { h.card(o, "visa"); h.advance(24 * time.Hour) },
			422, "Không thể hủy giao dịch", "CAPTURED"},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			o := h.open("shop", "DH-1", 50_000)
			h.open("other", "X", 50_000)
			if c.before != nil {
				c.before(h, o)
			}
			a := h.call("POST", c.path, c.body)
			a.want(t, c.status, message(c.message))
			if (codes(a.noted) == "pgapi.request") != (c.status == 422) {
				t.Errorf("noted %+v", a.noted)
			}
			if got := h.call("GET", "/v1/order/detail/DH-1", "").details(t); got["order_status"] != c.end {
				t.Errorf("the order is %v", got["order_status"])
			}
		})
	}
}

func TestTheStatusOfARefusalIsASetting(t *testing.T) {
	h := build(t, map[string]string{"pgapi.refusal_status": "400"})
	h.transfer(h.open("shop", "DH-1", 50_000))
	h.call("POST", "/v1/order/cancel", `{"order_invoice_number":"DH-1"}`).want(t, 400, message("Không thể hủy đơn hàng"))
}

func TestTheShapeOfAnErrorIsASettingOfTheCompany(t *testing.T) {
	h := build(t, nil)
	const igniter = `{"status":404,"error":404,"messages":{"error":"Không tìm thấy đơn hàng"}}`
	h.send("SP-TEST-OTHER", secret, "", "GET", "/v1/order/detail/none", "").want(t, 404, igniter)
	h.call("GET", "/v1/order/detail/none", "").want(t, 404, message("Không tìm thấy đơn hàng"))
	all := build(t, map[string]string{"pgapi.error_body": "codeigniter"})
	all.call("POST", "/v1/order/cancel", "{}").want(t, 400, `{"status":400,"error":400,"messages":{"error":"Thiếu order_invoice_number"}}`)
}

func TestABodyOfAnotherTypeIsToldApart(t *testing.T) {
	h := build(t, nil)
	h.open("shop", "DH-1", 50_000)
	h.contentType = "application/x-www-form-urlencoded"
	a := h.call("POST", "/v1/order/cancel", "order_invoice_number=DH-1")
	a.want(t, 400, message("Dữ liệu yêu cầu không hợp lệ: cần JSON"))
	if codes(a.noted) != "surface.content_type" {
		t.Errorf("noted %s", codes(a.noted))
	}
}

func TestWhatNoRouteServes(t *testing.T) {
	h := build(t, nil)
	for _, call := range [][2]string{{"GET", "/v1/order/none"}, {"GET", "/v1/order/cancel"}, {"DELETE", "/v1/order"}, {"PUT", "/v1/order/cancel"}, {"GET", "/v1/order/"}} {
		a := h.call(call[0], call[1], "")
		a.want(t, 404, message("Không tìm thấy tài nguyên"))
		if a.operation != "" {
			t.Errorf("%s %s is %s", call[0], call[1], a.operation)
		}
	}
}

func TestAnswersOfTheFrontDoor(t *testing.T) {
	s := build(t, nil).api.Surface()
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		status int
		text   string
		header map[string]string
	}{
		"too many calls": {func(w http.ResponseWriter, _ *http.Request) {
			s.TooMany(w, surface.Limit{PerSecond: 3, Remaining: 0, RetryAfter: 1500 * time.Millisecond})
		}, 429, "Vượt quá giới hạn số lượng yêu cầu", map[string]string{"Retry-After": "2", "X-RateLimit-Limit": "3", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2"}},
		"the emulator ends":  {s.Stopping, 503, "Máy chủ đang dừng", nil},
		"the emulator fails": {func(w http.ResponseWriter, r *http.Request) { s.Failed(w, r, errors.New("a broken disk")) }, 500, "Lỗi máy chủ", nil},
	} {
		w := answer{ResponseRecorder: httptest.NewRecorder()}
		c.answer(w, httptest.NewRequest(http.MethodGet, "/v1/order", http.NoBody))
		w.want(t, c.status, message(c.text))
		for name, value := range c.header {
			if got := w.Header()[name]; len(got) != 1 || got[0] != value { // in SePay's spelling
				t.Errorf("%s: %v", name, got)
			}
		}
		if name == "too many calls" && s.RateLimit != "pgapi.rate_limit" {
			t.Errorf("the limit is %s", s.RateLimit)
		}
	}
	if s.LimitHeaders != nil {
		t.Error("other answers have the headers of the limit")
	}
}
