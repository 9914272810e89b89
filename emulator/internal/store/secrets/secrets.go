package secrets

import (
	"context"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Watch returns the store with every written credential registered with m.
func Watch(s store.Store, m *mask.Masker) store.Store { return &watched{s, m} }

type watched struct {
	store.Store
	m *mask.Masker
}

// Update implements [store.Store].
func (s *watched) Update(ctx context.Context, fn func(store.Writer) error) error {
	return s.Store.Update(ctx, func(w store.Writer) error { return fn(writer{w, s.m}) })
}

type writer struct {
	store.Writer
	m *mask.Masker
}

// Put implements [store.Writer]. A credential whose record is refused or rolled
// back is masked too: the error may repeat it.
func (w writer) Put(t *store.Table, record any) error {
	switch r := record.(type) {
	case *store.Company:
		w.m.Add(r.Merchant.SecretKey, r.Merchant.IPN.Secret)
	case *store.APIToken:
		w.m.Add(r.Token)
	case *store.OAuthApp:
		w.m.Add(r.ClientSecret)
	case *store.User:
		w.m.Add(r.Password)
	case *store.Webhook:
		w.m.Add(r.APIKey, r.SecretKey, r.OAuth2ClientSecret)
	}
	return w.Writer.Put(t, record)
}
