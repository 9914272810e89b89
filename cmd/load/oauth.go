package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

const (
	tokenRow     = "OAuth2 token"
	signatureRow = "OAuth2 token, beside a signature"
)

// tokenRows measures refreshed tokens, beside bare and beside one RSA-2048
// signature, which is what each access token needs at least.
func tokenRows() measure {
	return measure{[]string{tokenRow, signatureRow}, func(ctx context.Context, b *bench) ([]row, error) {
		own, err := b.startLocalsepay(ctx, options{})
		if err != nil {
			return nil, err
		}
		defer own.stop()
		s, err := newShop(ctx, own)
		if err != nil {
			return nil, err
		}
		j, err := s.refreshes(ctx, b.config.Connections)
		if err != nil {
			return nil, err
		}
		var costs []float64
		j.each = func(ctx context.Context) error {
			cost, err := b.signature(ctx)
			costs = append(costs, cost)
			return err
		}
		r, err := b.beside(ctx, tokenRow, own, j)
		if err != nil {
			return nil, err
		}
		signed := row{Name: signatureRow, Unit: r.Unit, Own: r.Own, Control: spreadOf(costs), Note: "the control is one RSA-2048 signature"}
		signed.Ratio = ratioOf(slices.Repeat([]float64{r.Own.Median}, len(costs)), costs)
		return []row{r, signed}, nil
	}}
}

// refreshes is a job in which each connection refreshes the token that its last
// answer has. Refresh tokens work once.
func (s *shop) refreshes(ctx context.Context, connections int) (job, error) {
	if len(s.company.OAuthApps) == 0 {
		return job{}, errors.New("the company has no OAuth2 application")
	}
	app := s.company.OAuthApps[0]
	form := func(refresh string) []byte {
		return postForm("/oauth/token", url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "client_id": {app.ClientID}, "client_secret": {app.ClientSecret},
		}.Encode())
	}
	fresh := make([]string, connections+1)
	for i := range fresh {
		t, err := s.api.Tokens(ctx, control.TokenRequest{ClientID: app.ClientID})
		if err != nil {
			return job{}, err
		}
		fresh[i] = t.RefreshToken
	}
	newPlan := func() plan {
		// The tokens outlive a round: the next one goes on with them.
		token := append([]string{}, fresh[1:]...)
		return plan{status: http.StatusOK, done: func(connection int, body []byte) error {
			refresh, err := refreshToken(body)
			token[connection] = refresh
			return err
		}, next: func(connection int) ([]byte, error) { return form(token[connection]), nil }}
	}
	return job{request: form(fresh[0]), check: jwt, plan: newPlan, writes: true}, nil
}

// refreshToken finds the refresh token in an answer without parsing all of it.
func refreshToken(body []byte) (string, error) {
	const member = `"refresh_token":"`
	_, rest, found := bytes.Cut(body, []byte(member))
	value, _, ended := bytes.Cut(rest, []byte(`"`))
	if !found || !ended {
		return "", fmt.Errorf("an answer without refresh token: %.200s", body)
	}
	return string(value), nil
}

// jwt expects an access token that is signed with RSA.
func jwt(r route) error {
	if err := r.expect(http.StatusOK, ""); err != nil {
		return err
	}
	var t control.Tokens
	if err := json.Unmarshal(r.Body, &t); err != nil {
		return fmt.Errorf("the answer of %s: %w", r.Path, err)
	}
	if parts := bytes.Split([]byte(t.AccessToken), []byte(".")); len(parts) != 3 || len(parts[2]) != 342 || t.RefreshToken == "" {
		return fmt.Errorf("%s gives no token with a signature of 2048 bits: %.200s", r.Path, r.Body)
	}
	return nil
}

// signature is the processor time of one RSA-2048 signature in this process, in µs.
func (b *bench) signature(ctx context.Context) (float64, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return 0, err
	}
	sum := sha256.Sum256([]byte(signatureRow))
	before, err := used(ctx, b.self)
	if err != nil {
		return 0, err
	}
	n := 0
	for start := time.Now(); time.Since(start) < b.round().duration; n++ {
		if _, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:]); err != nil {
			return 0, err
		}
	}
	after, err := used(ctx, b.self)
	if err != nil || n == 0 {
		return 0, err
	}
	return (after - before) * 1e6 / float64(n), nil
}
