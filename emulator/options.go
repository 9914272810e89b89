package emulator

import (
	"net"
	"net/netip"
	"time"

	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/emulator/derive"
	"github.com/localsepay/localsepay/emulator/fact"
	"github.com/localsepay/localsepay/emulator/frontdoor"
	"github.com/localsepay/localsepay/emulator/notify"
	"github.com/localsepay/localsepay/emulator/setting"
	"github.com/localsepay/localsepay/emulator/store"
	"github.com/localsepay/localsepay/emulator/surface"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// Epoch is where the in-process clock stands at the start: a Monday at 9 in
// the morning in Vietnam.
var Epoch = time.Date(2026, time.January, 5, 9, 0, 0, 0, clock.Vietnam)

// Options are what an emulator is made with. The zero value is not the
// default: use [Option] functions on top of it.
type Options struct {
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
	Companies []control.NewCompany
	// Webhooks are registered for the first company.
	Webhooks []control.WebhookBody
	// IPN, unless nil, is that of the first company.
	IPN *control.NewIPN
	// FirstTransaction is the id of the first transaction; 0 leaves it to the
	// emulator. A shop that outlives the emulator takes an id that it knows for a
	// duplicate.
	FirstTransaction int64
	// History is how many past transfers the first company gets, over the
	// three weeks before the start.
	History int
	// Faults are armed at the start; none by default.
	Faults []control.Fault
	// CheckContract holds answers against the OpenAPI documents.
	CheckContract ContractMode
	// Sink is given every event, in order and one at a time.
	Sink func(Event)
	// ShowSecrets shows credentials in deliveries, requests and logs, which are
	// masked otherwise.
	ShowSecrets bool
	// Waiting is told when deliveries wait for a clock that stands still.
	Waiting func(count int, first time.Time)
	// Keep bounds the logs: requests, findings, deliveries, events.
	Keep Keep
	// resolver looks merchants' hosts up; nil is the system's.
	resolver *net.Resolver
	// wrapStore, which may be nil, puts a store in front of the one in memory.
	wrapStore func(store.Store) store.Store
	// surfaces are served besides those of the table.
	surfaces []*surface.Surface
	// allowPending leaves waiting deliveries at the end of a test alone.
	allowPending bool
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

// orDefaults fills in what is not above 0: everything is bounded.
func (k Keep) orDefaults() Keep {
	d := defaults().Keep
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
func (o Options) check() error {
	if !input.FirstIDRange.Has(o.FirstTransaction) {
		return input.Refuse(input.ErrBounds, "the first transaction cannot be %d: want %s", o.FirstTransaction, input.FirstIDRange)
	}
	if !input.HistoryRange.Has(int64(o.History)) {
		return input.Refuse(input.ErrBounds, "a history cannot have %d transfers: want %s", o.History, input.HistoryRange)
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

// Option changes the options of an emulator.
type Option func(*Options)

func defaults() Options {
	return Options{
		Listen: "127.0.0.1:0",
		Seed:   1,
		Egress: notify.EgressTest,
		// A clock that stands still never refills a bucket.
		Settings: map[string]string{
			string(setting.V1RateLimit): setting.Off, string(setting.V2RateLimit): setting.Off, string(setting.PGAPIRateLimit): setting.Off,
		},
		Keep: Keep{Requests: 1000, RequestBytes: 16 << 20, Findings: 2000, Deliveries: 20_000, Companies: 5_000, DeliveryBytes: 32 << 20, Events: 1000, EventBytes: 8 << 20},
	}
}

// WithListen listens on a TCP address instead of a free loopback port.
func WithListen(address string) Option { return func(o *Options) { o.Listen = address } }

// WithClock takes a clock; see [clock.NewReal], [clock.NewFrozen] and [clock.NewScaled].
func WithClock(c *clock.Clock) Option { return func(o *Options) { o.Clock = c } }

// WithSeed makes other ids, secrets and names: same seed, same bytes.
func WithSeed(seed uint64) Option { return func(o *Options) { o.Seed = seed } }

// WithSetting chooses where SePay's own pages disagree; see package setting.
func WithSetting(name setting.Name, value string) Option {
	return func(o *Options) { o.Settings[string(name)] = value }
}

// WithRateLimit limits each API to so many requests per second and address.
// In process there is no limit by default, because a clock that stands still
// never refills it.
func WithRateLimit(perSecond string) Option {
	return func(o *Options) {
		o.Settings[string(setting.V1RateLimit)] = perSecond
		o.Settings[string(setting.V2RateLimit)] = perSecond
		o.Settings[string(setting.PGAPIRateLimit)] = perSecond
	}
}

// WithEgress says which addresses a webhook may have.
func WithEgress(e notify.Egress) Option { return func(o *Options) { o.Egress = e } }

// WithAllowHost lets the control API answer to another host name.
func WithAllowHost(hosts ...string) Option {
	return func(o *Options) { o.AllowHosts = append(o.AllowHosts, hosts...) }
}

// WithControlToken lets callers of other machines use the control API when they
// send "Authorization: Bearer TOKEN". Callers of this machine need no token.
func WithControlToken(token string) Option {
	return func(o *Options) { o.ControlToken = token }
}

// WithProxy heeds X-Forwarded-Host and X-Forwarded-Proto of requests from these
// addresses, besides those from loopback.
func WithProxy(proxies ...netip.Prefix) Option {
	return func(o *Options) { o.Proxies = append(o.Proxies, proxies...) }
}

// WithCompany makes a company at the start. The first one is what
// [Emulator.Company] returns.
func WithCompany(c control.NewCompany) Option {
	return func(o *Options) { o.Companies = append(o.Companies, c) }
}

// WithWebhook registers a webhook of the first company at a URL. It is told of
// incoming money and retries; change changes the rest.
func WithWebhook(url string, change ...func(*control.WebhookBody)) Option {
	return func(o *Options) {
		body := control.WebhookBody{WebhookURL: &url, RetryConditions: control.RetryConditions(`["non_2xx_status_code"]`)}
		for _, c := range change {
			c(&body)
		}
		o.Webhooks = append(o.Webhooks, body)
	}
}

// WithBankHabits lets every incoming transfer to a company's account arrive as
// its bank writes it: what it drops of the memo and writes around it, its form
// of reference and its time.
// A single transfer chooses with [control.NewTransfer].BankHabits.
func WithBankHabits() Option { return WithSetting(setting.BankMemo, setting.MemoHabits) }

// WithAutoConsent lets every OAuth2 application in at once, as the first user
// of its company, without login and consent pages.
func WithAutoConsent() Option { return WithSetting(setting.OAuthAutoConsent, "on") }

// WithIPN notifies the first company's merchant of paid orders at a URL.
// With a secret, the header X-Secret-Key carries it.
func WithIPN(url, secret string) Option {
	return func(o *Options) { o.IPN = &control.NewIPN{URL: url, AuthType: string(ipnAuth(secret)), Secret: secret} }
}

func ipnAuth(secret string) store.IPNAuthType {
	if secret == "" {
		return store.IPNNone
	}
	return store.IPNSecret
}

// SignedWith signs a webhook with HMAC-SHA256 under a secret.
func SignedWith(secret string) func(*control.WebhookBody) {
	return authenticated("HMAC_SHA256", func(b *control.WebhookBody) { b.SecretKey = &secret })
}

// WithAPIKey sends a webhook with "Authorization: Apikey KEY".
func WithAPIKey(key string) func(*control.WebhookBody) {
	return authenticated("Api_Key", func(b *control.WebhookBody) { b.APIKey = &key })
}

func authenticated(kind string, set func(*control.WebhookBody)) func(*control.WebhookBody) {
	return func(b *control.WebhookBody) {
		b.AuthenType = &kind
		set(b)
	}
}

// WithFirstTransaction counts the ids of transactions from one on, so that a shop
// which remembers those of an earlier emulator does not take new ones for
// duplicates.
func WithFirstTransaction(id int64) Option {
	return func(o *Options) { o.FirstTransaction = id }
}

// WithHistory gives the first company so many past transfers.
func WithHistory(transfers int) Option { return func(o *Options) { o.History = transfers } }

// WithContract says when answers are held against the OpenAPI documents.
func WithContract(m ContractMode) Option { return func(o *Options) { o.CheckContract = m } }

// WithShowSecrets shows credentials in deliveries, requests, events and logs
// instead of masking them: for the one who debugs, on a machine of their own.
func WithShowSecrets() Option { return func(o *Options) { o.ShowSecrets = true } }

// WithSink is given every event, in order and one at a time; it may use the
// emulator. One that does not return holds up the request that it was told of,
// and no other: what it then has no room for is counted as dropped.
func WithSink(fn func(Event)) Option { return func(o *Options) { o.Sink = fn } }

// WithWaiting is told when deliveries wait for a clock that stands still.
func WithWaiting(fn func(count int, first time.Time)) Option {
	return func(o *Options) { o.Waiting = fn }
}

// AllowPending lets a test end while a delivery still waits for its retry.
func AllowPending() Option { return func(o *Options) { o.allowPending = true } }

func (o Options) seed() derive.Seed { return derive.Seed(o.Seed) }
