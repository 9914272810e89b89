package audit

import "github.com/localsepay/localsepay/openapi/control"

// proofPage returns SePay's page about a handler's credential.
func proofPage(k kind) string {
	if k == kindIPN {
		return ipnPage
	}
	return authPage
}

// proof is the credential of a handler's notices.
type proof struct {
	auth   Auth
	secret string
	// flag is the flag that sets it.
	flag string
}

// proof returns the credential for a kind of notice. An IPN has X-Secret-Key or
// none.
func (o Options) proof(k kind) proof {
	switch {
	case k == kindWebhook:
		return proof{o.Webhook.Auth, o.Webhook.Secret, "--webhook-auth"}
	case o.IPN.Secret == "":
		return proof{NoAuth, "", "--ipn-secret"}
	}
	return proof{SecretKey, o.IPN.Secret, "--ipn-secret"}
}

// proves returns what a rule about credentials lacks.
func proves(k kind) func(Options) string {
	return func(o Options) string {
		if o.proof(k).auth == NoAuth {
			return "the handler has no authentication"
		}
		return ""
	}
}

// signs returns what a rule about signatures lacks.
func signs(o Options) string {
	if o.Webhook.Auth != HMAC {
		return "the handler has no signature to check"
	}
	return ""
}

// proofRules are about forgeries.
func proofRules(k kind) []rule {
	out := []rule{
		{
			name: named(k, "missing-auth"), kind: k, title: "refuses a notice without its credential",
			needs: proves(k), why: "A check that is skipped when the header is missing is no check.", source: proofPage(k),
			fix: "Refuse with 401 when the header is not there, and when the shop's own secret is not set.",
			run: func(a *attack) (found, error) {
				return a.under(control.FaultDo{WrongAuth: control.AuthMissing}, a.refuses)
			},
		},
		{
			name: named(k, "wrong-auth"), kind: k, title: "refuses a notice with a wrong credential",
			needs: proves(k), why: "Anybody can send a header; only SePay knows the secret.", source: proofPage(k),
			fix: "Compare the whole credential in constant time.",
			run: func(a *attack) (found, error) {
				return a.under(control.FaultDo{WrongAuth: control.AuthWrong}, a.refuses)
			},
		},
		{
			name: named(k, "empty-auth"), kind: k, title: "refuses a credential made with an empty or half secret",
			needs: proves(k), why: "A secret that was not set is an empty one, which everybody knows; and a comparison of the first letters, or of a part, lets the rest be guessed.", source: proofPage(k),
			fix: "Refuse to start without the secret, and compare all of it.",
			run: (*attack).emptyAuth,
		},
		{
			name: named(k, "foreign-company"), kind: k, title: "refuses another company's notice about its order",
			needs: proves(k), why: "Anybody with an account at SePay can have its notices sent to this address, with the number of one of this shop's orders in them.", source: proofPage(k),
			fix: "Believe the shop's own secret alone.",
			run: (*attack).foreignCompany,
		},
	}
	if k == kindWebhook {
		out = append(out, signatureRules()...)
	}
	return out
}

// signatureRules are about signatures.
func signatureRules() []rule {
	return []rule{
		{
			name: "webhook-flipped-byte", kind: kindWebhook, title: "refuses a body that was changed on the way",
			needs: signs, why: "Without the signature anybody who knows the URL can pay orders with a text editor.", source: authPage,
			fix: `Compute HMAC-SHA256 over timestamp + "." + the raw body, before any parsing, and compare in constant time.`,
			run: func(a *attack) (found, error) {
				at := gatewayByte
				return a.under(control.FaultDo{Tamper: &control.FaultTamper{FlipByte: &at}}, a.refuses)
			},
		},
		{
			name: "webhook-foreign-signature", kind: kindWebhook, title: "refuses the signature of another body",
			needs: signs, why: "A signature that is looked at but not computed over this body proves nothing.", source: authPage,
			fix: "Compute the signature over the bytes that came in, not over a body that was parsed and written again.",
			run: func(a *attack) (found, error) {
				o, err := a.order()
				if err != nil {
					return found{}, err
				}
				if err := a.tamper(control.FaultWhen{}, "keep", map[string]any{"transferAmount": price, "content": o.code, "code": o.code}); err != nil {
					return found{}, err
				}
				if err := a.transfer("khac", control.NewTransfer{Amount: 10_000}); err != nil {
					return found{}, err
				}
				return a.refuses(o)
			},
		},
		{
			name: "webhook-old-timestamp", kind: kindWebhook, title: "refuses a notice that was signed six minutes ago",
			needs: signs, why: "Who once saw a notice on the wire could send it again for ever.", source: authPage,
			fix: "Refuse when X-SePay-Timestamp is more than 300 seconds off.",
			run: func(a *attack) (found, error) {
				return a.under(control.FaultDo{StaleTimestamp: "6m"}, a.refuses)
			},
		},
	}
}

// gatewayByte is the position of the first letter of the gateway's name: with
// another letter there the body is still JSON.
const gatewayByte = len(`{"gateway":"`)

// emptyAuth forges a notice with credentials that a careless comparison
// accepts.
func (a *attack) emptyAuth() (found, error) {
	o, n, err := a.orderAndNotice()
	if err != nil {
		return found{}, err
	}
	for _, forged := range a.sloppy(n) {
		s := a.relay.post(a.ctx, forged)
		b, err := a.unwanted(o, shopState.credited)
		if err != nil {
			return found{}, err
		}
		if b.credited() || !b.known && a.took(s) {
			break // the next one would be a duplicate
		}
	}
	return a.refuses(o)
}

// sloppy returns notices with less than the secret.
func (a *attack) sloppy(n notice) []notice {
	var out []notice
	p := a.proof(a.kind)
	if p.auth == HMAC {
		stamp := n.header.Get(headerTimestamp)
		for _, secret := range []string{"", "undefined", "null", "None"} {
			out = append(out, n.with(headerSignature, signature(secret, stamp+"."+string(n.body))))
		}
		right := n.header.Get(headerSignature)
		return append(out, n.with(headerSignature, right[:len("sha256=")+8]), n.with(headerSignature, "sha256="))
	}
	header, word, secret := "X-Secret-Key", "", p.secret
	if p.auth == APIKey {
		header, word = "Authorization", "Apikey "
	}
	for _, sloppy := range []string{"undefined", "null", "None", secret[:(len(secret)+1)/2], secret[len(secret)/2:], secret + "x"} {
		if sloppy != secret {
			out = append(out, n.with(header, word+sloppy))
		}
	}
	empty := n.with(header, "")
	empty.header[header] = []string{word} // a header that is there, and empty
	return append(out, empty)
}

// foreignCompany makes another company of the same SePay notify of this shop's
// order.
func (a *attack) foreignCompany() (found, error) {
	t, err := a.otherCompany()
	if err != nil {
		return found{}, err
	}
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	if a.kind == kindIPN {
		if err := a.pay(t, o.invoice, control.NewPay{}, "order_description", "Don hang "+o.invoice+" "+a.text()); err != nil {
			return found{}, err
		}
		return a.refuses(o)
	}
	if err := a.tamper(control.FaultWhen{Company: t.ID}, "fresh", map[string]any{"accountNumber": a.Account}); err != nil {
		return found{}, err
	}
	if err := a.transfer(o.code+" "+a.text(), control.NewTransfer{Company: t.ID, Account: otherCompanyAccount}); err != nil {
		return found{}, err
	}
	return a.refuses(o)
}

// otherCompanyAccount is the account number of the other company.
const otherCompanyAccount = "4400000777"
