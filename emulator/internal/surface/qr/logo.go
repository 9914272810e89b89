package qr

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

const pngName = ".png"

// logo is GET /assets/img/banklogo/{code}.png, which shops link.
func (s *Service) logo(w http.ResponseWriter, r *http.Request) {
	s.tile(w, r, func(name string) (vietqr.Bank, vietqr.LogoShape, bool) {
		for _, b := range vietqr.Banks() {
			if b.Code == name {
				return b, vietqr.LogoWide, true
			}
		}
		return vietqr.Bank{}, 0, false
	})
}

// dashboardLogo is GET /assets/images/banklogo/{short name}.png and
// {short name}-icon.png, in small letters
// (https://developer.sepay.vn/vi/sepay-oauth2/api-tai-khoan-ngan-hang).
func (s *Service) dashboardLogo(w http.ResponseWriter, r *http.Request) {
	s.tile(w, r, func(name string) (vietqr.Bank, vietqr.LogoShape, bool) {
		shape := vietqr.LogoWide
		short, icon := strings.CutSuffix(name, "-icon")
		if icon {
			shape = vietqr.LogoIcon
		}
		for _, b := range vietqr.Banks() {
			if strings.ToLower(b.ShortName) == short {
				return b, shape, true
			}
		}
		return vietqr.Bank{}, 0, false
	})
}

// tile sends the picture of the bank that find returns for a file name, which
// is case-sensitive.
func (s *Service) tile(w http.ResponseWriter, r *http.Request, find func(name string) (vietqr.Bank, vietqr.LogoShape, bool)) {
	file, err := url.PathUnescape(surface.PathValue(r, "file"))
	name, isPNG := strings.CutSuffix(file, pngName)
	bank, shape, known := find(name)
	if err != nil || !isPNG || !known {
		noteLogo(surface.From(r), name)
		s.refuse(w, errNotFound)
		return
	}
	picture, err := vietqr.Logo(bank, shape)
	if err != nil {
		s.refuse(w, errInternal)
		return
	}
	send(w, http.StatusOK, "image/png", forADay, picture)
}
