package qr_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/surface/qr"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

func TestEveryBankHasLogos(t *testing.T) {
	seen := map[string]string{}
	for _, b := range vietqr.Banks() {
		short := url.PathEscape(strings.ToLower(b.ShortName))
		for path, side := range map[string]image.Point{
			"/assets/img/banklogo/" + url.PathEscape(b.Code) + ".png": {X: 320, Y: 120},
			"/assets/images/banklogo/" + short + ".png":               {X: 320, Y: 120},
			"/assets/images/banklogo/" + short + "-icon.png":          {X: 96, Y: 96},
		} {
			w, noted := ask(t, &qr.Service{}, path)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || w.Header().Get("Cache-Control") != "public, max-age=86400" || len(noted) != 0 {
				t.Errorf("%s: %d %v, %v", path, w.Code, w.Header(), codes(noted))
				continue
			}
			p, err := png.Decode(bytes.NewReader(w.Body.Bytes()))
			if err != nil || p.Bounds().Size() != side {
				t.Errorf("%s: %v, %v", path, p.Bounds(), err)
			}
			if w.Body.Len() > 4<<10 {
				t.Errorf("%s: %d bytes", path, w.Body.Len())
			}
			first, _ := vietqr.Lookup(b.Code) // whose the code is, where two banks have it
			if owner, drawn := seen[w.Body.String()]; drawn && owner != b.ShortName && side.Y != 96 && first.ShortName == b.ShortName {
				t.Errorf("%s has the logo of %s", path, owner)
			}
			seen[w.Body.String()] = b.ShortName
		}
	}
}

func TestALogoOfNoBankIsNotFound(t *testing.T) {
	for path, says := range map[string]string{
		"/assets/img/banklogo/NOPE.png":                              `"NOPE"`,
		"/assets/img/banklogo/mb.png":                                "banklogo/MB.png",
		"/assets/img/banklogo/MBBank.png":                            "banklogo/MB.png",
		"/assets/img/banklogo/MB.svg":                                `"MB.svg"`,
		"/assets/img/banklogo/MB":                                    `"MB"`,
		"/assets/img/banklogo/.png":                                  `""`,
		"/assets/img/banklogo/%2e%2e%2fMB.png":                       `"../MB"`,
		"/assets/img/banklogo/" + strings.Repeat("x", 5000) + ".png": "…",
		"/assets/images/banklogo/Vietcombank.png":                    "vietcombank.png",
		"/assets/images/banklogo/VCB-icon.png":                       "vietcombank.png",
		"/assets/images/banklogo/nope-icon.png":                      `"nope-icon"`,
	} {
		w, noted := ask(t, &qr.Service{}, path)
		if w.Code != http.StatusNotFound || w.Body.Len() > 4096 {
			t.Errorf("%.60s: %d, %d bytes", path, w.Code, w.Body.Len())
		}
		if len(noted) != 1 || noted[0].Code != "qr.unknown_logo" || !strings.Contains(noted[0].Detail, says) || len(noted[0].Detail) > 400 {
			t.Errorf("%.60s: %+v, want %s", path, noted, says)
		}
	}
}
