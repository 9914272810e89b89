package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// route is an answer that cmd/bare gives, in the form that it reads.
type route struct {
	Method string      `json:"method"`
	Path   string      `json:"path"`
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

// get writes a GET request; headers are "Name: value". The host is a local name
// without a port, so that every server gets the same bytes.
func get(path string, headers ...string) []byte { return request(http.MethodGet, path, "", headers...) }

// postForm and postJSON write POST requests.
func postForm(path, body string, headers ...string) []byte {
	return request(http.MethodPost, path, body, append(headers, "Content-Type: application/x-www-form-urlencoded")...)
}

func postJSON(path, body string) []byte {
	return request(http.MethodPost, path, body, "Content-Type: application/json")
}

func request(method, path, body string, headers ...string) []byte {
	b := fmt.Appendf(make([]byte, 0, 256+len(body)), "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, path)
	for _, h := range headers {
		b = append(append(b, h...), "\r\n"...)
	}
	if method == http.MethodPost {
		b = fmt.Appendf(b, "Content-Length: %d\r\n", len(body))
	}
	return append(append(b, "\r\n"...), body...)
}

func bearer(token string) string { return "Authorization: Bearer " + token }

// ask sends prepared bytes with an ordinary client, and returns the answer as a
// route. Redirects are not followed.
func (s *server) ask(ctx context.Context, request []byte) (route, error) {
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil {
		return route{}, err
	}
	out := route{Method: req.Method, Path: req.RequestURI}
	req = req.WithContext(ctx)
	if req.URL, err = url.Parse(s.url + req.RequestURI); err != nil {
		return route{}, err
	}
	req.RequestURI = ""
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport, Timeout: patience, CheckRedirect: stay}).Do(req)
	if err != nil {
		return route{}, fmt.Errorf("asking %s: %w", s.name, err)
	}
	defer res.Body.Close()
	out.Status, out.Header = res.StatusCode, res.Header
	if out.Body, err = io.ReadAll(res.Body); err != nil {
		return route{}, fmt.Errorf("asking %s: %w", s.name, err)
	}
	// These are of the connection; a length stays, so that bare writes no chunks
	// where localsepay writes none.
	for _, name := range []string{"Date", "Connection", "Keep-Alive"} {
		out.Header.Del(name)
	}
	return out, nil
}

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// expect returns an error unless the answer has the status and holds the text.
func (r route) expect(status int, text string) error {
	if r.Status != status || !bytes.Contains(r.Body, []byte(text)) {
		return fmt.Errorf("%s %s is answered with %d, want %d with %q: %.200s", r.Method, r.Path, r.Status, status, text, r.Body)
	}
	return nil
}

// checkoutForm is a shop's form for a new order, signed as SePay documents it:
// base64 of HMAC-SHA256 over "name=value" of its fields
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan).
func checkoutForm(merchant, secret, invoice string) string {
	fields := [][2]string{
		{"merchant", merchant}, {"operation", "PURCHASE"}, {"payment_method", "BANK_TRANSFER"}, {"order_amount", "185000"}, {"currency", "VND"},
		{"order_invoice_number", invoice}, {"order_description", "Don hang " + invoice},
		{"success_url", "https://shop.example/ok"}, {"error_url", "https://shop.example/e"}, {"cancel_url", "https://shop.example/c"},
	}
	var signed, form []string
	for _, f := range fields {
		signed = append(signed, f[0]+"="+f[1])
		form = append(form, f[0]+"="+url.QueryEscape(f[1]))
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(signed, ",")))
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return strings.Join(append(form, "signature="+url.QueryEscape(signature)), "&")
}
