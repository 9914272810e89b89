package userapiv1

import (
	"net/http"
	"strconv"

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

// Surface returns the description of API v1.
func (a *API) Surface() *surface.Surface {
	get := func(path, operation, summary string, h handler) surface.Route {
		return surface.Route{Method: http.MethodGet, Path: path, Operation: operation, Summary: summary, Handler: a.serve(h)}
	}
	return &surface.Surface{
		Surface: surface.Row("userapi v1"),
		Routes: []surface.Route{
			get("/userapi/transactions/list", "v1.transactions.list", "list transactions", a.listTransactions),
			get("/userapi/transactions/details/{transaction_id}", "v1.transactions.details", "one transaction", a.transaction),
			get("/userapi/transactions/count", "v1.transactions.count", "count transactions", a.countTransactions),
			get("/userapi/bankaccounts/list", "v1.bankaccounts.list", "list bank accounts", a.listBankAccounts),
			get("/userapi/bankaccounts/details/{bank_account_id}", "v1.bankaccounts.details", "one bank account", a.bankAccount),
			get("/userapi/bankaccounts/count", "v1.bankaccounts.count", "count bank accounts", a.countBankAccounts),
		},
		// Unknown v1 paths were seen to answer 404 without a body.
		NotFound:  func(w http.ResponseWriter, _ *http.Request) { writeEmpty(w, http.StatusNotFound) },
		Failed:    func(w http.ResponseWriter, _ *http.Request, err error) { write(w, "", nil, err) },
		RateLimit: setting.V1RateLimit,
		TooMany:   tooMany,
		Authenticate: func(r *http.Request, x *surface.Exchange) {
			x.Caller, x.AuthError = a.Identity.Bearer(r.Context(), r.Header.Get("Authorization"), x.Environment)
		},
	}
}

// call is one authenticated request.
type call struct {
	r       *http.Request
	company store.Company
	params  params
}

// handler returns the payload's key and value, or an error.
type handler func(call) (key string, value any, err error)

func (a *API) serve(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		x := surface.From(r)
		if x.AuthError != nil {
			a.refuse(w, x, x.AuthError)
			return
		}
		x.Company = x.Caller.ID
		c := call{r: r, company: x.Caller, params: readParams(r.URL.RawQuery)}
		noteNewParameters(x, c.params)
		key, value, err := h(c)
		write(w, key, value, err)
	}
}

// number returns a numeric path parameter; other text is not found.
func (c call) number(name string) (int64, error) {
	id, err := strconv.ParseInt(surface.PathValue(c.r, name), 10, 64)
	if err != nil {
		return 0, errNotFound
	}
	return id, nil
}

func tooMany(w http.ResponseWriter, l surface.Limit) {
	w.Header()["x-sepay-userapi-retry-after"] = []string{strconv.Itoa(l.Seconds())}
	writeEmpty(w, http.StatusTooManyRequests)
}
