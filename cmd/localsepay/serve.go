package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/localsepay/localsepay/emulator"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/printable"
)

// demoHistory is how many past transfers the demo company has.
const demoHistory = 60

// serveCmd starts an emulator.
type serveCmd struct {
	Listen      string            `env:"LOCALSEPAY_LISTEN" default:"127.0.0.1:8787" help:"Address to listen on."`
	SeedFile    string            `env:"LOCALSEPAY_SEED_FILE" placeholder:"FILE" help:"YAML file with companies, accounts, webhooks and tokens, instead of the demo company."`
	Seed        *uint64           `env:"LOCALSEPAY_SEED" placeholder:"N" help:"Ids, secrets and names repeat for the same number. Without it they are drawn at the first start and kept for the next ones."`
	Fresh       bool              `env:"LOCALSEPAY_FRESH" help:"Forget the credentials and ids that were kept, and draw others."`
	StateFile   string            `env:"LOCALSEPAY_STATE_FILE" placeholder:"FILE" help:"Where they are kept; localsepay/identity.json in your configuration folder otherwise."`
	Webhook     string            `env:"LOCALSEPAY_WEBHOOK" placeholder:"URL" help:"Register a webhook for the first company."`
	WebhookAuth string            `env:"LOCALSEPAY_WEBHOOK_AUTH" placeholder:"AUTH" help:"How the webhook proves itself: none, apikey:KEY, hmac:SECRET, secret:SECRET or oauth2:TOKEN_URL,CLIENT_ID,CLIENT_SECRET."`
	IPN         string            `name:"ipn" env:"LOCALSEPAY_IPN" placeholder:"URL" help:"Notify the first company's merchant of paid orders there."`
	IPNSecret   string            `name:"ipn-secret" env:"LOCALSEPAY_IPN_SECRET" placeholder:"SECRET" help:"What the IPN's X-Secret-Key carries; without it the header is not sent, as is SePay's default."`
	AutoConsent bool              `env:"LOCALSEPAY_AUTO_CONSENT" help:"Let every OAuth2 application in at once, without login and consent pages."`
	RateLimit   string            `env:"LOCALSEPAY_RATE_LIMIT" placeholder:"N|off" help:"Requests per second and address on the APIs; SePay's own limits otherwise."`
	Clock       string            `env:"LOCALSEPAY_CLOCK" default:"real" placeholder:"CLOCK" help:"real, frozen, or xN for N seconds in one."`
	Egress      string            `env:"LOCALSEPAY_EGRESS" default:"test" enum:"test,live" help:"test: webhooks may go to http and private addresses; live: as SePay's live mode, https and public ones only."`
	AllowHost   []string          `env:"LOCALSEPAY_ALLOW_HOST" placeholder:"HOST" help:"Host name that is answered besides SePay's and local ones."`
	Proxy       []string          `env:"LOCALSEPAY_PROXY" placeholder:"ADDRESS" help:"Reverse proxy, as an address or range such as 172.18.0.0/16, whose X-Forwarded-Host and X-Forwarded-Proto are heeded; those of loopback always are."`
	Setting     map[string]string `env:"LOCALSEPAY_SETTING" mapsep:"," placeholder:"NAME=VALUE" help:"Choose where SePay's pages disagree; localsepay explain lists the settings."`
	Check       bool              `name:"check-contract" env:"LOCALSEPAY_CHECK_CONTRACT" default:"true" negatable:"" help:"Hold a sample of the answers against the OpenAPI documents."`
	ShowSecrets bool              `env:"LOCALSEPAY_SHOW_SECRETS" help:"Show credentials in deliveries, requests, events and logs, which mask them otherwise."`
	Log         string            `env:"LOCALSEPAY_LOG" default:"text" enum:"text,json" help:"How to log."`
	JSON        bool              `name:"json" env:"LOCALSEPAY_JSON" help:"Print the opening block and the log as JSON."`
	Quiet       bool              `env:"LOCALSEPAY_QUIET" help:"Print nothing but errors."`

	// ControlToken is the flag of the whole command line.
	ControlToken string `kong:"-"`

	// seed is the parsed seed file.
	seed emulator.Seed
	// identity determines ids and secrets, kept is its file; both are empty with a
	// seed.
	identity identity
	kept     string
}

