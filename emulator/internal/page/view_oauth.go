package page

import (
	"net/url"
	"strings"
)

// Login asks who the user is, before an application is let in.
type Login struct {
	Frame
	Target
	// Application is the name of the one that asks.
	Application string
	// Action takes a POST with email and password.
	Action string
	// Email fills the form again; Wrong says that the two did not fit.
	Email string
	Wrong bool
	// Users are those that this emulator knows, shown as a help.
	Users []LoginUser
}

// LoginUser is a user that can log in.
type LoginUser struct{ Email, Password string }

// Consent asks the user whether an application may come in.
type Consent struct {
	Frame
	Target
	Application string
	// User is who is logged in, Company whose data it is.
	User, Company string
	// Scopes are what the application asks for, in SePay's words for machines.
	Scopes []string
	// Action takes a POST with decision (allow or deny) and the token.
	Action, Token string
	// Logout takes a POST with the token.
	Logout string
}

// Target is where the browser goes after a form of the page: browsers hold the
// redirect to the policy of the page.
type Target struct{ RedirectURI string }

// source is the target as a source of a Content-Security-Policy: its origin, or
// its scheme where that is an application's own. Anything that would not stand
// in a policy is left out.
func (t Target) source() string {
	u, err := url.Parse(t.RedirectURI)
	if err != nil || u.Scheme == "" {
		return ""
	}
	out := u.Scheme + ":"
	if u.Scheme == "http" || u.Scheme == "https" {
		out += "//" + u.Host
	}
	if strings.ContainsAny(out, " ;,'\"\\\t\r\n") {
		return ""
	}
	return out
}

func (Login) file() string   { return "login" }
func (Consent) file() string { return "consent" }

// targeted is a view whose forms lead to another host.
type targeted interface{ source() string }
