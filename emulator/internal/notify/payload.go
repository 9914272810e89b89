package notify

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// field is one member of the payload. In JSON, texts are quoted, numbers and
// null are not.
type field struct {
	name   string
	text   string
	number bool
	null   bool
}

// fields lists the 12 members of a webhook payload in SePay's order.
func fields(t *store.Transaction, emptySubAccount bool) []field {
	num := func(n int64) string { return strconv.FormatInt(n, 10) }
	return []field{
		{name: "gateway", text: t.Gateway},
		{name: "transactionDate", text: clock.Stamp(t.Date)},
		{name: "accountNumber", text: t.AccountNumber},
		{name: "subAccount", text: t.SubAccount, null: t.SubAccount == "" && !emptySubAccount},
		{name: "code", text: t.Code, null: t.Code == ""},
		{name: "content", text: t.Content},
		{name: "transferType", text: string(t.TransferType)},
		{name: "description", text: t.Description},
		{name: "transferAmount", text: num(t.Amount), number: true},
		{name: "referenceCode", text: t.Reference},
		{name: "accumulated", text: num(t.Accumulated), number: true},
		{name: "id", text: num(t.ID), number: true},
	}
}

// Payload is an encoded webhook body.
type Payload struct {
	ContentType string
	// Body is what is sent.
	Body []byte
	// Signed is what a signature covers; nil when that is Body.
	Signed []byte
}

// Encode makes the body of a webhook about t. emptySubAccount writes a missing
// sub-account as "" instead of null; boundary separates the parts of a
// multipart body.
func Encode(t *store.Transaction, as store.ContentType, emptySubAccount bool, boundary string) Payload {
	f := fields(t, emptySubAccount)
	switch as {
	case store.ContentForm:
		return Payload{ContentType: "application/x-www-form-urlencoded", Body: queryBody(f)}
	case store.ContentMultipart:
		return Payload{ContentType: "multipart/form-data; boundary=" + boundary, Body: multipartBody(f, boundary), Signed: queryBody(f)}
	default:
		return Payload{ContentType: "application/json", Body: jsonBody(f)}
	}
}

// jsonBody writes the members as one JSON object.
func jsonBody(fields []field) []byte {
	b := make([]byte, 0, 512)
	b = append(b, '{')
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = phpjson.AppendString(b, f.name)
		b = append(b, ':')
		switch {
		case f.null:
			b = append(b, "null"...)
		case f.number:
			b = append(b, f.text...)
		default:
			b = phpjson.AppendString(b, f.text)
		}
	}
	return append(b, '}')
}

// queryBody writes the output of PHP's http_build_query, which leaves null
// members out.
func queryBody(fields []field) []byte {
	var b strings.Builder
	for _, f := range fields {
		if f.null {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(f.name + "=" + queryEscape(f.text))
	}
	return []byte(b.String())
}

// queryEscape is PHP's urlencode: unlike Go's, it escapes ~.
func queryEscape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "~", "%7E") }

// multipartBody writes one part per member, as cURL does; null is an empty
// part.
func multipartBody(fields []field, boundary string) []byte {
	var b bytes.Buffer
	for _, f := range fields {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", boundary, f.name, f.text)
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes()
}
