package audit

import (
	"fmt"
	"strings"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// moneyRules are about the amount, account and direction of payments.
func moneyRules() []rule {
	return []rule{
		{
			name: "webhook-less", kind: kindWebhook, title: "does not take too little money for a paid order",
			why: "The customer types the amount. 1,000 VND with the right code must not buy the goods, nor 15,000 because 150000 begins with it.", source: webhookPage,
			fix: "Compare transferAmount with the order's amount, as whole numbers, before crediting.",
			run: (*attack).less,
		},
		{
			name: "webhook-more", kind: kindWebhook, title: "keeps what was paid too much",
			needs: needsCheck, why: "The surplus is the customer's. Not recorded, it vanishes in the shop's accounts.", source: webhookPage,
			fix: "Record what came, and not what was due; let a person pay the rest back.",
			run: (*attack).more,
		},
		{
			name: "webhook-wrong-account", kind: kindWebhook, title: "does not take money on another account for a paid order",
			why: "A company has several accounts; a transfer between them with an old code in the memo is no sale.", source: webhookPage,
			fix: "Compare accountNumber with the account that the order was to be paid to.",
			run: func(a *attack) (found, error) {
				return a.moved(control.NewTransfer{Account: a.foreign()}, "money on another account", a.ignores)
			},
		},
		{
			name: "webhook-outgoing", kind: kindWebhook, title: "does not take a refund for a payment",
			why: "A webhook for all events tells of outgoing money too, and a refund carries the order's code.", source: webhookPage,
			fix: `Credit only when transferType is "in".`,
			run: func(a *attack) (found, error) {
				return a.moved(control.NewTransfer{Direction: "out"}, "outgoing money", a.ignores)
			},
		},
		{
			name: "webhook-instalments", kind: kindWebhook, title: "books two payments of the same amount and memo",
			needs: needsCheck, why: "The second half of a price is a payment of its own, with an id of its own. Who deduplicates by amount and memo loses it.", source: errorPage,
			fix: "Tell payments apart by the body's id alone.",
			run: (*attack).instalments,
		},
		{
			name: "webhook-same-memo", kind: kindWebhook, title: "credits a payment whose memo and amount were seen before, on another account",
			needs: needsCheck, why: "A customer who sent the money to the wrong account sends it again, with the same memo. Who remembers the memo instead of the id, ignores it.", source: errorPage,
			fix: "Tell payments apart by the body's id alone.",
			run: (*attack).sameMemo,
		},
	}
}

// moved makes a transfer for a new order that does not pay it.
func (a *attack) moved(change control.NewTransfer, what string, look func(order, string) (found, error)) (found, error) {
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	if err := a.transfer(o.code+" "+a.text(), change); err != nil {
		return found{}, err
	}
	return look(o, what)
}

// less pays three new orders with too little: a tiny amount, the first digits
// of the price, and one dong less.
func (a *attack) less() (f found, err error) {
	for _, amount := range []int64{1_000, price / 10, price - 1} {
		f, err = a.moved(control.NewTransfer{Amount: amount}, fmt.Sprintf("%d VND for a price of %d", amount, price), a.books)
		if err != nil || f.verdict != Pass {
			return f, err
		}
	}
	return f, nil
}

// more pays too much, and searches the shop's page for the surplus.
func (a *attack) more() (found, error) {
	exact, err := a.order()
	if err != nil {
		return found{}, err
	}
	if err := a.notify(exact); err != nil {
		return found{}, err
	}
	if open, err := a.unless(exact, "an exact payment"); open != nil || err != nil {
		return value(open), err
	}
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	if err := a.transfer(o.code+" "+a.text(), control.NewTransfer{Amount: price + surplus}); err != nil {
		return found{}, err
	}
	b, err := a.awaited(o, shopState.credited)
	if err != nil {
		return found{}, err
	}
	if !b.credited() {
		return found{verdict: Pass, detail: "a payment of more than the price is left to a person; " + b.said()}, nil
	}
	text, _, err := a.page(o)
	if err != nil {
		return found{}, err
	}
	exactly, _, err := a.page(exact)
	if err != nil {
		return found{}, err
	}
	if sums().Match(text) || words(text) != words(exactly) {
		return found{verdict: Pass, detail: "the page shows the surplus, or calls the order another than one that was paid exactly"}, nil
	}
	return found{verdict: Warn, detail: fmt.Sprintf("the order is paid, and its page looks like that of one that was paid exactly: the %d VND too much are not on it", surplus)}, nil
}

// surplus is the excess of an overpaid order, in VND; sums finds it, or the
// total paid, on a page.
const surplus = 50_000

var (
	sums  = pattern.Lazy(`\b(?:200|50)[.,_ ]?000\b`)
	latin = pattern.Lazy(`[A-Za-z_]+`)
)

// words returns a page's text without numbers, names and times.
func words(page []byte) string {
	return strings.Join(latin().FindAllString(string(page), -1), " ")
}

// instalments pays an order in two halves.
func (a *attack) instalments() (found, error) {
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	memo := o.code + " " + a.text()
	if err := a.transfer(memo, control.NewTransfer{Amount: price / 2}); err != nil {
		return found{}, err
	}
	half, err := a.awaited(o, shopState.credited)
	if err != nil {
		return found{}, err
	}
	if half.paid {
		return found{verdict: Unverifiable, detail: "the first half paid the order already; see webhook-less"}, nil
	}
	if !half.money {
		return found{verdict: Unverifiable, detail: "the page shows nothing of a half payment: whether the second one is seen is unknown"}, nil
	}
	if err := a.transfer(memo, control.NewTransfer{Amount: price / 2}); err != nil {
		return found{}, err
	}
	both, err := a.awaited(o, func(b shopState) bool { return b.rose > half.rose })
	switch {
	case err != nil:
		return found{}, err
	case both.rose > half.rose:
		return found{verdict: Pass, detail: "both halves were booked; " + both.said()}, nil
	}
	return found{verdict: Fail, detail: "the first half was booked and the second, with the same amount and memo and another id, was not; " + both.said()}, nil
}

// sameMemo makes an outgoing transfer of the same amount, and one to another
// account, before the right one; the memo is the same.
func (a *attack) sameMemo() (found, error) {
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	memo := o.code + " " + a.text()
	for _, wrong := range []control.NewTransfer{{Account: a.foreign()}, {Direction: "out"}} {
		if err := a.transfer(memo, wrong); err != nil {
			return found{}, err
		}
	}
	b, err := a.unwanted(o, shopState.credited)
	if err != nil {
		return found{}, err
	}
	if b.credited() {
		return found{verdict: Unverifiable, detail: "a transfer on another account, or an outgoing one, paid the order already; see webhook-wrong-account and webhook-outgoing"}, nil
	}
	if err := a.transfer(memo, control.NewTransfer{}); err != nil {
		return found{}, err
	}
	if b, err = a.awaited(o, shopState.credited); err != nil || b.credited() {
		return found{verdict: Pass, detail: "the right payment was credited; " + b.said()}, err
	}
	return found{verdict: Fail, detail: "money came on another account, went out, and then came as it should, each time with the same amount and memo and an id of its own; " + b.said()}, nil
}
