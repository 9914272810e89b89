package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/payment"
)

// signed is the body of a form for a new order.
func (t till) signed(invoice string) string {
	f := payment.Form{
		{Name: "operation", Value: "PURCHASE"}, {Name: "payment_method", Value: "BANK_TRANSFER"}, {Name: "order_invoice_number", Value: invoice},
		{Name: "order_amount", Value: "185000"}, {Name: "currency", Value: "VND"}, {Name: "order_description", Value: "Don hang " + invoice},
		{Name: "success_url", Value: "https://shop.example/ok"}, {Name: "error_url", Value: "https://shop.example/e"}, {Name: "cancel_url", Value: "https://shop.example/c"},
		{Name: "merchant", Value: t.id},
	}
	return append(f, payment.Field{Name: "signature", Value: payment.Sign(t.secret, f)}).Encode()
}

// form posts a body and expects a redirect.
func (c *wireClient) form(b *testing.B, path, body string) int {
	c.request = fmt.Appendf(c.request[:0], "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	c.status = http.StatusFound
	return c.once(b)
}

// BenchmarkInit measures signed forms, each of a new order, beside a bare
// net/http handler that reads the body and answers with a redirect of the same
// size.
func BenchmarkInit(b *testing.B) {
	sepay, err := emulator.Start(emulator.WithClock(emulator.RealClock()), emulator.WithContract(emulator.ContractSampled))
	if err != nil {
		b.Fatal(err)
	}
	defer sepay.Close()
	t := newTill(sepay)
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		to := "http://localhost/v1/checkout?" + string(body)
		h := w.Header()
		h["Location"], h["Content-Type"] = []string{to}, []string{"text/html; charset=utf-8"}
		page := "<!DOCTYPE html>\n" + to + to
		h["Content-Length"] = []string{fmt.Sprint(len(page))}
		w.WriteHeader(http.StatusFound)
		_, _ = io.WriteString(w, page)
	}))
	defer bare.Close()
	made := 0
	for _, c := range []struct{ name, url string }{{"sepay", sepay.URL()}, {"bare", bare.URL}} {
		client := newWireClient(b, c.url, "/", "")
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			before, n := cpu(), 0
			for b.Loop() {
				made++
				n++
				client.form(b, "/v1/checkout/init", t.signed(fmt.Sprint("DH", made)))
			}
			b.ReportMetric(float64(cpu()-before)/float64(n), "cpu-ns/op")
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "inits/s")
		})
	}
}

// BenchmarkPage measures the transfer page and the QR picture, each beside a
// bare net/http handler that writes the same bytes.
func BenchmarkPage(b *testing.B) {
	sepay, err := emulator.Start(emulator.WithClock(emulator.RealClock()), emulator.WithContract(emulator.ContractSampled))
	if err != nil {
		b.Fatal(err)
	}
	defer sepay.Close()
	for _, c := range []struct{ name, path string }{
		{"transfer", "/v1/checkout?" + newTill(sepay).signed("DH1")},
		{"qr_png", "/img?acc=0010000000355&bank=Vietcombank&amount=100000&des=DH000123"},
		{"qr_png_only", "/img?acc=0010000000355&bank=Vietcombank&amount=100000&des=DH000123&template=qronly"},
	} {
		res, err := http.Get(sepay.URL() + c.path)
		if err != nil {
			b.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK || strings.Contains(string(body[:min(len(body), 200)]), "hợp lệ") {
			b.Fatal(res.Status)
		}
		bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Length"] = []string{fmt.Sprint(len(body))}
			_, _ = w.Write(body)
		}))
		b.Run(c.name+"/sepay", newWireClient(b, sepay.URL(), c.path, "x").run)
		b.Run(c.name+"/bare", newWireClient(b, bare.URL, c.path, "x").run)
		bare.Close()
	}
}
