package payment

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Key is a secret key and its owner.
type Key struct {
	Company, Environment, Secret string
	// Name names the secret when it is not a merchant's secret key.
	Name string
}

// Mismatch is why a signature was refused. It never contains a secret key or
// the right signature.
type Mismatch struct {
	// Expected is the text that had to be signed.
	Expected string
	// Signed is the text that gives the received signature; empty when no known
	// mistake explains it.
	Signed string
	// Field is the first field in which the two texts differ.
	Field string
	// Owner is the company whose key was used, when it is another one.
	Owner string
	// Cause is a code for the mistake, empty when it was not found.
	Cause string
	// Detail describes the mistake, Hint how to fix it.
	Detail, Hint string
}

// The causes of a mismatch.
const (
	CauseOrder    = "field_order"
	CauseNotSent  = "signed_but_not_posted"
	CauseNotSign  = "posted_but_not_signed"
	CausePercent  = "percent_encoded"
	CauseLines    = "line_breaks"
	CauseTrimmed  = "trimmed"
	CauseAmount   = "amount_format"
	CauseSecret   = "other_secret"
	CauseEncoding = "encoding"
	CauseJoin     = "separator"
	CauseMissing  = "missing"
)

// maxHashed bounds a search, in hashed bytes: a few milliseconds.
const maxHashed = 2 << 20

// diagnosis is one search for the mistake.
type diagnosis struct {
	form     Form
	secret   string
	received string
	// sums are decodings of the received signature to 32 bytes; the first is the
	// standard one, or nil when it is not base64.
	sums []reading
}

// reading is the received signature decoded under an assumption.
type reading struct {
	as  string
	sum []byte
}

// attempt is a text that may have been signed, with the mistake behind it.
type attempt struct {
	cause, detail, hint string
	fields              Form
	join                string
}

// Diagnose searches for the integrator's mistake that gives the received
// signature. others are keys that may have been confused with the merchant's
// own.
func Diagnose(f Form, own Key, others []Key) Mismatch {
	d := &diagnosis{form: f, secret: own.Secret, received: f.Get(fieldSignature)}
	base := d.signable()
	m := Mismatch{
		Expected: join(base, ","),
		Detail:   "None of the known mistakes gives the received signature.",
		Hint:     "Sign the fields that the form posts, in their order, with the merchant's secret key, and compare the signed text with the expected one. If the two texts are equal, the key is another one: localsepay state shows the merchant's.",
	}
	if d.received == "" {
		m.Cause, m.Detail, m.Hint = CauseMissing, "The form has no signature.", "Add the field signature: base64 of HMAC-SHA256 over the signed fields."
		return m
	}
	d.sums = readings(d.received)
	left := maxHashed
	for try := range d.attempts(base) {
		text := join(try.fields, try.join)
		if left -= len(text); left < 0 {
			break
		}
		as, ok := d.matches(d.secret, text)
		if !ok {
			continue
		}
		if as != "" {
			try.cause = CauseEncoding
			try.detail = strings.TrimSpace("The signature is right but written " + as + ". " + try.detail)
			try.hint = "Post standard base64 of the 32 raw bytes, percent-encoded in the body."
		}
		m.Cause, m.Detail, m.Hint, m.Signed = try.cause, try.detail, try.hint, text
		m.Field = differingField(base, try.fields)
		return m
	}
	for _, k := range others {
		if as, ok := d.matches(k.Secret, m.Expected); ok && as == "" {
			m.Cause, m.Signed, m.Owner = CauseSecret, m.Expected, k.Company+" ("+k.Environment+")"
			if k.Name != "" {
				m.Detail = fmt.Sprintf("The form was signed with %s of company %q, not with the merchant's secret key.", k.Name, k.Company)
				m.Hint = "Sign with the merchant's secret key, which begins with spsk_."
				return m
			}
			m.Detail = fmt.Sprintf("The signature is right under the secret key of company %q (%s), not under that of %q (%s).", k.Company, k.Environment, own.Company, own.Environment)
			m.Hint = "Use the secret key that belongs to the merchant id, of the same environment."
			return m
		}
	}
	for _, key := range []string{own.Secret + "\n", own.Secret + "\r\n", own.Secret + " ", " " + own.Secret, strings.TrimPrefix(strings.TrimPrefix(own.Secret, "spsk_test_"), "spsk_live_")} {
		if _, ok := d.matches(key, m.Expected); ok {
			m.Cause, m.Signed = CauseSecret, m.Expected
			m.Detail = "The secret key was used with a blank or line break around it, or without its prefix."
			m.Hint = "Use the key as the dashboard shows it, from spsk_ to its last character."
			return m
		}
	}
	return m
}

// signable returns the fields that are signed.
func (d *diagnosis) signable() Form {
	var out Form
	for _, f := range d.form {
		if signed(f.Name) {
			out = append(out, f)
		}
	}
	return out
}

