package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/contracts"
	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
)

// contractCmd groups the verbs of the contracts.
type contractCmd struct {
	Run      contractRunCmd      `cmd:"" help:"Check a target against the contracts: the emulator, or SePay's sandbox."`
	Drift    contractDriftCmd    `cmd:"" help:"The same, and say what moved since a baseline, or who of document, emulator and sandbox differs."`
	Lint     contractLintCmd     `cmd:"" help:"Check an application's recorded traffic (HAR) against the contracts."`
	Twin     contractTwinCmd     `cmd:"" help:"Put a bad twin before a running localsepay: an emulator that is wrong in one way, to try your tests on."`
	Template contractTemplateCmd `cmd:"" help:"Print a credentials file to fill in."`
}

// contractTarget selects the target of a contract run, and the claims.
type contractTarget struct {
	Target         string            `default:"emulator" placeholder:"TARGET" help:"emulator (one of its own), sandbox, or the address of a running localsepay."`
	Credentials    string            `env:"SEPAY_CREDENTIALS" placeholder:"FILE" help:"Credentials of the sandbox; contract template prints one to fill in."`
	APIToken       string            `name:"api-token" env:"SEPAY_API_TOKEN" placeholder:"TOKEN" help:"API token of the sandbox."`
	MerchantID     string            `name:"merchant-id" env:"SEPAY_MERCHANT_ID" placeholder:"SP-TEST-…" help:"Merchant of the sandbox."`
	SecretKey      string            `env:"SEPAY_SECRET_KEY" placeholder:"spsk_test_…" help:"Its secret key."`
	AccessToken    string            `env:"SEPAY_ACCESS_TOKEN" placeholder:"TOKEN" help:"OAuth2 access token of the sandbox."`
	Surface        []string          `placeholder:"NAME" help:"Only claims about this surface, e.g. \"userapi v2\"."`
	Label          string            `placeholder:"FILTER" help:"Only claims with these labels, e.g. \"read && evidence:documented\"; evidence is documented, captured, observed or assumed."`
	Name           []string          `placeholder:"PATTERN" help:"Only claims whose name matches."`
	ReadOnly       bool              `help:"Only claims that create nothing."`
	Production     bool              `name:"i-mean-production" help:"With --target production: read SePay's production, and nothing but read."`
	WithAPerson    bool              `name:"with-a-person" help:"Ask for what only a person can do at the sandbox, such as paying an order on its page, and wait for it."`
	ReceiverURL    string            `name:"receiver-url" placeholder:"URL" help:"Public address that leads to the receiver of webhooks, for the sandbox."`
	ReceiverListen string            `placeholder:"ADDRESS" help:"Where the receiver listens; a free loopback port otherwise."`
	Setting        map[string]string `mapsep:"," placeholder:"NAME=VALUE" help:"Setting of the emulator of its own; localsepay explain lists them."`
	Seed           uint64            `default:"1" help:"Seed of the emulator of its own."`
}

// contractOutput names the report files.
type contractOutput struct {
	JSON     bool   `name:"json" help:"Print the report as JSON."`
	HTML     string `name:"html" placeholder:"FILE" help:"Write one self-contained page."`
	JUnit    string `name:"junit" placeholder:"FILE" help:"Write JUnit XML."`
	SARIF    string `name:"sarif" placeholder:"FILE" help:"Write SARIF 2.1.0."`
	Accepted string `placeholder:"FILE" help:"Differences that were reviewed, each with a reason and a day on which it ends."`
	Quiet    bool   `help:"No progress, only the report."`

	// accepted is the content of the file of accepted differences.
	accepted drift.Accepted
}

// contractRunCmd checks a target against the contracts.
type contractRunCmd struct {
	contractTarget
	contractOutput
}

// verdictError carries the exit code of a contract run: 1 drift, 2 unverified.
type verdictError struct {
	code     int
	sentence string
}

func (e *verdictError) Error() string { return e.sentence }

// Run implements the verb.
func (c contractRunCmd) Run(t terminal) error {
	if err := c.prepare(); err != nil {
		return err
	}
	run, _, err := c.hold(t, c.contractOutput)
	if err != nil {
		return err
	}
	return c.deliver(t, run)
}

