package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/localsepay/localsepay/emulator/bank"
	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/emulator/console"
	"github.com/localsepay/localsepay/emulator/control"
	"github.com/localsepay/localsepay/emulator/crash"
	"github.com/localsepay/localsepay/emulator/derive"
	"github.com/localsepay/localsepay/emulator/fault"
	"github.com/localsepay/localsepay/emulator/finding"
	"github.com/localsepay/localsepay/emulator/frontdoor"
	"github.com/localsepay/localsepay/emulator/identity"
	"github.com/localsepay/localsepay/emulator/journal"
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
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Emulator is one SePay. Make it with [New], [Start] or [StartT].
type Emulator struct {
	options  Options
	settings setting.Values
	secrets  *mask.Masker

	store    store.Store
	clock    *clock.Clock
	findings *finding.Log
	journal  *journal.Journal
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
	company  string
	// hosts are those that control answers to besides local ones.
	hosts []string
	// gate lets no change in once the emulator ends.
	gate frontdoor.Gate
	// drained is what the drain left; drainOnce keeps it to one.
	drainOnce sync.Once
	drained   Left
	drainErr  error
	// timekeeper is done when the gateway's loop has ended.
	timekeeper sync.WaitGroup

	// fail ends a test; without one it panics.
	fail func(format string, args ...any)

	mu       sync.Mutex
	server   *http.Server
	listener net.Listener
	served   chan error
	stop     context.CancelFunc
	closed   bool
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
	base := store.Store(memory.New())
	if o.wrapStore != nil {
		base = o.wrapStore(base)
	}
	lossy := fault.Watch(base)
	e.store = lossy
	if o.CheckContract == ContractInline { // a test: money is held to its rules too
		e.store = ledger.Watch(e.store, func(err error) { e.fail("%v", err) })
	}
	e.store = secrets.Watch(e.store, e.secrets)
	e.fail = func(format string, args ...any) { panic(crash.Deliberate(fmt.Sprintf("localsepay: "+format, args...))) }
	e.wire(lossy.Lost)
	ctx, stop := context.WithCancel(context.Background())
	e.stop = stop
	e.checker.Start(ctx)
	e.keepTime(ctx)
	if err := e.furnish(ctx); err != nil {
		e.notifier.Start()
		return nil, errors.Join(err, e.Close())
	}
	e.notifier.Start()
	return e, nil
}

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

