package emulator

import (
	"net/netip"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	ctl "github.com/localsepay/localsepay/emulator/internal/control"
	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/engine"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

// Epoch is where the in-process clock stands at the start: a Monday at 9 in
// the morning in Vietnam.
var Epoch = time.Date(2026, time.January, 5, 9, 0, 0, 0, clock.Vietnam)

// Option changes how an emulator is made.
type Option struct{ set func(*settings) }

// settings are what options change.
type settings struct {
	config       engine.Config
	allowPending bool
	// fatal and broken are those of [Emulator].
	fatal, broken func(text string)
}

// with makes an option that changes the engine's configuration.
func with(set func(*engine.Config)) Option {
	return Option{func(s *settings) { set(&s.config) }}
}

// usualStore, unless nil, is what a test of this package puts around every store.
var usualStore func(store.Store) store.Store

// usual is what an emulator is made with where no option says otherwise.
func usual() settings {
	end := func(text string) { panic(crash.Deliberate("localsepay: " + text)) }
	return settings{fatal: end, broken: end, config: engine.Config{
		Listen: "127.0.0.1:0",
		Clock:  clock.NewFrozen(Epoch),
		Seed:   1,
		Egress: EgressTest, WrapStore: usualStore,
		// A clock that stands still never refills a bucket.
		Settings: map[string]string{
			string(setting.V1RateLimit): setting.Off, string(setting.V2RateLimit): setting.Off, string(setting.PGAPIRateLimit): setting.Off,
		},
	}}
}

// Clock is the time of an emulator. One that stands still is moved by
// [Emulator.Advance] only.
type Clock struct{ clock *clock.Clock }

// Now is the clock's instant, in Vietnam's zone.
func (c Clock) Now() time.Time { return c.clock.Now() }

// RealClock goes as the system's clock does.
func RealClock() Clock { return Clock{clock.NewReal()} }

// FrozenClock stands still at an instant.
func FrozenClock(at time.Time) Clock { return Clock{clock.NewFrozen(at)} }

// ScaledClock starts now and goes so many times as fast as the system's clock.
func ScaledClock(scale float64) Clock { return Clock{clock.NewScaled(scale)} }

// Egress says which addresses webhooks and IPNs may go to.
type Egress = notify.Egress

// The rules of [WithEgress].
const (
	// EgressTest takes http and https addresses, local ones too: the default.
	EgressTest = notify.EgressTest
	// EgressLive takes what SePay's live mode takes: https, and no local address.
	EgressLive = notify.EgressLive
)

// ContractMode says when the emulator's answers are held against the contracts.
type ContractMode = engine.ContractMode

// The contract modes.
const (
	// ContractInline checks every answer before it is complete: the default. A
	// broken one fails the test.
	ContractInline = engine.ContractInline
	// ContractSampled checks a sample in the background.
	ContractSampled = engine.ContractSampled
	// ContractOff checks nothing.
	ContractOff = engine.ContractOff
)

// Retention bounds what an emulator remembers, in number and in bytes; 0 takes the
// usual bound.
type Retention = engine.Keep

// Event is something that happened: a request, a transfer, an order, a delivery,
// a finding, and so on. Credentials are masked.
type Event struct {
	// Seq counts from 1.
	Seq int64
	// Type is that of the moments of [Emulator.Timeline], such as "delivery".
	Type string
	// At is the emulator's time.
	At time.Time

	event ctl.Event
}

// Line is the event in one line for a person, with its time in Vietnam.
func (e Event) Line() string { return e.event.Line() }

// MarshalJSON implements [encoding/json.Marshaler]: seq, type, at, and as data
// the record as it was then.
func (e Event) MarshalJSON() ([]byte, error) { return e.event.MarshalJSON() }

// WithListen listens on a TCP address instead of a free loopback port.
func WithListen(address string) Option { return with(func(o *engine.Config) { o.Listen = address }) }

// WithClock takes a clock: [RealClock], [FrozenClock] or [ScaledClock].
func WithClock(c Clock) Option { return with(func(o *engine.Config) { o.Clock = c.clock }) }

// WithSeed makes other ids, secrets and names: same seed, same bytes.
func WithSeed(seed uint64) Option { return with(func(o *engine.Config) { o.Seed = seed }) }

// WithSetting chooses where SePay's own pages disagree; [Settings] lists the names
// and their values.
func WithSetting(name Setting, value string) Option {
	return with(func(o *engine.Config) { o.Settings[string(name)] = value })
}

// WithRateLimit limits each API to so many requests per second and address.
// In process there is no limit by default, because a clock that stands still
// never refills it.
func WithRateLimit(perSecond string) Option {
	return with(func(o *engine.Config) {
		o.Settings[string(setting.V1RateLimit)] = perSecond
		o.Settings[string(setting.V2RateLimit)] = perSecond
		o.Settings[string(setting.PGAPIRateLimit)] = perSecond
	})
}

// WithEgress says which addresses a webhook may have.
func WithEgress(e notify.Egress) Option { return with(func(o *engine.Config) { o.Egress = e }) }

// WithAllowedHosts lets the control API answer to another host name.
func WithAllowedHosts(hosts ...string) Option {
	return with(func(o *engine.Config) { o.AllowHosts = append(o.AllowHosts, hosts...) })
}

// WithControlToken lets callers of other machines use the control API when they
// send "Authorization: Bearer TOKEN". Callers of this machine need no token.
func WithControlToken(token string) Option {
	return with(func(o *engine.Config) { o.ControlToken = token })
}

// WithTrustedProxies heeds X-Forwarded-Host and X-Forwarded-Proto of requests from these
// addresses, besides those from loopback.
func WithTrustedProxies(proxies ...netip.Prefix) Option {
	return with(func(o *engine.Config) { o.Proxies = append(o.Proxies, proxies...) })
}

// WithCompany makes a company at the start. The first one is what
// [Emulator.Company] returns.
func WithCompany(c control.NewCompany) Option {
	return with(func(o *engine.Config) { o.Companies = append(o.Companies, c) })
}

// WithWebhook registers a webhook of the first company at a URL. It is told of
// incoming money and retries; change changes the rest.
func WithWebhook(url string, change ...func(*control.WebhookBody)) Option {
	return with(func(o *engine.Config) {
		o.Webhooks = append(o.Webhooks, webhookAt(url, change))
	})
}

// webhookAt is a webhook that retries, with changes.
func webhookAt(url string, change []func(*control.WebhookBody)) control.WebhookBody {
	body := control.WebhookBody{WebhookURL: &url, RetryConditions: control.RetryOn(control.RetryNon2xx)}
	for _, c := range change {
		c(&body)
	}
	return body
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
	return with(func(o *engine.Config) {
		o.IPN = &control.NewIPN{URL: url, AuthType: ipnAuth(secret), Secret: secret}
	})
}

// ipnAuth is how an IPN with a secret, or without one, proves itself.
func ipnAuth(secret string) string {
	if secret == "" {
		return control.IPNAuthNone
	}
	return control.IPNAuthSecretKey
}

// SignedWith signs a webhook with HMAC-SHA256 under a secret.
func SignedWith(secret string) func(*control.WebhookBody) {
	return authenticated(control.WebhookAuthHMAC, func(b *control.WebhookBody) { b.SecretKey = &secret })
}

// AuthorizedWith sends a webhook with "Authorization: Apikey KEY".
func AuthorizedWith(key string) func(*control.WebhookBody) {
	return authenticated(control.WebhookAuthAPIKey, func(b *control.WebhookBody) { b.APIKey = &key })
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
	return with(func(o *engine.Config) { o.FirstTransaction = id })
}

// WithHistory gives the first company so many past transfers.
func WithHistory(transfers int) Option { return with(func(o *engine.Config) { o.History = transfers }) }

// WithContract says when answers are held against the OpenAPI documents.
func WithContract(m ContractMode) Option { return with(func(o *engine.Config) { o.CheckContract = m }) }

// WithShowSecrets shows credentials in deliveries, requests, events and logs
// instead of masking them: for the one who debugs, on a machine of their own.
func WithShowSecrets() Option { return with(func(o *engine.Config) { o.ShowSecrets = true }) }

// WithSink hands every event to fn, in order and one at a time, soon after it
// happened: from a goroutine of the emulator's own. It may use the emulator. One
// that is slow holds nobody up; what it falls behind by is counted as dropped.
// [Emulator.Close] returns when it has every event.
func WithSink(fn func(Event)) Option {
	return with(func(o *engine.Config) {
		o.Sink = func(e ctl.Event) { fn(Event{Seq: e.Seq, Type: e.Type, At: e.At, event: e}) }
	})
}

// WithRetention bounds what the emulator remembers.
func WithRetention(k Retention) Option { return with(func(o *engine.Config) { o.Keep = k }) }

// WithWaitingFunc is told when deliveries wait for a clock that stands still.
func WithWaitingFunc(fn func(count int, first time.Time)) Option {
	return with(func(o *engine.Config) { o.Waiting = fn })
}

// AllowPending lets a test end while a delivery still waits for its retry.
func AllowPending() Option { return Option{func(s *settings) { s.allowPending = true }} }
