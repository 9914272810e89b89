package main

import (
	"fmt"
	"io"
	"net/http"

	"github.com/localsepay/localsepay/emulator/control"
	"github.com/localsepay/localsepay/emulator/oauth2"
)

// tokenCmd gives an OAuth2 access token without the dance.
type tokenCmd struct {
	remote
	Scope   []string `help:"Scopes, e.g. profile,bank-account:read; all of them otherwise." sep:","`
	Company string   `help:"Company id, when there are several."`
	Email   string   `help:"The user who lets the application in; the company's first one otherwise."`
	Client  string   `help:"Client id of the application; the company's first one otherwise."`
}

// Run implements the verb.
func (c tokenCmd) Run(t terminal) error {
	var made oauth2.Tokens
	order := control.TokenOrder{Company: c.Company, Email: c.Email, ClientID: c.Client, Scopes: c.Scope}
	if err := c.call(t.ctx, http.MethodPost, "/oauth/tokens", order, &made); err != nil {
		return err
	}
	return c.print(t, made, func(w io.Writer) { fmt.Fprintln(w, made.AccessToken) })
}
