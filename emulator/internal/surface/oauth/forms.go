package oauth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// cookie holds the session of a browser.
const cookie = "localsepay_session"

func session(r *http.Request) string {
	c, err := r.Cookie(cookie)
	if err != nil {
		return ""
	}
	return c.Value
}

func setSession(w http.ResponseWriter, r *http.Request, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: value, Path: base, MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: surface.Secure(r)})
}

// formToken ties a form to a session: pages of other sites cannot know it.
func formToken(session string) string {
	h := hmac.New(sha256.New, []byte(session))
	h.Write([]byte("localsepay form"))
	return hex.EncodeToString(h.Sum(nil))
}

// sameSite refuses forms posted by a page of another origin.
func (a *API) sameSite(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if surface.CrossOrigin(r) {
			a.forbid(w, r, "The form was posted by a page of another origin.")
			return
		}
		next(w, r)
	}
}

func (a *API) forbid(w http.ResponseWriter, r *http.Request, why string) {
	a.turnAway(w, r, http.StatusForbidden, "cross_site", "A cross-site form was refused", why, "Lead the user's browser to /oauth/authorize and let the user answer there.")
}

// login is POST /oauth/login.
func (a *API) login(w http.ResponseWriter, r *http.Request) {
	req, ok := a.read(w, r)
	if !ok {
		return
	}
	email := r.PostFormValue("email")
	made, err := a.OAuth.LogIn(r.Context(), email, r.PostFormValue("password"))
	if errors.Is(err, oauth2.ErrNotFound) {
		a.askLogin(w, r, req, http.StatusOK, email, true)
		return
	}
	if err != nil {
		page.Fail(w, err)
		return
	}
	setSession(w, r, made, int(oauth2.SessionLife.Seconds()))
	see(w, r)
}

// consent is POST /oauth/consent: the user's answer.
func (a *API) consent(w http.ResponseWriter, r *http.Request) {
	req, ok := a.read(w, r)
	if !ok {
		return
	}
	user, err := a.OAuth.LoggedIn(r.Context(), session(r))
	switch {
	case errors.Is(err, oauth2.ErrNotFound):
		see(w, r) // the login ended meanwhile
		return
	case err != nil:
		page.Fail(w, err)
		return
	case !a.tokenFits(r):
		a.forbid(w, r, "The form does not belong to this login.")
		return
	}
	switch r.PostFormValue("decision") {
	case "allow":
		location, err := a.OAuth.Allow(r.Context(), req, user.ID)
		if err != nil {
			page.Fail(w, err)
			return
		}
		redirect(w, location)
	case "deny":
		redirect(w, req.Denied())
	default:
		see(w, r)
	}
}

func (a *API) tokenFits(r *http.Request) bool {
	return hmac.Equal([]byte(formToken(session(r))), []byte(r.PostFormValue("csrf")))
}

// logout is POST /oauth/logout.
func (a *API) logout(w http.ResponseWriter, r *http.Request) {
	if !a.tokenFits(r) {
		a.forbid(w, r, "The form does not belong to this login.")
		return
	}
	if err := a.OAuth.LogOut(r.Context(), session(r)); err != nil {
		page.Fail(w, err)
		return
	}
	setSession(w, r, "", -1)
	see(w, r)
}
