package contracts

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/localsepay/localsepay/openapi/scan"
)

// qrClaims are the claims about QR pictures and the bank list
// (https://developer.sepay.vn/vi/tien-ich-khac/tao-qr-code).
func (u *suite) qrClaims() {
	const picture, banks, logo, dashboard = "qr.image", "qr.banks", "qr.logo", "qr.dashboardLogo"
	img := func(s *spec, q string) answer {
		return s.request("qr", http.MethodGet, s.target.Addresses["qr"]+"/img"+q).set("Accept", "image/*").send()
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
	u.claim("the code of a picture holds bank, account, amount and memo with a right CRC, in every template", documented(picture), func(s *spec) {
		looks := map[string]string{}
		for _, template := range []string{"", "compact", "qronly", "standee"} {
			a := img(s, query("acc", "VQRQ12345678", "bank", "OCB", "amount", "250000", "des", "DH1709 thanh toan", "template", template))
			s.same(codeIn(s, a), "00020101021238560010A000000727012600069704480112VQRQ123456780208QRIBFTTA530370454062500005802VN62210817DH1709 thanh toan63049450", "the code of the template "+strconv.Quote(template))
			if other, same := looks[string(a.Body)]; same {
				s.fail("%s\nexpected another picture than that of the template %q\nseen     the same", a.request, other)
			}
			looks[string(a.Body)] = template
		}
		s.same(codeIn(s, img(s, query("acc", "0010000000355", "bank", "Vietcombank"))), "00020101021138570010A00000072701270006970436011300100000003550208QRIBFTTA53037045802VN6304DDF7", "a code without amount and memo")
	})
	u.claim("memos of more than 25 characters are carried whole, or cut there as the target is set", captured(picture), func(s *spec) {
		const head = "00020101021238570010A00000072701270006970436011300100000003550208QRIBFTTA530370454041000" + "5802VN"
		for _, memo := range []string{"HD20260608001 ban 12 tang 3 khu nha B", "K" + strings.Repeat("7", 93) + "Z"} {
			kept := memo
			if s.setting("qr.memo_limit") == "25" {
				kept = memo[:25]
			}
			text := head + fmt.Sprintf("62%02d08%02d%s6304", len(kept)+4, len(kept), kept)
			for _, template := range []string{"", "qronly"} {
				a := img(s, query("acc", "0010000000355", "bank", "VCB", "amount", "1000", "des", memo, "template", template))
				s.same(codeIn(s, a), text+checksum(text), "the code of a memo of "+strconv.Itoa(len(memo)))
			}
		}
	})
	u.claim("download=true makes it a file, false and nothing do not", observed(picture), func(s *spec) {
		disposition := func(more string) string {
			return img(s, "?acc=0010000000355&bank=VCB"+more).is(200).Header.Get("Content-Disposition")
		}
		s.Expect(disposition("&download=true")).To(match(`^attachment`))
		for _, shown := range []string{"", "&download=", "&download=false"} {
			s.same(disposition(shown), "", "Content-Disposition with "+strconv.Quote(shown))
		}
	})
	u.claim("other values of download show the picture, or make it a file, as the target is set", assumed(picture), func(s *spec) {
		for _, value := range []string{"TRUE", "DOWNLOAD", "1"} {
			seen := img(s, "?acc=0010000000355&bank=VCB&download="+value).is(200).Header.Get("Content-Disposition")
			if s.setting("qr.download") == "any" {
				s.Expect(seen).To(match(`^attachment`))
			} else {
				s.same(seen, "", "Content-Disposition with download="+value)
			}
		}
	})
	u.claim("an amount that is none gets no picture", assumed(picture), func(s *spec) {
		for _, amount := range []string{"150000.00", "150,000", "null", "NaN", "-1"} {
			a := img(s, query("acc", "0010000000355", "bank", "VCB", "amount", amount)).is(200, 400)
			s.Expect(a.Header.Get("Content-Type")).NotTo(contain("image/"))
		}
	})
	u.claim("an unknown bank gets 200 with a web page instead of a picture, or an error, as the target is set", observed(picture), func(s *spec) {
		a := img(s, "?acc=1&bank=MSCBVNVX")
		want := map[string][]int{"html": {200}, "json": {400}, "": {200, 400}}[s.setting("qr.invalid")]
		s.Expect(a.is(want...).Header.Get("Content-Type")).NotTo(contain("image/"))
	})
	u.claim("banks.json supports the 23 banks of August 2026 and no others, row by row and in their order", captured(banks), func(s *spec) {
		var got []knownBank
		seen := map[string]bool{}
		for _, r := range s.request("qr", http.MethodGet, s.target.Addresses["qr"]+"/banks.json").send().is(200).rows("data") {
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
			isPNG(s, s.request("qr", http.MethodGet, s.target.Addresses["qr"]+"/assets/img/banklogo/"+url.PathEscape(b.code)+".png").send(), 32)
		}
		s.request("qr", http.MethodGet, s.target.Addresses["qr"]+"/assets/img/banklogo/NOBANK.png").send().is(404)
	})
	u.claim("the dashboard has a logo and an icon of a bank by its short name, and of no other name", documented(dashboard), func(s *spec) {
		at, has := strings.CutSuffix(s.target.Addresses["oauth_api"], "/api/v1")
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
		a := s.request("qr", http.MethodGet, s.target.Addresses["qr"]+"/banks.json").send().is(200)
		rows := a.rows("data")
		s.same(a.at("no_banks"), any(strconv.Itoa(len(rows))), "no_banks")
		s.Expect(column(rows, "short_name")).To(containElement("Vietcombank"))
		s.Expect(column(rows, "bin")).To(containElement("970436"))
	})
}

// codeIn reads the code in a picture, as a bank's app does.
func codeIn(s *spec, a answer) string {
	picture, err := png.Decode(bytes.NewReader(a.is(200).Body))
	if err != nil {
		s.fail("%s\nexpected a PNG\nseen     %v", a.request, err)
		return ""
	}
	text, err := scan.Text(picture)
	if err != nil {
		s.fail("%s\nexpected a picture of a QR code that can be read\nseen     %v", a.request, err)
	}
	return text
}

// checksum is the CRC in tag 63 of a VietQR code: CRC-16/CCITT-FALSE.
func checksum(text string) string {
	crc := uint16(0xFFFF)
	for _, b := range []byte(text) {
		crc ^= uint16(b) << 8
		for range 8 {
			carry := crc&0x8000 != 0
			if crc <<= 1; carry {
				crc ^= 0x1021
			}
		}
	}
	return fmt.Sprintf("%04X", crc)
}
