package audit

import (
	"fmt"
	"slices"

	"github.com/localsepay/localsepay/openapi/control"
)

// once demands that an order was credited, once, by the notices of the rule.
func (a *attack) once(o order) (found, error) {
	b, err := a.awaited(o, belief.credited)
	if err != nil {
		return found{}, err
	}
	if b.known && b.credited() && !b.twice() {
		if b, err = a.unwanted(o, belief.twice); err != nil {
			return found{}, err
		}
	}
	sent := a.relay.all()
	refused := a.refusedAt(sent)
	switch {
	case b.known && !b.credited():
		return found{verdict: Fail, detail: b.said() + "; the money came"}, nil
	case b.known && b.twice():
		return found{verdict: Fail, detail: b.said()}, nil
	case refused >= 0:
		return found{verdict: Warn, detail: fmt.Sprintf("notice %d was answered with %s%s: %s", refused+1, answered(sent[refused]), and(b), a.reads.means(a.kind, sent[refused]))}, nil
	case !b.known:
		return found{verdict: Unverifiable, detail: "every notice was accepted; whether the order was credited once, only the shop can say: give --check"}, nil
	case b.credits < 0:
		return found{verdict: Unverifiable, detail: b.said() + "; the page does not count credits"}, nil
	}
	return found{verdict: Pass, detail: b.said()}, nil
}

// accepts demands that an honest notice is credited. With a page the page
// decides; the answer is told by the retry rule in force.
func (a *attack) accepts(o order) (found, error) {
	b, err := a.awaited(o, belief.credited)
	if err != nil {
		return found{}, err
	}
	sent := a.relay.all()
	if len(sent) == 0 {
		return found{}, fmt.Errorf("nothing was sent to the handler")
	}
	s := sent[len(sent)-1]
	switch {
	case b.known && !b.credited():
		return found{verdict: Fail, detail: "the handler answered " + answered(s) + "; " + b.said() + ", though the money came"}, nil
	case a.took(s):
		return found{verdict: Pass, detail: "the notice was accepted" + and(b)}, nil
	case b.known || is2xx(s):
		return found{verdict: Warn, detail: "the handler answered " + answered(s) + and(b) + ": " + a.reads.means(a.kind, s)}, nil
	}
	return found{verdict: Fail, detail: "the handler answered " + answered(s)}, nil
}

// refuses demands that a forgery is not believed. Who books nothing is safe,
// whatever the answer.
func (a *attack) refuses(o order) (found, error) {
	b, err := a.unwanted(o, belief.credited)
	if err != nil {
		return found{}, err
	}
	sent := a.relay.all()
	taken := slices.IndexFunc(sent, a.took)
	broke := slices.IndexFunc(sent, a.crashes)
	switch {
	case len(sent) == 0:
		return found{}, fmt.Errorf("nothing was sent to the handler")
	case b.known && b.credited():
		return found{verdict: Fail, detail: "the forged notice was believed: " + b.said()}, nil
	case b.known && taken >= 0:
		return found{verdict: Warn, detail: "the forged notice was answered with success, but nothing was credited: refuse it, or nobody will notice an attack"}, nil
	case taken >= 0:
		return found{verdict: Fail, detail: "the forged notice was answered with success: " + answered(sent[taken])}, nil
	case broke >= 0:
		return found{verdict: Warn, detail: "nothing was credited, but the handler broke: " + answered(sent[broke])}, nil
	}
	return found{verdict: Pass, detail: "refused with " + answered(sent[0])}, nil
}

// ignores demands that an honest notice which pays nothing for the order
// credits nothing. SePay must still be told that it came.
func (a *attack) ignores(o order, what string) (found, error) {
	return a.unpaid(o, what, belief.credited)
}

// books demands that honest money which does not pay the order leaves the order
// unpaid. The shop may book it, and should.
func (a *attack) books(o order, what string) (found, error) {
	f, err := a.unpaid(o, what, belief.fulfils)
	if err != nil || f.verdict != Pass || a.known().saysPaid {
		return f, err
	}
	if b, err := a.believes(o); err != nil || b.money {
		return found{verdict: Unverifiable, detail: what + " was booked; whether the order is fulfilled, the shop's page does not say"}, err
	}
	return f, nil
}

