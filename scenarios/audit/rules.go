package audit

// rule is one check of a handler.
type rule struct {
	name  string
	kind  kind
	title string
	// why explains the rule, fix how to fix a failure.
	why, fix, source string
	// needs, which may be nil, returns what the rule lacks; empty when it applies.
	needs func(Options) string
	// first marks the rule that checks whether honest notices are credited; all
	// other rules of its handler depend on it.
	first bool
	run   func(*attack) (found, error)
}

const (
	webhookPage = "https://developer.sepay.vn/vi/sepay-webhooks/tich-hop-webhook"
	errorPage   = "https://developer.sepay.vn/vi/sepay-webhooks/xu-ly-loi"
	authPage    = "https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc"
	codePage    = "https://developer.sepay.vn/vi/sepay-webhooks/cau-hinh-ma-thanh-toan"
	ipnPage     = "https://developer.sepay.vn/vi/cong-thanh-toan/IPN"
	flowPage    = "https://developer.sepay.vn/vi/cong-thanh-toan/luong-thanh-toan"
)

// rules lists the rules: those of both handlers, and then their own.
func rules() []rule {
	var out []rule
	for _, k := range []kind{kindWebhook, kindIPN} {
		for _, group := range [][]rule{honestRules(k), repeatRules(k), proofRules(k), bodyRules(k), orderRules(k), returnRules(k)} {
			out = append(out, group...)
		}
		if k == kindWebhook {
			out = append(append(append(out, moneyRules()...), bankRules()...), keyRules()...)
		} else {
			out = append(out, ipnRules()...)
		}
	}
	return out
}

// named returns the name of a rule of both handlers.
func named(k kind, name string) string { return string(k) + "-" + name }

// pageOf returns SePay's page about a handler.
func pageOf(k kind) string {
	if k == kindIPN {
		return ipnPage
	}
	return webhookPage
}

// idOf returns the member that identifies a notice.
func idOf(k kind) string {
	return map[kind]string{kindWebhook: "the body's id", kindIPN: "transaction.id"}[k]
}

// honestRules are about honest notices.
func honestRules(k kind) []rule {
	return []rule{
		{
			name: named(k, "accepts"), kind: k, first: true, title: "credits an honest notice, whatever characters it holds",
			why: "A handler that refuses real notices loses orders that were paid.", source: pageOf(k),
			fix: map[kind]string{
				kindWebhook: `Answer 200 or 201 with {"success": true} within 30 seconds.`,
				kindIPN:     "Answer 200 within 30 seconds. Without an auth type, which is the default, there is no X-Secret-Key to insist on.",
			}[k],
			run: (*attack).honestNotice,
		},
		{
			name: named(k, "booked-before-answer"), kind: k, title: "has booked the money when it answers",
			needs: needsCheck, why: "What was answered with success is never sent again. A crash between the answer and the booking loses the payment.", source: errorPage,
			fix: "Write the notice to the database, or to a queue that survives a crash, before answering.",
			run: (*attack).bookedBeforeAnswer,
		},
		{
			name: named(k, "empty-members"), kind: k, title: "credits a notice whose members are empty",
			why: "description and referenceCode may be empty, subAccount is null or empty, and an IPN tells null of a card, a customer and an agreement that there are not. Who demands a text there, or measures a null, loses the payment.", source: pageOf(k),
			fix: "Demand the members that decide: id, amount, direction and account, and of an IPN the invoice number, the statuses and the transaction's id.",
			run: (*attack).emptyMembers,
		},
		{
			name: named(k, "extra-fields"), kind: k, title: "accepts fields that it does not know",
			why: "SePay adds fields without asking. A strict parser stops the shop on that day.", source: pageOf(k),
			fix: "Ignore unknown members.",
			run: func(a *attack) (found, error) {
				return a.changed(map[string]any{"somethingNew": map[string]any{"a": []any{1, nil, ""}}, "note": ""}, a.accepts)
			},
		},
	}
}

// repeatRules are about repeated notices, and notices at bad moments.
func repeatRules(k kind) []rule {
	return []rule{
		{
			name: named(k, "duplicate"), kind: k, title: "credits an order once when the same notice comes again",
			why: "SePay sends a notice again after a lost answer, and by hand, signed again with another timestamp. Who books it twice gives money away.", source: errorPage,
			fix: "Keep " + idOf(k) + " with a unique index and answer success for one that is there already.",
			run: (*attack).duplicate,
		},
		{
			name: named(k, "concurrent"), kind: k, title: "credits an order once when the same notice comes three times at the same moment",
			why: "A check before the write loses the race: two requests both find nothing, and both book.", source: pageOf(k),
			fix: "Let the database decide: insert " + idOf(k) + " under a unique index in the transaction that credits the order.",
			run: (*attack).concurrent,
		},
		{
			name: named(k, "lost-answer"), kind: k, title: "credits an order once when the connection breaks before the answer",
			why: "SePay breaks off after 30 seconds, and networks do at any moment. A handler that has marked the notice as seen by then and not booked it, loses the payment for good.", source: errorPage,
			fix: "Mark " + idOf(k) + " as seen in the same transaction that credits the order, and do not tie that to the request's connection.",
			run: (*attack).lostAnswer,
		},
		{
			name: named(k, "out-of-order"), kind: k, title: "credits two orders whose notices overtake each other",
			why: "SePay promises no order; a retry comes after younger notices.", source: errorPage,
			fix: "Treat every notice by itself; do not skip ids or times that are lower than the last one.",
			run: (*attack).outOfOrder,
		},
		{
			name: named(k, "early"), kind: k, title: "finds the money when the notice comes before its order",
			needs: needsPrepare, why: "A notice can be faster than the shop's own write of the order. Acknowledged and dropped, it is money without an order.", source: pageOf(k),
			fix: "Keep what no order is there for, and look through it when an order is made; or do not mark it as seen, so that a replay credits it.",
			run: (*attack).early,
		},
	}
}

func needsCheck(o Options) string {
	if o.Check == "" {
		return "the shop cannot be asked: give --check"
	}
	return ""
}

func needsPrepare(o Options) string {
	if o.Prepare == "" {
		return "the shop cannot be given an order after its notice: give --prepare"
	}
	return ""
}
