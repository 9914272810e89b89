package contracts

import (
	"bytes"
	"image/png"
	"net/http"
	"strconv"
)

// qrClaims are the claims about QR pictures and the bank list
// (https://developer.sepay.vn/vi/tien-ich-khac/tao-qr-code).
func (u *suite) qrClaims() {
	const picture, banks = "qr.image", "qr.banks"
	img := func(s *spec, q string) answer {
		return s.request("qr", http.MethodGet, s.target.Addresses.QR+"/img"+q).set("Accept", "image/*").send()
	}
	isPNG := func(s *spec, a answer) {
		s.same(a.is(200).Header.Get("Content-Type"), "image/png", "Content-Type")
		p, err := png.DecodeConfig(bytes.NewReader(a.Body))
		if err != nil || p.Width < 100 || p.Height < 100 {
			s.fail("%s\nexpected a PNG of 100 × 100 pixels at least\nseen     %d × %d, %v", a.request, p.Width, p.Height, err)
		}
	}
	u.claim("a picture is made for an account by the bank's short name, code or BIN, in every template", documented(picture), func(s *spec) {
		for _, bank := range []string{"Vietcombank", "VCB", "970436"} {
			isPNG(s, img(s, query("acc", "0010000000355", "bank", bank, "amount", "100000", "des", "DH000123")))
		}
		for _, template := range []string{"", "compact", "qronly"} {
			isPNG(s, img(s, query("acc", "VQRQ12345678", "bank", "OCB", "template", template)))
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
	u.claim("banks.json lists banks with name, code, BIN and short name, and how many they are as a text", documented(banks), func(s *spec) {
		a := s.request("qr", http.MethodGet, s.target.Addresses.QR+"/banks.json").send().is(200)
		rows := a.rows("data")
		s.same(a.at("no_banks"), any(strconv.Itoa(len(rows))), "no_banks")
		s.Expect(column(rows, "short_name")).To(containElement("Vietcombank"))
		s.Expect(column(rows, "bin")).To(containElement("970436"))
	})
}
