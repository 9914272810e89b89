package traffic_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi/mask"
)

const har = "\uFEFF" + `{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"pages":[{"entries":[1]}],"entries":[
 {"startedDateTime":"2026-07-04T08:12:33Z","request":{"method":"get","url":"https://userapi.sepay.vn/v2/transactions?page=1","httpVersion":"h2",
   "headers":[{"name":":method","value":"GET"},{"name":":authority","value":"userapi.sepay.vn"},{"name":"authorization","value":"Bearer abc"}],"bodySize":0},
  "response":{"status":200,"headers":[{"name":":status","value":"200"},{"name":"set-cookie","value":"a=1\nb=2"}],
   "content":{"size":11,"mimeType":"application/json","text":"eyJzdGF0dXMiOjF9","encoding":"base64"}}},
 {"request":{"method":"POST","url":"https://my.sepay.vn/oauth/token","headers":[],"bodySize":9,
   "postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a","value":"b%20c"},{"name":"d","value":"e f"}]}},
  "response":{"status":0,"headers":[],"content":{"size":0,"mimeType":"x-unknown"}}},
 {"request":{"method":"POST","url":"https://my.sepay.vn/oauth/token","headers":[{"name":"Content-Type","value":"text/plain"}],"bodySize":9},
  "response":{"status":500,"headers":[],"content":{"size":12,"mimeType":"text/html"}}}
]}}`

func read(text string) (list []traffic.Exchange, err error) {
	for e, failed := range traffic.ReadHAR(strings.NewReader(text)) {
		if failed != nil {
			return list, failed
		}
		list = append(list, e)
	}
	return list, nil
}

func TestHARFilesOfBrowsersAreReadWhole(t *testing.T) {
	got, err := read(har)
	if err != nil {
		t.Fatal(err)
	}
	type flat struct {
		Method, URL, Host, Request, Response, Spec string
		Status                                     int
		RequestLost, ResponseLost                  bool
		RequestHeader, ResponseHeader              http.Header
	}
	var flats []flat
	for _, e := range got {
		flats = append(flats, flat{e.Method, e.URL.String(), e.Host, string(e.Body), string(e.ResponseBody), e.Spec, e.Status,
			e.RequestBodyLost, e.ResponseBodyLost, e.Header, e.ResponseHeader})
	}
	want := []flat{
		{Method: "GET", URL: "https://userapi.sepay.vn/v2/transactions?page=1", Host: "userapi.sepay.vn", Response: `{"status":1}`, Status: 200, Spec: "entry 1",
			RequestHeader:  http.Header{"Authorization": {"Bearer abc"}, "Host": {"userapi.sepay.vn"}},
			ResponseHeader: http.Header{"Set-Cookie": {"a=1", "b=2"}, "Content-Type": {"application/json"}}},
		{Method: "POST", URL: "https://my.sepay.vn/oauth/token", Host: "my.sepay.vn", Request: "a=b+c&d=e+f", Spec: "entry 2",
			RequestHeader: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, ResponseHeader: http.Header{}},
		{Method: "POST", URL: "https://my.sepay.vn/oauth/token", Host: "my.sepay.vn", Status: 500, Spec: "entry 3", RequestLost: true, ResponseLost: true,
			RequestHeader: http.Header{"Content-Type": {"text/plain"}}, ResponseHeader: http.Header{"Content-Type": {"text/html"}}},
	}
	if diff := cmp.Diff(want, flats); diff != "" {
		t.Error(diff)
	}
}

func TestAReaderMayStopEarly(t *testing.T) {
	for e, err := range traffic.ReadHAR(strings.NewReader(har[:strings.Index(har, `{"request":{"method":"POST"`)] + "broken")) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Spec != "entry 1" {
			t.Errorf("first came %q", e.Spec)
		}
		break
	}
}

func TestWhatIsNoHARIsRefusedWithAHint(t *testing.T) {
	entry := func(s string) string { return `{"log":{"entries":[` + s + `]}}` }
	for text, want := range map[string]string{
		"":                    "not a HAR file",
		"<html>":              "not a HAR file",
		"[]":                  "not a HAR file",
		`{"log":{}}`:          "no log.entries",
		`{"log":{"entries":[`: "it ends in the middle",
		entry(`1`):            "entry 1: not an entry",
		entry(`{}`):           "entry 1: the exchange cannot be read: the request has no method",
		entry(`{"request":{"method":"GET","url":"/x"}}`):                                                                     "no absolute URL",
		entry(`{"request":{"method":"GET","url":"http://x/"},"response":{"status":12}}`):                                     "the status is none",
		entry(`{"request":{"method":"GET","url":"http://x/"},"response":{"content":{"text":"%","encoding":"base64"}}}`):      "response body: illegal base64",
		entry(`{"request":{"method":"GET","url":"http://x/"}},{"request":{"method":"GET","url":"http://x/"},"response":[]}`): "entry 2",
	} {
		_, err := read(text)
		told, ok := errors.AsType[*traffic.Error](err)
		if !ok || !strings.Contains(err.Error(), want) || told.Hint == "" {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func FuzzReadHAR(f *testing.F) {
	f.Add(har)
	f.Add(`{"log":{"entries":[{"request":{"method":"GET","url":"http://x/"}}]}}`)
	f.Add(`{"log":{"entries":[1]}}`)
	atlas, err := traffic.NewAtlas()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := read(text)
		if err != nil {
			if told, ok := errors.AsType[*traffic.Error](err); !ok || told.Hint == "" {
				t.Errorf("an error without a hint: %v", err)
			}
		}
		for _, e := range list {
			atlas.Place(&e)
			e.Method = "GET" // the method is not looked through for secrets
			if line := e.MaskedLine(mask.New("hunter22")); strings.Contains(line, "hunter22") {
				t.Errorf("a known secret stays in %s", line)
			}
		}
	})
}
