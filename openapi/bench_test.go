package openapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi"
)

func benchmark(b *testing.B, target, body string) {
	c := load(b, "userapi_v2")
	r := get(b, target)
	h := http.Header{"Content-Type": {"application/json"}}
	text := []byte(body)
	if got := c.CheckResponse(r, 200, h, text); got != nil {
		b.Fatal(got)
	}
	b.ReportAllocs()
	for b.Loop() {
		c.CheckResponse(r, 200, h, text)
	}
}

func BenchmarkResponseOneObject(b *testing.B) {
	benchmark(b, "/v2/transactions/"+uuid, v2One)
}

func BenchmarkResponseListOf20(b *testing.B) {
	benchmark(b, "/v2/transactions", changed(v2List, v2Row, strings.Repeat(v2Row+",", 19)+v2Row))
}

func BenchmarkRequest(b *testing.B) {
	c := load(b, "userapi_v2")
	r := get(b, "/v2/transactions?page=2&per_page=20&transfer_type=in")
	b.ReportAllocs()
	for b.Loop() {
		c.CheckRequest(r)
	}
}

func BenchmarkParse(b *testing.B) {
	text, _ := openapi.Document("userapi_v2")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := openapi.Parse("userapi_v2", text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeOfListOf20 is the control for BenchmarkResponseListOf20: what
// it costs to read the same page without looking at it.
func BenchmarkDecodeOfListOf20(b *testing.B) {
	text := []byte(changed(v2List, v2Row, strings.Repeat(v2Row+",", 19)+v2Row))
	b.ReportAllocs()
	for b.Loop() {
		var page any
		if err := json.Unmarshal(text, &page); err != nil {
			b.Fatal(err)
		}
	}
}
