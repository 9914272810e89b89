package secrets_test

import (
	"context"
	"errors"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
	"github.com/localsepay/localsepay/emulator/internal/store/secrets"
	"github.com/localsepay/localsepay/openapi/mask"
)

func TestEveryCredentialThatIsWrittenIsTold(t *testing.T) {
	m := mask.New()
	s := secrets.Watch(memory.New(), m)
	defer s.Close()
	broken := errors.New("broken")
	for name, put := range map[string]func(store.Writer, string) error{
		"a merchant's key": func(w store.Writer, v string) error {
			return store.Companies.Put(w, store.Company{Number: 1, ID: "a", Merchant: store.Merchant{SecretKey: v}})
		},
		"the secret of an IPN": func(w store.Writer, v string) error {
			return store.Companies.Put(w, store.Company{Number: 2, ID: "b", Merchant: store.Merchant{IPN: store.IPN{Secret: v}}})
		},
		"an API token": func(w store.Writer, v string) error { return store.APITokens.Put(w, store.APIToken{ID: 1, Token: v}) },
		"a client's secret": func(w store.Writer, v string) error {
			return store.OAuthApps.Put(w, store.OAuthApp{ID: 1, ClientSecret: v})
		},
		"a password":          func(w store.Writer, v string) error { return store.Users.Put(w, store.User{ID: 1, Password: v}) },
		"a webhook's API key": func(w store.Writer, v string) error { return store.Webhooks.Put(w, store.Webhook{ID: 1, APIKey: v}) },
		"a webhook's key":     func(w store.Writer, v string) error { return store.Webhooks.Put(w, store.Webhook{ID: 2, SecretKey: v}) },
		"a webhook's client": func(w store.Writer, v string) error {
			return store.Webhooks.Put(w, store.Webhook{ID: 3, OAuth2ClientSecret: v})
		},
		"one that is not kept": func(w store.Writer, v string) error {
			return errors.Join(broken, store.Users.Put(w, store.User{ID: 2, Password: v}))
		},
	} {
		value := "value of " + name
		if err := s.Update(context.Background(), func(w store.Writer) error { return put(w, value) }); err != nil && !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if shown := m.Known("it is " + value); shown == "it is "+value {
			t.Errorf("%s is shown", name)
		}
	}
}
