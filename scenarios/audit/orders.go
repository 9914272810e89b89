package audit

import (
	"fmt"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/texts"
)

// orderRules are about which order a notice pays.
func orderRules(k kind) []rule {
	return []rule{
		{
			name: named(k, "unknown-order"), kind: k, title: "survives a payment for an order that it does not have",
			why: "Customers mistype codes. Each such notice that is refused comes back seven times, and hides real failures.", source: pageOf(k),
			fix: "Answer success, keep the money aside, and let a person look.",
			run: func(a *attack) (found, error) {
				o := a.reserve()
				if err := a.notify(o); err != nil {
					return found{}, err
				}
				return a.ignores(o, "an unknown order")
			},
		},
		{
			name: named(k, "cancelled-order"), kind: k, title: "does not take a cancelled order for a paid one without a word",
			needs: func(o Options) string {
				if o.Prepare == "" && o.Cancel == "" {
					return "the shop cannot be given a cancelled order: give --prepare or --cancel"
				}
				return ""
			},
			why: "The customer paid after the cancel. The goods may be sold to somebody else by now.", source: pageOf(k),
			fix: "Book the money, keep the order cancelled, and let a person decide about goods or refund.",
			run: (*attack).cancelledOrder,
		},
		{
			name: named(k, "longer-name"), kind: k, title: "does not take the money of one order for another whose name it begins with",
			why: "DH1 is in DH12: who searches the memo for a short code credits one customer's money to another's order.", source: codePage,
			fix: "Take the whole code, to the last digit that follows it, and look up exactly that one.",
			run: (*attack).longerName,
		},
		{
			name: named(k, "test-memo"), kind: k, title: "does not take the word TEST for a payment",
			why: "A shortcut from the days of testing is open to everybody who types the word.", source: pageOf(k),
			fix: "Take shortcuts like that out of the handler; test with an emulator.",
			run: (*attack).testMemo,
		},
	}
}

// cancelledOrder pays an order that was cancelled.
func (a *attack) cancelledOrder() (found, error) {
	open, err := a.order()
	if err != nil {
		return found{}, err
	}
	o, err := a.place(a.reserve(), true)
	if err != nil {
		return found{}, err
	}
	if a.Check != "" && open.shown == o.shown {
		return found{verdict: Unverifiable, detail: "the shop shows a cancelled order like an open one: it ignores \"cancelled\" in what --prepare posts; give --cancel"}, nil
	}
	if err := a.notify(o); err != nil {
		return found{}, err
	}
	return a.books(o, "a cancelled order")
}

// longerName pays an order whose name begins with another order's name.
func (a *attack) longerName() (found, error) {
	short, err := a.order()
	if err != nil {
		return found{}, err
	}
	long, err := a.place(order{code: short.code + "7", invoice: short.invoice + "7"}, false)
	if err != nil {
		return found{}, err
	}
	if err := a.notify(long); err != nil {
		return found{}, err
	}
	b, err := a.awaited(long, shopState.credited)
	if err != nil {
		return found{}, err
	}
	f, err := a.ignores(short, fmt.Sprintf("the money for %s", long.name(a.kind)))
	if err == nil && f.verdict == Pass && b.known && !b.credited() {
		return found{verdict: Unverifiable, detail: fmt.Sprintf("the shop did not credit %s either: it may take no names of that length", long.name(a.kind))}, nil
	}
	return f, err
}

// testMemo pays too little, once without and once with the word TEST.
func (a *attack) testMemo() (found, error) {
	const little, text = 1_000, "TEST SePay test"
	if a.kind == kindIPN {
		if err := a.set(ipnAmount(little)); err != nil {
			return found{}, err
		}
	}
	pay := func(o order, text string) error {
		if a.kind == kindIPN {
			return a.notifyWith(o, text)
		}
		return a.transfer(text+" "+o.code+" "+text, control.NewTransfer{Amount: little})
	}
	for _, text := range []string{texts.Plain, text} {
		o, err := a.order()
		if err != nil {
			return found{}, err
		}
		if err := pay(o, text); err != nil {
			return found{}, err
		}
		f, err := a.books(o, fmt.Sprintf("%d VND with the words %s", little, text))
		if err != nil || f.verdict != Pass {
			return a.rests(f, text == texts.Plain, "less", "too little money pays an order without the word TEST too"), err
		}
	}
	return found{verdict: Pass, detail: fmt.Sprintf("%d VND with the words %s paid nothing", little, text)}, nil
}

// rests returns a verdict, or, when it is the verdict of the precondition, that
// the rule cannot be verified.
func (a *attack) rests(f found, begins bool, rule, because string) found {
	if begins && f.verdict == Fail {
		return found{verdict: Unverifiable, detail: because + "; see " + named(a.kind, rule)}
	}
	return f
}
