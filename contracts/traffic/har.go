package traffic

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/openapi"
)

// Error says why a file could not be read.
type Error struct {
	// Place is the place in the file, e.g. "entry 3".
	Place string
	Text  string
	// Hint says how to fix it.
	Hint string
	Err  error
}

func (e *Error) Error() string {
	s := e.Text
	if e.Place != "" {
		s = e.Place + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.Err }

const hintExport = "Export the traffic again as HAR 1.2: in a browser's network tab \"Save all as HAR with content\", in mitmproxy with --set hardump=FILE."

// MaxEntry is the maximum size of an entry, in bytes of the file.
const MaxEntry = 8 << 20

// ReadHAR reads the entries of a HAR file one after the other, so that its
// memory is bounded by the largest entry. It ends with the first error, an
// *Error. Exchanges are unchanged, with their secrets, and without a document;
// Spec is "entry N", counted from 1. An entry above [MaxEntry] has only Spec and
// Skipped.
func ReadHAR(r io.Reader) iter.Seq2[Exchange, error] {
	return func(yield func(Exchange, error) bool) {
		n := 0
		err := entries(r, func(text []byte, size int64) error {
			n++
			place := "entry " + strconv.Itoa(n)
			e := Exchange{Skipped: size}
			if size <= MaxEntry {
				var entry harEntry
				if err := json.Unmarshal(text, &entry); err != nil {
					return &Error{Place: place, Text: "not an entry of a HAR file", Hint: hintExport, Err: err}
				}
				var err error
				if e, err = entry.exchange(); err != nil {
					return &Error{Place: place, Text: "the exchange cannot be read", Hint: hintExport, Err: err}
				}
			}
			e.Spec = place
			if !yield(e, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(Exchange{}, err)
		}
	}
}

var errStop = errors.New("enough")

// entries walks to log.entries and calls visit with each of them, cut at
// [MaxEntry]. Other members are skipped.
func entries(r io.Reader, visit func(text []byte, size int64) error) error {
	in := newScanner(r)
	found := false
	pass := func() error {
		_, _, err := in.value(0)
		return err
	}
	err := in.object(func(name string) error {
		if name != "log" {
			return pass()
		}
		return in.object(func(name string) error {
			if name != "entries" {
				return pass()
			}
			found = true
			return in.array(func() error {
				text, size, err := in.value(MaxEntry)
				if err != nil {
					return err
				}
				return visit(text, size)
			})
		})
	})
	if _, ok := errors.AsType[*Error](err); ok || errors.Is(err, errStop) {
		return err
	}
	if err != nil {
		return &Error{Text: "not a HAR file", Hint: hintExport, Err: unexpected(err)}
	}
	if !found {
		return &Error{Text: "not a HAR file: it has no log.entries", Hint: hintExport}
	}
	return nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("it ends in the middle")
	}
	return err
}

type harEntry struct {
	Request struct {
		Method   string    `json:"method"`
		URL      string    `json:"url"`
		Headers  []harPair `json:"headers"`
		BodySize int64     `json:"bodySize"`
		PostData *struct {
			MimeType string    `json:"mimeType"`
			Text     string    `json:"text"`
			Encoding string    `json:"encoding"`
			Params   []harPair `json:"params"`
		} `json:"postData"`
	} `json:"request"`
	Response struct {
		Status  int       `json:"status"`
		Headers []harPair `json:"headers"`
		Content struct {
			Size     int64  `json:"size"`
			MimeType string `json:"mimeType"`
			Text     string `json:"text"`
			Encoding string `json:"encoding"`
		} `json:"content"`
	} `json:"response"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

var (
	errMethod = errors.New("the request has no method")
	errURL    = errors.New("the request has no absolute URL")
	errStatus = errors.New("the status is none of HTTP's")
)

func (h harEntry) exchange() (Exchange, error) {
	if h.Request.Method == "" {
		return Exchange{}, errMethod
	}
	u, err := url.Parse(h.Request.URL)
	if err != nil || !u.IsAbs() || u.Host == "" {
		return Exchange{}, errURL
	}
	if s := h.Response.Status; s != 0 && (s < 100 || s > 999) {
		return Exchange{}, errStatus
	}
	e := Exchange{Host: u.Host, Exchange: openapi.Exchange{
		Request: openapi.Request{Method: strings.ToUpper(h.Request.Method), URL: u, Header: header(h.Request.Headers)},
		Status:  h.Response.Status, ResponseHeader: header(h.Response.Headers),
	}}
	if host := e.Header.Get("Host"); host != "" {
		e.Host = host
	}
	if err := h.requestBody(&e); err != nil {
		return Exchange{}, fmt.Errorf("request body: %w", err)
	}
	content := h.Response.Content
	if e.ResponseBody, err = decodeText(content.Text, content.Encoding); err != nil {
		return Exchange{}, fmt.Errorf("response body: %w", err)
	}
	e.ResponseBodyLost = content.Text == "" && content.Size > 0
	setDefault(e.ResponseHeader, content.MimeType)
	return e, nil
}

func (h harEntry) requestBody(e *Exchange) (err error) {
	post := h.Request.PostData
	if post == nil {
		e.RequestBodyLost = h.Request.BodySize > 0
		return nil
	}
	setDefault(e.Header, post.MimeType)
	if post.Text == "" && len(post.Params) > 0 && strings.HasPrefix(post.MimeType, "application/x-www-form-urlencoded") {
		e.Body = []byte(params(post.Params))
		return nil
	}
	e.Body, err = decodeText(post.Text, post.Encoding)
	e.RequestBodyLost = post.Text == "" && (h.Request.BodySize > 0 || len(post.Params) > 0)
	return err
}

// params encodes a form. Some programs record escaped values, some not: a value
// that unescapes to another text is taken as escaped.
func params(list []harPair) string {
	pairs := make([]string, len(list))
	for i, p := range list {
		name, value := p.Name, p.Value
		if n, err := url.QueryUnescape(name); err == nil {
			name = n
		}
		if v, err := url.QueryUnescape(value); err == nil && strings.Contains(value, "%") {
			value = v
		}
		pairs[i] = url.QueryEscape(name) + "=" + url.QueryEscape(value)
	}
	return strings.Join(pairs, "&")
}

func decodeText(text, encoding string) ([]byte, error) {
	if strings.EqualFold(encoding, "base64") {
		return base64.StdEncoding.DecodeString(text)
	}
	if text == "" {
		return nil, nil
	}
	return []byte(text), nil
}

// header leaves out HTTP/2's pseudo headers except the authority, which is the
// host. Browsers join several cookies in one value, by lines.
func header(pairs []harPair) http.Header {
	h := http.Header{}
	for _, p := range pairs {
		if strings.HasPrefix(p.Name, ":") {
			if p.Name == ":authority" && p.Value != "" {
				h.Set("Host", p.Value)
			}
			continue
		}
		for value := range strings.SplitSeq(p.Value, "\n") {
			h.Add(p.Name, value)
		}
	}
	return h
}

func setDefault(h http.Header, mimeType string) {
	if h.Get("Content-Type") == "" && mimeType != "" && mimeType != "x-unknown" {
		h.Set("Content-Type", mimeType)
	}
}
