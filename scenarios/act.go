package scenarios

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// outcome is what a step gave.
type outcome struct {
	// names is what ${name.…} sees.
	names any
	// answer is what a call was answered, nil when the step made none.
	answer *answer
}

// act does what a step says. Steps inside of it report into res.
func (r *run) act(ctx context.Context, sc scope, s Step, res *StepResult) (outcome, error) {
	switch {
	case s.Transfer != nil:
		return r.transfer(ctx, sc, *s.Transfer)
	case s.Checkout != nil:
		return filled(sc, *s.Checkout, func(c Checkout) (outcome, error) { return r.checkout(ctx, c, s.watchesAnswer()) })
	case s.Pay != nil:
		return filled(sc, *s.Pay, func(p Pay) (outcome, error) { return r.pay(ctx, p, s.watchesAnswer()) })
	case s.Cancel != nil:
		return r.merchantCall(ctx, sc, *s.Cancel, "/v1/order/cancel", s.watchesAnswer())
	case s.Void != nil:
		return r.merchantCall(ctx, sc, *s.Void, "/v1/order/voidTransaction", s.watchesAnswer())
	case s.Leave != nil:
		return r.orderMove(ctx, sc, *s.Leave, (*control.Client).LeaveOrder, s.watchesAnswer())
	case s.Expire != nil:
		return r.orderMove(ctx, sc, *s.Expire, (*control.Client).ExpireOrder, s.watchesAnswer())
	case s.Authorize != nil:
		return filled(sc, *s.Authorize, func(a Authorize) (outcome, error) { return r.authorize(ctx, a) })
	case s.Token != nil:
		return filled(sc, *s.Token, func(t Token) (outcome, error) { return r.token(ctx, t, s.watchesAnswer()) })
	case s.Call != nil:
		return filled(sc, *s.Call, func(c Call) (outcome, error) { return r.call(ctx, c, s.watchesAnswer()) })
	case s.Fault != nil:
		return filled(sc, *s.Fault, func(f Fault) (outcome, error) { return r.arm(ctx, f) })
	}
	return r.actMore(ctx, sc, s, res)
}

func (r *run) actMore(ctx context.Context, sc scope, s Step, res *StepResult) (outcome, error) {
	switch {
	case s.Webhook != nil:
		return r.configure(sc, *s.Webhook, s.Webhook.Company, func(t *tenant, h Webhook) (any, error) { return r.register(ctx, t, h) })
	case s.ChangeWebhook != nil:
		return r.configure(sc, *s.ChangeWebhook, s.ChangeWebhook.Company, func(t *tenant, h Webhook) (any, error) { return r.change(ctx, t, h) })
	case s.IPN != nil:
		t, err := r.tenant(s.IPN.Company)
		if err != nil {
			return outcome{}, err
		}
		shown, err := r.setIPN(ctx, t, *s.IPN)
		return outcome{names: shown}, err
	case s.Merchant != nil:
		return filled(sc, *s.Merchant, func(b Shop) (outcome, error) { return outcome{}, r.behave(ctx, b) })
	case s.Advance != nil:
		return outcome{}, r.advance(ctx, time.Duration(*s.Advance))
	case s.Wait != nil:
		return outcome{}, r.wait(ctx, sc, *s.Wait, res)
	case s.FaultOff != nil:
		return outcome{}, r.disarm(ctx, *s.FaultOff)
	case s.Parallel != nil:
		res.Steps = r.parallel(ctx, sc, s.Parallel, res.Path)
		return outcome{}, r.settleUnless(ctx, sc)
	case s.Repeat != nil:
		return outcome{}, r.repeat(ctx, sc, *s.Repeat, res)
	case s.Replay != nil:
		return filled(sc, *s.Replay, func(p Replay) (outcome, error) { return r.replay(ctx, p) })
	case s.Restart != nil:
		return outcome{}, r.restart(ctx, *s.Restart)
	case s.Snapshot != nil:
		return outcome{}, r.snapshot(ctx, *s.Snapshot)
	case s.Restore != nil:
		return outcome{}, r.restore(ctx, *s.Restore)
	}
	return outcome{}, nil
}

// filled fills the expressions of an action in and does it.
func filled[T any](sc scope, in T, do func(T) (outcome, error)) (outcome, error) {
	in, err := fill(sc.vars, in)
	if err != nil {
		return outcome{}, err
	}
	return do(in)
}

func (r *run) configure(sc scope, h Webhook, company string, do func(*tenant, Webhook) (any, error)) (outcome, error) {
	t, err := r.tenant(company)
	if err != nil {
		return outcome{}, err
	}
	if h, err = fill(sc.vars, h); err != nil {
		return outcome{}, err
	}
	shown, err := do(t, h)
	return outcome{names: shown}, err
}

