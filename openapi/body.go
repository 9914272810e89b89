package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// body checks a body that is not empty against the declared contents.
func (k *check) body(contents []content, from origin, h http.Header, body []byte) {
	at := root(PartBody, "$")
	header := root(PartHeader, "Content-Type")
	declared := make([]string, len(contents))
	for i, c := range contents {
		declared[i] = c.mediaType
	}
	expected := strings.Join(declared, " or ")
	field := h.Get("Content-Type")
	mediaType, params, err := mime.ParseMediaType(field)
	c := pick(contents, mediaType)
	if err != nil && (c == nil || c.mediaType != anything) {
		k.violation(RuleContentType, from, &header, expected, describeText(field, false))
		return
	}
	if c == nil {
		k.violation(RuleContentType, from, &header, expected, describeText(mediaType, false))
		return
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		k.violation(RuleContentType, from, &header, "charset utf-8", describeText(charset, false))
	}
	if c.node == nil {
		return
	}
	if c.mediaType == anything && c.node.kind == kindObject {
		mediaType = "application/json" // the label does not matter, the body does
	}
	k.media(c.node, mediaType, params["boundary"], body, &at)
}

// media decodes a body by its media type and checks the value.
func (k *check) media(n *node, mediaType, boundary string, body []byte, at *place) {
	switch {
	case mediaType == "application/json" || strings.HasSuffix(mediaType, "+json"):
		d := decode(body)
		if d.invalid >= 0 {
			k.violation(RuleInvalidUTF8, n.origin, at, "UTF-8", "other bytes at byte "+strconv.Itoa(d.invalid))
		}
		if d.malformed != "" {
			k.violation(RuleMalformedBody, n.origin, at, "JSON", d.malformed)
			return
		}
		if d.trailing > 0 {
			k.violation(RuleTrailingBytes, n.origin, at, "one JSON value", countOf(d.trailing, "bytes")+" after it")
		}
		k.value(n, d.value, at)
	case mediaType == "application/x-www-form-urlencoded":
		form, err := decodeForm(string(body))
		k.form(n, form, err, at)
	case mediaType == "multipart/form-data":
		form, err := decodeMultipart(body, boundary)
		k.form(n, form, err, at)
	case n.formatName == formatBinary:
	default:
		if !utf8.Valid(body) {
			k.violation(RuleInvalidUTF8, n.origin, at, "UTF-8", "other bytes at byte "+strconv.Itoa(invalidOffset(body)))
		}
		k.value(n, string(body), at)
	}
}

// form reads the texts of a form as the declared types and checks them.
func (k *check) form(n *node, form *object, err error, at *place) {
	if err != nil {
		k.violation(RuleMalformedBody, n.origin, at, "a form", err.Error())
		return
	}
	for i, m := range form.members {
		text := m.value.(string)
		if !utf8.ValidString(text) || !utf8.ValidString(m.name) {
			p := at.member(m.name)
			k.violation(RuleInvalidUTF8, n.origin, &p, "UTF-8", "other bytes")
		}
		form.members[i].value = n.properties[m.name].fromText(text)
	}
	k.value(n, form, at)
}

// anything is the media range of an answer whose label nobody promises.
const anything = "*/*"

// pick finds the content for a media type; an exact one wins over a range.
func pick(contents []content, mediaType string) *content {
	class, _, _ := strings.Cut(mediaType, "/")
	for _, want := range []string{mediaType, class + "/*", anything} {
		for i := range contents {
			if contents[i].mediaType == want {
				return &contents[i]
			}
		}
	}
	return nil
}

var errEscape = errors.New("a bad escape")

// decodeForm keeps the order and the duplicates.
func decodeForm(body string) (*object, error) {
	form := &object{}
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return nil, errEscape
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, errEscape
		}
		form.members = append(form.members, member{name, value})
	}
	return form, nil
}

var (
	errBoundary  = errors.New("no boundary")
	errMultipart = errors.New("broken parts")
)

func decodeMultipart(body []byte, boundary string) (*object, error) {
	if boundary == "" {
		return nil, errBoundary
	}
	form := &object{}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return nil, errMultipart
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return nil, errMultipart
		}
		form.members = append(form.members, member{part.FormName(), string(text)})
	}
}

// jsonNumber accepts a number that was spelled exactly as s.
func jsonNumber(v any, s string) (json.Number, bool) {
	n, ok := v.(json.Number)
	return n, ok && string(n) == s
}

func countOf(n int, what string) string { return strconv.Itoa(n) + " " + what }

func sortedKeys[V any](m map[string]V) []string {
	if len(m) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(m))
}
