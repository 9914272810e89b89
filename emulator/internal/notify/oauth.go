package notify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// errToken: no token was available, so the webhook was not called.
var errToken = errors.New("no access token")

// logText is an error with the text of SePay's delivery log.
type logText string

func (t logText) Error() string { return string(t) }

// errShape: a token answer of the wrong shape.
const errShape = logText("Phản hồi OAuth không đúng định dạng")

const (
	// maxSlots bounds the cached tokens, maxToken the length of one, in bytes: a
	// longer one is not cached.
	maxSlots = 1024
	maxToken = 8 << 10
	// refreshBefore is the remaining lifetime at which SePay gets a new token.
	refreshBefore = 10 * time.Second
	// defaultLifetime applies when the answer names none, in seconds.
	defaultLifetime = 3600
)

// token is an answer of a merchant's token endpoint.
type token struct {
	access, refresh string
	expires         time.Time
	// custom says that the endpoint uses the older JSON form.
	custom bool
	// client is the configuration that the token belongs to.
	client string
}

// tokenCache keeps the token of each webhook, until the clock is set back.
type tokenCache struct {
	clock *clock.Clock

	mu    sync.Mutex
	slots map[int64]*tokenSlot
	turn  uint64
}

type tokenSlot struct {
	mu    sync.Mutex
	token token
}

func (c *tokenCache) slot(webhook int64) *tokenSlot {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, turn := c.clock.Read(); c.slots == nil || turn != c.turn {
		c.slots, c.turn = map[int64]*tokenSlot{}, turn
	}
	s := c.slots[webhook]
	if s == nil {
		for id := range c.slots { // webhooks come and go
			if len(c.slots) < maxSlots {
				break
			}
			delete(c.slots, id)
		}
		s = &tokenSlot{}
		c.slots[webhook] = s
	}
	return s
}

// token returns an access token for a webhook: the cached one, a refreshed one
// when it has less than ten seconds left, or a new one
// (https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc).
func (n *Notifier) token(ctx context.Context, h store.Webhook) (string, error) {
	slot := n.tokens.slot(h.ID)
	slot.mu.Lock()
	defer slot.mu.Unlock()
	client := h.OAuth2AccessTokenURL + "\n" + h.OAuth2ClientID + "\n" + h.OAuth2ClientSecret
	kept := slot.token
	if kept.client == client && kept.access != "" && kept.expires.Sub(n.config.Clock.Now()) >= refreshBefore {
		return kept.access, nil
	}
	var fresh token
	err := errToken
	if kept.client == client && kept.refresh != "" {
		fresh, err = n.fetch(ctx, h, kept.custom, kept.refresh)
	}
	if err != nil {
		fresh, err = n.newToken(ctx, h)
	}
	if err != nil {
		slot.token = token{}
		return "", fmt.Errorf("%w: %w", errToken, err)
	}
	n.config.Secrets.Add(fresh.access, fresh.refresh)
	if fresh.client = client; len(fresh.access)+len(fresh.refresh) <= maxToken {
		slot.token = fresh
	}
	return fresh.access, nil
}

// newToken requests a token in the standard form and, when the answer has
// another form, in the older custom one.
func (n *Notifier) newToken(ctx context.Context, h store.Webhook) (token, error) {
	t, err := n.fetch(ctx, h, false, "")
	var refused *refusedError
	if errors.Is(err, errShape) || (errors.As(err, &refused) && refused.status < http.StatusInternalServerError) {
		return n.fetch(ctx, h, true, "")
	}
	return t, err
}

// refusedError is a token answer with a status other than 200.
type refusedError struct{ status int }

func (e *refusedError) Error() string {
	return fmt.Sprintf("the token endpoint answered %d; 200 is needed", e.status)
}

// fetch makes one token request; refresh is empty for a new token.
func (n *Notifier) fetch(ctx context.Context, h store.Webhook, custom bool, refresh string) (token, error) {
	headers, body := standardRequest(h, refresh)
	if custom {
		headers, body = customRequest(h, refresh)
	}
	answer, err := n.post(ctx, h.OAuth2AccessTokenURL, headers, body)
	if err != nil {
		return token{}, err
	}
	if answer.Status != http.StatusOK {
		return token{}, &refusedError{answer.Status}
	}
	t, err := readToken(answer.Body, custom, n.config.Clock.Now())
	if t.refresh == "" {
		t.refresh = refresh
	}
	return t, err
}

// standardRequest sends the client's credentials in the body and as Basic: the
// pages show both ways, and receivers of either must work.
func standardRequest(h store.Webhook, refresh string) (map[string]string, []byte) {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {h.OAuth2ClientID}, "client_secret": {h.OAuth2ClientSecret}}
	if refresh != "" {
		form.Set("grant_type", "refresh_token")
		form.Set("refresh_token", refresh)
	}
	basic := base64.StdEncoding.EncodeToString([]byte(h.OAuth2ClientID + ":" + h.OAuth2ClientSecret))
	return map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic " + basic, "Accept": "application/json"}, []byte(form.Encode())
}

func customRequest(h store.Webhook, refresh string) (map[string]string, []byte) {
	body, _ := phpjson.Encode(struct { // texts always encode
		ClientID     string `json:"clientId"`
		ClientSecret string `json:"clientSecret"`
		RefreshToken string `json:"refreshToken,omitempty"`
	}{h.OAuth2ClientID, h.OAuth2ClientSecret, refresh})
	return map[string]string{"Content-Type": "application/json", "Accept": "application/json"}, body
}

// readToken reads a token answer of either form.
func readToken(body []byte, custom bool, now time.Time) (token, error) {
	var standard struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		ExpiresIn    *int64 `json:"expires_in"`
	}
	var older struct {
		Data struct {
			AccessToken  string `json:"accessToken"`
			RefreshToken string `json:"refreshToken"`
			ExpiredIn    *int64 `json:"expiredIn"`
		} `json:"data"`
	}
	if custom {
		if json.Unmarshal(body, &older) != nil || older.Data.AccessToken == "" || older.Data.RefreshToken == "" || older.Data.ExpiredIn == nil {
			return token{}, errShape
		}
		return token{access: older.Data.AccessToken, refresh: older.Data.RefreshToken, custom: true, expires: lifetime(now, *older.Data.ExpiredIn)}, nil
	}
	if json.Unmarshal(body, &standard) != nil || standard.AccessToken == "" || !headerText(standard.AccessToken) {
		return token{}, errShape
	}
	seconds := int64(defaultLifetime)
	if standard.ExpiresIn != nil {
		seconds = *standard.ExpiresIn
	}
	return token{access: standard.AccessToken, refresh: standard.RefreshToken, expires: lifetime(now, seconds)}, nil
}

// lifetime adds seconds, within plausible bounds.
func lifetime(now time.Time, seconds int64) time.Time {
	const year = 365 * 24 * 3600
	return now.Add(time.Duration(min(max(seconds, 0), year)) * time.Second)
}
