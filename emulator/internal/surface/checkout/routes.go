package checkout

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// API answers the requests of the surface.
type API struct {
	Store    store.Store
	Gateway  *payment.Gateway
	Settings setting.Values
	Clock    *clock.Clock
	// Phone is the path of the payer's banking app, on plain addresses.
	Phone string
}

// base is the payment page; everything else is below it.
const base = "/v1/checkout"

// forms are what a shop's page posts.
var forms = []string{surface.Form, surface.Multipart}

// Surface returns the description of the checkout.
func (a *API) Surface() *surface.Surface {
	return &surface.Surface{
		Surface: surface.Row("checkout"),
		Routes: []surface.Route{
			{Method: http.MethodPost, Path: base + "/init", Operation: "initCheckout", Summary: "open a payment", Takes: forms, Handler: a.init},
			{Method: http.MethodPost, Path: "/v1/init", Operation: "initCheckoutLegacy", Summary: "open a payment, by the older address", Takes: forms, Handler: a.init},
			{Method: http.MethodGet, Path: base, Operation: "showCheckout", Summary: "the payment page", Handler: a.visited(a.show)},
			{Method: http.MethodPost, Path: base + "/pay", Operation: "payCheckout", Summary: "simulate a transfer", Handler: own(a.visited(a.pay))},
			{Method: http.MethodPost, Path: base + "/card", Operation: "payByCard", Summary: "pay by card", Handler: own(a.visited(a.card))},
			{Method: http.MethodGet, Path: base + "/challenge", Operation: "showChallenge", Summary: "3-D Secure", Handler: a.visited(a.challenge)},
			{Method: http.MethodPost, Path: base + "/challenge", Operation: "answerChallenge", Summary: "answer 3-D Secure", Handler: own(a.visited(a.answer))},
			{Method: http.MethodGet, Path: base + "/cancel", Operation: "leaveCheckout", Summary: "back to the shop without paying", Changes: true, Handler: own(a.visited(a.leave))},
			{Method: http.MethodGet, Path: base + "/status", Operation: "checkoutStatus", Summary: "the order's progress", Handler: a.visited(a.status)},
			{Method: http.MethodGet, Path: base + "/events", Operation: "checkoutEvents", Summary: "the order's progress, as a stream", Handler: a.visited(a.events)},
			{Method: http.MethodGet, Path: base + "/img", Operation: "checkoutImage", Summary: "the QR code", Handler: image},
		},
		NotFound: notFound,
		Failed:   func(w http.ResponseWriter, _ *http.Request, err error) { page.Fail(w, err) },
		Stopping: page.Stopping,
	}
}
