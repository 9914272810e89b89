package audit

// webhookRules are the attacks on a webhook handler alone.
func webhookRules() []rule {
	return []rule{
		{
			name: "webhook-flipped-byte", kind: kindWebhook, title: "refuses a body that was changed on the way",
			needs: signs, lacking: "the handler has no signature to check",
			why: "Without the signature anybody who knows the URL can pay orders with a text editor.", source: authPage,
			fix: `Compute HMAC-SHA256 over timestamp + "." + the raw body, before any parsing, and compare in constant time.`,
			run: func(a *attack) (found, error) {
				return a.armed(map[string]any{"tamper": map[string]any{"flip_byte": gatewayByte}}, a.refuses)
			},
		},
		{
			name: "webhook-foreign-signature", kind: kindWebhook, title: "refuses the signature of another body",
			needs: signs, lacking: "the handler has no signature to check",
			why: "A signature that is looked at but not computed over this body proves nothing.", source: authPage,
			fix: "Compute the signature over the bytes that came in, not over a body that was parsed and written again.",
			run: func(a *attack) (found, error) {
				o, err := a.order(false)
				if err != nil {
					return found{}, err
				}
				if err := a.arm(map[string]any{"tamper": map[string]any{"set": map[string]any{"transferAmount": amount, "content": o.code, "code": o.code}}}); err != nil {
					return found{}, err
				}
				if err := a.transfer("khac", map[string]any{"amount": 10_000}); err != nil {
					return found{}, err
				}
				return a.refuses(o)
			},
		},
		{
			name: "webhook-old-timestamp", kind: kindWebhook, title: "refuses a notice that was signed six minutes ago",
			needs: signs, lacking: "the handler has no signature to check",
			why: "Who once saw a notice on the wire could send it again for ever.", source: authPage,
			fix: "Refuse when X-SePay-Timestamp is more than 300 seconds off.",
			run: func(a *attack) (found, error) { return a.armed(map[string]any{"stale_timestamp": "6m"}, a.refuses) },
		},
		{
			name: "webhook-less", kind: kindWebhook, title: "does not take too little money for a paid order",
			why: "The customer types the amount. 1,000 VND with the right code must not buy the goods.", source: webhookPage,
			fix: "Compare transferAmount with the order's amount before crediting.",
			run: func(a *attack) (found, error) {
				return a.moved(map[string]any{"amount": 1_000}, "too little money", a.books)
			},
		},
		{
			name: "webhook-wrong-account", kind: kindWebhook, title: "does not take money on another account for a paid order",
			why: "A company has several accounts; a transfer between them with an old code in the memo is no sale.", source: webhookPage,
			fix: "Compare accountNumber with the account that the order was to be paid to.",
			run: func(a *attack) (found, error) {
				return a.moved(map[string]any{"account": a.foreign()}, "money on another account", a.ignores)
			},
		},
		{
			name: "webhook-outgoing", kind: kindWebhook, title: "does not take a refund for a payment",
			why: "A webhook for all events tells of outgoing money too, and a refund carries the order's code.", source: webhookPage,
			fix: `Credit only when transferType is "in".`,
			run: func(a *attack) (found, error) {
				return a.moved(map[string]any{"direction": "out"}, "outgoing money", a.ignores)
			},
		},
		{
			name: "webhook-code-null", kind: kindWebhook, title: "survives a transfer without a payment code",
			why: "Most transfers to a shop's account are none of its orders; code is null then, not an empty text.", source: webhookPage,
			fix: "Answer success to a notice whose code is null, and credit nothing.",
			run: func(a *attack) (found, error) {
				o, err := a.order(false)
				if err != nil {
					return found{}, err
				}
				if err := a.transfer("chuyen tien", nil); err != nil {
					return found{}, err
				}
				return a.ignores(o, "a transfer without a code")
			},
		},
		{
			name: "webhook-foreign-code", kind: kindWebhook, title: "survives a code that is not its own",
			why: "Codes of another shop of the company arrive at the same account.", source: webhookPage,
			fix: "Look the code up among the shop's own orders, and answer success when it is not there.",
			run: func(a *attack) (found, error) {
				o, err := a.order(false)
				if err != nil {
					return found{}, err
				}
				if err := a.arm(map[string]any{"tamper": map[string]any{"set": map[string]any{"code": "ZZ999999", "content": "ZZ999999 " + o.code[2:]}, "signature": "fresh"}}); err != nil {
					return found{}, err
				}
				if err := a.transfer(o.code, nil); err != nil {
					return found{}, err
				}
				return a.ignores(o, "a foreign code")
			},
		},
		{
			name: "webhook-out-of-order", kind: kindWebhook, title: "credits two orders whose notices overtake each other",
			why: "SePay promises no order; a retry comes after younger notices.", source: webhookPage,
			fix: "Treat every notice by itself; do not skip ids that are lower than the last one.",
			run: outOfOrder,
		},
	}
}