// Run implements the verb: it serves until interrupted.
func (c *serveCmd) Run(t terminal) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	options = append(options, c.secrets(t)...)
	log := newLogger(t.out, c.JSON || c.Log == "json", c.Quiet)
	if !c.Quiet {
		options = append(options, emulator.WithSink(log.event), emulator.WithDroppedFunc(log.dropped), emulator.WithWaitingFunc(log.waiting))
	}
	e, err := emulator.Start(options...)
	if err != nil {
		return c.explain(err)
	}
	defer leave(e.URL(), emulator.RealClock().Now())()           // before the first line: who reads it may call a verb
	ownShutdown.Store(true)                                      // the deliveries under way have their time
	state, err := e.Client().State(context.WithoutCancel(t.ctx)) // a signal meanwhile ends it in order, too
	if err == nil {
		err = log.open(state, e.NetworkURLs(), c.ControlToken)
	}
	if err != nil {
		return errors.Join(err, e.Close())
	}
	<-t.ctx.Done()
	noted := make(chan struct{})
	go func() { // the deliveries do not wait for who reads the log
		defer close(noted)
		log.note("stopping: waiting for the deliveries under way")
	}()
	left, _ := e.Drain() // Close returns its error
	c.keepIDs(t, e)
	err = e.Close() // the log gets its last event
	<-noted
	return stopped(t.ctx, err, log.left(left))
}

// secrets returns the options with the seed and the control token: of the
// flags, or random.
func (c *serveCmd) secrets(t terminal) []emulator.Option {
	if !emulator.IsLocal(c.Listen) {
		if c.ControlToken == "" {
			c.ControlToken = newToken()
		}
		t.warn("other machines reach %s. SePay's APIs answer them with the company's credentials, the control API by its token.", c.Listen)
	}
	o := []emulator.Option{emulator.WithControlToken(c.ControlToken)}
	if c.Seed != nil {
		return append(o, emulator.WithSeed(*c.Seed))
	}
	file, err := identityFile(c.StateFile)
	if err == nil {
		c.kept = file
		c.identity, err = loadIdentity(file, c.Fresh)
	} else {
		c.identity = draw()
	}
	if err != nil {
		c.kept = ""
		t.warn("the credentials are new, and not kept for the next start: %v", err)
		fmt.Fprintln(t.err, "hint: name a file with --state-file, or take the same ones each time with --seed N")
	}
	return append(o, emulator.WithSeed(c.identity.Seed), emulator.WithFirstTransaction(c.identity.NextTransaction))
}

// keepIDs saves the greatest transaction id, so that the next start uses others:
// a shop treats an id that it knows as a duplicate.
func (c *serveCmd) keepIDs(t terminal, e *emulator.Emulator) {
	if c.kept == "" {
		return
	}
	last, err := e.LastTransaction()
	if err == nil {
		err = usedIDs(c.kept, c.identity, last)
	}
	if err != nil {
		t.warn("the ids that were used are not kept: %v", err)
	}
}

// stopped returns the result of a server that was asked to stop. unsaid is what
// the log could not say.
func stopped(ctx context.Context, err error, unsaid []string) error {
	if err != nil {
		unsaid = append(strings.Split(err.Error(), "\n"), unsaid...)
	}
	switch {
	case len(unsaid) > 0:
		return &lostError{strings.Join(unsaid, "; ")}
	case signalOf(ctx) != nil:
		return errStopped
	}
	return nil
}

// options converts the flags into the emulator's options.
func (c *serveCmd) options() ([]emulator.Option, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	runs, err := readClock(c.Clock)
	if err != nil {
		return nil, err
	}
	mode := emulator.ContractSampled
	if !c.Check {
		mode = emulator.ContractOff
	}
	o := []emulator.Option{
		emulator.WithListen(c.Listen), emulator.WithClock(runs),
		emulator.WithEgress(emulator.Egress(c.Egress)), emulator.WithAllowedHosts(c.AllowHost...), emulator.WithContract(mode),
	}
	companies, err := c.companies()
	if err != nil {
		return nil, err
	}
	o = append(o, companies...)
	o = append(o, c.limits()...)
	proxies, err := readProxies(c.Proxy)
	if err != nil {
		return nil, err
	}
	o = append(o, emulator.WithTrustedProxies(proxies...))
	settings, err := readSettings(c.Setting)
	if err != nil {
		return nil, err
	}
	o = append(o, settings...)
	if c.ShowSecrets {
		o = append(o, emulator.WithShowSecrets())
	}
	if c.AutoConsent {
		o = append(o, emulator.WithAutoConsent())
	}
	if c.IPN != "" {
		o = append(o, emulator.WithIPN(c.IPN, c.IPNSecret))
	}
	if c.Webhook == "" {
		return o, nil
	}
	auth, err := readAuth(c.WebhookAuth)
	if err != nil {
		return nil, err
	}
	return append(o, emulator.WithWebhook(c.Webhook, auth)), nil
}

