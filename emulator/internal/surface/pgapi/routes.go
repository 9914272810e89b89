package pgapi

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// API answers the requests of the surface.
type API struct {
	Store    store.Store
	Identity *identity.Identity
	Gateway  *payment.Gateway
	Settings setting.Values
}

// Surface returns the description of the orders API.
func (a *API) Surface() *surface.Surface {
	row := func(method, path, operation, summary string, h handler) surface.Route {
		return surface.Route{Method: method, Path: path, Operation: operation, Summary: summary, Takes: []string{surface.JSON}, Handler: a.serve(h)}
	}
	s := &surface.Surface{
		Surface: surface.Row("pgapi"),
		Routes: []surface.Route{
			row(http.MethodGet, "/v1/order", "listOrders", "list orders", a.listOrders),
			row(http.MethodGet, "/v1/order/detail/{order_id:.+}", "getOrderDetails", "one order with its transactions", a.order),
			row(http.MethodPost, "/v1/order/cancel", "cancelOrder", "cancel a waiting order", a.cancel),
			row(http.MethodPost, "/v1/order/voidTransaction", "voidTransaction", "void a captured card payment", a.void),
		},
		RateLimit: setting.PGAPIRateLimit,
		Authenticate: func(r *http.Request, x *surface.Exchange) {
			x.Caller, x.AuthError = a.Identity.Merchant(r.Context(), r.Header.Get("Authorization"), x.Environment)
		},
	}
	s.NotFound = func(w http.ResponseWriter, r *http.Request) { write(w, a.dialect(r), nil, errNoRoute) }
	s.Failed = func(w http.ResponseWriter, r *http.Request, err error) { write(w, a.dialect(r), nil, err) }
	s.TooMany = func(w http.ResponseWriter, l surface.Limit) {
		surface.RefuseRate(w.Header(), l)
		write(w, a.Settings.Get(setting.PGAPIErrorBody), nil, errTooMany)
	}
	s.Stopping = func(w http.ResponseWriter, r *http.Request) { write(w, a.dialect(r), nil, errStopping) }
	return s
}

// call is one authenticated request.
type call struct {
	r       *http.Request
	company store.Company
	rules   setting.Values
	note    func(title, detail, hint string)
}

// handler returns the value to send, or an error.
type handler func(call) (any, error)

// serve authenticates, runs the handler and writes what it returns.
func (a *API) serve(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := a.answer(h, r)
		write(w, a.dialect(r), body, err)
	}
}

func (a *API) answer(h handler, r *http.Request) (any, error) {
	x := surface.From(r)
	if x.AuthError != nil {
		x.NoteCredential(r, "Basic", "merchant id and secret key", "https://developer.sepay.vn/vi/cong-thanh-toan/API/tong-quan")
		return nil, authError(x.AuthError)
	}
	x.Company = x.Caller.ID
	return h(call{r: r, company: x.Caller, rules: a.Settings.Over(x.Caller.Settings), note: noteOn(x)})
}

// dialect returns the form of error bodies for the caller's company.
func (a *API) dialect(r *http.Request) string {
	return a.Settings.Over(surface.From(r).Caller.Settings).Get(setting.PGAPIErrorBody)
}
