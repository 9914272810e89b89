package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"

	"github.com/localsepay/localsepay/emulator/bank"
	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/emulator/console"
	"github.com/localsepay/localsepay/emulator/control"
	"github.com/localsepay/localsepay/emulator/crash"
	"github.com/localsepay/localsepay/emulator/derive"
	"github.com/localsepay/localsepay/emulator/fact"
	"github.com/localsepay/localsepay/emulator/fault"
	"github.com/localsepay/localsepay/emulator/finding"
	"github.com/localsepay/localsepay/emulator/frontdoor"
	"github.com/localsepay/localsepay/emulator/identity"
	"github.com/localsepay/localsepay/emulator/notify"
	"github.com/localsepay/localsepay/emulator/oauth2"
	"github.com/localsepay/localsepay/emulator/payment"
	"github.com/localsepay/localsepay/emulator/setting"
	"github.com/localsepay/localsepay/emulator/store"
	"github.com/localsepay/localsepay/emulator/store/ledger"
	"github.com/localsepay/localsepay/emulator/store/memory"
	"github.com/localsepay/localsepay/emulator/store/secrets"
	"github.com/localsepay/localsepay/emulator/surface"
	"github.com/localsepay/localsepay/emulator/surface/checkout"
	"github.com/localsepay/localsepay/emulator/surface/oauth"
	"github.com/localsepay/localsepay/emulator/surface/oauthapi"
	"github.com/localsepay/localsepay/emulator/surface/pgapi"
	"github.com/localsepay/localsepay/emulator/surface/qr"
	"github.com/localsepay/localsepay/emulator/surface/userapiv1"
	"github.com/localsepay/localsepay/emulator/surface/userapiv2"
	"github.com/localsepay/localsepay/openapi"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Emulator is one SePay. Make it with [New], [Start] or [StartT].
