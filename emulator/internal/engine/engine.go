package engine

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"

	"github.com/localsepay/localsepay/emulator/internal/bank"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/console"
	"github.com/localsepay/localsepay/emulator/internal/control"
	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/identity"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/oauth2"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/ledger"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
	"github.com/localsepay/localsepay/emulator/internal/store/secrets"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/emulator/internal/surface/checkout"
	"github.com/localsepay/localsepay/emulator/internal/surface/oauth"
	"github.com/localsepay/localsepay/emulator/internal/surface/oauthapi"
	"github.com/localsepay/localsepay/emulator/internal/surface/pgapi"
	"github.com/localsepay/localsepay/emulator/internal/surface/qr"
	"github.com/localsepay/localsepay/emulator/internal/surface/userapiv1"
	"github.com/localsepay/localsepay/emulator/internal/surface/userapiv2"
	"github.com/localsepay/localsepay/openapi"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Engine is one emulator: all parts, wired together. Make it with [New].
type Engine struct {
	config   Config
	settings setting.Values
	secrets  *mask.Masker

	store    store.Store
	clock    *clock.Clock
	findings *finding.Log
	traffic  *frontdoor.Traffic
	limiter  *frontdoor.Limiter
	clients  *frontdoor.Clients
	checker  *frontdoor.Checker
	identity *identity.Identity
	bank     *bank.Bank
	gateway  *payment.Gateway
	oauth    *oauth2.Server
	notifier *notify.Notifier
	faults   *fault.Rules
	control  *control.Control
	handler  *switchboard
	// company is the id of the first one.
	company string
	// hosts are those that control accepts besides local ones.
	hosts []string
	// gate accepts no change once the engine ends.
	gate frontdoor.Gate
	// drained is the result of the drain; drainOnce runs it once.
	drainOnce sync.Once
	drained   Left
	drainErr  error
	// workers do work that becomes due, readers follow the facts.
	workers, readers *parts
	// events passes facts to the sink, deliveries to the contract check; each may
	// be nil.
	events, deliveries *fact.Follower

	// serving is done when every listener has ended.
	serving sync.WaitGroup

	mu sync.Mutex
	// server serves every listener; nil before the first.
	server *http.Server
	// listener is that of Listen; nil before.
	listener net.Listener
	// ended are the errors of listeners that ended by themselves.
	ended  error
	closed bool
}

// New makes an engine without a listener. It sends webhooks from the start and
// must be closed.
func New(c Config) (*Engine, error) {
	settings, err := setting.Values{}.With(c.Settings)
	if err == nil {
		err = c.check()
	}
	if err != nil {
		return nil, err
	}
	c.Keep = c.Keep.withDefaults()
	e := &Engine{config: c, settings: settings, secrets: mask.New(), clock: c.Clock, hosts: c.allowedHosts()}
	if c.ShowSecrets {
		e.secrets = mask.Off()
	}
	e.store = memory.Open(fact.NewLog(c.Keep.facts()), c.Backend)
	if c.WrapStore != nil {
		e.store = c.WrapStore(e.store)
	}
	if c.CheckContract == ContractInline { // a test: the ledger's rules are checked too
		e.store = ledger.Watch(e.store, func(err error) { c.Fail("%v", err) })
	}
	e.store = secrets.Watch(e.store, e.secrets)
	e.wire()
	e.workers, e.readers = newParts(e.findings), newParts(e.findings)
	if err := e.seed(context.Background()); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	e.startReaders()
	e.workers.start("orders that fall due", e.gateway.Run)
	e.workers.start("dispatcher", e.notifier.Run)
	return e, nil
}

// wire puts the parts together.
func (e *Engine) wire() {
	c, now := e.config, e.clock.Now
	seed := derive.Seed(c.Seed)
	e.findings = finding.NewLog(e.store.Facts(), now)
	e.traffic = frontdoor.NewTraffic(c.Keep.Requests, c.Keep.RequestBytes)
	e.limiter = frontdoor.NewLimiter(e.clock)
	e.clients = frontdoor.NewClients(e.clock, e.store.Facts())
	e.identity = &identity.Identity{Store: e.store, Seed: seed, Now: now, Settings: e.settings}
	e.faults = fault.New(seed, sync.OnceValue(e.faultSurfaces))
	e.notifier = notify.New(notify.Config{
		Store: e.store, Clock: e.clock, Seed: seed, Settings: e.settings, Egress: c.Egress, Resolver: c.Resolver, Findings: e.findings,
		Keep: c.Keep.Deliveries, Faults: e.faults, KeepBytes: c.Keep.DeliveryBytes, Secrets: e.secrets,
	})
	e.bank = &bank.Bank{Store: e.store, Seed: seed, Now: now, Settings: e.settings, Outbox: e.notifier}
	e.gateway = payment.New(payment.Gateway{
		Store: e.store, Seed: seed, Clock: e.clock, Settings: e.settings, Bank: e.bank, Outbox: e.notifier, Findings: e.findings,
	})
	e.oauth = &oauth2.Server{Store: e.store, Seed: seed, Now: now, Key: func() *oauth2.Key { return keyOf(seed) }, Settings: e.settings, Secrets: e.secrets}
	e.control = control.New(control.Config{
		Store: e.store, Clock: e.clock, Settings: e.settings, Bank: e.bank, Identity: e.identity, Notifier: e.notifier, Gateway: e.gateway, OAuth: e.oauth,
		Traffic: e.traffic, Findings: e.findings, Clients: e.clients, Faults: e.faults, Secrets: e.secrets,
		Addresses: e.addresses, AllowHosts: e.hosts, Token: c.ControlToken, Companies: c.Keep.Companies,
	})
	e.checker = e.newChecker()
	door := &frontdoor.Door{
		Now: now, Settings: e.settings, Traffic: e.traffic, Limiter: e.limiter, Clients: e.clients, Findings: e.findings, Faults: e.faults,
		Gate: &e.gate, Contracts: e.checker, Facts: e.store.Facts(),
	}
	e.handler = newSwitchboard(door, e.checkedControl, &console.Console{Control: e.control}, e.Surfaces(), c.Proxies, e.hosts)
}

