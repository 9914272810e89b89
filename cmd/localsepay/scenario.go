package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/scenarios"
)

// scenarioCmd groups the verbs about scenarios.
type scenarioCmd struct {
	Play   scenarioRunCmd    `cmd:"" name:"run" help:"Run scenarios: files, names of the library, or all of it."`
	List   scenarioListCmd   `cmd:"" help:"List the scenarios that ship."`
	Show   scenarioShowCmd   `cmd:"" help:"Print the file of a scenario that ships."`
	New    scenarioNewCmd    `cmd:"" help:"Write a scenario file to begin with."`
	Export scenarioExportCmd `cmd:"" help:"Write what happened at a running localsepay as a scenario that repeats it."`
}

// scenarioRunCmd runs scenarios.
type scenarioRunCmd struct {
	Names       []string `arg:"" optional:"" name:"file|name" help:"Scenario files, or names of the library."`
	All         bool     `help:"Run the whole library."`
	Target      string   `env:"LOCALSEPAY_TARGET" placeholder:"URL" help:"A running localsepay; a fresh one in this process for each scenario otherwise, with a clock that stands still."`
	Webhook     string   `env:"LOCALSEPAY_WEBHOOK" placeholder:"URL" help:"Your own webhook handler, in place of the fake shop's."`
	WebhookAuth string   `env:"LOCALSEPAY_WEBHOOK_AUTH" placeholder:"AUTH" help:"How SePay proves itself to it: none, apikey:KEY, hmac:SECRET or secret:SECRET; as the scenario says otherwise."`
	IPN         string   `name:"ipn" env:"LOCALSEPAY_IPN" placeholder:"URL" help:"Your own IPN handler, in place of the fake shop's."`
	IPNSecret   string   `name:"ipn-secret" env:"LOCALSEPAY_IPN_SECRET" placeholder:"SECRET" help:"What X-Secret-Key carries; as the scenario says otherwise."`
	Check       string   `env:"LOCALSEPAY_CHECK" placeholder:"URL" help:"Base address of your shop's order status, for check: /orders/…"`
	Prepare     string   `env:"LOCALSEPAY_PREPARE" placeholder:"URL" help:"POST {\"code\" or \"invoice\",\"amount\",\"account\",\"accounts\",\"cancelled\"} there for each order of the scenario, so that your shop has it."`
	Seed        uint64   `env:"LOCALSEPAY_SEED" help:"Ids, secrets, order numbers and chance repeat for the same number; a fresh one for each run, which is printed, when 0 and the file has none."`
	ShopListen  string   `name:"shop-listen" default:"127.0.0.1:0" help:"Address of the fake shop, which the target has to reach."`
	Watch       bool     `help:"Run again whenever a file changes, until interrupted."`
	JUnit       string   `name:"junit" placeholder:"FILE" help:"Also write a JUnit report."`
	JSON        bool     `name:"json" env:"LOCALSEPAY_JSON" help:"Print a JSON report: the same bytes for the same seed."`
	Timeout     span     `default:"5m" help:"How long, in real time, one scenario may take."`
}

// scenarioFailed says that scenarios failed: exit code 1.
type scenarioFailed struct{ failed, of int }

func (e *scenarioFailed) Error() string {
	return fmt.Sprintf("%d of %d scenarios failed", e.failed, e.of)
}

// Run implements the verb.
func (c scenarioRunCmd) Run(t terminal) error {
	for {
		before := c.stamps() // a change while it runs counts
		err := c.once(t)
		if !c.Watch {
			return err
		}
		if err != nil {
			report(err, t.err)
		}
		if !c.changed(t.ctx, before) {
			return nil
		}
		fmt.Fprintln(t.out)
	}
}

// once runs all named scenarios once.
func (c scenarioRunCmd) once(t terminal) error {
	list, err := c.find()
	if err != nil {
		return err
	}
	auth, secret, err := c.auth()
	if err != nil {
		return err
	}
	if err := c.check(t); err != nil {
		return err
	}
	var results []scenarios.Result
	failed := 0
	for i, s := range list {
		if s.Seed == 0 || c.Seed != 0 {
			s.Seed = c.seed()
		}
		r, err := c.one(t, s, scenarios.Options{
			Webhook: c.Webhook, IPN: c.IPN, Check: c.Check, Prepare: c.Prepare, Auth: auth, Secret: secret, IPNSecret: c.IPNSecret,
			Listen: c.ShopListen, Stopwatch: stopwatch, Again: c.again(s),
		}, fmt.Sprintf("[%d/%d] ", i+1, len(list)))
		if err != nil {
			return err
		}
		if results = append(results, r); !r.OK() {
			failed++
		}
		if t.ctx.Err() != nil {
			return t.ctx.Err()
		}
	}
	return c.finish(t, results, failed)
}

