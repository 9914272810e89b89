package oauthapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// The pages that document the surface.
const (
	docs             = "https://developer.sepay.vn/en/sepay-oauth2/"
	overviewPage     = docs + "tong-quan"
	tokenPage        = docs + "access-token"
	userPage         = docs + "nguoi-dung"
	companyPage      = docs + "cong-ty"
	accountsPage     = docs + "tai-khoan-ngan-hang"
	transactionsPage = docs + "giao-dich"
	webhooksPage     = docs + "api-webhook"
)

// API answers the requests of the surface.
type API struct {
	Store    store.Store
	OAuth    *oauth2.Server
	Notifier *notify.Notifier
	Settings setting.Values
	// Now is used to recognise expired access tokens.
	Now func() time.Time
}

// need is the access that a call requires of a token and its user.
type need struct {
	scope string
	// permission is empty when the scope is enough.
	permission store.Permission
	// admin requires the role Admin or SuperAdmin.
	admin bool
	// page documents the call.
	page string
}

// Surface returns the description of the OAuth2 API.
func (a *API) Surface() *surface.Surface {
	row := func(method, path, operation, summary string, n need, h handler) surface.Route {
		return surface.Route{Method: method, Path: "/api/v1" + path, Operation: operation, Summary: summary, Takes: []string{surface.JSON}, Handler: a.serve(n, h)}
	}
	const get, post, patch, del = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
	var (
		profile      = need{scope: oauth2.ScopeProfile, page: userPage}
		company      = need{scope: oauth2.ScopeCompany, admin: true, page: companyPage}
		accounts     = need{scope: oauth2.ScopeBankAccounts, permission: store.MayListAccounts, page: accountsPage}
		account      = need{scope: oauth2.ScopeBankAccounts, permission: store.MaySeeAccounts, page: accountsPage}
		transactions = need{scope: oauth2.ScopeTransactions, permission: store.MayListTransactions, page: transactionsPage}
		webhooks     = need{scope: oauth2.ScopeReadWebhooks, permission: store.MayListWebhooks, page: webhooksPage}
		add          = need{scope: oauth2.ScopeWriteWebhooks, permission: store.MayAddWebhooks, page: webhooksPage}
		edit         = need{scope: oauth2.ScopeWriteWebhooks, permission: store.MayEditWebhooks, page: webhooksPage}
		drop         = need{scope: oauth2.ScopeDropWebhooks, permission: store.MayDeleteWebhooks, page: webhooksPage}
	)
	return &surface.Surface{
		Surface: surface.Row("oauth api"),
		Routes: []surface.Route{
			row(get, "/me", "me", "the user who gave consent", profile, a.me),
			row(get, "/company", "company", "the company and its configurations", company, a.company),
			row(patch, "/company/configurations", "updateCompanyConfigurations", "change the payment codes", company, a.updateConfigurations),
			row(get, "/bank-accounts", "listBankAccounts", "list bank accounts", accounts, a.listBankAccounts),
			row(get, "/bank-accounts/{id}", "bankAccount", "one bank account", account, a.bankAccount),
			row(get, "/bank-accounts/{id}/sub-accounts", "listSubAccounts", "list virtual accounts", accounts, a.listSubAccounts),
			row(get, "/transactions", "listTransactions", "list transactions", transactions, a.listTransactions),
			row(get, "/transactions/{id}", "transaction", "one transaction", transactions, a.transaction),
			row(get, "/webhooks", "listWebhooks", "list webhooks", webhooks, a.listWebhooks),
			row(get, "/webhooks/{id}", "webhook", "one webhook", webhooks, a.webhook),
			row(post, "/webhooks", "createWebhook", "make a webhook", add, a.createWebhook),
			row(patch, "/webhooks/{id}", "updateWebhook", "change a webhook", edit, a.updateWebhook),
			row(del, "/webhooks/{id}", "deleteWebhook", "delete a webhook", drop, a.deleteWebhook),
		},
		NotFound:  func(w http.ResponseWriter, _ *http.Request) { write(w, nil, errNoRoute) },
		Failed:    func(w http.ResponseWriter, _ *http.Request, err error) { write(w, nil, err) },
		Stopping:  func(w http.ResponseWriter, _ *http.Request) { write(w, nil, errStopping) },
		RateLimit: setting.OAuthAPIRateLimit,
		TooMany: func(w http.ResponseWriter, l surface.Limit) {
			w.Header().Set("Retry-After", strconv.Itoa(l.Seconds()))
			write(w, nil, errTooMany)
		},
		Authenticate: func(r *http.Request, x *surface.Exchange) {
			var access oauth2.Access
			access, x.AuthError = a.OAuth.Bearer(r.Context(), r.Header.Get("Authorization"), x.Environment)
			x.Caller = access.Company
		},
	}
}

// call is one authenticated request.
type call struct {
	r      *http.Request
	x      *surface.Exchange
	need   need
	access oauth2.Access
	params params
	rules  setting.Values
}

// handler returns the value to send, or an error.
type handler func(call) (any, error)

// serve authenticates, runs the handler and writes what it returns.
func (a *API) serve(n need, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := a.answer(n, h, r)
		write(w, body, err)
	}
}

func (a *API) answer(n need, h handler, r *http.Request) (any, error) {
	x := surface.From(r)
	err := x.AuthError
	var access oauth2.Access
	if err == nil {
		// The exchange carries the company alone, so the token is read once more.
		access, err = a.OAuth.Bearer(r.Context(), r.Header.Get("Authorization"), x.Environment)
	}
	if err != nil {
		return nil, a.denied(r, x, err)
	}
	x.Company = access.Company.ID
	c := call{r: r, x: x, need: n, access: access, rules: a.Settings.Over(access.Company.Settings)}
	if err := c.authorise(); err != nil {
		return nil, err
	}
	c.params = readParams(r.URL.RawQuery)
	body, err := h(c)
	c.noteParameters()
	c.noteRefusal(err)
	return body, err
}

// authorise checks the token and its user against the call's need.
func (c call) authorise() error {
	n := c.need
	switch {
	case !c.access.Has(n.scope):
		c.noteScope()
		return forbidden("The scope " + n.scope + " is missing")
	case n.admin && !c.access.Admin():
		c.note("role_missing", finding.Warning, "The user is no admin",
			"The call is for users with the role Admin or SuperAdmin; this one's is "+string(c.access.User.Role)+".",
			"Let an admin of the company give consent, or do without the call.")
		return forbidden("The role Admin or SuperAdmin is missing")
	case n.permission != "" && !c.access.May(n.permission):
		c.note("permission_missing", finding.Warning, "The user has not the permission",
			"The token has the scope "+n.scope+", but its user lacks the permission "+string(n.permission)+".",
			"A scope gives no more than the user may do: treat 403 as an answer for a person, and do not retry it.")
		return forbidden("The permission " + string(n.permission) + " is missing")
	}
	return nil
}

var (
	digits    = pattern.Lazy(`^[0-9]{1,19}$`)
	uuidShape = pattern.Lazy(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// id returns the path's numeric id; other text is not found.
func (c call) id() (int64, error) {
	text := surface.PathValue(c.r, "id")
	if uuidShape().MatchString(text) {
		c.noteUUID("The path")
	}
	if !digits().MatchString(text) {
		return 0, errNotFound
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errNotFound
	}
	return id, nil
}
