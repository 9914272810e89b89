package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// tampered returns the delivery with a changed body; the content type stays.
func tampered(d store.Delivery, t fault.Tamper) store.Delivery {
	d.Body, d.SignedBody = slices.Clone(d.Body), slices.Clone(d.SignedBody)
	if t.Body != nil {
		d.Body, d.SignedBody = []byte(*t.Body), nil
	}
	for _, path := range sortedKeys(t.Set) {
		edit(&d, path, t.Set[path])
	}
	for _, path := range t.Remove {
		edit(&d, path, nil)
	}
	if t.Amount != nil {
		for path, value := range amounts(d.Kind, *t.Amount) {
			edit(&d, path, value)
		}
	}
	if t.FlipByte != nil && len(d.Body) > 0 {
		d.Body[min(*t.FlipByte, len(d.Body)-1)] ^= 1
	}
	return d
}

func sortedKeys(m map[string]json.RawMessage) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// amounts are the members that carry the amount in VND.
func amounts(kind store.DeliveryKind, vnd int64) map[string]json.RawMessage {
	text := strconv.FormatInt(vnd, 10)
	if kind == store.KindIPN {
		return map[string]json.RawMessage{
			"order.order_amount":             json.RawMessage(`"` + text + `.00"`),
			"transaction.transaction_amount": json.RawMessage(`"` + text + `"`),
		}
	}
	return map[string]json.RawMessage{"transferAmount": json.RawMessage(text)}
}

// edit sets a member of the body, or removes it when value is nil. An
// unreadable body is left unchanged.
func edit(d *store.Delivery, path string, value json.RawMessage) {
	switch {
	case strings.HasPrefix(d.ContentType, "application/x-www-form-urlencoded"):
		d.Body = editQuery(d.Body, path, value)
	case strings.HasPrefix(d.ContentType, "multipart/form-data"):
		d.Body = editParts(d.Body, d.ContentType, path, value)
		if d.SignedBody != nil {
			d.SignedBody = editQuery(d.SignedBody, path, value)
		}
	default:
		if body, err := editJSON(d.Body, strings.Split(path, "."), value); err == nil {
			d.Body = body
		}
	}
}

var errNoObject = errors.New("not a JSON object")

// editJSON sets or removes a member and keeps the order of the others.
func editJSON(body []byte, path []string, value json.RawMessage) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errNoObject
	}
	var members []string
	found := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var old json.RawMessage
		if err := dec.Decode(&old); err != nil {
			return nil, err
		}
		if key == path[0] {
			found = true
			if old, err = replaced(old, path[1:], value); err != nil {
				return nil, err
			}
		}
		if old != nil {
			members = append(members, quoted(key)+":"+string(old))
		}
	}
	if !found && value != nil {
		made, err := replaced(json.RawMessage("{}"), path[1:], value)
		if err != nil {
			return nil, err
		}
		members = append(members, quoted(path[0])+":"+string(made))
	}
	return []byte("{" + strings.Join(members, ",") + "}"), nil
}

// replaced returns the new value for an old one; nil removes it.
func replaced(old json.RawMessage, rest []string, value json.RawMessage) (json.RawMessage, error) {
	if len(rest) == 0 {
		return written(value), nil
	}
	return editJSON(old, rest, value)
}

func quoted(key any) string {
	text, _ := phpjson.Encode(key) // a text always encodes
	return string(text)
}

// written formats a rule's value as the rest of the body is written; nil stays
// nil.
func written(value json.RawMessage) json.RawMessage {
	if value == nil {
		return nil
	}
	return phpjson.Rewrite(value)
}

// plainText formats a JSON value as a form field.
func plainText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text // null too: it is empty
	}
	return string(value)
}

// editQuery sets or removes a field and keeps the order of the others.
func editQuery(body []byte, name string, value json.RawMessage) []byte {
	var out []string
	found := false
	for _, pair := range strings.Split(string(body), "&") {
		key, _, _ := strings.Cut(pair, "=")
		if key != queryEscape(name) {
			out = append(out, pair)
			continue
		}
		found = true
		if value != nil {
			out = append(out, key+"="+queryEscape(plainText(value)))
		}
	}
	if !found && value != nil {
		out = append(out, queryEscape(name)+"="+queryEscape(plainText(value)))
	}
	return []byte(strings.Join(out, "&"))
}

// editParts sets or removes a part of a multipart body as [multipartBody]
// writes it.
func editParts(body []byte, contentType, name string, value json.RawMessage) []byte {
	_, boundary, _ := strings.Cut(contentType, "boundary=")
	end := "--" + boundary + "--\r\n"
	start := "--" + boundary + "\r\nContent-Disposition: form-data; name=" + strconv.Quote(name) + "\r\n\r\n"
	part := ""
	if value != nil {
		part = start + plainText(value) + "\r\n"
	}
	before, rest, found := strings.Cut(string(body), start)
	if !found {
		return []byte(strings.TrimSuffix(string(body), end) + part + end)
	}
	_, after, _ := strings.Cut(rest, "\r\n--"+boundary)
	return []byte(before + part + "--" + boundary + after)
}
