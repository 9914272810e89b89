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

// Epoch is the time at which the clock of a new emulator stands: Monday, 5 January
// 2026, 09:00 in Vietnam.
var Epoch = time.Date(2026, time.January, 5, 9, 0, 0, 0, clock.Vietnam)

// Option changes how [New], [Start] and [StartT] make an emulator.
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
		Egress: notify.EgressTest, WrapStore: usualStore,
		// A clock that stands still never refills a bucket.
		Settings: map[string]string{
			string(setting.V1RateLimit): setting.Off, string(setting.V2RateLimit): setting.Off, string(setting.PGAPIRateLimit): setting.Off,
		},
	}}
}

// Clock is the time of an emulator. Make it with [FrozenClock], [ScaledClock] or
// [RealClock].
type Clock struct{ clock *clock.Clock }

// Now returns the clock's time, in Vietnam's zone.
func (c Clock) Now() time.Time { return c.clock.Now() }

// RealClock makes a clock that shows the system's time.
func RealClock() Clock { return Clock{clock.NewReal()} }

// FrozenClock makes a clock that stands still until [Emulator.Advance] moves it.
func FrozenClock(at time.Time) Clock { return Clock{clock.NewFrozen(at)} }

// ScaledClock makes a clock that starts now and runs scale times as fast as the
// system's: at 60, a minute passes in a second.
func ScaledClock(scale float64) Clock { return Clock{clock.NewScaled(scale)} }

// Egress is a rule for the addresses of webhooks and IPNs; see [WithEgress].
type Egress string

// The rules of [WithEgress].
const (
	// EgressTest takes http and https, local addresses too. It is the default.
	EgressTest Egress = Egress(notify.EgressTest)
	// EgressLive takes what SePay's live mode takes: https at a public address.
	EgressLive Egress = Egress(notify.EgressLive)
)

// ContractMode says which answers of the emulator are checked against the OpenAPI
// documents; see [WithContract].
type ContractMode int

// The contract modes.
const (
	// ContractInline checks every answer before it is sent. It is the default; a broken
	// document fails the test.
	ContractInline ContractMode = ContractMode(engine.ContractInline)
	// ContractSampled checks some answers in the background, and notes findings.
	ContractSampled ContractMode = ContractMode(engine.ContractSampled)
	// ContractOff checks nothing, which is the fastest.
	ContractOff ContractMode = ContractMode(engine.ContractOff)
)

// Retention limits how much an emulator remembers. 0 takes the default limit; the
// oldest entries go first, and [control.State].Dropped counts them.
type Retention struct {
	// Companies is how many companies there may be at a time.
	Companies int
	// Numbers of entries, and bytes that they hold. Beyond DeliveryBytes the oldest
	// attempts lose headers and bodies.
	Requests, RequestBytes, Findings, Deliveries, DeliveryBytes, Events, EventBytes int
}

// Event is something that happened: a request, a transfer, an order, a delivery, a
// finding and so on. Credentials are masked unless [WithShowSecrets] is given.
type Event struct {
	// Seq counts from 1.
	Seq int64
	// Type is one of the values that begin with [control.MomentRequest].
	Type string
	// At is the time of the emulator's clock.
	At time.Time

	event ctl.Event
}

// Line returns the event as one line of text, with its time in Vietnam (15:04:05).
func (e Event) Line() string { return e.event.Line() }

// MarshalJSON implements [encoding/json.Marshaler] with the members seq, type, at
// (RFC 3339) and data, the record as it was at that time.
func (e Event) MarshalJSON() ([]byte, error) { return e.event.MarshalJSON() }

// WithListen sets the TCP address to listen on, such as "127.0.0.1:8787". The default
// is a free loopback port.
func WithListen(address string) Option { return with(func(o *engine.Config) { o.Listen = address }) }

// WithClock sets the clock. The default is FrozenClock(Epoch).
func WithClock(c Clock) Option { return with(func(o *engine.Config) { o.Clock = c.clock }) }

// WithSeed makes other ids, secrets and names. The same seed gives the same ones in
// every run; the default is 1.
func WithSeed(seed uint64) Option { return with(func(o *engine.Config) { o.Seed = seed }) }

// WithSetting chooses how the emulator decides a point on which SePay's pages disagree
// or are silent. [Settings] lists the names and values; an unknown one is an error of
// [New].
func WithSetting(name Setting, value string) Option {
	return with(func(o *engine.Config) { o.Settings[string(name)] = value })
}

// WithRateLimit limits each of SePay's APIs to a number of requests per second and
// address, such as "3"; "off" is the default, because a clock that stands still never
// refills the limit.
func WithRateLimit(perSecond string) Option {
	return with(func(o *engine.Config) {
		o.Settings[string(setting.V1RateLimit)] = perSecond
		o.Settings[string(setting.V2RateLimit)] = perSecond
		o.Settings[string(setting.PGAPIRateLimit)] = perSecond
	})
}

// WithEgress sets which addresses webhooks and IPNs may have: [EgressTest], the
// default, or [EgressLive].
func WithEgress(e Egress) Option {
	return with(func(o *engine.Config) { o.Egress = notify.Egress(e) })
}

// WithAllowedHosts adds host names at which SePay's APIs and the control API answer,
// besides local names and SePay's own.
func WithAllowedHosts(hosts ...string) Option {
	return with(func(o *engine.Config) { o.AllowHosts = append(o.AllowHosts, hosts...) })
}