// check refuses invalid flags before work starts.
func (c *serveCmd) check() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return c.cannotListen(err)
	}
	if err := checkHandlers(c.Webhook, c.WebhookAuth, c.IPN, c.IPNSecret); err != nil {
		return err
	}
	if err := checkURL("--webhook", c.Webhook); err != nil {
		return err
	}
	if err := checkURL("--ipn", c.IPN); err != nil {
		return err
	}
	if c.RateLimit != "" {
		if err := emulator.CheckSetting(emulator.SettingV2RateLimit, c.RateLimit); err != nil {
			return &usageError{fmt.Sprintf("--rate-limit cannot be %q", c.RateLimit), "want requests per second, 1 or more, or off"}
		}
	}
	return nil
}

// limits applies SePay's rate limits, or those of the flag.
func (c *serveCmd) limits() []emulator.Option {
	if c.RateLimit != "" {
		return []emulator.Option{emulator.WithRateLimit(c.RateLimit)}
	}
	var o []emulator.Option
	for _, s := range emulator.Settings() {
		if s.Name == emulator.SettingV1RateLimit || s.Name == emulator.SettingV2RateLimit || s.Name == emulator.SettingPGAPIRateLimit {
			o = append(o, emulator.WithSetting(s.Name, s.Default))
		}
	}
	return o
}

// companies returns those of the seed file, or the demo company.
func (c *serveCmd) companies() ([]emulator.Option, error) {
	if c.SeedFile == "" {
		return []emulator.Option{emulator.WithCompany(demoCompany()), emulator.WithHistory(demoHistory)}, nil
	}
	text, err := readInput("--seed-file", c.SeedFile, "name a YAML file; the README shows a whole one")
	if err != nil {
		return nil, err
	}
	if c.seed, err = emulator.ReadSeed(text); err != nil {
		return nil, c.inSeed(err)
	}
	var o []emulator.Option
	for _, company := range c.seed.Companies {
		o = append(o, emulator.WithCompany(company))
	}
	return o, nil
}

// demoCompany is the company of a start without a seed file.
func demoCompany() wire.NewCompany {
	return wire.NewCompany{
		ID: "demo", Name: "CONG TY TNHH TEST DEMO",
		PaymentCodeFormats: []wire.PaymentCodeFormat{{Prefix: "DH", SuffixFrom: 3, SuffixTo: 10, CharacterType: "NumberOnly", IsActive: true}},
		OAuthApps: []wire.OAuthApp{{
			Name:         "Demo app",
			RedirectURIs: []string{"http://localhost:3000/callback"},
		}},
		BankAccounts: []wire.NewBankAccount{
			{Bank: "MBBank", Label: "Web", VirtualAccounts: []wire.NewVirtualAccount{{Official: true, Label: "Quay 1"}}},
			{Bank: "TPBank", AccountType: "enterprise", VirtualAccounts: []wire.NewVirtualAccount{{Label: "Quay 2"}}},
			{Bank: "BIDV", AccountType: "household", VirtualAccounts: []wire.NewVirtualAccount{{Official: true}}},
		},
	}
}

// readProxies reads addresses and ranges.
func readProxies(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range list {
		p, err := netip.ParsePrefix(text)
		if a, single := netip.ParseAddr(text); single == nil {
			p, err = a.Unmap().Prefix(a.Unmap().BitLen())
		}
		if err != nil {
			return nil, &usageError{fmt.Sprintf("--proxy cannot be %q", text), "an address such as 172.18.0.2, or a range such as 172.18.0.0/16"}
		}
		out = append(out, p)
	}
	return out, nil
}

