package scenarios

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/mask"
)

// Target is the localsepay to run against.
type Target struct {
	// URL is its base address, without a trailing slash.
	URL string
	// Restart ends the target and starts it again with its records. Without it
	// the step "restart: sepay" takes a snapshot and puts it back, which cuts off
	// whatever is in flight and keeps records and queue.
	Restart func(context.Context) error
}

// Options change how a scenario is run. The zero value runs it as its file says.
type Options struct {
	// Webhook and IPN are the handlers under test. The engine's shop stands
	// before them: it gives scripted answers itself and hands everything else on.
	Webhook, IPN string
	// Check is the base address of relative check addresses. Without it, checks
	// of what the shop believes are skipped when a handler of the user's is
	// tested.
	Check string
	// Prepare is POSTed {"code" or "invoice", "amount", "account", "accounts",
	// "cancelled"} when a checkout or merchant.orders makes an order, so that the
	// user's own shop has it. Empty: it knows every order.
	Prepare string
	// Auth and Secret replace those of the webhook in the file, as Webhook.Auth
	// and Webhook.Secret; IPNSecret is what X-Secret-Key carries.
	Auth, Secret, IPNSecret string
	// Seed replaces the scenario's when it is not 0; without either it is 1. Ids
	// and secrets follow the target's own seed; chance, names and ${run} follow
	// this one. A shop that outlives a run wants another seed for the next.
	Seed uint64
	// Listen is the TCP address of the shop; a free loopback port when empty.
	Listen string
	// Observe is told of every step.
	Observe func(Event)
	// Stopwatch starts a measurement of real time; calling its result reads it.
	// Without it no real time is measured.
	Stopwatch func() func() time.Duration
	// Again is the command that repeats the run, without the seed; the engine
	// adds it. "localsepay scenario run NAME" when empty.
	Again string
	// Client sends the requests; one of its own when nil.
	Client *http.Client
}

// run is one scenario under way.
type run struct {
	scenario Scenario
	target   Target
	options  Options
	client   *client
	shop     *shop
	vars     *vars
	tenants  map[string]*tenant

	mu        sync.Mutex
	start     time.Time
	now       time.Time
	failure   *Failure
	taken     int
	faults    map[string]int64
	snapshots map[string]string
}

// Run runs a scenario against a target. What goes wrong is in the result.
func Run(ctx context.Context, s Scenario, target Target, o Options) Result {
	if o.Seed != 0 {
		s.Seed = o.Seed
	}
	if s.Seed == 0 {
		s.Seed = 1
	}
	shop := o.Client
	if o.Client == nil {
		o.Client, shop = sepayClient(), shopClient()
		defer o.Client.CloseIdleConnections()
	}
	if o.Stopwatch == nil {
		o.Stopwatch = func() func() time.Duration { return func() time.Duration { return 0 } }
	}
	r := &run{
		scenario: s, target: target, options: o, client: newClient(target.URL, o.Client, shop, mask.New(o.Secret, o.IPNSecret)),
		vars: &vars{ctx: ctx, names: map[string]any{"seed": int(s.Seed), "run": runName(s.Seed)}}, tenants: map[string]*tenant{}, faults: map[string]int64{}, snapshots: map[string]string{},
	}
	took := o.Stopwatch()
	out := Result{Scenario: s.Name, Purpose: s.Purpose, Seed: s.Seed, Status: Passed}
	out.Steps = r.all(ctx)
	if err := r.end(); err != nil && r.failure == nil {
		r.fail(ctx, StepResult{Path: "end", Title: "leave the target as it was"}, []Mismatch{trouble("the end", err)})
	}
	out.Span = r.offset()
	if r.failure != nil {
		out.Status, out.Failure = Failed, r.failure
	}
	out.Elapsed = took()
	for i := range out.Steps {
		out.Steps[i] = r.shown(out.Steps[i])
	}
	return out
}

// shown is a step without credentials.
func (r *run) shown(s StepResult) StepResult {
	m := r.client.secrets
	s.Title, s.Notes, s.Steps = m.Prose(s.Title), slices.Clone(s.Notes), slices.Clone(s.Steps)
	for i := range s.Notes {
		s.Notes[i] = m.Prose(s.Notes[i])
	}
	for i := range s.Steps {
		s.Steps[i] = r.shown(s.Steps[i])
	}
	return s
}

// all runs the steps one after the other; after a failure the rest is skipped.
func (r *run) all(ctx context.Context) []StepResult {
	begin := r.measured(ctx, StepResult{Path: "0", Title: "needs"}, 0, func(*StepResult) []Mismatch {
		if err := r.begin(ctx); err != nil {
			return []Mismatch{trouble("what the scenario needs", err)}
		}
		return nil
	})
	out := append([]StepResult{begin}, r.steps(ctx, scope{vars: r.vars}, r.scenario.Steps, "")...)
	if zero(r.scenario.Expect) {
		return out
	}
	last := StepResult{Path: "end", Title: "expect"}
	if r.failed() {
		last.Status = Skipped
		return append(out, last)
	}
	return append(out, r.measured(ctx, last, 0, func(s *StepResult) []Mismatch {
		return r.holds(ctx, r.vars, r.scenario.Expect, nil, &s.Notes)
	}))
}

// scope is where a step runs.
type scope struct {
	vars  *vars
	depth int
	// together says that other steps run at the same time: the step does not
	// wait for what it caused.
	together bool
}