// unpaid is ignores and books; wrong says what the shop must not believe.
func (a *attack) unpaid(o order, what string, wrong func(belief) bool) (found, error) {
	b, err := a.unwanted(o, wrong)
	if err != nil {
		return found{}, err
	}
	sent := a.relay.all()
	refused, broke := a.refusedAt(sent), slices.IndexFunc(sent, a.crashes)
	switch {
	case len(sent) == 0:
		return found{}, fmt.Errorf("nothing was sent to the handler")
	case b.known && wrong(b):
		return found{verdict: Fail, detail: what + " was credited: " + b.said()}, nil
	case broke >= 0:
		return found{verdict: Warn, detail: "the handler broke: " + answered(sent[broke]) + ". " + a.reads.means(a.kind, sent[broke])}, nil
	case !b.known:
		return found{verdict: Unverifiable, detail: "whether " + what + " was credited, only the shop can say: give --check"}, nil
	case refused >= 0:
		return found{verdict: Warn, detail: fmt.Sprintf("nothing was credited, but %s was answered with %s, and it is genuine: %s", what, answered(sent[refused]), a.reads.means(a.kind, sent[refused]))}, nil
	}
	return found{verdict: Pass, detail: "accepted, and nothing was credited"}, nil
}

// survives demands that a body which no handler expects breaks nothing.
func (a *attack) survives(o order) (found, error) {
	b, err := a.unwanted(o, belief.twice)
	if err != nil {
		return found{}, err
	}
	sent := a.relay.all()
	broke := slices.IndexFunc(sent, a.crashes)
	switch {
	case len(sent) == 0:
		return found{}, fmt.Errorf("nothing was sent to the handler")
	case broke >= 0:
		return found{verdict: Fail, detail: "the handler broke: " + answered(sent[broke])}, nil
	case b.known && b.twice():
		return found{verdict: Fail, detail: b.said()}, nil
	}
	return found{verdict: Pass, detail: "answered with " + answered(sent[len(sent)-1])}, nil
}

// outlives is survives for a body that a handler may stop reading: it can lose
// its answer with the connection, but has to take the next notice.
func (a *attack) outlives(o order) (found, error) {
	cut := slices.ContainsFunc(a.relay.all(), func(s Sent) bool { return s.Status == 0 })
	if !cut {
		return a.survives(o)
	}
	if err := a.disarm(); err != nil {
		return found{}, err
	}
	next, err := a.honest(a.accepts)
	if err == nil && next.verdict == Pass {
		next.detail = "the connection was closed without an answer; the next notice was accepted"
	}
	return next, err
}

// unless demands that the first notice of a rule did what an honest one does, and
// returns why the rule cannot be judged when it did not.
func (a *attack) unless(o order, what string) (*found, error) {
	b, err := a.awaited(o, belief.credited)
	if err != nil || !b.known || b.credited() {
		return nil, err
	}
	sent := a.relay.all()
	return &found{verdict: Unverifiable, detail: fmt.Sprintf("%s was answered with %s, and %s: the rule begins with one that is credited", what, answered(sent[len(sent)-1]), b.said())}, nil
}

// honest tells of a new order and looks at what became of it.
func (a *attack) honest(look func(order) (found, error)) (found, error) {
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	if err := a.tell(o); err != nil {
		return found{}, err
	}
	return look(o)
}

// under is honest with a fault on the way.
func (a *attack) under(do control.FaultDo, look func(order) (found, error)) (found, error) {
	if err := a.fault(control.FaultWhen{}, do); err != nil {
		return found{}, err
	}
	return a.honest(look)
}

// changed is honest with members of the notice changed, and signed afresh.
func (a *attack) changed(members map[string]any, look func(order) (found, error)) (found, error) {
	if err := a.set(members); err != nil {
		return found{}, err
	}
	return a.honest(look)
}

// tell lets the handler be told that an order was paid, by what the rule is
// about: a transfer or a payment at the gateway.
func (a *attack) tell(o order) error { return a.saying(o, a.text()) }

// saying is tell with a text in the memo or description.
func (a *attack) saying(o order, text string) error {
	if a.kind == kindIPN {
		return a.pay(a.own, o.invoice, control.NewPay{}, "order_description", "Don hang "+o.invoice+" "+text, "custom_data", customData(text))
	}
	return a.transfer(o.code+" "+text, control.NewTransfer{})
}
