package payment

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
)

// fieldSignature is the one field that is never signed.
const fieldSignature = "signature"

// signedNames are the posted fields that are signed: the list of the official
// Node SDK, which is the longest one
// (https://www.npmjs.com/package/sepay-pg-node).
var signedNames = []string{
	"merchant", "env", "operation", "payment_method", "order_amount", "currency", "order_invoice_number",
	"order_description", "customer_id", "agreement_id", "agreement_name", "agreement_type",
	"agreement_payment_frequency", "agreement_amount_per_payment", "success_url", "error_url", "cancel_url", "order_id",
}

// signed returns whether a field of that name is signed.
func signed(name string) bool { return slices.Contains(signedNames, name) }

// Signable returns the text that is signed: "name=value" of each signable
// field in the order of the form, joined with commas. Values are the decoded
// ones, neither trimmed nor escaped
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan).
func Signable(f Form) string { return string(appendSignable(nil, f)) }

func appendSignable(b []byte, f Form) []byte {
	first := true
	for _, field := range f {
		if !signed(field.Name) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, field.Name...)
		b = append(b, '=')
		b = append(b, field.Value...)
	}
	return b
}

// Sign returns the signature of a form: standard base64 of HMAC-SHA256 under
// the merchant's secret key.
func Sign(secret string, f Form) string {
	sum := mac(secret, appendSignable(make([]byte, 0, 512), f))
	return base64.StdEncoding.EncodeToString(sum)
}

// Verify compares a form's signature in constant time.
func Verify(secret string, f Form) bool {
	return hmac.Equal([]byte(Sign(secret, f)), []byte(f.Get(fieldSignature)))
}

func mac(secret string, text []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(text) // a hash never fails
	return h.Sum(nil)
}