// hold runs the suite and compares the exchanges with the documents.
func (c contractTarget) hold(t terminal, out contractOutput) (result.Run, drift.Shapes, error) {
	if err := c.known(); err != nil {
		return result.Run{}, drift.Shapes{}, err
	}
	target, done, err := c.choose(t.ctx)
	if err != nil {
		return result.Run{}, drift.Shapes{}, err
	}
	defer done()
	return c.against(t, target, out)
}

// against runs the suite against a target.
func (c contractTarget) against(t terminal, target contracts.Target, out contractOutput) (result.Run, drift.Shapes, error) {
	now := emulator.RealClock().Now()
	options := contracts.Options{
		Surfaces: c.Surface, Labels: c.Label, Names: c.Name, Tag: now.Format("060102150405"),
		Stopwatch: stopwatch,
	}
	if c.WithAPerson && c.Target != targetEmulator {
		options.Ask = func(what string) { fmt.Fprintf(t.err, "\nplease, within five minutes: %s\n", what) }
	}
	if !out.Quiet && !out.JSON {
		p := newProgress(t.err, target.Name)
		options.Progress = p.claim
		defer p.end()
	}
	r, err := contracts.Run(t.ctx, target, options)
	var refused *guard.Refusal
	switch {
	case errors.Is(err, contracts.ErrNothing): // the report says so, and why
	case errors.Is(err, contracts.ErrProduction):
		return result.Run{}, drift.Shapes{}, &usageError{err.Error(), "give it the sandbox's addresses and credentials; to read production, --target production --i-mean-production with an API token"}
	case errors.As(err, &refused):
		return result.Run{}, drift.Shapes{}, &usageError{err.Error(), refused.Hint}
	case err != nil:
		return result.Run{}, drift.Shapes{}, &verdictError{exitUnverified, err.Error()}
	}
	h := contracts.Header{Version: version(), Started: now}
	if c.Target == targetEmulator {
		h.Seed = int64(c.Seed)
	}
	run, err := r.Report(h)
	if err != nil {
		return result.Run{}, drift.Shapes{}, err
	}
	shapes, err := r.Shapes()
	return run, shapes, err
}

// known refuses invalid filters, and ones that name an unknown surface: a
// filter that selects nothing would verify nothing.
func (c contractTarget) known() error {
	for _, s := range c.Surface {
		if !slices.Contains(contracts.Surfaces(), s) {
			return &usageError{fmt.Sprintf("--surface: there is no surface %q", s), input.Hint(s, contracts.Surfaces())}
		}
	}
	if err := (contracts.Options{Labels: c.Label}).Check(); err != nil {
		return &usageError{fmt.Sprintf("--label %q cannot be read", c.Label), `for example --label "read && evidence:documented", or --label "!write"`}
	}
	if err := (contracts.Options{Names: c.Name}).Check(); err != nil {
		return &usageError{"--name: " + err.Error(), "a part of a claim's name, or a regular expression"}
	}
	if c.Credentials != "" {
		if _, err := readInput("--credentials", c.Credentials, "localsepay contract template prints a file to fill in"); err != nil {
			return err
		}
	}
	if _, _, err := net.SplitHostPort(c.ReceiverListen); c.ReceiverListen != "" && err != nil {
		return &usageError{fmt.Sprintf("--receiver-listen %q is not an address to listen on", c.ReceiverListen), "for example 127.0.0.1:0"}
	}
	return checkURL("--receiver-url", c.ReceiverURL)
}

// The named targets.
const (
	targetEmulator   = "emulator"
	targetSandbox    = "sandbox"
	targetProduction = "production"
)

// choose makes the target, and returns a function that closes it.
func (c contractTarget) choose(ctx context.Context) (contracts.Target, func(), error) {
	nothing := func() {}
	var t contracts.Target
	var err error
	switch c.Target {
	case targetEmulator:
		return c.own(ctx)
	case targetSandbox:
		t, err = c.sandbox()
	case targetProduction:
		if !c.Production {
			return t, nothing, &usageError{"production is real money", "to read it, and nothing else, add --i-mean-production"}
		}
		if t, err = c.sandbox(); err == nil {
			t = contracts.Production(t.Credentials)
		}
	default:
		if !strings.Contains(c.Target, "://") {
			return t, nothing, &usageError{fmt.Sprintf("--target cannot be %q", c.Target), "want emulator, sandbox, or an address such as http://127.0.0.1:8787"}
		}
		t, err = contracts.Emulator(ctx, c.Target)
		switch {
		case errors.Is(err, contracts.ErrProduction):
			err = &usageError{"--target " + err.Error(), "to read production, --target production --i-mean-production"}
		case errors.Is(err, contracts.ErrSePay):
			err = &usageError{"--target " + err.Error(), "SePay's sandbox is the target \"sandbox\"; an address is that of a localsepay"}
		case errors.Is(err, contracts.ErrAddress):
			err = &usageError{"--target " + err.Error(), "want emulator, sandbox, or an address such as http://127.0.0.1:8787"}
		case err != nil:
			err = &verdictError{exitUnverified, err.Error() + "\nhint: start one with \"localsepay serve --clock frozen\""}
		}
	}
	t.ReadOnly = t.ReadOnly || c.ReadOnly
	t.Receiver, t.ReceiverListen = c.ReceiverURL, c.ReceiverListen
	return t, nothing, err
}

