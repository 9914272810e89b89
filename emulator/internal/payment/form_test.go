package payment_test

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/payment"
)

func TestFormsAreReadAsPHPDoes(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		want      payment.Form
	}{
		{"posted order", "b=1&a=2", payment.Form{{Name: "b", Value: "1"}, {Name: "a", Value: "2"}}},
		{"of a double name the first place and the last value", "a=1&b=2&a=3", payment.Form{{Name: "a", Value: "3"}, {Name: "b", Value: "2"}}},
		{"no value", "a&b=", payment.Form{{Name: "a"}, {Name: "b"}}},
		{"empty parts", "&&a=1&", payment.Form{{Name: "a", Value: "1"}}},
		{"no name", "=1&a=1", payment.Form{{Name: "a", Value: "1"}}},
		{"plus and percent", "a=1+2%2B3", payment.Form{{Name: "a", Value: "1 2+3"}}},
		{"broken percent stays", "a=%zz%4&b=%", payment.Form{{Name: "a", Value: "%zz%4"}, {Name: "b", Value: "%"}}},
		{"UTF-8", "a=%C4%91", payment.Form{{Name: "a", Value: "đ"}}},
		{"blank and dot in a name", "a.b=1&c+d=2&+e=3", payment.Form{{Name: "a_b", Value: "1"}, {Name: "c_d", Value: "2"}, {Name: "e", Value: "3"}}},
		{"a second = belongs to the value", "a=b=c", payment.Form{{Name: "a", Value: "b=c"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, payment.ParseForm(c.raw)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLargeFormsKeepTheirRules(t *testing.T) {
	raw := strings.Repeat("x=1&", 10) + "a=1"
	for i := range 2000 {
		raw += "&f" + strings.Repeat("y", i%50) + string(rune('a'+i%26)) + "=1"
	}
	f := payment.ParseForm(raw + "&a=2")
	if len(f) > 1000 {
		t.Errorf("%d fields", len(f))
	}
	seen := map[string]bool{}
	for _, field := range f {
		if seen[field.Name] {
			t.Errorf("%s stands twice", field.Name)
		}
		seen[field.Name] = true
	}
	if f[1] != (payment.Field{Name: "a", Value: "2"}) {
		t.Errorf("second field: %v", f[1])
	}
}

func TestMultipartForms(t *testing.T) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range []payment.Field{{Name: "b", Value: "1"}, {Name: "a", Value: "x\r\ny"}, {Name: "b", Value: "2"}} {
		if err := w.WriteField(f.Name, f.Value); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.CreateFormFile("file", "x.png"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := payment.ParseMultipart(multipart.NewReader(&body, w.Boundary()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(payment.Form{{Name: "b", Value: "2"}, {Name: "a", Value: "x\r\ny"}}, f); diff != "" {
		t.Error(diff)
	}
	if _, err := payment.ParseMultipart(multipart.NewReader(strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut"), "b")); err == nil {
		t.Error("a broken body was read")
	}
}

func FuzzFormAndSignature(f *testing.F) {
	f.Add("operation=PURCHASE&merchant=M&a=1&a=2&%zz=+", "secret")
	f.Add("signature=x&signature=y", "")
	f.Fuzz(func(t *testing.T, raw, secret string) {
		form := payment.ParseForm(raw)
		again := payment.ParseForm(form.Encode())
		if diff := cmp.Diff(form, again); diff != "" {
			t.Errorf("encoded and parsed again:\n%s", diff)
		}
		form = form.Without("signature")
		if !payment.Verify(secret, append(form, payment.Field{Name: "signature", Value: payment.Sign(secret, form)})) {
			t.Error("its own signature is not accepted")
		}
		payment.Diagnose(append(form, payment.Field{Name: "signature", Value: raw}), payment.Key{Secret: secret}, nil)
	})
}
