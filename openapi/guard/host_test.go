package guard_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/known"
)

// production are ways to write a host of SePay's production.
var production = []string{
	"userapi.sepay.vn", "USERAPI.SePay.VN", "userapi.sepay.vn.", "userapi.sepay.vn...", "userapi.sepay.vn:443", "userapi.sepay.vn.:443",
	"user@userapi.sepay.vn", "sandbox:x@userapi.sepay.vn:8443", "a@b@userapi.sepay.vn",
	"ｕｓｅｒａｐｉ．ｓｅｐａｙ．ｖｎ", "userapi。sepay。vn", "userapi．sepay．vn", "userapi｡sepay｡vn", "userapi.sepay.vn。", "ＵＳＥＲＡＰＩ．sepay.vn:443",
	"user\u00adapi.sepay.vn", "user\u200bapi.sepay.vn", "𝓊serapi.sepay.vn", "ⓤserapi.sepay.vn", "userapi.ſepay.vn",
	"pay.sepay.vn", "pgapi.sepay.vn", "my.sepay.vn", "bankhub-api.sepay.vn", "bankhub.sepay.vn", "einvoice-api.sepay.vn", "partner-api.sepay.vn", "speaker-api.sepay.vn",
	"new-api.sepay.vn", "x.my.sepay.vn", "userapi..sepay.vn", "img.vietqr.app", "_x.sepay.vn",
}

func TestProductionIsKnownInWhateverWayItIsWritten(t *testing.T) {
	for _, text := range production {
		h, err := guard.ParseHost(text)
		if err != nil || h.Kind() != guard.Production {
			t.Errorf("%q is %q of kind %d, %v", text, h, h.Kind(), err)
		}
		if !guard.SePay(text) {
			t.Errorf("%q is not SePay's", text)
		}
		u, err := url.Parse("https://" + text + "/v2")
		if err != nil {
			continue // no client gets that far
		}
		if _, err := (guard.Rule{Sandbox: true}).URL(u.String()); !errors.Is(err, guard.ErrProduction) {
			t.Errorf("%s: %v", u, err)
		}
	}
}

func TestOtherHostsAreWhatTheyAre(t *testing.T) {
	for text, want := range map[string]guard.Kind{
		"pay-sandbox.sepay.vn": guard.Sandbox, "sandbox.pay.sepay.vn": guard.Sandbox, "MY.dev.sepay.vn.": guard.Sandbox, "userapi-sandbox。sepay.vn:443": guard.Sandbox,
		"qr.sepay.vn": guard.Pictures, "vietqr.app": guard.Pictures, "sepay.vn": guard.Pages, "developer.sepay.vn": guard.Pages,
		"userapi.sepay.vn.evil.test": guard.Foreign, "notsepay.vn": guard.Foreign, "sepay.vn.example": guard.Foreign, "userapi-sepay.vn": guard.Foreign,
		"vietqr.application": guard.Foreign, "127.0.0.1": guard.Foreign, "localhost:8787": guard.Foreign, "my_app:3000": guard.Foreign, "[::1]:80": guard.Foreign,
		"sepay.vn@evil.test": guard.Foreign, "xn--userapi-.sepay.vn.test": guard.Foreign, "ｅvil.test": guard.Foreign,
	} {
		h, err := guard.ParseHost(text)
		if err != nil || h.Kind() != want {
			t.Errorf("%q is %q of kind %d, want %d: %v", text, h, h.Kind(), want, err)
		}
	}
}

// The table would let a new host of the documents pass for production, which
// costs the sandbox; but it must not be told as somebody else's.
func TestTheTableHasEveryHostOfTheDocuments(t *testing.T) {
	var all []string
	for _, name := range openapi.Names() {
		c, err := openapi.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if name != "control" && !c.AnyHost() {
			all = append(all, c.Hosts()...)
		}
	}
	for _, o := range known.Operations() {
		all = append(all, o.Hosts...)
	}
	slices.Sort(all)
	for _, name := range slices.Compact(all) {
		h, err := guard.ParseHost(name)
		if err != nil {
			t.Fatal(err)
		}
		sandbox := strings.Contains(name, "sandbox") || strings.Contains(name, ".dev.")
		if k := h.Kind(); k == guard.Foreign || k == guard.Pages || sandbox != (k == guard.Sandbox) {
			t.Errorf("%s is of kind %d", name, k)
		}
	}
}

