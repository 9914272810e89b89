package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
)

// authForm is a kind of --webhook-auth, and the name of its secret.
type authForm struct{ kind, secret string }

// handlerAuths are the kinds of authentication for a merchant's handler; serve
// has OAuth2 besides.
var handlerAuths = []authForm{{"none", ""}, {"apikey", "KEY"}, {"hmac", "SECRET"}, {"secret", "SECRET"}}

func (f authForm) String() string {
	if f.secret == "" {
		return f.kind
	}
	return f.kind + ":" + f.secret
}

// cutAuth parses --webhook-auth; an empty text is none. Its errors do not
// contain the secret.
func cutAuth(text string, forms []authForm) (kind, secret string, err error) {
	kind, secret, colon := strings.Cut(text, ":")
	if text == "" {
		kind = "none"
	}
	var kinds, written []string
	for _, f := range forms {
		kinds, written = append(kinds, f.kind), append(written, f.String())
	}
	last := len(written) - 1
	want := "want " + strings.Join(written[:last], ", ") + " or " + written[last]
	at := slices.Index(kinds, kind)
	switch {
	case at < 0:
		if near, ok := input.Nearest(kind, kinds); ok {
			want = fmt.Sprintf("did you mean %s? %s", near, want)
		}
		return "", "", &usageError{fmt.Sprintf("--webhook-auth cannot be %q", kind), want}
	case forms[at].secret == "" && colon:
		return "", "", &usageError{fmt.Sprintf("--webhook-auth %s takes no secret", kind), want}
	case forms[at].secret != "" && secret == "":
		return "", "", &usageError{fmt.Sprintf("--webhook-auth %s: the secret is missing", kind), "write it behind a colon: " + written[at]}
	}
	return kind, secret, nil
}

// checkHandlers refuses the secret of a handler without an address.
func checkHandlers(webhook, webhookAuth, ipn, ipnSecret string) error {
	switch {
	case ipn == "" && ipnSecret != "":
		return &usageError{"--ipn-secret without --ipn", "name the handler: --ipn " + examples["--ipn"]}
	case webhook == "" && webhookAuth != "" && webhookAuth != "none":
		return &usageError{"--webhook-auth without --webhook", "name the handler: --webhook " + examples["--webhook"]}
	}
	return nil
}

// checkLive refuses the secret of a live merchant, which would allow forging
// notices at a shop that takes real money.
func checkLive(webhookAuth, ipnSecret string) error {
	_, secret, _ := strings.Cut(webhookAuth, ":")
	for flag, value := range map[string]string{"--webhook-auth": secret, "--ipn-secret": ipnSecret} {
		var refused *guard.Refusal
		if errors.As(guard.Live(flag, value), &refused) {
			return &usageError{refused.Error(), refused.Hint}
		}
	}
	return nil
}

// readSettings reads --setting.
func readSettings(chosen map[string]string) ([]emulator.Option, error) {
	var o []emulator.Option
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		if err := emulator.CheckSetting(emulator.Setting(name), chosen[name]); err != nil {
			return nil, &usageError{"--setting: " + err.Error(), "localsepay explain lists the settings and their values"}
		}
		o = append(o, emulator.WithSetting(emulator.Setting(name), chosen[name]))
	}
	return o, nil
}
