package page

import (
	"testing"
	"time"
)

func TestMoneyIsWrittenAsTheLanguageDoes(t *testing.T) {
	for _, c := range []struct {
		amount int64
		vi, en string
	}{
		{0, "0 ₫", "0 VND"},
		{999, "999 ₫", "999 VND"},
		{1000, "1.000 ₫", "1,000 VND"},
		{185000, "185.000 ₫", "185,000 VND"},
		{1234567890, "1.234.567.890 ₫", "1,234,567,890 VND"},
		{-500000, "-500.000 ₫", "-500,000 VND"},
	} {
		if vi, en := money(Vietnamese, c.amount), money(English, c.amount); vi != c.vi || en != c.en {
			t.Errorf("%d: %q and %q, want %q and %q", c.amount, vi, en, c.vi, c.en)
		}
	}
}

func TestTheWaitRoundsUp(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		-time.Second: "00:00", 0: "00:00", time.Millisecond: "00:01", 59 * time.Second: "00:59",
		15 * time.Minute: "15:00", time.Hour + 61*time.Second: "1:01:01",
	} {
		if got := left(wait); got != want {
			t.Errorf("%v: %q, want %q", wait, got, want)
		}
	}
}

func TestOnlyAddressesOfTheWebBecomeLinks(t *testing.T) {
	for address, want := range map[string]bool{
		"https://shop.example/a?b=c#/d": true, "http://127.0.0.1:3000/ok": true, "HTTPS://SHOP.EXAMPLE/": true,
		"https://shop.example/(a)'b": true,
		"":                           false, "javascript:alert(1)": false, "JavaScript://x.example/%0aalert(1)": false, "data:text/html,x": false,
		"shop.example/a": false, "//shop.example": false, "https:/path": false, "https://": false, "myapp://paid": false,
		"java\nscript:alert(1)": false, "/v1/checkout": false,
	} {
		if got := web(address) == address && address != ""; got != want {
			t.Errorf("web(%q): %v", address, got)
		}
	}
	for address, want := range map[string]bool{
		"/v1/cancel?s=1": true, "https://shop.example/": true, "//shop.example": false, `/\shop.example`: false, "javascript:alert(1)": false,
	} {
		if got := ownOrWeb(address) == address; got != want {
			t.Errorf("ownOrWeb(%q): %v", address, got)
		}
	}
}

func TestStringsSplitAtTheirFirstDifference(t *testing.T) {
	for _, c := range []struct{ a, b, same, rest string }{
		{"abc", "abd", "ab", "c"},
		{"abc", "abc", "abc", ""},
		{"", "x", "", ""},
		{"ab", "abc", "ab", ""},
		{"tiề", "tiể", "ti", "ề"}, // They share the first bytes of the last letter.
	} {
		if got := same(c.a, c.b); got.Same != c.same || got.Rest != c.rest {
			t.Errorf("%q and %q: %+v", c.a, c.b, got)
		}
	}
}
