package payment_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/payment"
)

// basket is a form that every mistake below starts from.
func basket() payment.Form {
	return payment.Form{
		{Name: "operation", Value: "PURCHASE"}, {Name: "order_invoice_number", Value: "DH 7"}, {Name: "order_amount", Value: "10000"},
		{Name: "currency", Value: "VND"}, {Name: "order_description", Value: "Áo thun, 2 cái"}, {Name: "merchant", Value: vectorMerchant},
	}
}

func with(f payment.Form, name, value string) payment.Form {
	out := append(payment.Form(nil), f...)
	for i := range out {
		if out[i].Name == name {
			out[i].Value = value
			return out
		}
	}
	return append(out, payment.Field{Name: name, Value: value})
}

func each(f payment.Form, change func(string) string) payment.Form {
	out := append(payment.Form(nil), f...)
	for i := range out {
		out[i].Value = change(out[i].Value)
	}
	return out
}

func encoded(e func([]byte) string, f payment.Form) string {
	raw, _ := base64.StdEncoding.DecodeString(payment.Sign(vectorSecret, f))
	return e(raw)
}

func TestDiagnosisFindsTheMistake(t *testing.T) {
	other := payment.Key{Company: "beta", Environment: "production", Secret: "spsk_live_OtherKey0000000000000000000000001"}
	plain := basket()
	for _, c := range []struct {
		name, cause, field, says string
		posted                   payment.Form
		signature                string
	}{
		{"no signature", payment.CauseMissing, "", "no signature", plain, ""},
		{"a posted field was not signed", payment.CauseNotSign, "order_description", "order_description was posted but not signed", plain, payment.Sign(vectorSecret, plain.Without("order_description"))},
		{"empty fields were not signed", payment.CauseNotSign, "customer_id", "Empty fields", with(with(plain, "customer_id", ""), "cancel_url", ""), payment.Sign(vectorSecret, plain)},
		{"an empty field was signed and not posted", payment.CauseNotSent, "customer_id", `customer_id was signed as ""`, plain, payment.Sign(vectorSecret, with(plain, "customer_id", ""))},
		{"the operation was signed and not posted", payment.CauseNotSent, "operation", `operation was signed as "PURCHASE"`, plain.Without("operation"), payment.Sign(vectorSecret, plain)},
		{"percent-encoded", payment.CausePercent, "order_invoice_number", "percent-encoded", plain, payment.Sign(vectorSecret, each(plain, url.QueryEscape))},
		{"percent-encoded, %20", payment.CausePercent, "order_invoice_number", "%20", plain, payment.Sign(vectorSecret, each(plain, url.PathEscape))},
		{"LF signed, CRLF posted", payment.CauseLines, "order_description", "CRLF", with(plain, "order_description", "a\r\nb"), payment.Sign(vectorSecret, with(plain, "order_description", "a\nb"))},
		{"CRLF signed, LF posted", payment.CauseLines, "order_description", "LF", with(plain, "order_description", "a\nb"), payment.Sign(vectorSecret, with(plain, "order_description", "a\r\nb"))},
		{"trimmed", payment.CauseTrimmed, "order_description", "trimmed", with(plain, "order_description", " a "), payment.Sign(vectorSecret, with(plain, "order_description", "a"))},
		{"decimals signed", payment.CauseAmount, "order_amount", "two decimals", plain, payment.Sign(vectorSecret, with(plain, "order_amount", "10000.00"))},
		{"another company's key", payment.CauseSecret, "", `company "beta" (production)`, plain, payment.Sign(other.Secret, plain)},
		{"the key with a line break", payment.CauseSecret, "", "line break", plain, payment.Sign(vectorSecret+"\n", plain)},
		{"hex", payment.CauseEncoding, "", "hexadecimal", plain, encoded(hex.EncodeToString, plain)},
		{"base64 of hex", payment.CauseEncoding, "", "hexadecimal", plain, encoded(func(b []byte) string { return base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(b))) }, plain)},
		{"no padding", payment.CauseEncoding, "", "padding", plain, encoded(base64.RawStdEncoding.EncodeToString, plain)},
		{"joined with &", payment.CauseJoin, "", "instead of a comma", plain, payment.Sign(vectorSecret, payment.Form{{Name: "merchant", Value: "x"}})},
		{"unknown", "", "", "None of the known mistakes", plain, payment.Sign("another key altogether", plain)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.cause == payment.CauseJoin {
				c.signature = joinedWithAmpersand(plain)
			}
			f := with(c.posted, "signature", c.signature)
			if payment.Verify(vectorSecret, f) {
				t.Fatal("accepted")
			}
			m := payment.Diagnose(f, vectorKey, []payment.Key{other})
			if m.Cause != c.cause || m.Field != c.field || !strings.Contains(m.Detail, c.says) {
				t.Errorf("cause %q, field %q: %s", m.Cause, m.Field, m.Detail)
			}
			if m.Expected != payment.Signable(c.posted) {
				t.Errorf("expected text %q", m.Expected)
			}
			for _, text := range []string{fmt.Sprintf("%+v", m)} {
				for _, secret := range []string{vectorSecret, other.Secret, payment.Sign(vectorSecret, c.posted)} {
					if strings.Contains(text, secret) {
						t.Errorf("the diagnosis gives %q away", secret)
					}
				}
			}
		})
	}
}

// joinedWithAmpersand signs the way of other gateways. A single field whose
// value holds the rest makes the same text.
func joinedWithAmpersand(f payment.Form) string {
	text := f[0].Value
	for _, field := range f[1:] {
		text += "&" + field.Name + "=" + field.Value
	}
	return payment.Sign(vectorSecret, payment.Form{{Name: f[0].Name, Value: text}})
}

func TestDiagnosisEndsOnAHugeForm(t *testing.T) {
	var f payment.Form
	for i := range 1000 {
		f = append(f, payment.Field{Name: fmt.Sprintf("x%d", i), Value: strings.Repeat("y", 1000)})
	}
	f = append(with(basket(), "order_description", strings.Repeat("z", 500_000)), f...)
	if m := payment.Diagnose(with(f, "signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), vectorKey, nil); m.Cause != "" {
		t.Errorf("%+v", m.Cause)
	}
}
