package engine

import (
	"net"
	"net/netip"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/control"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// UsualKeep is what is remembered where nothing is said.
var UsualKeep = Keep{
	Requests: 1000, RequestBytes: 16 << 20, Findings: 2000, Deliveries: 20_000, Companies: 5_000, DeliveryBytes: 32 << 20,
	Events: 1000, EventBytes: 8 << 20,
}

// Config is what an engine is made with.
type Config struct {
	// Listen is the TCP address; ":0" on loopback by default.
	Listen string
	// Clock is the emulator's time.
	Clock *clock.Clock
	// Seed makes ids, secrets and names repeat run for run.
	Seed uint64
	// Settings override the defaults of package setting, by name.
	Settings map[string]string
	// Egress says which addresses a webhook may have.
	Egress notify.Egress
	// AllowHosts are host names that the control API answers to besides local ones.
	AllowHosts []string
	// ControlToken lets callers of other machines use the control API; empty lets
	// none.
	ControlToken string
	// Proxies are believed when they say by X-Forwarded-Host and
	// X-Forwarded-Proto what a browser asked for; loopback addresses always are.
	Proxies []netip.Prefix
	// Companies are made at the start; one with an account when there is none.
	Companies []wire.NewCompany
	// Webhooks are registered for the first company.
	Webhooks []wire.WebhookBody
	// IPN, unless nil, is that of the first company.
	IPN *wire.NewIPN
	// FirstTransaction is the id of the first transaction; 0 leaves it to the
	// emulator. A shop that outlives the emulator takes an id that it knows for a
	// duplicate.
	FirstTransaction int64
	// History is how many past transfers the first company gets, over the
	// three weeks before the start.
	History int
	// Faults are armed at the start; none by default.
	Faults []wire.Fault
	// CheckContract holds answers against the OpenAPI documents.
	CheckContract ContractMode
	// Sink is given every event, in order and one at a time.
	Sink func(control.Event)
	// ShowSecrets shows credentials in deliveries, requests and logs, which are
	// masked otherwise.
	ShowSecrets bool
	// Waiting is told when deliveries wait for a clock that stands still.
	Waiting func(count int, first time.Time)
	// Keep bounds the logs: requests, findings, deliveries, events.
	Keep Keep
	// Resolver looks merchants' hosts up; nil is the system's.
	Resolver *net.Resolver
	// Backend keeps what is committed; nil keeps it in memory alone.
	Backend store.Backend
	// WrapStore, which may be nil, puts a store in front of the one in memory.
	WrapStore func(store.Store) store.Store
	// Surfaces are served besides those of the table.
	Surfaces []*surface.Surface
	// Fail is told when, with [ContractInline], the emulator breaks a rule of its
	// own. It may be called from any goroutine.
	Fail func(format string, args ...any)
}

// Keep bounds what the emulator remembers, in number and in bytes. DeliveryBytes
// is what attempts hold with their answers; beyond it the oldest lose headers and
// bodies.
type Keep struct {
	// Companies is how many tenants there may be at a time.
	Companies int

	Requests, RequestBytes, Findings, Deliveries, DeliveryBytes, Events, EventBytes int
}

// facts is how much the log of facts holds.
func (k Keep) facts() fact.Keep {
	return fact.Keep{
		Facts: fact.Bound{Facts: k.Events, Bytes: k.EventBytes}, Requests: fact.Bound{Facts: max(k.Events, frontdoor.LeastRequests), Bytes: k.EventBytes},
		Findings: fact.Bound{Facts: k.Findings, Bytes: k.EventBytes},
	}
}

// orUsual fills in what is not above 0: everything is bounded.
func (k Keep) orUsual() Keep {
	d := UsualKeep
	for _, bound := range []struct {
		value *int
		usual int
	}{
		{&k.Companies, d.Companies}, {&k.Requests, d.Requests}, {&k.RequestBytes, d.RequestBytes}, {&k.Findings, d.Findings},
		{&k.Deliveries, d.Deliveries}, {&k.DeliveryBytes, d.DeliveryBytes}, {&k.Events, d.Events}, {&k.EventBytes, d.EventBytes},
	} {
		if *bound.value <= 0 {
			*bound.value = bound.usual
		}
	}
	return k
}

// check refuses numbers that no emulator can start with.
func (c Config) check() error {
	if !input.FirstIDRange.Has(c.FirstTransaction) {
		return input.Refuse(input.ErrBounds, "the first transaction cannot be %d: want %s", c.FirstTransaction, input.FirstIDRange)
	}
	if !input.HistoryRange.Has(int64(c.History)) {
		return input.Refuse(input.ErrBounds, "a history cannot have %d transfers: want %s", c.History, input.HistoryRange)
	}
	return nil
}

// ContractMode says when the emulator's answers are held against the contracts.
type ContractMode int

// The contract modes.
const (
	// ContractInline checks every answer before it is complete. A broken one
	// fails the test.
	ContractInline ContractMode = iota
	// ContractSampled checks a sample in the background.
	ContractSampled
	// ContractOff checks nothing.
	ContractOff
)