// WithControlToken lets other machines use the control API when they send
// "Authorization: Bearer TOKEN". Callers on this machine need no token.
func WithControlToken(token string) Option {
	return with(func(o *engine.Config) { o.ControlToken = token })
}

// WithTrustedProxies believes X-Forwarded-Host and X-Forwarded-Proto of requests from
// these addresses. Those from loopback are always believed.
func WithTrustedProxies(proxies ...netip.Prefix) Option {
	return with(func(o *engine.Config) { o.Proxies = append(o.Proxies, proxies...) })
}

// WithCompany adds a company instead of the demo one. Given several times, the first
// is what [Emulator.Company] returns.
func WithCompany(c control.NewCompany) Option {
	return with(func(o *engine.Config) { o.Companies = append(o.Companies, c) })
}

// WebhookOption sets members of a new webhook: [SignedWith], [AuthorizedWith], or a
// function of yours.
type WebhookOption = func(*control.WebhookBody)

// WithWebhook registers a webhook of the first company. It is told of incoming money,
// retries after an answer other than 2xx, and proves itself by [SignedWith] or
// [AuthorizedWith]; a change may set any other member.
func WithWebhook(url string, change ...WebhookOption) Option {
	return with(func(o *engine.Config) {
		o.Webhooks = append(o.Webhooks, webhookAt(url, change))
	})
}

// webhookAt is a webhook that retries, with changes.
func webhookAt(url string, change []WebhookOption) control.WebhookBody {
	body := control.WebhookBody{WebhookURL: &url, RetryConditions: control.RetryOn(control.RetryNon2xx)}
	for _, c := range change {
		c(&body)
	}
	return body
}

// WithBankHabits writes every incoming transfer as its bank does: without the
// characters that the bank drops, with what it adds around the memo, and with its form
// of reference and time. [control.NewTransfer].BankHabits chooses for one transfer.
func WithBankHabits() Option { return WithSetting(setting.BankMemo, setting.MemoHabits) }

// WithAutoConsent grants every OAuth2 application access as the company's first user,
// without login and consent pages.
func WithAutoConsent() Option { return WithSetting(setting.OAuthAutoConsent, "on") }

// WithIPN sends the IPNs of the first company's orders to a URL. With a secret, the
// header X-Secret-Key carries it; "" sends none.
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

// SignedWith signs a webhook with HMAC-SHA256 under a secret, in the headers
// X-SePay-Signature and X-SePay-Timestamp.
func SignedWith(secret string) WebhookOption {
	return authenticated(control.WebhookAuthHMAC, func(b *control.WebhookBody) { b.SecretKey = &secret })
}

// AuthorizedWith sends "Authorization: Apikey KEY" with a webhook.
func AuthorizedWith(key string) WebhookOption {
	return authenticated(control.WebhookAuthAPIKey, func(b *control.WebhookBody) { b.APIKey = &key })
}

func authenticated(kind string, set WebhookOption) WebhookOption {
	return func(b *control.WebhookBody) {
		b.AuthenType = &kind
		set(b)
	}
}

// WithFirstTransaction sets the id of the first transaction, so that a shop which
// remembers ids of an earlier emulator does not take new transfers for repeats.
func WithFirstTransaction(id int64) Option {
	return with(func(o *engine.Config) { o.FirstTransaction = id })
}

// WithHistory gives the first company this many past transfers.
func WithHistory(transfers int) Option { return with(func(o *engine.Config) { o.History = transfers }) }

// WithContract sets which answers are checked against the OpenAPI documents. The
// default is [ContractInline].
func WithContract(m ContractMode) Option {
	return with(func(o *engine.Config) { o.CheckContract = engine.ContractMode(m) })
}

// WithShowSecrets shows credentials in deliveries, requests, events and logs instead of
// masking them.
func WithShowSecrets() Option { return with(func(o *engine.Config) { o.ShowSecrets = true }) }

// WithSink hands every event to fn, in order and one at a time, from a goroutine of the
// emulator. fn may use the emulator. If fn is slow, events that it cannot keep up with
// are dropped and counted; [Emulator.Close] waits until fn has the others.
func WithSink(fn func(Event)) Option {
	return with(func(o *engine.Config) {
		o.Sink = func(e ctl.Event) { fn(Event{Seq: e.Seq, Type: e.Type, At: e.At, event: e}) }
	})
}

// WithDroppedFunc calls fn with how many events were dropped because the function of
// [WithSink] was too slow, before that gets the event that follows.
func WithDroppedFunc(fn func(count int64)) Option {
	return with(func(o *engine.Config) { o.Dropped = fn })
}

// WithRetention limits how much the emulator remembers.
func WithRetention(k Retention) Option {
	return with(func(o *engine.Config) { o.Keep = engine.Keep(k) })
}

// WithWaitingFunc calls fn when deliveries wait for a clock that stands still: how many,
// and when the first is due. [StartT] logs it by default; see [WaitingLine].
func WithWaitingFunc(fn func(count int, first time.Time)) Option {
	return with(func(o *engine.Config) { o.Waiting = fn })
}

// AllowPending lets a test of [StartT] end while a delivery waits for a retry. Otherwise
// that fails the test.
func AllowPending() Option { return Option{func(s *settings) { s.allowPending = true }} }
