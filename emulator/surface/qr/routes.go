package qr

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/setting"
	"github.com/localsepay/localsepay/emulator/store"
	"github.com/localsepay/localsepay/emulator/surface"
)

// Service answers the requests of the surface. The zero value is ready.
type Service struct {
	// Settings are the emulator's: the surface knows no company.
	Settings setting.Values
}

// The operations of the contract.
const (
	opImage = "qr.image"
	opBanks = "qr.banks"
)

// Surface returns the description of the service.
func (s *Service) Surface() *surface.Surface {
	return &surface.Surface{
		Name:     "qr",
		Hosts:    map[string]store.Environment{"qr.sepay.vn": store.Production, "vietqr.app": store.Production},
		Prefixes: []string{"/img", "/banks.json"},
		Contract: "qr",
		Routes: []surface.Route{
			{Method: http.MethodGet, Path: "/img", Operation: opImage, Summary: "the picture of a transfer", Handler: s.image},
			{Method: http.MethodGet, Path: "/banks.json", Operation: opBanks, Summary: "the list of banks", Handler: s.banks},
		},
		NotFound: func(w http.ResponseWriter, _ *http.Request) { s.refuse(w, errNotFound) },
	}
}

// strict says that a request which cannot be drawn gets a status of 400 and
// JSON. Without it the answer is the real service's, which no client notices:
// 200 and a page of HTML.
func (s *Service) strict() bool { return s.Settings.Get(setting.QRInvalid) == "json" }
