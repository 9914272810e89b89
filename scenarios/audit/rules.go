package audit

import (
	"errors"
	"strings"
)

// rule is one attack.
type rule struct {
	name  string
	kind  kind
	title string
	// why it matters, and how to fix what fails it.
	why, fix, source string
	// needs, which may be nil, says whether the rule applies; lacking says why
	// not.
	needs   func(Options) bool
	lacking string
	// first marks the rule that finds out whether the handler is there at all.
	first bool
	// body marks a rule that an idle handler can pass too: it is about breaking.
	body bool
	run  func(*attack) (found, error)
}

const (
	webhookPage = "https://developer.sepay.vn/vi/sepay-webhooks/tich-hop-webhook"
	authPage    = "https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc"
	ipnPage     = "https://developer.sepay.vn/vi/cong-thanh-toan/IPN"
)

// rules lists the attacks: those that both handlers know, and then their own.
func rules() []rule {
	return append(append(shared(kindWebhook), webhookRules()...), append(shared(kindIPN), ipnRules()...)...)
}

// page is where SePay writes about a handler.
func page(k kind) string {
	if k == kindIPN {
		return ipnPage
	}
	return webhookPage
}

// proofPage is where SePay writes about a handler's credential.
func proofPage(k kind) string {
	if k == kindIPN {
		return ipnPage
	}
	return authPage
}

