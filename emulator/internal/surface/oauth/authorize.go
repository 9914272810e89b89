package oauth

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

const flowPage = "https://developer.sepay.vn/en/sepay-oauth2/luong-xac-thuc"

// authorize is GET /oauth/authorize: the login page, the consent page, or, when
// the request or the setting says so, an immediate answer to the client.
func (a *API) authorize(w http.ResponseWriter, r *http.Request) {
	req, ok := a.read(w, r)
	if !ok {
		return
	}
	x := surface.From(r)
	if req.State == "" {
		x.Note(finding.Finding{
			Code: "oauth.state_missing", Severity: finding.Warning, Title: "The authorization request has no state",
			Detail: "Without it anybody can log a user of the shop into a stranger's account.",
			Hint:   "Send a random state, keep it in the session, and compare it when the user is back.", Source: flowPage,
		})
	}
	if a.Settings.Over(req.Owner.Settings).Get(setting.OAuthAutoConsent) == "on" {
		a.allowAtOnce(w, r, req)
		return
	}
	user, err := a.OAuth.LoggedIn(r.Context(), session(r))
	if errors.Is(err, oauth2.ErrNotFound) {
		a.askLogin(w, r, req, http.StatusOK, "", false)
		return
	}
	if err != nil {
		page.Fail(w, err)
		return
	}
	a.askConsent(w, r, req, user)
}

// read checks the request in the query. An invalid client or redirect URI is
// answered with a page, without a redirect; other errors go to the client.
func (a *API) read(w http.ResponseWriter, r *http.Request) (oauth2.Request, bool) {
	x := surface.From(r)
	req, err := a.OAuth.Read(r.Context(), r.URL.Query(), x.Environment)
	if !req.Plugin() { // a plugin's company is known after the login
		x.Company = req.Owner.ID
	}
	x.NoteSide(err)
	var untrusted *oauth2.Untrusted
	var refused *oauth2.Refused
	switch {
	case err == nil:
		return req, true
	case errors.As(err, &untrusted):
		a.turnAway(w, r, http.StatusBadRequest, untrusted.Reason, "The authorization request cannot be trusted", untrusted.Detail, untrusted.Hint)
	case errors.As(err, &refused):
		x.Note(finding.Finding{
			Code: "oauth." + refused.Err.Code, Severity: finding.Error, Title: "The authorization request is refused",
			Detail: refused.Err.Description + ".", Hint: "The client gets error and error_description at its redirect_uri.", Source: flowPage,
		})
		redirect(w, refused.Location)
	default:
		page.Fail(w, err)
	}
	return req, false
}

// reasonHeader carries the code of a refusal. The emulator's own.
const reasonHeader = "X-LocalSepay-Reason"

// turnAway shows an error page with an explanation for the developer.
func (a *API) turnAway(w http.ResponseWriter, r *http.Request, status int, reason, title, detail, hint string) {
	surface.From(r).Note(finding.Finding{Code: "oauth." + reason, Severity: finding.Error, Title: title, Detail: detail, Hint: hint, Source: flowPage})
	w.Header().Set(reasonHeader, reason)
	page.Show(w, status, page.Invalid{
		Frame:  page.Frame{Language: page.LanguageOf(r.URL.Query()), Merchant: "SePay"},
		Reason: reason, Title: title, Detail: detail, Hint: hint,
	})
}

// allowAtOnce authorizes for the first user of the application's company.
func (a *API) allowAtOnce(w http.ResponseWriter, r *http.Request, req oauth2.Request) {
	var user store.User
	err := a.Store.View(r.Context(), func(v store.Reader) (err error) {
		user, err = store.UserByCompany.Find(v, req.Owner.ID)
		return err
	})
	location := ""
	if err == nil {
		location, err = a.OAuth.Allow(r.Context(), req, user.ID)
	}
	if err != nil {
		page.Fail(w, err)
		return
	}
	redirect(w, location)
}

// maxShown is how many users the login page shows as a help.
const maxShown = 20

// askLogin shows the login page. The request stays in the query.
func (a *API) askLogin(w http.ResponseWriter, r *http.Request, req oauth2.Request, status int, email string, wrong bool) {
	v := page.Login{
		Frame: frame(r), Target: page.Target{RedirectURI: req.RedirectURI}, Application: name(req),
		Action: address(r, "/login"), Email: email, Wrong: wrong,
	}
	err := a.Store.View(r.Context(), func(s store.Reader) error {
		companies := []store.Company{req.Owner}
		if req.Plugin() {
			var err error
			if companies, err = store.CompaniesList.All(s, store.AllCompanies); err != nil {
				return err
			}
		}
		for _, c := range companies {
			users, err := store.UserByCompany.All(s, c.ID)
			if err != nil {
				return err
			}
			for _, u := range users {
				if len(v.Users) < maxShown && c.Environment == req.Owner.Environment {
					v.Users = append(v.Users, page.LoginUser{Email: u.Email, Password: u.Password})
				}
			}
		}
		return nil
	})
	if err != nil {
		page.Fail(w, err)
		return
	}
	page.Show(w, status, v)
}

func (a *API) askConsent(w http.ResponseWriter, r *http.Request, req oauth2.Request, user store.User) {
	var company store.Company
	err := a.Store.View(r.Context(), func(s store.Reader) (err error) {
		company, err = store.CompanyByID.Find(s, user.Company)
		return err
	})
	if err != nil {
		page.Fail(w, err)
		return
	}
	token := formToken(session(r))
	page.Show(w, http.StatusOK, page.Consent{
		Frame: frame(r), Target: page.Target{RedirectURI: req.RedirectURI}, Application: name(req),
		User: user.FirstName + " " + user.LastName + " (" + user.Email + ")", Company: company.FullName, Scopes: req.Scopes,
		Action: address(r, "/consent"), Logout: address(r, "/logout"), Token: token,
	})
}

// name returns the application's name as shown to the user.
func name(req oauth2.Request) string {
	if req.App.Name != "" {
		return req.App.Name
	}
	return req.App.ClientID
}

// address returns another path with the query of the request.
func address(r *http.Request, path string) string { return base + path + "?" + r.URL.RawQuery }

// frame returns the frame with the address in the other language.
func frame(r *http.Request) page.Frame {
	q := r.URL.Query()
	f := page.Frame{Language: page.LanguageOf(q), Merchant: "SePay"}
	q.Set(page.ParamLanguage, string(f.Language.Other()))
	f.Switch = start(q) + "?" + q.Encode()
	return f
}

// redirect redirects the browser to the client.
func redirect(w http.ResponseWriter, to string) {
	h := w.Header()
	h.Set("Location", to)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(http.StatusFound)
}

// start returns the address of the authorization page for a query.
func start(q url.Values) string {
	if q.Has(oauth2.PluginParam) {
		return base + "/woo"
	}
	return base + "/authorize"
}

// see redirects the browser to the authorization page after a form.
func see(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Location", (&url.URL{Path: start(r.URL.Query()), RawQuery: r.URL.RawQuery}).String())
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
}
