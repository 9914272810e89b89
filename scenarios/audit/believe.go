package audit

import (
	"fmt"
	"time"
)

// belief is what the shop says of an order.
type belief struct {
	// known is false when the shop cannot be asked.
	known bool
	paid  bool
	// credits counts how often the money was booked; -1 when the page does not say.
	credits int
	// rose is by how much the figure of credits rose, in its own unit; money says
	// that it did, if not by a whole credit.
	rose  float64
	money bool
	// counter says that the figure counts credits, and is not money or payments
	// that the shop may rightly book for an order which it does not fulfil.
	counter bool
	// saysPaid says that the page calls a paid order paid.
	saysPaid bool
}

// believes asks the shop about an order. A page that is not there yet means
// that the order was never heard of, which is not paid.
func (a *attack) believes(o order) (belief, error) {
	if a.Check == "" {
		return belief{}, nil
	}
	text, there, err := a.page(o)
	if err != nil {
		return belief{}, err
	}
	if !there {
		return belief{known: true}, nil
	}
	k := a.known()
	b := belief{known: true, paid: a.saysPaid(text) && !o.looksPaid, credits: -1, saysPaid: k.saysPaid}
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

// credited says whether the shop gave anything for the order.
func (b belief) credited() bool { return b.paid || b.money }

// fulfils says whether the shop takes the order for paid. Money that it only
// books is no promise to the customer; where the page says when an order is
// paid, that word decides.
func (b belief) fulfils() bool { return b.paid || b.money && b.counter && !b.saysPaid }

// twice says whether the money was booked more than once.
func (b belief) twice() bool { return b.credits > 1 }

// atOnce is how long a shop that books before it answers is looked at: its page
// may come out of a cache or another process.
const atOnce = 250 * time.Millisecond

// slack is how much longer than the first time a shop may take that books after
// it answered.
func (k *known) slack() time.Duration {
	if k.delay == 0 {
		return atOnce
	}
	return 2*k.delay + atOnce/2
}

// awaited asks until the shop believes what is expected of it, or has had time
// enough, and returns what it says then.
func (a *attack) awaited(o order, expected func(belief) bool) (b belief, err error) {
	_, err = a.until(min(a.known().slack(), a.Patience), func() (bool, error) {
		b, err = a.believes(o)
		return !b.known || expected(b), err
	})
	return b, err
}

// unwanted asks until the shop believes what it must not, or has had time enough
// to. A shop that books before it answers is asked once.
func (a *attack) unwanted(o order, wrong func(belief) bool) (belief, error) {
	if a.known().delay == 0 {
		return a.believes(o)
	}
	return a.awaited(o, wrong)
}

// times counts in words.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// said is what the shop says, in words.
func (b belief) said() string {
	state := "not paid"
	if b.paid {
		state = "paid"
	}
	if b.credits >= 0 {
		return fmt.Sprintf("the shop says the order is %s, credited %s", state, times(b.credits))
	}
	return "the shop says the order is " + state
}

// and adds what the shop says, if it can be asked.
func and(b belief) string {
	if !b.known {
		return ""
	}
	return "; " + b.said()
}