// check refuses flags that would fail later, or have no effect.
func (c scenarioRunCmd) check(t terminal) error {
	for _, f := range []struct{ flag, value string }{{"--target", c.Target}, {"--webhook", c.Webhook}, {"--ipn", c.IPN}, {"--check", c.Check}, {"--prepare", c.Prepare}} {
		if err := checkURL(f.flag, f.value); err != nil {
			return err
		}
	}
	if c.Timeout <= 0 {
		return &usageError{"--timeout cannot be 0", "it is how long one scenario may take, such as 5m"}
	}
	if err := checkHandlers(c.Webhook, c.WebhookAuth, c.IPN, c.IPNSecret); err != nil {
		return err
	}
	if err := checkLive(c.WebhookAuth, c.IPNSecret); err != nil {
		return err
	}
	if err := writable("--junit", c.JUnit); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(c.ShopListen); err != nil {
		return &usageError{fmt.Sprintf("--shop-listen %q is not an address to listen on", c.ShopListen), "for example 127.0.0.1:0"}
	}
	if c.Target == "" {
		return nil
	}
	_, err := ask(t, remote{URL: c.Target}, (*control.Client).Health)
	if err != nil && t.ctx.Err() == nil {
		return &usageError{fmt.Sprintf("no localsepay answers at %s", c.Target), "start one with \"localsepay serve --clock frozen\", or leave --target out"}
	}
	return err
}

// seed returns the seed of the flag, or a random one.
func (c scenarioRunCmd) seed() uint64 {
	if c.Seed != 0 {
		return c.Seed
	}
	return uint64(rand.Uint32N(maxFreshSeed-1)) + 2
}

// maxFreshSeed keeps random seeds short enough to type.
const maxFreshSeed = 1_000_000

// finish writes the reports and returns an error with the number of failures.
func (c scenarioRunCmd) finish(t terminal, results []scenarios.Result, failed int) error {
	lost := writeFile(c.JUnit, func(w io.Writer) error { return writeJUnit(w, results) })
	if c.JSON {
		lost = first(lost, scenarios.WriteJSON(t.out, results))
	} else if len(results) > 1 {
		fmt.Fprintf(t.out, "\n%d passed, %d failed\n", len(results)-failed, failed)
	}
	if lost != nil {
		return lost
	}
	if failed > 0 {
		return &scenarioFailed{failed, len(results)}
	}
	return nil
}

// one runs one scenario: on the target, or on a new emulator.
func (c scenarioRunCmd) one(t terminal, s scenarios.Scenario, o scenarios.Options, prefix string) (scenarios.Result, error) {
	ctx, cancel := context.WithTimeout(t.ctx, time.Duration(c.Timeout))
	defer cancel()
	target := scenarios.Target{URL: c.Target}
	if c.Target == "" {
		e, err := emulator.Start(emulator.WithSeed(s.Seed), emulator.WithFirstTransaction(firstTransaction(s.Seed)), emulator.WithContract(emulator.ContractOff))
		if err != nil {
			return scenarios.Result{}, fmt.Errorf("start an emulator: %w", err)
		}
		defer e.Close()
		target.URL = e.URL()
	}
	if c.JSON {
		return scenarios.Run(ctx, s, target, o), nil
	}
	tree := newTree(t.out)
	o.Observe = tree.observe
	fmt.Fprintf(t.out, "%s%s  (seed %d)\n  %s\n", prefix, s.Name, s.Seed, s.Purpose)
	stop := tree.watch(ctx)
	r := scenarios.Run(ctx, s, target, o)
	stop()
	scenarios.WriteEnd(t.out, r)
	return r, nil
}

// find reads the named scenarios.
func (c scenarioRunCmd) find() ([]scenarios.Scenario, error) {
	var list []scenarios.Scenario
	if c.All {
		all, err := scenarios.Library()
		if err != nil {
			return nil, err
		}
		list = all
	}
	for _, name := range c.Names {
		s, err := scenarios.Find(name)
		if err != nil {
			return nil, scenarioMistake(name, err)
		}
		list = append(list, s)
	}
	if len(list) == 0 {
		return nil, &usageError{"no scenario is named", "name files, names of the library, or --all; localsepay scenario list shows what ships"}
	}
	return list, nil
}

// scenarioMistake describes what is wrong with a file, or that it does not
// exist.
func scenarioMistake(name string, err error) error {
	var problems scenarios.Problems
	switch {
	case errors.As(err, &problems):
		return &usageError{err.Error(), "localsepay scenario show --schema prints what a file may have; editors complete from it"}
	case errors.Is(err, fs.ErrNotExist):
		return &usageError{fmt.Sprintf("there is no file %s", name), "localsepay scenario new writes one to begin with"}
	}
	return &usageError{err.Error(), "localsepay scenario list shows what ships; a file's name ends in .yaml"}
}