// readings decodes a signature in the possible encodings.
func readings(text string) []reading {
	var out []reading
	add := func(as string, sum []byte, err error) {
		if err == nil && len(sum) == 32 {
			out = append(out, reading{as, sum})
		}
	}
	decode := func(as string, e *base64.Encoding, text string) {
		sum, err := e.DecodeString(text)
		add(as, sum, err)
		if raw, err := hex.DecodeString(string(sum)); err == nil {
			add("as base64 of hexadecimal digits", raw, nil)
		}
	}
	decode("", base64.StdEncoding, text)
	sum, err := hex.DecodeString(text)
	add("as hexadecimal digits instead of base64", sum, err)
	decode("without base64's padding", base64.RawStdEncoding, text)
	decode("in base64's URL alphabet", base64.URLEncoding, text)
	decode("in base64's URL alphabet without padding", base64.RawURLEncoding, text)
	if strings.Contains(text, " ") {
		decode("with + not percent-encoded, so that it arrived as a blank", base64.StdEncoding, strings.ReplaceAll(text, " ", "+"))
	}
	if trimmed := strings.TrimSpace(text); trimmed != text {
		decode("with blanks or line breaks around it", base64.StdEncoding, trimmed)
	}
	return out
}

// matches compares the signature of a text with each reading.
func (d *diagnosis) matches(secret, text string) (as string, ok bool) {
	sum := mac(secret, []byte(text))
	for _, r := range d.sums {
		if hmac.Equal(sum, r.sum) {
			return r.as, true
		}
	}
	return "", false
}

func join(f Form, sep string) string {
	parts := make([]string, len(f))
	for i, field := range f {
		parts[i] = field.Name + "=" + field.Value
	}
	return strings.Join(parts, sep)
}

// differingField names the first field in which two lists differ.
func differingField(expected, other Form) string {
	for i := range max(len(expected), len(other)) {
		switch {
		case i >= len(expected):
			return other[i].Name
		case i >= len(other):
			return expected[i].Name
		case expected[i] == other[i]:
		case expected.index(other[i].Name) < 0: // it is in one of them only
			return other[i].Name
		default:
			return expected[i].Name
		}
	}
	return ""
}

// attempts yields texts that may have been signed: first with one mistake
// alone, then with another order and one more mistake.
func (d *diagnosis) attempts(base Form) func(yield func(attempt) bool) {
	return func(yield func(attempt) bool) {
		give := func(a attempt) bool {
			if a.join == "" {
				a.join = ","
			}
			return yield(a)
		}
		if !give(attempt{fields: base}) {
			return
		}
		all := append([]order{{"", base}}, d.orders(base)...)
		for _, o := range all {
			first := attempt{cause: CauseOrder, fields: o.fields, detail: o.detail(), hint: hintOrder}
			if o.name != "" && !give(first) {
				return
			}
			for _, sep := range []string{"&", ", ", "|", ""} {
				if sep != "" && !give(attempt{cause: CauseJoin, fields: o.fields, join: sep, hint: "Join the fields with a comma and no blank.",
					detail: fmt.Sprintf("The fields were joined with %q instead of a comma. %s", sep, o.detail())}) {
					return
				}
			}
			for _, t := range transforms {
				changed := t.apply(o.fields)
				if slices.Equal(changed, o.fields) {
					continue
				}
				if !give(attempt{cause: t.cause, fields: changed, hint: t.hint, detail: strings.TrimSpace(t.detail + " " + o.detail())}) {
					return
				}
			}
			for a := range d.presence(o) {
				if !give(a) {
					return
				}
			}
		}
	}
}

const hintOrder = "Post the inputs in the order in which they were signed; a Go map, a sorted array or jsonb loses it."

// order is another order of the posted fields.
type order struct {
	name   string
	fields Form
}

func (o order) detail() string {
	if o.name == "" {
		return ""
	}
	return "The signature is valid for " + o.name + ", but the form was posted in another order."
}