type Emulator struct {
	options  Options
	settings setting.Values
	secrets  *mask.Masker

	store      store.Store
	clock      *clock.Clock
	findings   *finding.Log
	follower   *fact.Follower
	deliveries *fact.Follower
	traffic    *frontdoor.Traffic
	limiter    *frontdoor.Limiter
	clients    *frontdoor.Clients
	checker    *frontdoor.Checker
	identity   *identity.Identity
	bank       *bank.Bank
	gateway    *payment.Gateway
	oauth      *oauth2.Server
	notifier   *notify.Notifier
	faults     *fault.Rules
	control    *control.Control
	handler    *switchboard
	company    string
	// hosts are those that control answers to besides local ones.
	hosts []string
	// gate lets no change in once the emulator ends.
	gate frontdoor.Gate
	// drained is what the drain left; drainOnce keeps it to one.
	drainOnce sync.Once
	drained   Left
	drainErr  error
	// workers do what falls due, readers read what happened.
	workers, readers *parts

	// fail ends a test; without one it panics.
	fail func(format string, args ...any)

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

// New makes an emulator without a listener: use [Emulator.Handler], or
// [Emulator.Listen]. It sends webhooks from the start and must be closed.
func New(options ...Option) (*Emulator, error) {
	o := defaults()
	for _, set := range options {
		set(&o)
	}
	settings, err := setting.Values{}.With(o.Settings)
	if err == nil {
		err = o.check()
	}
	if err != nil {
		return nil, err
	}
	o.Keep = o.Keep.orDefaults()
	if o.Clock == nil {
		o.Clock = clock.NewFrozen(Epoch)
	}
	e := &Emulator{options: o, settings: settings, secrets: mask.New(), clock: o.Clock, hosts: o.allowedHosts()}
	if o.ShowSecrets {
		e.secrets = mask.Off()
	}
	e.store = memory.NewWithFacts(fact.NewLog(o.Keep.facts()))
	e.store = everyStore(e.store)
	if o.wrapStore != nil {
		e.store = o.wrapStore(e.store)
	}
	if o.CheckContract == ContractInline { // a test: money is held to its rules too
		e.store = ledger.Watch(e.store, func(err error) { e.fail("%v", err) })
	}
	e.store = secrets.Watch(e.store, e.secrets)
	e.fail = func(format string, args ...any) { panic(crash.Deliberate(fmt.Sprintf("localsepay: "+format, args...))) }
	e.wire()
	e.workers, e.readers = newParts(e.findings), newParts(e.findings)
	if err := e.furnish(context.Background()); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	e.follow()
	e.readers.start("contract check", e.checker.Run)
	e.workers.start("orders that fall due", e.gateway.Run)
	e.workers.start("dispatcher", e.notifier.Run)
	return e, nil
}

// everyStore is what a test puts around the store of every emulator.
var everyStore = func(s store.Store) store.Store { return s }

// Start makes an emulator that listens.
func Start(options ...Option) (*Emulator, error) {
	e, err := New(options...)
	if err != nil {
		return nil, err
	}
	if err := e.Listen(); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// wire puts the parts together.
func (e *Emulator) wire() {
	o, now := e.options, e.clock.Now
	e.findings = finding.NewLog(e.store.Facts(), now)
	e.traffic = frontdoor.NewTraffic(o.Keep.Requests, o.Keep.RequestBytes)
	e.limiter = frontdoor.NewLimiter(e.clock)
	e.clients = frontdoor.NewClients(e.clock, e.store.Facts())
	e.identity = &identity.Identity{Store: e.store, Seed: o.seed(), Now: now, Settings: e.settings}
	e.faults = fault.New(o.seed(), sync.OnceValue(e.faultSurfaces))
	e.notifier = notify.New(notify.Config{
		Store: e.store, Clock: e.clock, Seed: o.seed(), Settings: e.settings, Egress: o.Egress, Resolver: o.resolver, Findings: e.findings,
		Keep: o.Keep.Deliveries, Faults: e.faults, KeepBytes: o.Keep.DeliveryBytes, Secrets: e.secrets,
	})
	e.bank = &bank.Bank{Store: e.store, Seed: o.seed(), Now: now, Settings: e.settings, Outbox: e.notifier}
	e.gateway = payment.New(payment.Gateway{
		Store: e.store, Seed: o.seed(), Clock: e.clock, Settings: e.settings, Bank: e.bank, Outbox: e.notifier, Findings: e.findings,
	})
	e.oauth = &oauth2.Server{Store: e.store, Seed: o.seed(), Now: now, Key: func() *oauth2.Key { return keyOf(o.seed()) }, Settings: e.settings, Secrets: e.secrets}
	// What falls due at one instant: orders first, as they may have notices.
	e.clock.AddSource(e.gateway)
	e.clock.AddSource(e.notifier)
	e.control = control.New(control.Config{
		Store: e.store, Clock: e.clock, Settings: e.settings, Bank: e.bank, Identity: e.identity, Notifier: e.notifier, Gateway: e.gateway, OAuth: e.oauth,
		Traffic: e.traffic, Findings: e.findings, Clients: e.clients, Faults: e.faults, Secrets: e.secrets,
		Addresses: e.addresses, AllowHosts: e.hosts, Token: o.ControlToken, Companies: o.Keep.Companies,
	})
	e.checker = e.newChecker()
	door := &frontdoor.Door{
		Now: now, Settings: e.settings, Traffic: e.traffic, Limiter: e.limiter, Clients: e.clients, Findings: e.findings, Faults: e.faults,
		Gate: &e.gate, Contracts: e.checker, Facts: e.store.Facts(),
	}
	e.handler = newSwitchboard(door, e.checkedControl, &console.Console{Control: e.control}, e.surfaces(), o.Proxies, e.hosts)
}

// keys are those that this process has made: to make one takes a good part of
// a second, and it follows from its seed alone.
var keys sync.Map

func keyOf(seed derive.Seed) *oauth2.Key {
	made, _ := keys.LoadOrStore(seed, sync.OnceValue(func() *oauth2.Key { return oauth2.NewKey(seed) }))
	return made.(func() *oauth2.Key)()
}

// surfaces lists the APIs that this emulator has: the constructor of each
// surface of the table in package openapi that has paths.
func (e *Emulator) surfaces() []*surface.Surface {
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
	}, e.options.surfaces...)
}

// Operations lists the operations that the route tables have, by the document
// that describes them.
func (e *Emulator) Operations() map[string][]string {
	out := map[string][]string{"control": e.control.Operations()}
	for _, s := range e.surfaces() {
		for _, r := range s.Routes {
			out[s.Document] = append(out[s.Document], r.Operation)
		}
	}
	return out
}

// addresses says where the surfaces are, for a caller that came by an origin
// such as https://sepay.localhost.
func (e *Emulator) addresses(origin string) openapi.Addresses {
	base := e.URL()
	if origin != "" { // it was let in
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

// Control is the Go face of the control API: everything with errors returned.
func (e *Emulator) Control() *control.Control { return e.control }