// auth reads --webhook-auth.
func (c scenarioRunCmd) auth() (kind, secret string, err error) {
	if c.WebhookAuth == "" {
		return "", "", nil
	}
	kind, secret, err = cutAuth(c.WebhookAuth, handlerAuths)
	return map[string]string{"none": "none", "apikey": "api_key", "hmac": "hmac", "secret": "secret"}[kind], secret, err
}

// again returns the command that repeats a run, without the seed. Secrets are
// named by their environment variables.
func (c scenarioRunCmd) again(s scenarios.Scenario) string {
	name := s.Name
	if s.File != "" {
		name = quoteWord(s.File)
	}
	var words []string
	for _, secret := range []struct{ variable, value string }{{"LOCALSEPAY_WEBHOOK_AUTH", c.WebhookAuth}, {"LOCALSEPAY_IPN_SECRET", c.IPNSecret}} {
		if secret.value != "" { // secrets are not repeated: who pastes it fills them in
			words = append(words, secret.variable+"=…")
		}
	}
	words = append(words, "localsepay", "scenario", "run", name)
	add := func(flag, value string) {
		if value != "" {
			words = append(words, flag, value)
		}
	}
	add("--target", quoteWord(c.Target))
	add("--webhook", quoteWord(c.Webhook))
	add("--ipn", quoteWord(c.IPN))
	add("--check", quoteWord(c.Check))
	add("--prepare", quoteWord(c.Prepare))
	return strings.Join(words, " ")
}

// quoteWord quotes a text as one shell word.
func quoteWord(text string) string {
	if strings.ContainsAny(text, " '\"$&;|<>()*?!`\\") {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return text
}

// watchEvery is how often --watch checks the files.
const watchEvery = 300 * time.Millisecond

// changed waits until a file has changed; false when ctx ends first.
func (c scenarioRunCmd) changed(ctx context.Context, before string) bool {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
			if c.stamps() != before {
				return true
			}
		}
	}
}

// stamps returns the modification times and sizes of the files.
func (c scenarioRunCmd) stamps() string {
	var b strings.Builder
	for _, name := range c.Names {
		if info, err := os.Stat(name); err == nil {
			fmt.Fprintln(&b, name, info.ModTime().UnixNano(), info.Size())
		}
	}
	return b.String()
}

// scenarioListCmd lists the library.
type scenarioListCmd struct {
	JSON bool `name:"json" env:"LOCALSEPAY_JSON" help:"Print JSON for machines."`
}

// Run implements the verb.
func (c scenarioListCmd) Run(t terminal) error {
	all, err := scenarios.Library()
	if err != nil {
		return err
	}
	type row struct {
		Name    string `json:"name"`
		Purpose string `json:"purpose"`
	}
	rows := make([]row, 0, len(all))
	for _, s := range all {
		rows = append(rows, row{s.Name, s.Purpose})
	}
	return remote{JSON: c.JSON}.print(t, rows, func(w io.Writer) {
		for _, r := range rows {
			fmt.Fprintf(w, "%s\n  %s\n", r.Name, r.Purpose)
		}
	})
}

// scenarioShowCmd prints a file of the library.
type scenarioShowCmd struct {
	Name   string `arg:"" optional:"" help:"Name of the scenario."`
	Schema bool   `help:"Print the JSON Schema of scenario files instead, for editors."`
}

// Run implements the verb.
func (c scenarioShowCmd) Run(t terminal) error {
	var text []byte
	var err error
	if c.Schema {
		text, err = scenarios.Schema()
	} else if text, err = scenarios.Text(c.Name); err != nil {
		return &usageError{err.Error(), "localsepay scenario list shows what ships"}
	}
	if err != nil {
		return err
	}
	_, err = t.out.Write(text)
	return err
}

// scenarioNewCmd writes a starter file.
type scenarioNewCmd struct {
	File string `arg:"" help:"The file to write, such as paid-twice.yaml."`
	From string `help:"Begin with a copy of this scenario of the library." placeholder:"NAME"`
}

// Run implements the verb. It does not replace a file.
func (c scenarioNewCmd) Run(t terminal) error {
	if ext := filepath.Ext(c.File); ext != ".yaml" && ext != ".yml" {
		c.File += ".yaml" // by that ending, run knows a file from a name
	}
	name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(c.File), ".yml"), ".yaml")
	text, err := scenarios.Template(name, c.From)
	if err != nil {
		return &usageError{err.Error(), "a name has lower-case letters, digits and hyphens; localsepay scenario list shows what ships"}
	}
	if err := writeNew(c.File, text); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Wrote %s. Run it: localsepay scenario run %s\n", c.File, quoteWord(c.File))
	return nil
}