// orders are the field orders that documentation and clients have used
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan).
func (d *diagnosis) orders(base Form) []order {
	byList := func(list []string) Form {
		out := slices.Clone(base)
		slices.SortStableFunc(out, func(a, b Field) int { return place(list, a.Name) - place(list, b.Name) })
		return out
	}
	alphabetical := slices.Clone(base)
	slices.SortStableFunc(alphabetical, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	reversed := slices.Clone(base)
	slices.Reverse(reversed)
	return []order{
		{"the fixed order of the documentation's 2026 sample", byList([]string{
			"order_amount", "merchant", "currency", "operation", "order_description", "order_invoice_number", "customer_id",
			"payment_method", "success_url", "error_url", "cancel_url",
		})},
		{"the order of the Node SDK's list", byList(signedNames)},
		{"the order of the documentation's 2025 list", byList([]string{
			"merchant", "operation", "payment_method", "order_amount", "currency", "order_invoice_number", "order_description",
			"customer_id", "success_url", "error_url", "cancel_url",
		})},
		{"the order of the PHP SDK", byList([]string{
			"merchant", "currency", "order_amount", "operation", "order_description", "payment_method", "order_invoice_number",
			"customer_id", "success_url", "error_url", "cancel_url",
		})},
		{"alphabetical order", alphabetical},
		{"the reversed order", reversed},
	}
}

func place(list []string, name string) int {
	if i := slices.Index(list, name); i >= 0 {
		return i
	}
	return len(list)
}

// transform is a change of values that clients make before they sign.
type transform struct {
	cause, detail, hint string
	value               func(Field) string
}

func (t transform) apply(f Form) Form {
	out := slices.Clone(f)
	for i, field := range out {
		out[i].Value = t.value(field)
	}
	return out
}

const hintRaw = "Sign the values as they are, before they are encoded for the form."

var transforms = []transform{
	{CausePercent, "The values were percent-encoded before they were signed.", hintRaw, func(f Field) string { return url.QueryEscape(f.Value) }},
	{CausePercent, "The values were percent-encoded (blank as %20) before they were signed.", hintRaw, func(f Field) string { return strings.ReplaceAll(url.QueryEscape(f.Value), "+", "%20") }},
	{CauseLines, "The text was signed with LF, but the browser posted CRLF.", "Browsers send line breaks as CRLF: replace them, or leave line breaks out of the description.", func(f Field) string { return strings.ReplaceAll(f.Value, "\r\n", "\n") }},
	{CauseLines, "The text was signed with CRLF, but posted with LF.", "Sign the text that is posted.", func(f Field) string {
		return strings.ReplaceAll(strings.ReplaceAll(f.Value, "\r\n", "\n"), "\n", "\r\n")
	}},
	{CauseLines, "The text was signed without its line breaks.", "Sign the text that is posted.", func(f Field) string {
		return strings.NewReplacer("\r\n", " ", "\n", " ").Replace(f.Value)
	}},
	{CauseTrimmed, "The values were trimmed before they were signed, but posted with their blanks.", "Post the trimmed values.", func(f Field) string { return strings.TrimSpace(f.Value) }},
	{CauseAmount, "The amount was signed with two decimals, but posted without.", "Sign the text that is posted: whole VND without decimals.", amount(func(v string) string { return v + ".00" })},
	{CauseAmount, "The amount was signed without decimals, but posted with them.", "Post whole VND without decimals.", amount(func(v string) string { whole, _, _ := strings.Cut(v, "."); return whole })},
}

func amount(change func(string) string) func(Field) string {
	return func(f Field) string {
		if f.Name == "order_amount" {
			return change(f.Value)
		}
		return f.Value
	}
}

// presence yields texts with fields that were signed but not posted, or the
// reverse.
func (d *diagnosis) presence(o order) func(yield func(attempt) bool) {
	return func(yield func(attempt) bool) {
		say := func(cause, name, what, hint string, fields Form) bool {
			return yield(attempt{cause: cause, fields: fields, join: ",", hint: hint, detail: strings.TrimSpace("The field " + name + " " + what + " " + o.detail())})
		}
		filled := slices.DeleteFunc(slices.Clone(o.fields), func(f Field) bool { return f.Value == "" })
		if len(filled) < len(o.fields) && !yield(attempt{cause: CauseNotSign, fields: filled, join: ",", hint: "Leave empty fields out of the form too, or sign them as \"name=\".",
			detail: strings.TrimSpace("Empty fields were posted but left out of the signature. " + o.detail())}) {
			return
		}
		for i, f := range o.fields {
			if !say(CauseNotSign, f.Name, "was posted but not signed.", "Sign every posted field of the list, or do not post it.", slices.Delete(slices.Clone(o.fields), i, i+1)) {
				return
			}
		}
		for _, f := range d.form { // posted fields that are not of the list
			if signed(f.Name) || f.Name == fieldSignature {
				continue
			}
			for at := range len(o.fields) + 1 {
				if !say(CauseNotSent, f.Name, "was signed, but it is not one that takes part in the signature.", "Leave it out of the signed text.", slices.Insert(slices.Clone(o.fields), at, f)) {
					return
				}
			}
		}
		for _, guess := range guesses {
			if o.fields.index(guess.Name) >= 0 {
				continue
			}
			for at := range len(o.fields) + 1 {
				if !say(CauseNotSent, guess.Name, fmt.Sprintf("was signed as %q but not posted.", guess.Value), "Post every field that is signed.", slices.Insert(slices.Clone(o.fields), at, guess)) {
					return
				}
			}
		}
	}
}

// guesses are likely values of fields that were signed but not posted.
var guesses = Form{
	{"operation", "PURCHASE"}, {"customer_id", ""}, {"payment_method", ""}, {"payment_method", "BANK_TRANSFER"}, {"payment_method", "CARD"},
	{"currency", "VND"}, {"env", "sandbox"}, {"env", "production"}, {"order_description", ""}, {"success_url", ""}, {"error_url", ""}, {"cancel_url", ""},
	{"custom_data", ""}, {"customer_id", "null"}, {"customer_id", "undefined"},
}
