package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// tokenCmd issues an OAuth2 access token without login and consent.
type tokenCmd struct {
	remote
	Scope   []string `help:"Scopes with commas between them, e.g. profile,bank-account:read; all of them otherwise." sep:","`
	Company string   `help:"Company id, when there are several."`
	Email   string   `help:"The user who lets the application in; the company's first one otherwise."`
	Client  string   `help:"Client id of the application; the company's first one otherwise."`
}

// Run implements the verb.
func (c tokenCmd) Run(t terminal) error {
	var scopes []string
	for _, word := range c.Scope {
		scopes = append(scopes, strings.Fields(word)...)
	}
	for _, scope := range scopes {
		if !slices.Contains(emulator.OAuthScopes(), scope) {
			return &usageError{fmt.Sprintf("--scope: there is no scope %q", scope), input.Hint(scope, emulator.OAuthScopes())}
		}
	}
	order := control.TokenRequest{Company: c.Company, Email: c.Email, ClientID: c.Client, Scopes: scopes}
	made, err := send(t, c.remote, (*control.Client).Tokens, order)
	if err != nil {
		return err
	}
	return c.print(t, made, func(w io.Writer) { fmt.Fprintln(w, made.AccessToken) })
}
