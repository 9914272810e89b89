package page

import (
	"net/url"
	"strings"
)

// Login is the login page of an authorization.
type Login struct {
	Frame
	Target
	// Application is the name of the application.
	Application string
	// Action accepts a POST with email and password.
	Action string
	// Email refills the form; Wrong says that email and password did not match.
	Email string
	Wrong bool
	// Users are the emulator's users, shown as a help.
	Users []LoginUser
}

// LoginUser is a user that can log in.
type LoginUser struct{ Email, Password string }

// Consent asks the user to authorize an application.
type Consent struct {
	Frame
	Target
	Application string
	// User is the logged-in user, Company the owner of the data.
	User, Company string
	// Scopes are the requested scopes, as SePay spells them.
	Scopes []string
	// Action accepts a POST with decision (allow or deny) and the token.
	Action, Token string
	// Logout accepts a POST with the token.
	Logout string
}

// Target is where the browser goes after a form of the page; browsers check
// that redirect against the page's policy.
type Target struct{ RedirectURI string }

// source returns the target as a Content-Security-Policy source: its origin, or
// its scheme when that is an application's own; empty for text that is invalid
// in a policy.
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
