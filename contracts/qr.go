package contracts

import (
	"bytes"
	"image/png"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2"
)

// qrClaims are the claims about QR pictures and the bank list
// (https://developer.sepay.vn/vi/tien-ich-khac/tao-qr-code).
func (u *suite) qrClaims() {
	const picture, banks, logo, dashboard = "qr.image", "qr.banks", "qr.logo", "qr.dashboardLogo"
	img := func(s *spec, q string) answer {
		return s.request("qr", http.MethodGet, s.target.Addresses.QR+"/img"+q).set("Accept", "image/*").send()
	}
	isPNG := func(s *spec, a answer, least int) {
		s.same(a.is(200).Header.Get("Content-Type"), "image/png", "Content-Type")
		p, err := png.DecodeConfig(bytes.NewReader(a.Body))
		if err != nil || p.Width < least || p.Height < least {
			s.fail("%s\nexpected a PNG of %d × %d pixels at least\nseen     %d × %d, %v", a.request, least, least, p.Width, p.Height, err)
		}
	}
	u.claim("a picture is made for an account by the bank's short name, code or BIN, in every template", documented(picture), func(s *spec) {
		for _, bank := range []string{"Vietcombank", "VCB", "970436"} {
			isPNG(s, img(s, query("acc", "0010000000355", "bank", bank, "amount", "100000", "des", "DH000123")), 100)
		}
		for _, template := range []string{"", "compact", "qronly"} {
			isPNG(s, img(s, query("acc", "VQRQ12345678", "bank", "OCB", "template", template)), 100)
		}
	})
	u.claim("download=true makes it a file", assumed(picture), func(s *spec) {
		s.Expect(img(s, "?acc=0010000000355&bank=VCB&download=true").is(200).Header.Get("Content-Disposition")).To(match(`^attachment`))
	})
	u.claim("an unknown bank gets 200 with a web page instead of a picture, or an error, as the target is set", observed(picture), func(s *spec) {
		a := img(s, "?acc=1&bank=MSCBVNVX")
		want := map[string][]int{"html": {200}, "json": {400}, "": {200, 400}}[s.setting("qr.invalid")]
		s.Expect(a.is(want...).Header.Get("Content-Type")).NotTo(contain("image/"))
	})
	u.claim("banks.json supports the 23 banks of the dated copy and no others, row by row and in their order", captured(banks), func(s *spec) {
		var got []knownBank
		seen := map[string]bool{}
		for _, r := range s.request("qr", http.MethodGet, s.target.Addresses.QR+"/banks.json").send().is(200).rows("data") {
			if r["supported"] == true && !seen[r.text("bin")] { // a bank may stand there under its new name too
				got = append(got, knownBank{r.text("code"), r.text("bin"), r.text("short_name"), r.text("name")})
			}
			seen[r.text("bin")] = true
			if s.setting("qr.bank_list") == "captured" {
				s.same(r["supported"], any(true), "supported of "+r.text("code"))
			}
		}
		for i, want := range supportedBanks {
			if i >= len(got) || got[i] != want {
				s.fail("supported bank %d\nexpected %+v\nseen     %+v", i+1, want, got[min(i, len(got)):min(i+1, len(got))])
			}
		}
		s.same(len(got), len(supportedBanks), "the number of supported banks")
	})
	u.claim("a bank has a logo by its code, and no other name has one", observed(logo), func(s *spec) {
		for _, b := range supportedBanks {
			isPNG(s, s.request("qr", http.MethodGet, s.target.Addresses.QR+"/assets/img/banklogo/"+url.PathEscape(b.code)+".png").send(), 32)
		}
		s.request("qr", http.MethodGet, s.target.Addresses.QR+"/assets/img/banklogo/NOBANK.png").send().is(404)
	})
	u.claim("the dashboard has a logo and an icon of a bank by its short name, and of no other name", documented(dashboard), func(s *spec) {
		at, has := strings.CutSuffix(s.target.Addresses.OAuthAPI, "/api/v1")
		if !has {
			ginkgo.Skip("the target has no oauth api, whose accounts lead to the dashboard's logos")
		}
		for _, name := range []string{"vietcombank", "mbbank", "acb"} {
			for _, kind := range []string{".png", "-icon.png"} {
				isPNG(s, s.request("qr", http.MethodGet, at+"/assets/images/banklogo/"+name+kind).send(), 32)
			}
		}
		s.request("qr", http.MethodGet, at+"/assets/images/banklogo/nobank-icon.png").send().is(404)
	})
	u.claim("a bank's name is taken without case and blanks, by an alias of the emulator's too, and holds its BIN", assumed(picture).with(needsControl), func(s *spec) {
		for _, name := range []string{"mbbank", "MB Bank", "MBB"} {
			s.same(img(s, query("acc", "0010000000355", "bank", name)).is(200).Body, img(s, query("acc", "0010000000355", "bank", "970422")).Body, "the picture of "+name)
		}
	})
	u.claim("banks.json lists banks with name, code, BIN and short name, and how many they are as a text", documented(banks), func(s *spec) {
		a := s.request("qr", http.MethodGet, s.target.Addresses.QR+"/banks.json").send().is(200)
		rows := a.rows("data")
		s.same(a.at("no_banks"), any(strconv.Itoa(len(rows))), "no_banks")
		s.Expect(column(rows, "short_name")).To(containElement("Vietcombank"))
		s.Expect(column(rows, "bin")).To(containElement("970436"))
	})
}