// keys caches the keys that this process has made: making one takes a good part
// of a second, and it depends on its seed alone.
var keys sync.Map

func keyOf(seed derive.Seed) *oauth2.Key {
	made, _ := keys.LoadOrStore(seed, sync.OnceValue(func() *oauth2.Key { return oauth2.NewKey(seed) }))
	return made.(func() *oauth2.Key)()
}

// Surfaces lists the APIs of this engine: one for each surface of package
// openapi's table that has paths.
func (e *Engine) Surfaces() []*surface.Surface {
	pictures := &qr.Service{Settings: e.settings}
	authorization := &oauth.API{Store: e.store, OAuth: e.oauth, Settings: e.settings}
	return append([]*surface.Surface{
		(&userapiv1.API{Store: e.store, Identity: e.identity, Settings: e.settings}).Surface(),
		(&userapiv2.API{Store: e.store, Identity: e.identity, Settings: e.settings}).Surface(),
		(&checkout.API{Store: e.store, Gateway: e.gateway, Settings: e.settings, Clock: e.clock, Phone: console.PhonePath}).Surface(),
		(&pgapi.API{Store: e.store, Identity: e.identity, Gateway: e.gateway, Settings: e.settings}).Surface(),
		authorization.Surface(), authorization.Woo(),
		(&oauthapi.API{Store: e.store, OAuth: e.oauth, Notifier: e.notifier, Settings: e.settings, Now: e.clock.Now}).Surface(),
		pictures.Surface(), pictures.Dashboard(),
	}, e.config.Surfaces...)
}

// Operations lists the operations of the route tables, by the document that
// describes them.
func (e *Engine) Operations() map[string][]string {
	out := map[string][]string{"control": e.control.Operations()}
	for _, s := range e.Surfaces() {
		for _, r := range s.Routes {
			out[s.Document] = append(out[s.Document], r.Operation)
		}
	}
	return out
}

// addresses returns the addresses of the surfaces for a caller that came by an
// origin such as https://sepay.localhost.
func (e *Engine) addresses(origin string) openapi.Addresses {
	base := e.URL()
	if origin != "" { // the guard accepted it
		base = origin
	}
	out := openapi.Addresses{openapi.KeyBase: base, openapi.KeyControl: base + wire.Prefix}
	for _, p := range e.handler.plain {
		if s := p.surface; s.Key != "" {
			out[s.Key] = s.At(base)
		}
	}
	return out
}

// Control is the Go face of the control API.
func (e *Engine) Control() *control.Control { return e.control }

// Clock is the engine's time.
func (e *Engine) Clock() *clock.Clock { return e.clock }

// Company is the id of the first company.
func (e *Engine) Company() string { return e.company }

// Facts is the log of what happened.
func (e *Engine) Facts() *fact.Log { return e.store.Facts() }

// Findings lists the findings about the integration.
func (e *Engine) Findings(f finding.Filter) []finding.Finding { return e.findings.List(f, 0) }

// Open opens a payment as a shop's signed form does.
func (e *Engine) Open(ctx context.Context, r payment.Request) (payment.Checkout, error) {
	return e.gateway.Open(ctx, r)
}

// Settle returns when everything that is due now was sent and answered.
func (e *Engine) Settle(ctx context.Context) error { return e.notifier.RunDue(ctx) }

// faultSurfaces lists the surfaces that faults may name.
func (e *Engine) faultSurfaces() []fault.Surface {
	var out []fault.Surface
	for _, s := range e.Surfaces() {
		known := fault.Surface{Name: s.Name, Companies: s.Authenticate != nil}
		for _, r := range s.Routes {
			known.Operations = append(known.Operations, r.Operation)
		}
		out = append(out, known)
	}
	return out
}