// own starts an emulator for the run, with SePay's rate limits.
func (c contractTarget) own(ctx context.Context) (contracts.Target, func(), error) {
	o := append((&serveCmd{}).limits(), emulator.WithContract(emulator.ContractOff), emulator.WithSeed(c.Seed))
	settings, err := readSettings(c.Setting)
	if err != nil {
		return contracts.Target{}, nil, err
	}
	o = append(o, settings...)
	e, err := emulator.Start(o...)
	if err != nil {
		return contracts.Target{}, nil, &usageError{err.Error(), "localsepay explain lists the settings"}
	}
	t, err := contracts.Emulator(ctx, e.URL())
	if err != nil {
		return t, nil, errors.Join(err, e.Close())
	}
	t.Name = "localsepay " + version()
	t.ReadOnly = c.ReadOnly
	return t, func() { _ = e.Close() }, nil // nothing of it is needed any more
}

// sandbox reads the credentials of the real service.
func (c contractTarget) sandbox() (contracts.Target, error) {
	t := contracts.Sandbox(contracts.Credentials{})
	if c.Credentials != "" {
		text, err := readInput("--credentials", c.Credentials, "localsepay contract template prints a file to fill in")
		if err != nil {
			return t, err
		}
		if t, err = contracts.ReadCredentials(c.Credentials, text); err != nil {
			return t, &usageError{err.Error(), "contract template prints a file to fill in"}
		}
	}
	for to, from := range map[*string]string{&t.APIToken: c.APIToken, &t.MerchantID: c.MerchantID, &t.SecretKey: c.SecretKey, &t.AccessToken: c.AccessToken} {
		if from != "" {
			*to = from
		}
	}
	return t, nil
}

// deliver writes the reports and returns the run's verdict as an exit code.
func (o contractOutput) deliver(t terminal, run result.Run) error {
	run.Drift = o.accepted.Apply(run.Drift, run.Started)
	var lost []error
	for _, f := range []struct {
		name  string
		write func(io.Writer, result.Run) error
	}{{o.HTML, result.HTML}, {o.JUnit, result.JUnit}, {o.SARIF, result.SARIF}} {
		lost = append(lost, writeFile(f.name, func(w io.Writer) error { return f.write(w, run) }))
	}
	var err error
	if o.JSON {
		err = result.JSON(t.out, run)
	} else {
		err = result.Text(t.out, run, coloured(t.out))
	}
	if err = first(append(lost, err)...); err != nil {
		return err
	}
	if code := run.ExitCode(); code != 0 {
		return &verdictError{code, run.Sentence()}
	}
	return nil
}

// prepare reads the accepted differences and checks that the reports can be
// written, before the run, so that no result is lost.
func (o *contractOutput) prepare() error {
	for _, f := range []struct{ flag, name string }{{"--html", o.HTML}, {"--junit", o.JUnit}, {"--sarif", o.SARIF}} {
		if err := writable(f.flag, f.name); err != nil {
			return err
		}
	}
	if o.Accepted == "" {
		return nil
	}
	const hint = "each entry has operation, rule, reason and expires; the README shows one"
	text, err := readInput("--accepted", o.Accepted, hint)
	if err != nil {
		return err
	}
	if o.accepted, err = drift.ParseAccepted(o.Accepted, text); err != nil {
		return &usageError{err.Error(), hint}
	}
	return nil
}

// contractTemplateCmd prints a credentials file.
type contractTemplateCmd struct{}

// Run implements the verb.
func (contractTemplateCmd) Run(t terminal) error {
	_, err := io.WriteString(t.out, contracts.CredentialsTemplate())
	return err
}
