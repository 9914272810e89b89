package audit

import (
	"fmt"
	"sync"

	"github.com/localsepay/localsepay/openapi/control"
)

// bookedBeforeAnswer reads the shop's page right after the answer.
func (a *attack) bookedBeforeAnswer() (found, error) {
	return a.honest(func(o order) (found, error) {
		passed := a.Stopwatch()
		b, err := a.readState(o)
		if err != nil || b.credited() {
			return found{verdict: Pass, detail: "the page shows the payment when the answer comes; " + b.said()}, err
		}
		if b, err = a.awaited(o, shopState.credited); err != nil {
			return found{}, err
		}
		sent := a.relay.all()
		s := sent[len(sent)-1]
		switch {
		case !b.credited():
			return found{verdict: Unverifiable, detail: "this notice was answered with " + answered(s) + ", and " + b.said()}, nil
		case !a.took(s):
			return found{verdict: Pass, detail: "it was not answered with success: " + answered(s)}, nil
		}
		return found{verdict: Warn, detail: fmt.Sprintf("success was answered, and %d ms later the page showed the payment; if the notice is stored before the answer, all is well", passed().Milliseconds())}, nil
	})
}

// duplicate sends a notice signed a minute ago, and then again with a new
// signature, as in a retry.
func (a *attack) duplicate() (found, error) {
	if a.kind == kindWebhook && a.Webhook.Auth == HMAC {
		if err := a.fault(control.FaultWhen{}, control.FaultDo{StaleTimestamp: "61s"}); err != nil {
			return found{}, err
		}
	}
	return a.honest(func(o order) (found, error) {
		if open, err := a.unless(o, "the first notice"); open != nil || err != nil {
			return value(open), err
		}
		n, err := a.last()
		if err != nil {
			return found{}, err
		}
		if _, err := a.again(n); err != nil {
			return found{}, err
		}
		return a.once(o)
	})
}

func value(f *found) found {
	if f == nil {
		return found{}
	}
	return *f
}

// kept makes SePay notify of an order, and stores the notice.
func (a *attack) kept(o order) (notice, error) {
	a.relay.hold(true)
	defer a.relay.hold(false)
	if err := a.notify(o); err != nil {
		return notice{}, err
	}
	return a.last()
}

// orderAndNotice places an order and stores the notice about its payment.
func (a *attack) orderAndNotice() (o order, n notice, err error) {
	if o, err = a.order(); err == nil {
		n, err = a.kept(o)
	}
	return o, n, err
}

// concurrent sends three copies of a notice at once. The result depends on
// chance, so it is tried with three orders.
func (a *attack) concurrent() (f found, err error) {
	for range 3 {
		if f, err = a.race(); err != nil || f.verdict != Pass {
			return f, err
		}
	}
	return f, nil
}

func (a *attack) race() (found, error) {
	o, n, err := a.orderAndNotice()
	if err != nil {
		return found{}, err
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { a.relay.post(a.ctx, n) })
	}
	all.Wait()
	return a.once(o)
}

// lostAnswer cuts the connection before the answer, and repeats the notice.
func (a *attack) lostAnswer() (f found, err error) {
	for _, at := range []moment{atWritten, atAnswer} {
		o, n, err := a.orderAndNotice()
		if err != nil {
			return found{}, err
		}
		a.relay.cut(a.ctx, n, at)
		if _, err := a.awaited(o, shopState.credited); err != nil { // it may be at work still
			return found{}, err
		}
		if _, err := a.again(n); err != nil {
			return found{}, err
		}
		if f, err = a.once(o); err != nil || f.verdict != Pass {
			return f, err
		}
	}
	return f, nil
}

// outOfOrder sends the second of two notices first.
func (a *attack) outOfOrder() (found, error) {
	var orders [2]order
	var notices [2]notice
	for i := range orders {
		var err error
		if orders[i], err = a.order(); err != nil {
			return found{}, err
		}
		if notices[i], err = a.kept(orders[i]); err != nil {
			return found{}, err
		}
	}
	for _, i := range []int{1, 0} {
		a.relay.post(a.ctx, notices[i])
	}
	for _, i := range []int{1, 0} {
		f, err := a.once(orders[i])
		if err != nil || f.verdict != Pass {
			return f, err
		}
	}
	return found{verdict: Pass, detail: "both orders were credited once"}, nil
}

// early notifies of an order before the shop has it.
func (a *attack) early() (found, error) {
	o := a.reserve()
	if err := a.notify(o); err != nil {
		return found{}, err
	}
	n, err := a.last()
	if err != nil {
		return found{}, err
	}
	if o, err = a.place(o, false); err != nil {
		return found{}, err
	}
	if a.Check == "" {
		return found{verdict: Unverifiable, detail: "whether the order that came later was credited, only the shop can say: give --check"}, nil
	}
	// The page of the new order may already show the payment.
	o.before, o.looksPaid = nil, !a.known().saysPaid
	b, err := a.awaited(o, shopState.credited)
	if err != nil {
		return found{}, err
	}
	if b.credited() {
		return found{verdict: Pass, detail: "the payment was found when the order came; " + b.said()}, nil
	}
	s, err := a.again(n)
	if err != nil {
		return found{}, err
	}
	if b, err = a.awaited(o, shopState.credited); err != nil {
		return found{}, err
	}
	if b.credited() {
		return found{verdict: Pass, detail: "the payment was credited when its notice came again; " + b.said()}, nil
	}
	return found{verdict: Warn, detail: fmt.Sprintf("the notice was answered, the order came, the notice came again and was answered with %s, and %s: a person has to find this money", answered(s), b.said())}, nil
}