// wire puts the rooms of the house together. lost returns the fault that the
// notices of the store's update under way are lost by.
func (e *Emulator) wire(lost func() *fault.Hit) {
	o, now := e.options, e.clock.Now
	e.journal = journal.New(journal.Config{Events: o.Keep.Events, Bytes: o.Keep.EventBytes, Now: now, Mask: e.secrets, Sink: o.Sink})
	e.findings = finding.NewLog(o.Keep.Findings, now, func(f finding.Finding) { e.journal.Publish(journal.Finding, f) })
	e.traffic = frontdoor.NewTraffic(o.Keep.Requests, o.Keep.RequestBytes)
	e.limiter = frontdoor.NewLimiter(e.clock)
	e.clients = frontdoor.NewClients(e.clock)
	e.identity = &identity.Identity{Store: e.store, Seed: o.seed(), Now: now, Settings: e.settings}
	e.faults = fault.New(o.seed(), sync.OnceValue(e.faultSurfaces), func(f fault.Fired) { e.journal.Publish(journal.Fault, f) })
	e.notifier = notify.New(notify.Config{
		Store: e.store, Clock: e.clock, Seed: o.seed(), Settings: e.settings, Egress: o.Egress, Resolver: o.resolver, Findings: e.findings,
		OutgoingBank: bank.OutgoingWebhooks, OnAttempt: e.onAttempt, OnWaiting: o.Waiting, Keep: o.Keep.Deliveries,
		Faults: e.faults, Lost: lost, KeepBytes: o.Keep.DeliveryBytes, Secrets: e.secrets,
	})
	e.bank = &bank.Bank{Store: e.store, Seed: o.seed(), Now: now, Settings: e.settings, Outbox: e.notifier, OnTransfer: e.onTransfer}
	e.gateway = payment.New(payment.Gateway{
		Store: e.store, Seed: o.seed(), Clock: e.clock, Settings: e.settings, Bank: e.bank, Outbox: e.notifier, Findings: e.findings,
		OnOrder: e.onOrder,
	})
	e.bank.Orders = e.gateway
	e.oauth = &oauth2.Server{Store: e.store, Seed: o.seed(), Now: now, Key: func() *oauth2.Key { return keyOf(o.seed()) }, Findings: e.findings, Settings: e.settings, Secrets: e.secrets}
	// What falls due at one instant: orders first, as they may have notices.
	e.clock.AddSource(e.gateway)
	e.clock.AddSource(e.notifier)
	e.control = control.New(control.Config{
		Store: e.store, Clock: e.clock, Settings: e.settings, Bank: e.bank, Identity: e.identity, Notifier: e.notifier, Gateway: e.gateway, OAuth: e.oauth,
		Traffic: e.traffic, Findings: e.findings, Journal: e.journal, Clients: e.clients, Line: Line, Faults: e.faults, Secrets: e.secrets,
		Addresses: e.addresses, AllowHosts: e.hosts, Token: o.ControlToken, Companies: o.Keep.Companies,
	})
	e.checker = e.newChecker()
	door := &frontdoor.Door{
		Now: now, Settings: e.settings, Traffic: e.traffic, Limiter: e.limiter, Clients: e.clients, Findings: e.findings, Faults: e.faults,
		Gate: &e.gate, Contracts: e.checker, OnRequest: e.onRequest,
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

// keepTime lets the gateway do what falls due, until ctx ends.
func (e *Emulator) keepTime(ctx context.Context) {
	e.timekeeper.Go(func() { e.gateway.Run(ctx) })
}

// surfaces lists the APIs that this emulator has.
func (e *Emulator) surfaces() []*surface.Surface {
	pictures := &qr.Service{Settings: e.settings}
	authorization := &oauth.API{Store: e.store, OAuth: e.oauth, Settings: e.settings}
	return []*surface.Surface{
		(&userapiv1.API{Store: e.store, Identity: e.identity, Settings: e.settings}).Surface(),
		(&userapiv2.API{Store: e.store, Identity: e.identity, Settings: e.settings}).Surface(),
		(&checkout.API{Store: e.store, Gateway: e.gateway, Settings: e.settings, Clock: e.clock, Journal: e.journal, Phone: console.PhonePath}).Surface(),
		(&pgapi.API{Store: e.store, Identity: e.identity, Gateway: e.gateway, Settings: e.settings}).Surface(),
		authorization.Surface(), authorization.Woo(),
		(&oauthapi.API{Store: e.store, OAuth: e.oauth, Notifier: e.notifier, Settings: e.settings, Now: e.clock.Now}).Surface(),
		pictures.Surface(), pictures.Dashboard(),
	}
}

// Operations lists the operations that the route tables have, by the document
// that describes them.
func (e *Emulator) Operations() map[string][]string {
	out := map[string][]string{"control": e.control.Operations()}
	for _, s := range e.surfaces() {
		for _, r := range s.Routes {
			out[s.Contract] = append(out[s.Contract], r.Operation)
		}
	}
	return out
}

// Handler serves everything without a listener of the emulator's own. Behind a
// listener of yours, SePay's APIs answer whatever Host a request has; those of
// [Emulator.Listen] answer local names, SePay's hosts and allowed ones.
func (e *Emulator) Handler() http.Handler { return e.handler }

// The limits of the server. There is no write timeout: an advance takes as
// long as the merchant's handlers do.
const (
	readTimeout    = 30 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 64 << 10
	closeTimeout   = 5 * time.Second
)

// Listen serves on the address of the options.
func (e *Emulator) Listen() error {
	l, err := net.Listen("tcp", e.options.Listen)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listener = l
	e.server = &http.Server{Handler: e.handler.listening(), ReadTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes}
	e.served = make(chan error, 1)
	go func() { e.served <- e.server.Serve(l) }()
	return nil
}

// URL is the base address, without a trailing slash; empty without a listener.
func (e *Emulator) URL() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener == nil {
		return ""
	}
	return "http://" + reachable(e.listener.Addr())
}

// reachable is an address that works from this machine: a wildcard listens on
// loopback too.
func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

// Elsewhere lists base addresses by which other machines, or containers, reach
// an emulator that listens on a wildcard address; otherwise it is empty.
func (e *Emulator) Elsewhere() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener == nil {
		return nil
	}
	tcp, ok := e.listener.Addr().(*net.TCPAddr)
	if !ok {
		return nil
	}
	var out []string
	for _, host := range ownHosts(tcp.IP) {
		out = append(out, "http://"+net.JoinHostPort(host, strconv.Itoa(tcp.Port)))
	}
	return out
}

// ownHosts lists the addresses of this machine's interfaces, besides loopback
// and those that need a zone, when listen is the wildcard address. No web page
// can have one of them in its Host header but one that was loaded from there.
func ownHosts(listen net.IP) []string {
	if listen != nil && !listen.IsUnspecified() {
		return nil
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var out []string
	for _, a := range addresses {
		n, ok := a.(*net.IPNet)
		if ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			out = append(out, n.IP.String())
		}
	}
	return out
}

// allowedHosts are the host names that control answers to besides local ones:
// those of the options and, on a wildcard address, this machine's own.
func (o Options) allowedHosts() []string {
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil || host != "" && net.ParseIP(host) == nil {
		return o.AllowHosts
	}
	return append(slices.Clone(o.AllowHosts), ownHosts(net.ParseIP(host))...)
}

// addresses says where the surfaces are, for a caller that came by an origin
// such as https://sepay.localhost.
func (e *Emulator) addresses(origin string) wire.Addresses {
	base := e.URL()
	if origin != "" { // it was let in
		base = origin
	}
	return wire.Addresses{
		Base: base, Checkout: base + "/v1/checkout", PGAPI: base + "/v1", UserAPIV1: base + "/userapi", UserAPIV2: base + "/v2",
		OAuth: base + "/oauth", OAuthAPI: base + "/api/v1", QR: base, Control: base + wire.Prefix,
	}
}

// Control is the Go face of the control API: everything with errors returned.
func (e *Emulator) Control() *control.Control { return e.control }
