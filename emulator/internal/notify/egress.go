package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/guard"
)

// Egress says which addresses a webhook may have.
type Egress string

// The rules of SePay's test mode and of live mode
// (https://developer.sepay.vn/vi/sepay-webhooks/bao-mat).
const (
	// EgressTest accepts http, private addresses and self-signed certificates.
	EgressTest Egress = "test"
	// EgressLive accepts only https to public addresses with valid certificates.
	EgressLive Egress = "live"
)

// maxURL is the maximum length of a webhook URL.
const maxURL = 300

// rule is the address rule for notices. SePay's own hosts are never allowed.
func (e Egress) rule() guard.Rule { return guard.Rule{Public: e == EgressLive} }

// CheckURL checks a webhook's URL by its text. Nothing is looked up, as a store
// transaction may be open.
func (e Egress) CheckURL(text string) error {
	if len(text) > maxURL {
		return fmt.Errorf("want %d characters at most", maxURL)
	}
	u, err := guard.WebURL(text)
	switch {
	case err != nil:
		if other, err := url.Parse(text); err == nil && other.Host != "" && other.Scheme != "http" && other.Scheme != "https" {
			return errors.New("want http or https")
		}
		return errors.New("want an absolute URL such as https://shop.example/hook")
	case guard.SePay(u.Host):
		_, err := e.rule().URL(text)
		return err
	case u.User != nil:
		return errors.New("want no user name in the URL")
	case e == EgressLive && u.Scheme != "https":
		return errors.New("live mode takes https only")
	}
	_, err = e.rule().URL(text)
	return err
}

// LookUp returns an error when live mode refuses the host of a URL by the
// addresses of its name. It looks up nothing in test mode, nor for a URL that
// [Egress.CheckURL] refuses. It asks a name server, so no transaction may be
// open; a nil resolver is the system's.
func (e Egress) LookUp(ctx context.Context, resolver *net.Resolver, text string) error {
	if e != EgressLive || e.CheckURL(text) != nil {
		return nil
	}
	return e.rule().LookUp(ctx, resolver, text)
}

// Vet looks up the hosts in a new or changed webhook, before the transaction
// that saves it. URLs that are absent or refused by their text pass.
func (n *Notifier) Vet(ctx context.Context, b control.WebhookBody) error {
	for _, named := range []struct {
		member string
		url    *string
	}{{"webhook_url", b.WebhookURL}, {"oauth2_access_token_url", b.OAuth2AccessTokenURL}} {
		if named.url == nil {
			continue
		}
		if err := n.config.Egress.LookUp(ctx, n.config.Resolver, *named.url); err != nil {
			return invalid(named.member, "%v", err)
		}
	}
	return nil
}

// VetIPN is [Notifier.Vet] for the URL of an IPN; empty for none.
func (n *Notifier) VetIPN(ctx context.Context, url string) error {
	if err := n.config.Egress.LookUp(ctx, n.config.Resolver, url); err != nil {
		return invalid("url", "%v", err)
	}
	return nil
}

// senders are the two ways to send: over a new connection for each request, as
// SePay's curl does, and over kept connections. They follow no redirect and use
// no proxy; live mode verifies certificates, test mode does not.
type senders struct {
	fresh singleUseClient
	kept  *guard.Transport
}

func (e Egress) senders(resolver *net.Resolver) senders {
	rule, unverified := e.rule(), e != EgressLive
	return senders{
		fresh: singleUseClient{rule, rule.Dialer(resolver), &tls.Config{InsecureSkipVerify: unverified, MinVersion: tls.VersionTLS12}},
		kept:  rule.Transport(guard.Options{Unverified: unverified, Resolver: resolver, Idle: laneWidth}),
	}
}

type keptKey struct{}

// bounded returns the context for the requests of one attempt, with the
// timeouts and the kind of connection of the company's settings.
func (j job) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	connect, total := j.settings.Timeouts()
	ctx = context.WithValue(guard.WithConnectTime(ctx, connect), keptKey{}, j.settings.Get(setting.WebhookConnection) == setting.ConnectionKept)
	return context.WithTimeout(ctx, total)
}

// roundTrip sends a request over the kind of connection in its context.
func (s senders) roundTrip(req *http.Request) (*http.Response, error) {
	if kept, _ := req.Context().Value(keptKey{}).(bool); kept {
		return s.kept.RoundTrip(req)
	}
	return s.fresh.roundTrip(req)
}