// gatewayByte is the place of the first letter of the gateway's name: with
// another letter there the body is still JSON.
const gatewayByte = len(`{"gateway":"`)

// moved lets money move for a new order in a way that does not pay it.
func (a *attack) moved(change map[string]any, what string, look func(order, string) (found, error)) (found, error) {
	o, err := a.order(false)
	if err != nil {
		return found{}, err
	}
	if err := a.transfer(o.code, change); err != nil {
		return found{}, err
	}
	return look(o, what)
}

// outOfOrder lets the second of two notices come first.
func outOfOrder(a *attack) (found, error) {
	first, err := a.order(false)
	if err != nil {
		return found{}, err
	}
	second, err := a.order(false)
	if err != nil {
		return found{}, err
	}
	if err := a.fault(map[string]any{"nth": 1}, map[string]any{"reorder": true}); err != nil {
		return found{}, err
	}
	for _, o := range []order{first, second} {
		if err := a.transfer(o.code, nil); err != nil {
			return found{}, err
		}
	}
	for _, o := range []order{second, first} {
		f, err := a.once(o)
		if err != nil || f.verdict != Pass {
			return f, err
		}
	}
	return found{Pass, "both orders were credited once"}, nil
}

// ipnRules are the attacks on an IPN handler alone.
func ipnRules() []rule {
	changed := func(set map[string]any, what string) func(*attack) (found, error) {
		return func(a *attack) (found, error) {
			return a.armed(map[string]any{"tamper": map[string]any{"set": set, "signature": "fresh"}},
				func(o order) (found, error) { return a.ignores(o, what) })
		}
	}
	return []rule{
		{
			name: "ipn-less", kind: kindIPN, title: "does not take a smaller amount for a paid order",
			why: "The amount of a form is the customer's browser's; an order that was opened for less must not be shipped.", source: ipnPage,
			fix: "Compare order.order_amount with the amount of your own order.",
			run: changed(map[string]any{"order.order_amount": "1000.00", "transaction.transaction_amount": "1000"}, "a smaller amount"),
		},
		{
			name: "ipn-currency", kind: kindIPN, title: "does not take another currency for VND",
			why: "150,000 of another currency is another amount.", source: ipnPage,
			fix: "Compare order.order_currency with VND.",
			run: changed(map[string]any{"order.order_currency": "IDR", "transaction.transaction_currency": "IDR"}, "another currency"),
		},
		{
			name: "ipn-not-captured", kind: kindIPN, title: "does not take a declined payment for a paid order",
			why: "Only CAPTURED with an APPROVED transaction is money.", source: ipnPage,
			fix: "Credit only when order.order_status is CAPTURED and transaction.transaction_status is APPROVED.",
			run: changed(map[string]any{"order.order_status": "AUTHENTICATION_NOT_NEEDED", "transaction.transaction_status": "DECLINED"}, "a declined payment"),
		},
		{
			name: "ipn-void", kind: kindIPN, title: "does not take a void for a payment",
			why: "TRANSACTION_VOID tells that the money went back.", source: ipnPage,
			fix: "Look at notification_type first, and credit on ORDER_PAID alone.",
			run: changed(map[string]any{"notification_type": "TRANSACTION_VOID", "order.order_status": "CANCELLED", "transaction.transaction_type": "VOID"}, "a void"),
		},
	}
}
