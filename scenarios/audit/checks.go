package audit

import (
	"fmt"
	"slices"

	"github.com/localsepay/localsepay/openapi/control"
)

// once requires that an order was credited exactly once by the notices of the
// rule.
func (a *attack) once(o order) (found, error) {
	b, err := a.awaited(o, shopState.credited)
	if err != nil {
		return found{}, err
	}
	if b.known && b.credited() && !b.twice() {
		if b, err = a.unwanted(o, shopState.twice); err != nil {
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

// accepts requires that an honest notice is credited. The page decides, if
// there is one; otherwise the answer, by the retry rule.
func (a *attack) accepts(o order) (found, error) {
	b, err := a.awaited(o, shopState.credited)
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

// refuses requires that a forgery is not credited. A handler that books nothing
// is safe, whatever its answer.
func (a *attack) refuses(o order) (found, error) {
	b, err := a.unwanted(o, shopState.credited)
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

// ignores requires that an honest notice without payment for the order credits
// nothing, and is answered with success.
func (a *attack) ignores(o order, what string) (found, error) {
	return a.unpaid(o, what, shopState.credited)
}

// books requires that honest money that does not pay the order leaves the order
// unpaid. The shop should book it.
func (a *attack) books(o order, what string) (found, error) {
	f, err := a.unpaid(o, what, shopState.fulfils)
	if err != nil || f.verdict != Pass || a.known().saysPaid {
		return f, err
	}
	if b, err := a.readState(o); err != nil || b.money {
		return found{verdict: Unverifiable, detail: what + " was booked; whether the order is fulfilled, the shop's page does not say"}, err
	}
	return f, nil
}

// unpaid implements ignores and books; wrong is the forbidden state.
func (a *attack) unpaid(o order, what string, wrong func(shopState) bool) (found, error) {
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

// survives requires that an unexpected body breaks nothing.
func (a *attack) survives(o order) (found, error) {
	b, err := a.unwanted(o, shopState.twice)
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

// outlives is survives for a body that a handler may stop reading: its answer
// can be lost with the connection, but it must accept the next notice.
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

// unless requires that the first notice of a rule was handled as an honest one,
// and otherwise returns why the rule cannot be verified.
func (a *attack) unless(o order, what string) (*found, error) {
	b, err := a.awaited(o, shopState.credited)
	if err != nil || !b.known || b.credited() {
		return nil, err
	}
	sent := a.relay.all()
	return &found{verdict: Unverifiable, detail: fmt.Sprintf("%s was answered with %s, and %s: the rule begins with one that is credited", what, answered(sent[len(sent)-1]), b.said())}, nil
}

// honest notifies of a new order and checks the result.
func (a *attack) honest(look func(order) (found, error)) (found, error) {
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	if err := a.notify(o); err != nil {
		return found{}, err
	}
	return look(o)
}

// under is honest with a fault.
func (a *attack) under(do control.FaultDo, look func(order) (found, error)) (found, error) {
	if err := a.fault(control.FaultWhen{}, do); err != nil {
		return found{}, err
	}
	return a.honest(look)
}

// changed is honest with changed members in a newly signed notice.
func (a *attack) changed(members map[string]any, look func(order) (found, error)) (found, error) {
	if err := a.set(members); err != nil {
		return found{}, err
	}
	return a.honest(look)
}

// notify causes a notice that an order was paid: by a transfer or a payment at
// the gateway, by the kind of the rule.
func (a *attack) notify(o order) error { return a.notifyWith(o, a.text()) }

// notifyWith is notify with a text in the memo or description.
func (a *attack) notifyWith(o order, text string) error {
	if a.kind == kindIPN {
		return a.pay(a.own, o.invoice, control.NewPay{}, "order_description", "Don hang "+o.invoice+" "+text, "custom_data", customData(text))
	}
	return a.transfer(o.code+" "+text, control.NewTransfer{})
}