func readClock(text string) (emulator.Clock, error) {
	switch {
	case text == "real":
		return emulator.RealClock(), nil
	case text == "frozen":
		return emulator.FrozenClock(emulator.RealClock().Now().Truncate(time.Second)), nil
	case strings.HasPrefix(text, "x"):
		if scale, err := input.Scale(text[1:]); err == nil {
			return emulator.ScaledClock(scale), nil
		}
	}
	return emulator.Clock{}, &usageError{fmt.Sprintf("--clock cannot be %q", text), "want real, frozen, or x60 for a minute a second: x0.001 to x1000000"}
}

// readAuth reads --webhook-auth.
func readAuth(text string) (func(*wire.WebhookBody), error) {
	oauth2 := authForm{"oauth2", "TOKEN_URL,CLIENT_ID,CLIENT_SECRET"}
	kind, value, err := cutAuth(text, append(slices.Clone(handlerAuths), oauth2))
	if err != nil {
		return nil, err
	}
	switch kind {
	case "apikey":
		return emulator.AuthorizedWith(value), nil
	case "hmac":
		return emulator.SignedWith(value), nil
	case "secret":
		return func(b *wire.WebhookBody) {
			b.AuthenType, b.SecretKey = ptr("Secret_Key"), &value
		}, nil
	case "oauth2":
		parts := strings.Split(value, ",")
		if len(parts) != 3 {
			return nil, &usageError{"--webhook-auth oauth2 has three parts", "want " + oauth2.String()}
		}
		return func(b *wire.WebhookBody) {
			b.AuthenType, b.OAuth2AccessTokenURL, b.OAuth2ClientID, b.OAuth2ClientSecret = ptr("OAuth2.0"), &parts[0], &parts[1], &parts[2]
		}, nil
	}
	return func(*wire.WebhookBody) {}, nil
}

func ptr[T any](v T) *T { return &v }

// explain converts a start error into a line and a hint.
func (c *serveCmd) explain(err error) error {
	var listen *net.OpError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return &usageError{fmt.Sprintf("the address %s is taken", c.Listen), "another localsepay? stop it, or take another port with --listen 127.0.0.1:8788"}
	case errors.As(err, &listen) && listen.Op == "listen":
		return c.cannotListen(listen.Err)
	case errors.Is(err, context.Canceled):
		return err
	}
	return c.placed(err)
}

func (c *serveCmd) cannotListen(why error) error {
	return &usageError{printable.Line(fmt.Sprintf("cannot listen on %s: %v", c.Listen, why)), "e.g. --listen 127.0.0.1:8788"}
}

// placed adds to an error about a company the flag, or the line of the seed
// file. Flags apply to the first company, and come last.
func (c *serveCmd) placed(err error) error {
	member, bare := input.Member(err)
	seeded := 0
	if len(c.seed.Companies) > 0 {
		seeded = len(c.seed.Companies[0].Webhooks)
	}
	hook := fmt.Sprintf("companies[0].webhooks[%d].", seeded)
	switch {
	case c.Webhook != "" && strings.HasPrefix(member, hook):
		flag := "--webhook"
		if what := strings.TrimPrefix(member, hook); what != "webhook_url" {
			flag = "--webhook-auth: " + what
		}
		return &usageError{flag + ": " + bare.Error(), c.egressHint()}
	case c.IPN != "" && strings.HasPrefix(member, "companies[0].merchant.ipn."):
		flag := "--ipn"
		if strings.HasSuffix(member, ".secret") {
			flag = "--ipn-secret"
		}
		return &usageError{flag + ": " + bare.Error(), c.egressHint()}
	case c.SeedFile != "" && member != "":
		return c.inSeed(c.seed.Locate(err))
	}
	return &usageError{err.Error(), "localsepay serve --help lists the flags"}
}

// inSeed adds the place in the seed file to one or several mistakes.
func (c *serveCmd) inSeed(err error) error {
	lines := strings.Split(err.Error(), "\n")
	for i := range lines {
		lines[i] = fmt.Sprintf("seed file %s, %s", c.SeedFile, lines[i])
	}
	return &usageError{strings.Join(lines, "\n"), "the README shows a whole seed file"}
}

func (c *serveCmd) egressHint() string {
	if c.Egress == string(emulator.EgressLive) {
		return "--egress live has SePay's rules for live mode; --egress test takes http and local addresses"
	}
	return "for example http://127.0.0.1:3000/hook"
}