// watchesAnswer says that the step looks at the answer itself, so that an
// error of SePay's is no failure of the step.
func (s Step) watchesAnswer() bool { return s.Expect.Answer != nil }

// tenant finds a company of the scenario by its name in the file.
func (r *run) tenant(name string) (*tenant, error) {
	if t := r.tenants[name]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("there is no company %q under needs.others", name)
}

// moved is the outcome of a control call: a refusal is an answer when the step
// watches it.
func moved(shown any, err error, watched bool) (outcome, error) {
	var no *control.Problem
	if watched && errors.As(err, &no) {
		a := answer{Status: no.Status, Text: no.Detail, Body: toNames(no), Tries: 1}
		return outcome{names: a.names(), answer: &a}, nil
	}
	a := answer{Status: http.StatusOK, Body: toNames(shown), Tries: 1}
	return outcome{names: a.Body, answer: &a}, err
}

func (r *run) transfer(ctx context.Context, sc scope, t Transfer) (outcome, error) {
	var last outcome
	for i := range max(t.Count, 1) {
		v := sc.vars
		if t.Count > 0 {
			v = v.with("i", int(i)+1)
		}
		one, err := fill(v, t)
		if err != nil {
			return outcome{}, err
		}
		owner, err := r.tenant(one.Company)
		if err != nil {
			return outcome{}, err
		}
		shown, err := r.client.api.Transfer(ctx, control.NewTransfer{
			Company: owner.ID, Account: one.Account, VA: one.VA, Direction: one.Direction, Amount: one.Amount, Content: one.Content, Reference: one.Reference,
			BankHabits: one.Habits, SentFrom: one.From, At: one.At,
		})
		if err != nil {
			return outcome{}, err
		}
		last = outcome{names: toNames(shown)}
	}
	return last, nil
}

func (r *run) pay(ctx context.Context, p Pay, watched bool) (outcome, error) {
	t, err := r.tenant(p.Company)
	if err != nil {
		return outcome{}, err
	}
	shown, err := r.client.api.Pay(ctx, p.Order, control.NewPay{Company: t.ID, Method: p.Method, Card: p.Card, Outcome: p.Outcome, BankHabits: p.Habits, SentFrom: p.From})
	return moved(shown, err, watched)
}

// orderCall is a call of the control API that does something to an order.
type orderCall func(*control.Client, context.Context, string, control.OrderChoice) (control.Order, error)

func (r *run) orderMove(ctx context.Context, sc scope, o OrderRef, move orderCall, watched bool) (outcome, error) {
	o, err := fill(sc.vars, o)
	if err != nil {
		return outcome{}, err
	}
	t, err := r.tenant(o.Company)
	if err != nil {
		return outcome{}, err
	}
	shown, err := move(r.client.api, ctx, o.Order, control.OrderChoice{Company: t.ID})
	return moved(shown, err, watched)
}

// settleUnless settles after steps that ran together.
func (r *run) settleUnless(ctx context.Context, sc scope) error {
	if sc.together {
		return nil
	}
	return r.settle(ctx)
}

func (r *run) parallel(ctx context.Context, sc scope, list []Step, path string) []StepResult {
	out := make([]StepResult, len(list))
	var all sync.WaitGroup
	for i, s := range list {
		all.Go(func() {
			inner := scope{vars: sc.vars, depth: sc.depth + 1, together: true}
			out[i] = r.step(ctx, inner, s, path+"."+strconv.Itoa(i+1))
		})
	}
	all.Wait()
	return out
}

func (r *run) repeat(ctx context.Context, sc scope, p Repeat, res *StepResult) error {
	for i := range p.Times {
		inner := scope{vars: sc.vars.with("i", int(i)+1), depth: sc.depth + 1, together: sc.together}
		res.Steps = append(res.Steps, r.steps(ctx, inner, p.Steps, fmt.Sprintf("%s.%d.", res.Path, i+1))...)
		if r.failed() {
			return nil
		}
		if p.Every > 0 {
			if err := r.advance(ctx, time.Duration(p.Every)); err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	waitWithin = 10 * time.Second
	waitPause  = 20 * time.Millisecond
)

// wait looks again and again, in real time, until the expectation holds.
func (r *run) wait(ctx context.Context, sc scope, w Wait, res *StepResult) error {
	within := time.Duration(w.Within)
	if within == 0 {
		within = waitWithin
	}
	for left := within; ; left -= waitPause {
		var notes []string
		wrong := r.holds(ctx, sc.vars, w.Until, nil, &notes)
		if len(wrong) == 0 {
			res.Notes = append(res.Notes, notes...)
			return nil
		}
		if left <= 0 {
			return fmt.Errorf("after %s: %s: expected %s, seen %s", within, wrong[0].What, wrong[0].Expected, wrong[0].Seen)
		}
		if err := pause(ctx, waitPause); err != nil {
			return err
		}
	}
}
