package page_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/page"
)

func render(t testing.TB, view page.View) string {
	t.Helper()
	var b strings.Builder
	if err := page.Render(&b, view); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// each runs a test for every sample in both languages.
func each(t *testing.T, run func(t *testing.T, lang page.Language, s sample, html string)) {
	t.Helper()
	for _, lang := range []page.Language{page.Vietnamese, page.English} {
		for _, s := range samples(lang) {
			t.Run(s.name+"/"+string(lang), func(t *testing.T) { run(t, lang, s, render(t, s.view)) })
		}
	}
}

func TestEveryPageRendersInBothLanguages(t *testing.T) {
	each(t, func(t *testing.T, lang page.Language, s sample, html string) {
		if s.name == "message" {
			return // one page for both languages
		}
		mark := "giả lập, không phải tiền thật"
		if lang == page.English {
			mark = "emulator, no real money"
		}
		for _, want := range []string{`<html lang="` + string(lang) + `">`, mark, "<main>", "<h", `href="/v1/checkout?order=1&amp;lang=en"`} {
			if !strings.Contains(html, want) {
				t.Errorf("no %q", want)
			}
		}
		for _, bad := range []string{"ZgotmplZ", "<no value>", "%!", " style=", "ERROR"} {
			if strings.Contains(html, bad) {
				t.Errorf("it has %q", bad)
			}
		}
		if html != render(t, viewOf(t, lang, html)) {
			t.Error("the same view gave another page")
		}
	})
}

// viewOf finds the sample that gave a page.
func viewOf(t *testing.T, lang page.Language, html string) page.View {
	t.Helper()
	for _, s := range samples(lang) {
		if render(t, s.view) == html {
			return s.view
		}
	}
	t.Fatal("no sample gives this page twice")
	return nil
}

func TestZeroViewsRender(t *testing.T) {
	for _, view := range []page.View{page.Choose{}, page.Transfer{}, page.Card{}, page.Challenge{}, page.Processing{}, page.Result{},
		page.Invalid{}, page.Phone{}, page.Phone{Sent: &page.SentTransfer{}}, page.Phone{Filled: true}} {
		if html := render(t, view); !strings.Contains(html, `<html lang="vi">`) {
			t.Errorf("%T is not Vietnamese without a language", view)
		}
	}
}

func TestWriteSendsTheHeaders(t *testing.T) {
	w := httptest.NewRecorder()
	view := samples(page.Vietnamese)[0].view
	if err := page.Write(w, http.StatusBadRequest, view); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusBadRequest || w.Body.String() != render(t, view) {
		t.Errorf("status %d, %d bytes", w.Code, w.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "img-src 'self' data:", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !slices.Contains(strings.Split(policy, "; "), want) {
			t.Errorf("no %q in %q", want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is unsafe: %q", policy)
	}
}

var (
	styles  = regexp.MustCompile(`(?s)<style[^>]*>(.*?)</style>`)
	scripts = regexp.MustCompile(`(?s)<script[^>]*>(.*?)</script>`)
)

func TestThePolicyAllowsJustTheStyleAndTheScript(t *testing.T) {
	policy, err := page.Policy()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, _ page.Language, s sample, html string) {
		for directive, pattern := range map[string]*regexp.Regexp{"style-src": styles, "script-src": scripts} {
			found := pattern.FindAllStringSubmatch(html, -1)
			if len(found) == 0 && directive == "script-src" && s.name == "message" {
				continue
			}
			if len(found) != 1 {
				t.Fatalf("%d elements for %s", len(found), directive)
			}
			sum := sha256.Sum256([]byte(found[0][1]))
			if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(allowed(policy, directive), want) {
				t.Errorf("the policy lacks %q: %q", want, policy)
			}
		}
	})
}

// allowed are the sources of a directive.
func allowed(policy, directive string) string {
	for _, one := range strings.Split(policy, "; ") {
		if sources, ok := strings.CutPrefix(one, directive+" "); ok {
			return sources
		}
	}
	return ""
}

func TestPagesLoadNothingFromElsewhere(t *testing.T) {
	outside := regexp.MustCompile(`(?i)(?:src|href|action|srcset|poster)="((?:[a-z]+:)?//[^"]*)"`)
	each(t, func(t *testing.T, _ page.Language, _ sample, html string) {
		for _, m := range outside.FindAllStringSubmatch(html, -1) {
			if !strings.HasPrefix(m[1], "https://shop.example/") {
				t.Errorf("it refers to %s", m[1])
			}
		}
		for _, bad := range []string{"@import", "url(", "<iframe", "<base"} {
			if strings.Contains(html, bad) {
				t.Errorf("it has %s", bad)
			}
		}
	})
}

func TestPagesStaySmall(t *testing.T) {
	each(t, func(t *testing.T, _ page.Language, _ sample, html string) {
		if len(html) > 40<<10 {
			t.Errorf("%d bytes", len(html))
		}
	})
	view := withPicture(10 << 10)
	if n := len(render(t, view)); n > 60<<10 || n < 10<<10 {
		t.Errorf("%d bytes with a picture", n)
	}
}

// withPicture is the fullest transfer page, with a picture of n bytes inside.
func withPicture(n int) page.Transfer {
	for _, s := range samples(page.Vietnamese) {
		if s.name == "transfer-received" {
			view := s.view.(page.Transfer)
			noise := make([]byte, n*3/4)
			for i := range noise {
				noise[i] = byte(i * i >> 3)
			}
			view.Image = "data:image/png;base64," + base64.StdEncoding.EncodeToString(noise)
			return view
		}
	}
	return page.Transfer{}
}

func BenchmarkTransfer(b *testing.B) {
	for name, view := range map[string]page.Transfer{"picture inside": withPicture(4 << 10), "picture beside": samples(page.Vietnamese)[1].view.(page.Transfer)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var out bytes.Buffer
			for b.Loop() {
				out.Reset()
				if err := page.Render(&out, view); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(out.Len()))
		})
	}
}
