package audit

import (
	"fmt"
	"time"
)

// shopState is what the shop's page says of an order.
type shopState struct {
	// known is false without a page.
	known bool
	paid  bool
	// credits counts bookings of the money; -1 when the page does not show it.
	credits int
	// rose is the increase of the figure of credits, in its own unit; money says
	// that it increased, even by less than a credit.
	rose  float64
	money bool
	// counter says that the figure counts credits, not money or payments, which
	// the shop may rightly book for an order that it does not fulfil.
	counter bool
	// saysPaid says that the page calls a paid order paid.
	saysPaid bool
}

// readState reads the shop's page about an order. A missing page means that the
// shop does not know the order, so it is not paid.
func (a *attack) readState(o order) (shopState, error) {
	if a.Check == "" {
		return shopState{}, nil
	}
	text, there, err := a.page(o)
	if err != nil {
		return shopState{}, err
	}
	if !there {
		return shopState{known: true}, nil
	}
	k := a.known()
	b := shopState{known: true, paid: a.saysPaid(text) && !o.looksPaid, credits: -1, saysPaid: k.saysPaid}
	m := k.measure
	if m.member == "" {
		m = measure{a.Credits, 1}
	}
	if now, ok := figures(text)[m.member]; ok {
		b.rose = now - o.before[m.member]
		b.credits, b.money, b.counter = int(b.rose/m.unit), b.rose > 0, m.member == a.Credits
	}
	return b, nil
}

// credited returns whether the shop booked anything for the order.
func (b shopState) credited() bool { return b.paid || b.money }

// fulfils returns whether the shop treats the order as paid. Booked money alone
// is no promise to the customer; where the page says when an order is paid,
// that decides.
func (b shopState) fulfils() bool { return b.paid || b.money && b.counter && !b.saysPaid }

// twice returns whether the money was booked more than once.
func (b shopState) twice() bool { return b.credits > 1 }

// atOnce is how long to watch a shop that books before it answers: its page may
// come from a cache or another process.
const atOnce = 250 * time.Millisecond

// slack is how much longer than at the first credit a shop that books after its
// answer may take.
func (k *known) slack() time.Duration {
	if k.delay == 0 {
		return atOnce
	}
	return 2*k.delay + atOnce/2
}

// awaited reads the page until the expected holds, or the time is over, and
// returns the last state.
func (a *attack) awaited(o order, expected func(shopState) bool) (b shopState, err error) {
	_, err = a.until(min(a.known().slack(), a.Patience), func() (bool, error) {
		b, err = a.readState(o)
		return !b.known || expected(b), err
	})
	return b, err
}

// unwanted reads the page until the wrong state holds, or the time is over. A
// shop that books before it answers is read once.
func (a *attack) unwanted(o order, wrong func(shopState) bool) (shopState, error) {
	if a.known().delay == 0 {
		return a.readState(o)
	}
	return a.awaited(o, wrong)
}

// times formats a count in words.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// said describes the shop's state.
func (b shopState) said() string {
	state := "not paid"
	if b.paid {
		state = "paid"
	}
	if b.credits >= 0 {
		return fmt.Sprintf("the shop says the order is %s, credited %s", state, times(b.credits))
	}
	return "the shop says the order is " + state
}

// and appends the shop's state, if there is a page.
func and(b shopState) string {
	if !b.known {
		return ""
	}
	return "; " + b.said()
}
