package checkout_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

func TestAFormOpensThePaymentPage(t *testing.T) {
	for _, path := range []string{base + "/init", "/v1/init"} {
		h := build(t, nil)
		a := h.post(path, form("DH-1", 50_000).Encode())
		to := a.Header().Get("Location")
		if a.Code != 302 || !strings.HasPrefix(to, "http://example.com"+base+"?merchant=SP-TEST-SHOP&") || !strings.Contains(a.Body.String(), `href="http://example.com`+base) {
			t.Fatalf("%s: %d to %s: %s", path, a.Code, to, a.Body)
		}
		if csp := a.Header().Get("Content-Security-Policy"); csp != "default-src 'none'; frame-ancestors 'none'" || a.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("headers %v", a.Header())
		}
		link := payment.ParseForm(strings.SplitN(to, "?", 2)[1])
		if !payment.Verify(secret, link) || a.exchange.Company != "shop" || len(a.noted) > 0 {
			t.Errorf("link %v of %q, noted %s", link, a.exchange.Company, codes(a.noted))
		}
		if o := h.order(link.Get("order_id")); o.UserAgent != "Browser" || o.IPAddress != "192.0.2.1" {
			t.Errorf("customer %q %q", o.UserAgent, o.IPAddress)
		}
	}
}

func TestAMultipartFormIsAForm(t *testing.T) {
	h := build(t, nil)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range form("DH-1", 50_000) {
		if err := w.WriteField(f.Name, f.Value); err != nil {
			t.Fatal(err)
		}
	}
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, base+"/init", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	if a := h.send(r); a.Code != 302 {
		t.Errorf("status %d: %s", a.Code, a.Body)
	}
	r = httptest.NewRequest(http.MethodPost, base+"/init", strings.NewReader("--x\r\nbroken"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	a := h.send(r)
	a.shows(t, 400, "field_invalid")
	if codes(a.noted) != "checkout.field_invalid" || !strings.Contains(a.noted[0].Detail, "The form cannot be read") {
		t.Errorf("noted %+v", a.noted)
	}
}

func TestARefusedFormIsAnsweredAsTheSettingSays(t *testing.T) {
	unsigned := form("DH-1", 50_000).Without("signature").Encode()
	for value, status := range map[string]int{"400_page": 400, "200_page": 200, "302_page": 302} {
		h := build(t, map[string]string{"checkout.invalid": value})
		a := h.post(base+"/init", unsigned)
		if a.Code != status || a.Header().Get("X-LocalSepay-Reason") != payment.ReasonSignatureMissing || codes(a.noted) != "checkout.signature_missing.missing" {
			t.Errorf("%s: %d, %v, noted %s", value, a.Code, a.Header(), codes(a.noted))
		}
		if status == 302 {
			to := strings.TrimPrefix(a.Header().Get("Location"), "http://example.com")
			if to != base+"?"+unsigned {
				t.Errorf("leads to %s", to)
			}
			h.get(to).shows(t, 200, "Yêu cầu không hợp lệ", "signature_missing")
			continue
		}
		a.shows(t, status, "Yêu cầu không hợp lệ", "signature_missing")
	}
}

func TestTheSettingIsTheCompanysWhenItIsKnown(t *testing.T) {
	h := build(t, nil, func(c *store.Company) { c.Settings = map[string]string{"checkout.invalid": "200_page"} })
	h.post(base+"/init", form("DH-1", 50_000, "currency", "USD").Encode()).shows(t, 200, "currency_unsupported")
	h.post(base+"/init", form("DH-1", 50_000, "merchant", "SP-X").Encode()).shows(t, 400, "merchant_unknown")
}

func TestTheErrorCardShowsWhatIsConcerned(t *testing.T) {
	h := build(t, nil)
	h.open("USED", 1000)
	tampered := form("DH-1", 50_000)
	tampered[3].Value = "60000"
	for reason, c := range map[string]struct {
		body  string
		shows []string
	}{
		payment.ReasonMerchantUnknown:  {form("A", 1, "merchant", "SP-X").Encode(), []string{"merchant", "SP-X"}},
		payment.ReasonSignature:        {tampered.Encode(), []string{"order_amount=60000"}},
		payment.ReasonOperation:        {form("A", 1, "operation", "REFUND").Encode(), []string{"operation", "REFUND"}},
		payment.ReasonAmount:           {form("A", 0).Encode(), []string{"order_amount"}},
		payment.ReasonCurrency:         {form("A", 1, "currency", "EUR").Encode(), []string{"currency", "EUR"}},
		payment.ReasonInvoiceMissing:   {form("A", 1, "order_invoice_number", "").Encode(), nil},
		payment.ReasonInvoiceDuplicate: {form("USED", 2000).Encode(), []string{"order_invoice_number", "USED"}},
		payment.ReasonDescription:      {form("A", 1, "order_description", "").Encode(), nil},
		payment.ReasonURL:              {form("A", 1, "success_url", "ftp://shop.example").Encode(), []string{"success_url", "ftp://shop.example"}},
		payment.ReasonMethod:           {form("A", 1, "payment_method", "CASH").Encode(), []string{"payment_method", "CASH"}},
	} {
		a := h.post(base+"/init", c.body)
		a.shows(t, 400, append(c.shows, "Yêu cầu không hợp lệ", reason)...)
		if a.Header().Get("X-LocalSepay-Reason") != reason || !strings.HasPrefix(codes(a.noted), "checkout."+reason) || a.noted[0].Title == "" || a.noted[0].Source == "" {
			t.Errorf("%s: %v, noted %+v", reason, a.Header(), a.noted)
		}
		if reason == payment.ReasonSignature && !strings.Contains(a.noted[0].Detail, "Expected to be signed: merchant=SP-TEST-SHOP") {
			t.Errorf("noted %s", a.noted[0].Detail)
		}
		if strings.Contains(a.Body.String(), secret) {
			t.Errorf("%s: the page has the secret key", reason)
		}
	}
}

func TestAMistakeInTheSignatureIsNamed(t *testing.T) {
	h := build(t, nil)
	f := form("DH-1", 50_000).Without("signature")
	f = append(f, payment.Field{Name: "signature", Value: payment.Sign(secret, f.Without("order_description"))})
	a := h.post(base+"/init", f.Encode())
	a.shows(t, 400, "order_description")
	if codes(a.noted) != "checkout.signature_mismatch.posted_but_not_signed" || !strings.Contains(a.noted[0].Detail, "First differing field: order_description") || !strings.Contains(a.noted[0].Detail, "Was signed: ") {
		t.Errorf("noted %+v", a.noted)
	}
}

func TestABodyThatIsNoForm(t *testing.T) {
	h := build(t, nil)
	r := httptest.NewRequest(http.MethodPost, base+"/init", strings.NewReader(`{"merchant":"SP-TEST-SHOP"}`))
	r.Header.Set("Content-Type", "application/json")
	a := h.send(r)
	a.shows(t, 400, "content_type")
	if codes(a.noted) != "surface.content_type" {
		t.Errorf("noted %s", codes(a.noted))
	}
	a = h.post(base+"/init?"+form("DH-1", 1000).Encode(), "")
	a.shows(t, 400, "field_invalid")
	if codes(a.noted) != "checkout.field_invalid" || !strings.Contains(a.noted[0].Detail, "The fields are in the query") {
		t.Errorf("noted %+v", a.noted)
	}
}

func TestCredentialsOfTheOtherSideAreToldApart(t *testing.T) {
	h := build(t, nil)
	r := request("POST", base+"/init", form("DH-1", 1000).Encode())
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	x := &surface.Exchange{Environment: store.Production}
	x.Record = a.record(&a)
	h.router.ServeHTTP(a, surface.With(r, x))
	a.shows(t, 400, "merchant_unknown")
	if codes(a.noted) != "checkout.merchant_unknown credentials.wrong_side" {
		t.Errorf("noted %s", codes(a.noted))
	}
}

func TestTheErrorCardSpeaksTheOtherLanguageToo(t *testing.T) {
	h := build(t, nil)
	body := form("DH-1", 50_000, "currency", "<USD>").Encode()
	vi := h.post(base+"/init", body)
	vi.shows(t, 400, "Yêu cầu không hợp lệ", `action="/v1/checkout/init?lang=en"`, `name="currency"`)
	if strings.Contains(vi.Body.String(), "<USD>") || !strings.Contains(vi.Body.String(), "&lt;USD&gt;") {
		t.Error("a value is not escaped")
	}
	h.post(base+"/init?lang=en", body).shows(t, 400, `<html lang="en"`, `action="/v1/checkout/init?lang=vi"`)
	h.get(base+"?"+body).shows(t, 400, `<html lang="vi"`, base+"?"+body+"&lang=en")
}

func TestWhatThePaymentHostDoesNotHave(t *testing.T) {
	h := build(t, nil)
	for call, text := range map[string]string{
		"GET /v1/checkout/init": "Địa chỉ này nhận biểu mẫu thanh toán", "GET /v1/init": "Địa chỉ này nhận biểu mẫu thanh toán",
		"GET /v1/checkout/none": "Không có trang này trên cổng thanh toán", "DELETE /v1/checkout": "Không có trang này trên cổng thanh toán",
	} {
		method, path, _ := strings.Cut(call, " ")
		h.send(request(method, path, "")).shows(t, 404, text)
	}
}