// shared are the attacks that both handlers know.
func shared(k kind) []rule {
	name := func(s string) string { return string(k) + "-" + s }
	id := map[kind]string{kindWebhook: "the body's id", kindIPN: "transaction.id"}[k]
	return []rule{
		{
			name: name("accepts"), kind: k, first: true, title: "accepts an honest notice",
			why: "A handler that refuses real notices loses orders that were paid.", source: page(k),
			fix: map[kind]string{
				kindWebhook: `Answer 200 or 201 with {"success": true} within 30 seconds.`,
				kindIPN:     "Answer 200 within 30 seconds. Without an auth type, which is the default, there is no X-Secret-Key to insist on.",
			}[k],
			run: func(a *attack) (found, error) {
				return a.honest(func(o order) (found, error) {
					if err := a.learn(o); err != nil {
						return found{}, err
					}
					return a.accepts(o)
				})
			},
		},
		{
			name: name("duplicate"), kind: k, title: "credits an order once when the same notice comes again",
			why: "SePay sends a notice again after a lost answer, and by hand. Who books it twice gives money away.", source: page(k),
			fix: "Keep " + id + " with a unique index and answer success for one that is there already.",
			run: func(a *attack) (found, error) {
				return a.honest(func(o order) (found, error) {
					if err := a.replay(0); err != nil {
						return found{}, err
					}
					return a.once(o)
				})
			},
		},
		{
			name: name("concurrent"), kind: k, title: "credits an order once when the same notice comes three times at the same moment",
			why: "A check before the write loses the race: two requests both find nothing, and both book.", source: page(k),
			fix: "Let the database decide: insert " + id + " under a unique index in the transaction that credits the order.",
			run: func(a *attack) (found, error) {
				// The notice is lost, and then three copies of it race.
				return a.armed(map[string]any{"drop": true}, func(o order) (found, error) {
					if err := errors.Join(a.disarm(), a.race(3)); err != nil {
						return found{}, err
					}
					return a.once(o)
				})
			},
		},
		{
			name: name("missing-auth"), kind: k, title: "refuses a notice without its credential",
			needs: proves(k), lacking: "the handler has no authentication",
			why: "A check that is skipped when the header is missing is no check.", source: proofPage(k),
			fix: "Refuse with 401 when the header is not there.",
			run: func(a *attack) (found, error) { return a.armed(map[string]any{"wrong_auth": "missing"}, a.refuses) },
		},
		{
			name: name("wrong-auth"), kind: k, title: "refuses a notice with a wrong credential",
			needs: proves(k), lacking: "the handler has no authentication",
			why: "Anybody can send a header; only SePay knows the secret.", source: proofPage(k),
			fix: "Compare the whole credential in constant time.",
			run: func(a *attack) (found, error) { return a.armed(map[string]any{"wrong_auth": true}, a.refuses) },
		},
		{
			name: name("extra-fields"), kind: k, title: "accepts fields that it does not know",
			why: "SePay adds fields without asking. A strict parser stops the shop on that day.", source: page(k),
			fix: "Ignore unknown members.",
			run: func(a *attack) (found, error) {
				return a.armed(map[string]any{"tamper": map[string]any{"set": map[string]any{"somethingNew": map[string]any{"a": []int{1}}, "note": "x"}, "signature": "fresh"}}, a.accepts)
			},
		},
		{
			name: name("number-as-text"), kind: k, body: true, title: "survives numbers that come as texts, and texts as numbers",
			why: "Forms carry every number as a text, and both APIs of SePay disagree on types already.", source: page(k),
			fix: "Parse defensively, answer 4xx to what cannot be read, and never 5xx.",
			run: func(a *attack) (found, error) {
				set := map[string]any{"transferAmount": "150000", "id": "7"}
				if k == kindIPN {
					set = map[string]any{"order.order_amount": amount, "timestamp": "now"}
				}
				return a.armed(map[string]any{"tamper": map[string]any{"set": set, "signature": "fresh"}}, a.survives)
			},
		},
		{
			name: name("odd-bodies"), kind: k, body: true, title: "survives empty, cut and alien bodies",
			why: "The URL is public: scanners post anything to it. A handler that breaks can be taken down.", source: page(k),
			fix: "Answer 400 to a body that is not the expected JSON object.",
			run: func(a *attack) (found, error) {
				o, err := a.order(false)
				if err != nil {
					return found{}, err
				}
				for _, body := range []string{"", "{", "[]", "null", `"x"`, "<xml/>", "{}"} {
					if err := a.arm(map[string]any{"tamper": map[string]any{"body": body, "signature": "fresh"}}); err != nil {
						return found{}, err
					}
					if err := a.tell(a.fresh()); err != nil {
						return found{}, err
					}
					if err := a.disarm(); err != nil {
						return found{}, err
					}
				}
				return a.survives(o)
			},
		},
		{
			name: name("huge-body"), kind: k, body: true, title: "survives a body of 900 kilobytes",
			why: "Who reads without a bound can be made to run out of memory.", source: page(k),
			fix: "Bound the body, e.g. to 64 kB, and answer 413.",
			run: func(a *attack) (found, error) {
				return a.armed(map[string]any{"tamper": map[string]any{"set": map[string]any{"padding": strings.Repeat("x", 900<<10)}, "signature": "fresh"}}, a.outlives)
			},
		},
		{
			name: name("unknown-order"), kind: k, title: "survives a payment for an order that it does not have",
			why: "Customers mistype codes. Each such notice that is refused comes back seven times, and hides real failures.", source: page(k),
			fix: "Answer success, keep the money aside, and let a person look.",
			run: func(a *attack) (found, error) {
				o := a.fresh()
				if err := a.tell(o); err != nil {
					return found{}, err
				}
				return a.ignores(o, "an unknown order")
			},
		},
		{
			name: name("cancelled-order"), kind: k, title: "does not take a cancelled order for a paid one without a word",
			needs: func(o Options) bool { return o.Prepare != "" || o.Cancel != "" }, lacking: "the shop cannot be given a cancelled order: give --prepare or --cancel",
			why: "The customer paid after the cancel. The goods may be sold to somebody else by now.", source: page(k),
			fix: "Book the money, keep the order cancelled, and let a person decide about goods or refund.",
			run: func(a *attack) (found, error) {
				open, err := a.order(false)
				if err != nil {
					return found{}, err
				}
				o, err := a.order(true)
				if err != nil {
					return found{}, err
				}
				if a.Check != "" && open.shown == o.shown {
					return found{Unverifiable, "the shop shows a cancelled order like an open one: it takes no heed of \"cancelled\" in what --prepare posts; give --cancel"}, nil
				}
				if err := a.tell(o); err != nil {
					return found{}, err
				}
				return a.books(o, "a cancelled order")
			},
		},
	}
}

// honest tells of a new order and looks at what became of it.
func (a *attack) honest(look func(order) (found, error)) (found, error) {
	o, err := a.order(false)
	if err != nil {
		return found{}, err
	}
	if err := a.tell(o); err != nil {
		return found{}, err
	}
	return look(o)
}

// armed is honest with a fault on the way.
func (a *attack) armed(do map[string]any, look func(order) (found, error)) (found, error) {
	if err := a.arm(do); err != nil {
		return found{}, err
	}
	return a.honest(look)
}

// fresh is an order that the shop was not told of.
func (a *attack) fresh() order {
	prepare, check := a.Prepare, a.Check
	a.Prepare, a.Check = "", ""
	o, _ := a.order(false) // without an address to ask at it cannot fail
	a.Prepare, a.Check = prepare, check
	return o
}

// signs says whether the webhook's notices are signed.
func signs(o Options) bool { return o.Webhook.Auth == HMAC }

// proves says whether a handler's notices carry a credential.
func proves(k kind) func(Options) bool {
	return func(o Options) bool {
		if k == kindIPN {
			return o.IPN.Secret != ""
		}
		return o.Webhook.Auth != NoAuth
	}
}
