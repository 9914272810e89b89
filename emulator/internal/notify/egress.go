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
	// EgressTest takes http, private addresses and self-signed certificates.
	EgressTest Egress = "test"
	// EgressLive takes https to public addresses with valid certificates only.
	EgressLive Egress = "live"
)

// maxURL is the greatest length of a webhook URL.
const maxURL = 300

// rule is what the notices may be sent to. In no mode is it a host of SePay's.
func (e Egress) rule() guard.Rule { return guard.Rule{Public: e == EgressLive} }

// CheckURL says whether a webhook may have the URL, by what is written in it.
// Nothing is looked up: a store transaction may be open.
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

// LookUp says whether live mode takes the host of a URL, by what its name
// resolves to. What [Egress.CheckURL] refuses is not looked up, and nothing is
// in test mode. It asks a name server, so that no transaction may be open; a
// nil resolver is the system's.
func (e Egress) LookUp(ctx context.Context, resolver *net.Resolver, text string) error {
	if e != EgressLive || e.CheckURL(text) != nil {
		return nil
	}
	return e.rule().LookUp(ctx, resolver, text)
}

// Vet looks up the hosts of what a new or changed webhook names, before the
// transaction that saves it. An address that is not named, or is refused as it
// is written, passes.
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

// senders are the two ways to send: over a connection of its own, as SePay's
// curl does, and over those that were kept. They follow no redirect and ask no
// proxy; test mode does not verify certificates, live mode does.
type senders struct {
	fresh courier
	kept  *guard.Transport
}

func (e Egress) senders(resolver *net.Resolver) senders {
	rule, unverified := e.rule(), e != EgressLive
	return senders{
		fresh: courier{rule, rule.Dialer(resolver), &tls.Config{InsecureSkipVerify: unverified, MinVersion: tls.VersionTLS12}},
		kept:  rule.Transport(guard.Options{Unverified: unverified, Resolver: resolver, Idle: laneWidth}),
	}
}

type keptKey struct{}

// bounded is the context in which the requests of one attempt are sent: how
// long they may take, and over which connections, by the company's settings.
func (j job) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	connect, total := j.settings.Timeouts()
	ctx = context.WithValue(guard.WithConnectTime(ctx, connect), keptKey{}, j.settings.Get(setting.WebhookConnection) == setting.ConnectionKept)
	return context.WithTimeout(ctx, total)
}

// roundTrip sends a request the way that its context says.
func (s senders) roundTrip(req *http.Request) (*http.Response, error) {
	if kept, _ := req.Context().Value(keptKey{}).(bool); kept {
		return s.kept.RoundTrip(req)
	}
	return s.fresh.roundTrip(req)
}
