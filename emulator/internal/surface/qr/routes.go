package qr

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// Service answers the requests of the surface. The zero value is ready.
type Service struct {
	// Settings are the emulator's: the surface knows no company.
	Settings setting.Values
}

// The operations of the contract.
const (
	opImage         = "qr.image"
	opBanks         = "qr.banks"
	opLogo          = "qr.logo"
	opDashboardLogo = "qr.dashboardLogo"
)

// The paths of logos, at the pictures' own hosts and at the dashboard's.
const (
	logoPath      = "/assets/img/banklogo/"
	dashboardPath = "/assets/images/banklogo/"
)

// Surface returns the description of the service.
func (s *Service) Surface() *surface.Surface {
	return &surface.Surface{
		Surface: surface.Row("qr"),
		Routes: []surface.Route{
			{Method: http.MethodGet, Path: "/img", Operation: opImage, Summary: "the picture of a transfer", Handler: s.image},
			{Method: http.MethodGet, Path: "/banks.json", Operation: opBanks, Summary: "the list of banks", Handler: s.banks},
			{Method: http.MethodGet, Path: logoPath + "{file}", Operation: opLogo, Summary: "the logo of a bank, by its code", Handler: s.logo},
		},
		NotFound: func(w http.ResponseWriter, _ *http.Request) { s.refuse(w, errNotFound) },
		Failed:   s.failed,
	}
}

// Dashboard returns the description of the pictures at SePay's dashboard, which
// the OAuth2 API's accounts link.
func (s *Service) Dashboard() *surface.Surface {
	return &surface.Surface{
		Surface: surface.Row("dashboard"),
		Routes: []surface.Route{
			{Method: http.MethodGet, Path: dashboardPath + "{file}", Operation: opDashboardLogo, Summary: "the logo of a bank, by its short name", Handler: s.dashboardLogo},
		},
		NotFound: func(w http.ResponseWriter, _ *http.Request) { s.refuse(w, errNotFound) },
		Failed:   s.failed,
	}
}

func (s *Service) strict() bool { return s.Settings.Get(setting.QRInvalid) == "json" }
