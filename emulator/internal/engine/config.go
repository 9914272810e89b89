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

// DefaultKeep has the bounds that apply when none are set.
var DefaultKeep = Keep{
	Requests: 1000, RequestBytes: 16 << 20, Findings: 2000, Deliveries: 20_000, Companies: 5_000, DeliveryBytes: 32 << 20,
	Events: 1000, EventBytes: 8 << 20,
}

// Config configures an engine.
type Config struct {
	// Listen is the TCP address; ":0" on loopback by default.
	Listen string
	// Clock is the emulator's time.
	Clock *clock.Clock
	// Seed determines ids, secrets and names, so that runs repeat.
	Seed uint64
	// Settings override the defaults of package setting, by name.
	Settings map[string]string
	// Egress says which addresses a webhook may have.
	Egress notify.Egress
	// AllowHosts are host names that the control API accepts besides local ones.
	AllowHosts []string
	// ControlToken gives callers on other machines access to the control API;
	// empty gives them none.
	ControlToken string
	// Proxies are trusted to name, by X-Forwarded-Host and X-Forwarded-Proto, the
	// address that a browser asked for; loopback addresses always are.
	Proxies []netip.Prefix
	// Companies are created at the start; empty means one with an account.
	Companies []wire.NewCompany
	// Webhooks are registered for the first company.
	Webhooks []wire.WebhookBody
	// IPN, unless nil, is the first company's IPN configuration.
	IPN *wire.NewIPN
	// FirstTransaction is the id of the first transaction; 0 chooses one. Set it
	// for a shop that outlives the emulator: an id that the shop already knows
	// looks like a duplicate.
	FirstTransaction int64
	// History is how many past transfers the first company gets, over the three
	// weeks before the start.
	History int
	// Faults are armed at the start; none by default.
	Faults []wire.Fault
	// CheckContract says when answers are checked against the OpenAPI documents.
	CheckContract ContractMode
	// Sink is called with every event, in order and one at a time.
	Sink func(control.Event)
	// Dropped, which may be nil, is called with how many events Sink was too slow
	// for, before the event that follows.
	Dropped func(count int64)
	// ShowSecrets shows credentials in deliveries, requests and logs, which are
	// masked otherwise.
	ShowSecrets bool
	// Waiting is called when deliveries wait for a frozen clock.
	Waiting func(count int, first time.Time)
	// Keep bounds the logs: requests, findings, deliveries, events.
	Keep Keep
	// Resolver looks merchants' hosts up; nil is the system's.
	Resolver *net.Resolver
	// Backend keeps what is committed; nil keeps it in memory alone.
	Backend store.Backend
	// WrapStore, which may be nil, wraps the store in memory.
	WrapStore func(store.Store) store.Store
	// Surfaces are served besides the built-in ones.
	Surfaces []*surface.Surface
	// Fail is called, with [ContractInline], when the emulator breaks one of its
	// own rules. It may be called from any goroutine.
	Fail func(format string, args ...any)
}

// Keep bounds what the emulator stores, in number and in bytes. DeliveryBytes
// bounds attempts with their answers; above it the oldest lose headers and
// bodies.
type Keep struct {
	// Companies is the maximum number of companies.
	Companies int

	Requests, RequestBytes, Findings, Deliveries, DeliveryBytes, Events, EventBytes int
}

// facts returns the bounds of the fact log.
func (k Keep) facts() fact.Keep {
	return fact.Keep{
		Facts: fact.Bound{Facts: k.Events, Bytes: k.EventBytes}, Requests: fact.Bound{Facts: max(k.Events, frontdoor.LeastRequests), Bytes: k.EventBytes},
		Findings: fact.Bound{Facts: k.Findings, Bytes: k.EventBytes},
	}
}

// withDefaults replaces values that are not above 0: everything is bounded.
func (k Keep) withDefaults() Keep {
	d := DefaultKeep
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

// check refuses numbers out of range.
func (c Config) check() error {
	if !input.FirstIDRange.Has(c.FirstTransaction) {
		return input.Refuse(input.ErrBounds, "the first transaction cannot be %d: want %s", c.FirstTransaction, input.FirstIDRange)
	}
	if !input.HistoryRange.Has(int64(c.History)) {
		return input.Refuse(input.ErrBounds, "a history cannot have %d transfers: want %s", c.History, input.HistoryRange)
	}
	return nil
}

// ContractMode says when the emulator's answers are checked against the
// contracts.
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
