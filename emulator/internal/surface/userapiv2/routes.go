package userapiv2

import (
	"errors"
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// API answers the requests of the surface.
type API struct {
	Store    store.Store
	Identity *identity.Identity
	Settings setting.Values
}

// Surface returns the description of API v2.
func (a *API) Surface() *surface.Surface {
	get := func(path, operation, summary string, h handler) surface.Route {
		return surface.Route{Method: http.MethodGet, Path: path, Operation: operation, Summary: summary, Handler: a.serve(h)}
	}
	s := &surface.Surface{
		Surface: surface.Row("userapi v2"),
		Routes: []surface.Route{
			get("/v2/transactions", "v2.transactions.list", "list transactions", a.listTransactions),
			get("/v2/transactions/{transaction_id}", "v2.transactions.detail", "one transaction", a.transaction),
			get("/v2/bank-accounts", "v2.bank-accounts.list", "list bank accounts", a.listBankAccounts),
			get("/v2/bank-accounts/{ba_xid}", "v2.bank-accounts.detail", "one bank account", a.bankAccount),
			get("/v2/bank-accounts/{ba_xid}/va", "v2.va.list", "list virtual accounts", a.listVAs),
			get("/v2/bank-accounts/{ba_xid}/va/{va_xid}", "v2.va.detail", "one virtual account", a.va),
		},
		NotFound:  func(w http.ResponseWriter, _ *http.Request) { write(w, nil, errNotFound) },
		Failed:    func(w http.ResponseWriter, _ *http.Request, err error) { write(w, nil, err) },
		RateLimit: setting.V2RateLimit,
		TooMany:   tooMany,
		Authenticate: func(r *http.Request, x *surface.Exchange) {
			x.Caller, x.AuthError = a.Identity.Bearer(r.Context(), r.Header.Get("Authorization"), x.Environment)
		},
	}
	if a.Settings.Get(setting.V2RateHeaders) == "always" {
		s.LimitHeaders = surface.LimitHeaders
	}
	return s
}

// call is one authenticated request.
type call struct {
	r       *http.Request
	company store.Company
	params  params
	rules   setting.Values
}

// handler returns the value to send, or an error.
type handler func(call) (any, error)

// serve authenticates, runs the handler and writes what it returns.
func (a *API) serve(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := a.answer(h, r)
		write(w, body, err)
	}
}

func (a *API) answer(h handler, r *http.Request) (any, error) {
	x := surface.From(r)
	if x.AuthError != nil {
		x.NoteCredential(r, "Bearer", "an API token", "https://developer.sepay.vn/vi/sepay-api/v2/xac-thuc")
		return nil, authError(x.AuthError)
	}
	company := x.Caller
	x.Company = company.ID
	c := call{r: r, company: company, rules: a.Settings.Over(company.Settings)}
	c.params = readParams(r.URL.RawQuery, c.rules.Get(setting.V2InvalidParameter) == "strict")
	noteOldParameters(x, c.params)
	body, err := h(c)
	if err == nil {
		err = c.params.err()
	}
	c.params.noteIgnored(x)
	return body, err
}

// id returns a path parameter.
func (c call) id(name string) string { return surface.PathValue(c.r, name) }

// found maps the store's error for one record to the surface's: another
// company's record is not found.
func found(company string, owner string, err error) error {
	if errors.Is(err, store.ErrNotFound) || (err == nil && owner != company) {
		return errNotFound
	}
	return err
}

func tooMany(w http.ResponseWriter, l surface.Limit) {
	surface.RefuseRate(w.Header(), l)
	write(w, nil, errTooMany)
}
