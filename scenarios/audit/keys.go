package audit

import (
	"fmt"

	"github.com/localsepay/localsepay/openapi/control"
)

// keyRules are about how a handler identifies payments and orders.
func keyRules() []rule {
	const why = "SePay's referenceCode may be empty, and some banks give numbers of four or five digits that come again within months. Who takes it for the key of a payment ignores the next customer's money."
	const fix = "Take the body's id for the key: it is there always, and never comes again for another payment. Keep referenceCode for people to look at."
	return []rule{
		{
			name: "webhook-reference-empty", kind: kindWebhook, title: "credits two payments whose referenceCode is empty",
			why: why, fix: fix, source: webhookPage, run: func(a *attack) (found, error) { return a.sameReference("") },
		},
		{
			name: "webhook-reference-repeated", kind: kindWebhook, title: "credits two payments with the same referenceCode",
			why: why, fix: fix, source: webhookPage, run: func(a *attack) (found, error) { return a.sameReference("4711") },
		},
		{
			name: "webhook-code-null", kind: kindWebhook, title: "survives a transfer without a payment code",
			why: "Most transfers to a shop's account are none of its orders; code is null then, not an empty text.", source: codePage,
			fix: "Answer success to a notice whose code is null, and credit nothing.",
			run: func(a *attack) (found, error) {
				o, err := a.order()
				if err != nil {
					return found{}, err
				}
				if err := a.transfer("chuyen tien "+a.text(), control.NewTransfer{}); err != nil {
					return found{}, err
				}
				return a.ignores(o, "a transfer without a code")
			},
		},
		{
			name: "webhook-code-missed", kind: kindWebhook, title: "takes a payment whose code SePay did not recognise",
			why: "code is null whenever recognition is switched off, or the memo was mangled. The code is in the memo all the same, and the customer has paid.", source: codePage,
			fix: "Where code is null, look for an open order's code in content: drop everything but letters and digits on both sides, and fold the case. Never demand code.",
			run: (*attack).codeMissed,
		},
		{
			name: "webhook-foreign-code", kind: kindWebhook, title: "survives a code that is not its own",
			why: "Codes of another shop of the company arrive at the same account.", source: codePage,
			fix: "Look the code up among the shop's own orders, and answer success when it is not there.",
			run: func(a *attack) (found, error) {
				o, err := a.order()
				if err != nil {
					return found{}, err
				}
				if err := a.set(map[string]any{"code": "ZZ999999", "content": "ZZ999999 " + o.code[len(a.Prefix):]}); err != nil {
					return found{}, err
				}
				if err := a.transfer(o.code, control.NewTransfer{}); err != nil {
					return found{}, err
				}
				return a.ignores(o, "a foreign code")
			},
		},
		{
			name: "webhook-test-send", kind: kindWebhook, title: "does not take a test send for a payment",
			why: "SePay's test send has a sample's amount and the id 0. Who approves by it ships orders when somebody presses a button.", source: webhookPage,
			fix: "Answer success to a notice whose id is 0, and book nothing.",
			run: (*attack).testSend,
		},
	}
}

// sameReference pays two orders with the same referenceCode.
func (a *attack) sameReference(reference string) (found, error) {
	if err := a.set(map[string]any{"referenceCode": reference}); err != nil {
		return found{}, err
	}
	first, err := a.order()
	if err != nil {
		return found{}, err
	}
	if err := a.notify(first); err != nil {
		return found{}, err
	}
	b, err := a.awaited(first, shopState.credited)
	if err != nil {
		return found{}, err
	}
	sent := a.relay.all()
	if alone := b.known && !b.credited() || !b.known && !a.took(sent[0]); alone {
		return found{verdict: Fail, detail: fmt.Sprintf("a payment whose referenceCode is %q was answered with %s%s", reference, answered(sent[0]), and(b))}, nil
	}
	second, err := a.order()
	if err != nil {
		return found{}, err
	}
	if err := a.notify(second); err != nil {
		return found{}, err
	}
	f, err := a.once(second)
	if err == nil && f.verdict == Fail {
		f.detail = fmt.Sprintf("the second payment with the referenceCode %q and another id: %s", reference, f.detail)
	}
	return f, err
}

// codeMissed sends a notice whose code is only in the memo, and compares the
// answer with that to an unknown order.
func (a *attack) codeMissed() (found, error) {
	if err := a.notify(a.reserve()); err != nil {
		return found{}, err
	}
	unknown := a.relay.all()[0]
	return a.changed(map[string]any{"code": nil}, func(o order) (found, error) {
		b, err := a.awaited(o, shopState.credited)
		if err != nil {
			return found{}, err
		}
		sent := a.relay.all()
		s := sent[len(sent)-1]
		switch {
		case b.credited():
			return found{verdict: Pass, detail: "the order was found by the memo; " + b.said()}, nil
		case !a.took(s) && s.Status != unknown.Status:
			return found{verdict: Fail, detail: "the code was null and stood in the memo, and the handler answered " + answered(s) + and(b) + ": " + a.reads.means(a.kind, s)}, nil
		case !b.known:
			return found{verdict: Unverifiable, detail: "whether the order was found by its memo, only the shop can say: give --check"}, nil
		}
		return found{verdict: Warn, detail: "the code was null and stood in the memo; the handler answered " + answered(s) + ", and " + b.said() + ": a person has to find this money"}, nil
	})
}

// testSend sends SePay's test notice, and then test notices with an order's
// code, once with the sample's amount and once with the order's.
func (a *attack) testSend() (found, error) {
	if _, err := a.api.TestWebhook(a.ctx, a.hook); err != nil {
		return found{}, err
	}
	sent := a.relay.all()
	if broke := sent[len(sent)-1]; a.crashes(broke) {
		return found{verdict: Warn, detail: "the handler broke on SePay's own test send: " + answered(broke)}, nil
	}
	sample := control.NewTransfer{Amount: 10_000}
	if f, err := a.moved(sample, "10,000 VND", a.books); err != nil || f.verdict == Fail {
		return a.rests(f, true, "less", "10,000 VND pay an order with any id"), err
	}
	if err := a.set(map[string]any{"id": 0}); err != nil {
		return found{}, err
	}
	f, err := a.moved(sample, "a test send of 10,000 VND, with the id 0,", a.books)
	if err != nil || f.verdict == Fail || f.verdict == Unverifiable {
		return f, err
	}
	return a.fullTestSend(f)
}

// fullTestSend sends a test notice with an order's code and amount; f is the
// result so far.
func (a *attack) fullTestSend(f found) (found, error) {
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	if err := a.transfer(o.code+" "+a.text(), control.NewTransfer{}); err != nil {
		return found{}, err
	}
	b, err := a.unwanted(o, shopState.fulfils)
	if err == nil && b.fulfils() {
		f = found{verdict: Warn, detail: "a test send, with the id 0 and an order's code and amount, paid the order; " + b.said()}
	}
	return f, err
}