// steps runs a list of steps in order.
func (r *run) steps(ctx context.Context, sc scope, list []Step, prefix string) []StepResult {
	var out []StepResult
	for i, s := range list {
		out = append(out, r.step(ctx, sc, s, prefix+strconv.Itoa(i+1)))
	}
	return out
}

// step runs one step and holds its expectations.
func (r *run) step(ctx context.Context, sc scope, s Step, path string) StepResult {
	res := StepResult{Path: path, Title: s.title(), Line: s.line}
	if r.failed() {
		res.Status = Skipped
		return res
	}
	return r.measured(ctx, res, sc.depth, func(res *StepResult) []Mismatch {
		if err := r.count(ctx); err != nil {
			return []Mismatch{trouble(s.title(), err)}
		}
		done, err := r.act(ctx, sc, s, res)
		if err == nil && !sc.together {
			err = r.settle(ctx)
		}
		if err == nil {
			err = r.keep(sc.vars, s, done)
		}
		if err != nil {
			return []Mismatch{trouble(s.title(), err)}
		}
		if r.failed() || zero(s.Expect) {
			return nil
		}
		return r.holds(ctx, sc.vars, s.Expect, done.answer, &res.Notes)
	})
}

// maxRun is how many steps one run takes, with those that are repeated.
const maxRun = 100_000

// count counts a step. It fails when there were too many, or when ctx has ended.
func (r *run) count(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.taken++; r.taken > maxRun {
		return fmt.Errorf("the run takes more than %d steps: repeat fewer of them", maxRun)
	}
	return ctx.Err()
}

// measured runs work as a step, tells the observer, and keeps a failure.
func (r *run) measured(ctx context.Context, res StepResult, depth int, work func(*StepResult) []Mismatch) StepResult {
	r.observe(Event{Begun: true, Step: res, Depth: depth})
	took := r.options.Stopwatch()
	wrong := work(&res)
	res.Status, res.At, res.Elapsed = Passed, r.offset(), took()
	if len(wrong) > 0 {
		res.Status = Failed
		r.fail(ctx, res, wrong)
	}
	if slices.ContainsFunc(res.Steps, func(inner StepResult) bool { return inner.Status != Passed }) {
		res.Status = Failed
	}
	r.observe(Event{Step: res, Depth: depth})
	return res
}

func (r *run) observe(e Event) {
	if r.options.Observe != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		e.Step = r.shown(e.Step)
		r.options.Observe(e)
	}
}

// keep puts what a step gave under the names that later steps use.
func (r *run) keep(v *vars, s Step, done outcome) error {
	if s.As != "" {
		r.vars.set(s.As, done.names)
		v.set(s.As, done.names)
	}
	for name, code := range s.Take {
		value, err := look(v.ctx, done.names, code)
		if err != nil {
			return fmt.Errorf("capture %s: %w", name, err)
		}
		r.vars.set(name, value)
		v.set(name, value)
	}
	return nil
}

// settle waits until everything that is due now was sent and answered.
func (r *run) settle(ctx context.Context) error { return r.advance(ctx, 0) }

func (r *run) advance(ctx context.Context, by time.Duration) error {
	done, err := r.client.advance(ctx, by)
	if err != nil {
		return err
	}
	now, err := instant(done.Clock.Now)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = now
	return nil
}

// offset is the target's time, counted from the start in whole seconds.
func (r *run) offset() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Duration(r.now.Sub(r.start).Round(time.Second)).String()
}

func (r *run) failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure != nil
}

// fail keeps the first failure, with what went over the wire before it.
func (r *run) fail(ctx context.Context, at StepResult, wrong []Mismatch) {
	traffic := r.traffic(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure != nil {
		return
	}
	for i := range wrong {
		w := &wrong[i]
		w.What, w.Expected, w.Seen, w.Diff = r.mask(w.What), r.mask(w.Expected), r.mask(w.Seen), r.client.secrets.Known(w.Diff)
	}
	again := r.options.Again
	if again == "" {
		again = "localsepay scenario run " + r.scenario.Name
		if r.scenario.File != "" {
			again = "localsepay scenario run " + r.scenario.File
		}
	}
	r.failure = &Failure{
		Step: at.Path, Title: r.mask(at.Title), File: r.scenario.File, Line: at.Line, Mismatches: wrong, Traffic: traffic,
		Command: again + " --seed " + strconv.FormatUint(r.scenario.Seed, 10),
	}
}

// mask takes credentials out of a text, and addresses: they are others in each
// run.
func (r *run) mask(text string) string {
	text = r.client.secrets.Prose(text)
	if r.shop != nil {
		text = strings.ReplaceAll(text, r.shop.url(), "http://shop")
		text = strings.ReplaceAll(text, r.shop.gate.Addr().String(), "shop")
	}
	return strings.ReplaceAll(text, r.client.base, "http://sepay")
}

// trouble is an error as a mismatch.
func trouble(what string, err error) Mismatch {
	return Mismatch{What: what, Expected: "it can be done", Seen: err.Error()}
}

// end takes back what the scenario left armed at the target, also after ctx of
// the run has ended.
func (r *run) end() error {
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	var err error
	for _, id := range r.faults {
		if e := r.client.api.DeleteFault(ctx, id); !control.Refused(e, http.StatusNotFound) {
			err = errors.Join(err, e)
		}
	}
	if r.shop == nil {
		return err
	}
	for _, t := range r.tenants {
		err = errors.Join(err, r.silence(ctx, t))
	}
	return errors.Join(err, r.shop.close())
}

// endTimeout bounds the clearing up, in real time.
const endTimeout = 10 * time.Second
