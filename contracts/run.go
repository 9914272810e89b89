package contracts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Options choose claims and say who is told of them. The zero value runs all.
type Options struct {
	// Surfaces runs only the claims about these, such as "userapi v2"; all when empty.
	Surfaces []string
	// Labels is a label filter of Ginkgo, such as "read && evidence:documented".
	Labels string
	// Names runs only claims whose full name contains one of these texts; all when empty.
	Names []string
	// Ask, unless nil, asks a person to do something at the real sandbox, such as paying an
	// order on its page. Without it, claims that need a person are skipped.
	Ask func(what string)
	// Progress, unless nil, is called with each claim when it is over.
	Progress func(Outcome)
	// Tag, letters and digits, is part of the invoice numbers, so that two runs against one
	// merchant do not meet.
	Tag string
	// Stopwatch starts to measure real time; calling its result reads the time. Without it
	// durations are 0.
	Stopwatch func() func() time.Duration
}

// ErrFilter says that a filter of [Options] cannot be read.
var ErrFilter = errors.New("no filter")

// Check returns [ErrFilter] when a filter cannot be read.
func (o Options) Check() error {
	if _, err := types.ParseLabelFilter(o.Labels); err != nil {
		return fmt.Errorf("%w of labels: %q", ErrFilter, o.Labels)
	}
	for _, name := range o.Names {
		if _, err := regexp.Compile(name); err != nil {
			return fmt.Errorf("%w of names: %q: %s", ErrFilter, name, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
	}
	return nil
}

// Outcome is a claim with its verdict and the exchanges made for it. Secrets are masked
// in its texts, not in the exchanges.
type Outcome struct {
	result.Spec
	Traffic []traffic.Exchange
}

// Result is a run with all its outcomes.
type Result struct {
	Target   Target
	Outcomes []Outcome
	// Exchanges are all of the run, in order, with their secrets.
	Exchanges []traffic.Exchange
	// Secrets masks the credentials of the run.
	Secrets  *mask.Masker
	Duration time.Duration
}

// Count returns how many outcomes have a state.
func (r Result) Count(s result.State) int {
	n := 0
	for _, o := range r.Outcomes {
		if o.State == s {
			n++
		}
	}
	return n
}

// ErrNothing says that a run checked no claim, which is no success.
var ErrNothing = errors.New("no claim was held against the target")

// suite is one run. Ginkgo's tree is global, so that two cannot run at once.
type suite struct {
	target    Target
	client    *http.Client
	receiver  *receiver
	settings  map[string]string
	stopwatch func() func() time.Duration
	here      place
	ask       func(string)
	// ends breaks the run off.
	ends context.Context

	sincePrevious func() time.Duration
	// runTag tells the orders of one run from those of others, invoices counts them.
	runTag    string
	invoices  int
	shared    tenant
	exchanges []traffic.Exchange
	perSpec   map[string][]traffic.Exchange
	// differences are the two sides of the first failure of each claim.
	differences map[string]sides
	masker      *mask.Masker
}

// Run checks a target against the claims. Claims that fail are in the result; the error
// says why a run was not possible. [ErrNothing] comes with the result of a run that
// checked nothing. When ctx ends, the present claim is broken off.
//
// Runs in one process wait for each other. With Ginkgo specs in the process, Run changes
// nothing and returns [ErrGinkgo]. Ginkgo's handler of interrupts stays registered.
func Run(ctx context.Context, t Target, o Options) (Result, error) {
	if err := t.Guard(); err != nil {
		return Result{}, err
	}
	if err := o.Check(); err != nil {
		return Result{}, err
	}
	leave, err := enter()
	if err != nil {
		return Result{}, err
	}
	defer leave()
	u, err := newSuite(ctx, t, o)
	if err != nil {
		return Result{}, err
	}
	defer u.client.CloseIdleConnections()
	whole := u.stopwatch()
	outcomes, err := u.run(ctx, o)
	r := Result{
		Target: t, Outcomes: outcomes, Exchanges: u.exchanges, Secrets: u.masker, Duration: whole(),
	}
	if err = errors.Join(err, u.receiver.stop()); err != nil {
		return r, err
	}
	if r.Count(result.Passed)+r.Count(result.Failed) == 0 {
		return r, ErrNothing
	}
	return r, nil
}

// idleConnections is how many connections to the target are kept open.
const idleConnections = 8

// newSuite makes a run ready: it starts the receiver and asks an emulator how
// it decides where SePay's pages disagree.
func newSuite(ctx context.Context, t Target, o Options) (*suite, error) {
	u := &suite{
		target: t, ask: o.Ask, stopwatch: o.Stopwatch, runTag: cmp.Or(o.Tag, "0"), perSpec: map[string][]traffic.Exchange{}, differences: map[string]sides{}, masker: mask.New(), settings: map[string]string{},
		client: t.rule().Client(guard.Options{Idle: idleConnections, Proxy: t.Kind() != "emulator"}),
	}
	if u.stopwatch == nil {
		u.stopwatch = func() func() time.Duration { return func() time.Duration { return 0 } }
	}
	u.sincePrevious = func() time.Duration { return time.Hour }
	u.secret(t.secrets()...)
	if err := u.learnSettings(ctx); err != nil {
		return nil, err
	}
	var err error
	if u.receiver, err = startReceiver(t.ReceiverListen, t.Receiver); err != nil {
		return nil, fmt.Errorf("start the receiver of webhooks: %w", err)
	}
	return u, nil
}

// run builds Ginkgo's tree and walks it.
func (u *suite) run(ctx context.Context, o Options) ([]Outcome, error) {
	var outcomes []Outcome
	u.ends = ctx
	inGinkgo(ctx, o, func() {
		ginkgo.ReportAfterEach(func(r ginkgo.SpecReport) {
			out := u.outcome(r)
			outcomes = append(outcomes, out)
			if o.Progress != nil && out.State != "" && ctx.Err() == nil {
				o.Progress(out)
			}
		})
		u.register()
	})
	return slices.DeleteFunc(outcomes, func(o Outcome) bool { return o.State == "" }), ctx.Err()
}

// filter is the label filter of the options.
func filter(o Options) string {
	var parts []string
	if o.Labels != "" {
		parts = append(parts, "("+o.Labels+")")
	}
	var places []string
	for _, s := range o.Surfaces {
		places = append(places, "surface:"+s)
	}
	if len(places) > 0 {
		parts = append(parts, "("+strings.Join(places, " || ")+")")
	}
	return strings.Join(parts, " && ")
}

// outcome is a spec's report in the suite's words; its State is empty when the
// filter left it out.
func (u *suite) outcome(r ginkgo.SpecReport) Outcome {
	out := Outcome{
		Spec:    result.Spec{Name: r.LeafNodeText, Labels: r.Labels(), DurationMS: r.RunTime.Milliseconds()},
		Traffic: u.perSpec[r.FullText()],
	}
	if n := len(r.ContainerHierarchyTexts); n > 0 {
		out.Surface = r.ContainerHierarchyTexts[n-1]
	}
	for _, l := range out.Labels {
		if op, ok := strings.CutPrefix(l, "op:"); ok {
			out.Operations = append(out.Operations, op)
		}
		if e, ok := strings.CutPrefix(l, "evidence:"); ok {
			out.Evidence = openapi.Evidence(e)
		}
	}
	switch {
	case r.State.Is(types.SpecStatePassed):
		out.State = result.Passed
	case r.State.Is(types.SpecStateSkipped) && r.Failure.Message != "":
		out.State, out.Reason = result.Skipped, r.Failure.Message
	case r.State.Is(types.SpecStateFailureStates):
		out.State, out.Failure = result.Failed, failure(r)
	}
	if out.State == result.Failed {
		d, known := u.differences[r.FullText()]
		if !known {
			d = sidesOf(out.Failure)
		}
		out.Expected, out.Seen = d.expected, d.seen
	}
	out.Failure, out.Reason = u.redact(out.Failure), u.redact(out.Reason)
	return out
}

// failure is what a failed spec says, with what broke besides.
func failure(r ginkgo.SpecReport) string {
	lines := []string{r.Failure.Message}
	if r.Failure.ForwardedPanic != "" {
		lines = append(lines, r.Failure.ForwardedPanic)
	}
	for _, more := range r.AdditionalFailures {
		if more.Failure.Message != r.Failure.Message {
			lines = append(lines, more.Failure.Message)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// currentName is the full name of the claim that runs.
func currentName() string { return ginkgo.CurrentSpecReport().FullText() }

// learnSettings asks an emulator for its settings.
func (u *suite) learnSettings(ctx context.Context) error {
	if u.target.Addresses.Control() == "" {
		return nil
	}
	state, err := readState(ctx, u.client, u.target.Addresses.Control())
	if err != nil {
		return err
	}
	for _, s := range state.Settings {
		u.settings[s.Name] = s.Value
	}
	return nil
}