func TestAddressesAreReadInEveryForm(t *testing.T) {
	for text, want := range map[string]string{
		"127.0.0.1": "127.0.0.1", "127.1": "127.0.0.1", "2130706433": "127.0.0.1", "0x7f000001": "127.0.0.1", "0x7f.1": "127.0.0.1", "0177.0.0.1": "127.0.0.1",
		"0177.0.0.0x1": "127.0.0.1", "017700000001": "127.0.0.1", "127.0.0.1.": "127.0.0.1", "127.0.0.1:80": "127.0.0.1", "１２７.０.０.１": "127.0.0.1", "127。0。0。1": "127.0.0.1",
		"①②⑦.0.0.1": "127.0.0.1", "0": "0.0.0.0", "0x": "0.0.0.0", "10.0.258": "10.0.1.2", "10.66051": "10.1.2.3",
		"::1": "::1", "[::1]": "::1", "[::1]:443": "::1", "[::ffff:127.0.0.1]:443": "127.0.0.1", "[::ffff:7f00:1]": "127.0.0.1", "[fe80::1%eth0]:80": "fe80::1",
		"[0:0:0:0:0:0:0:1]": "::1", "u@[::1]:80": "::1",
	} {
		h, err := guard.ParseHost(text)
		if err != nil || h.String() != want || !h.Addr().IsValid() {
			t.Errorf("%q is %q, want %q: %v", text, h, want, err)
		}
	}
	for _, text := range []string{
		"", ".", "...", ":80", "@", "a b", "a\tb", "a/b", "a\\b", "evil.test℀.sepay.vn", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "1.2.65536", "1.16777216", "4294967296",
		"08.1.1.1", "0xzz.1", "1.2.3.08", "99999999999999999999", "a:b:c", "%65vil", strings.Repeat("a", 254), "a.0x1", "[::1", "[::g]", "<x>",
	} {
		if h, err := guard.ParseHost(text); !errors.Is(err, guard.ErrAddress) && text != "[::1" {
			t.Errorf("%q is %q, %v", text, h, err)
		}
	}
}

func TestOnlyWebAddressesAreOpened(t *testing.T) {
	for _, good := range []string{"http://localhost:5173/ok#/route", "https://shop.example/a?b=c", "HTTPS://Shop.Example", "http://[::1]:80/", "http://shop_1/"} {
		if _, err := guard.WebURL(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "javascript:alert(1)", "JaVaScRiPt://x/%0aalert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
		"blob:http://x/y", "about:blank", "ftp://x/", "//shop.example", "/path", "shop.example", "http:shop.example", "http:/shop.example", "http:///x", "http://", "http://:80/",
		`http:\\shop.example`, `http://shop.example\@evil.test/`, "http://a b/", "http://%65vil.test/", "view-source:http://x/", "http://1.2.3.4.5/",
	} {
		if u, err := guard.WebURL(bad); !errors.Is(err, guard.ErrAddress) {
			t.Errorf("%q is taken as %v, %v", bad, u, err)
		}
	}
}

func TestLiveCredentialsAreRefused(t *testing.T) {
	for _, c := range []string{"SP-LIVE-AB123456", "sp-live-ab123456", " SP-LIVE-AB123456\n", `"spsk_live_x"`, "SPSK_LIVE_x"} {
		err := guard.Live("the file", "x", c)
		if !errors.Is(err, guard.ErrLive) || !errors.Is(err, guard.ErrProduction) || strings.Contains(err.Error(), strings.TrimSpace(c)) {
			t.Errorf("%q: %v", c, err)
		}
	}
	if err := guard.Live("the file", "", "SP-TEST-AB123456", "spsk_test_spsk_live", strings.Repeat("A", 64)); err != nil {
		t.Error(err)
	}
}

func FuzzParseHost(f *testing.F) {
	for _, s := range append(production, "127.1", "[::1]:80", "localhost", "０x7f.1") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := guard.ParseHost(text)
		if err != nil {
			return
		}
		again, err := guard.ParseHost(h.String())
		if err != nil || again != h {
			t.Errorf("%q is %q, and that is %q: %v", text, h, again, err)
		}
	})
}
