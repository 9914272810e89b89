package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/texts"
)

// diagnosis is the known mistake that explains a refused notice. It never
// contains a secret.
type diagnosis struct {
	// cause is a code for the mistake, empty when none was found.
	cause string
	// detail describes it in a sentence, hint how to fix it.
	detail, hint string
	// ours says that the audit's options may be wrong instead of the shop.
	ours bool
	// texts says that the handler accepts notices with other texts.
	texts bool
	// took is the accepted notice, nil for none.
	took *Sent
}

// attempt is a notice in the form that a handler with a known mistake accepts.
type attempt struct {
	diagnosis
	n notice
}

// maxAttempts and maxSearch bound a search.
const (
	maxAttempts = 400
	maxSearch   = time.Minute
)

// diagnose searches for a known mistake that explains why an honest notice was
// not credited, by sending variants and checking which one is.
func (a *attack) diagnose(o order, refused notice, s Sent) (diagnosis, error) {
	plain, err := a.order()
	if err != nil {
		return diagnosis{}, err
	}
	if err := a.notifyWith(plain, texts.Plain); err != nil {
		return diagnosis{}, err
	}
	n, err := a.last()
	if err != nil {
		return diagnosis{}, err
	}
	took, err := a.tookLast(plain, s)
	if err != nil {
		return diagnosis{}, err
	}
	if took {
		return a.byTexts(o, refused)
	}
	if is2xx(s) {
		return a.bySilence(o, s)
	}
	d, err := a.byCredential(plain, n, s)
	if err != nil || d.cause != "" || rejects(s) {
		return d, err
	}
	return a.byMembers(s)
}

// bySilence is the diagnosis of a handler that answered success and credited
// nothing. A late credit could be attributed to the wrong notice, so each notice
// is for an order of its own, and one that is credited at once must be so a
// second time.
func (a *attack) bySilence(o order, s Sent) (diagnosis, error) {
	d, err := a.byMembers(s)
	if err != nil || d.cause != "" || a.Check == "" {
		return d, err
	}
	late, err := a.learn(o)
	if err != nil || !late {
		return d, err
	}
	return diagnosis{cause: "slow", ours: true, detail: "By now it is credited: the shop took longer than " + a.Patience.String() + " to book it.",
		hint: "Give the shop more time with --patience, such as 1m."}, nil
}

// tookLast returns whether the last notice was credited or, without a page,
// accepted. s is the answer to the previous one: when that was a success too, an
// answer proves nothing.
func (a *attack) tookLast(o order, s Sent) (bool, error) {
	sent := a.relay.all()
	return a.credits(o, sent[len(sent)-1], is2xx(s) && a.known().delay == 0)
}

// credits returns whether the handler accepted the notice. brief reads the shop's
// page only once.
func (a *attack) credits(o order, s Sent, brief bool) (bool, error) {
	switch {
	case a.Check == "":
		return a.took(s), nil
	case brief || !is2xx(s):
		return a.learn(o)
	}
	return a.firstCredit(o, s)
}

// byTexts is the diagnosis of a handler that accepts plain texts but not all
// others.
func (a *attack) byTexts(o order, refused notice) (diagnosis, error) {
	again, err := a.order()
	if err != nil {
		return diagnosis{}, err
	}
	if err := a.notifyWith(again, texts.Join(a.classes())); err != nil {
		return diagnosis{}, err
	}
	if took, err := a.tookLast(again, Sent{}); err != nil || took {
		return diagnosis{cause: "unsteady", ours: true, texts: true, detail: "A second one like it was taken.",
			hint: "Look whether the shop remembers the ids of an earlier audit with the same --seed, or takes notices at some times only."}, err
	}
	if p := a.proof(a.kind); p.auth == HMAC {
		for _, r := range rewritings(refused.body) {
			n := refused.with(headerSignature, signature(p.secret, refused.header.Get(headerTimestamp)+"."+r.text))
			took, err := a.takes(o, n, Sent{})
			if err != nil {
				return diagnosis{}, err
			}
			if took != nil {
				d := diagnosis{cause: "reserialised", texts: true, hint: hintRaw, took: took,
					detail: "It takes the notice when the signature covers the body as " + r.name + " writes it: it computes the signature over a body that was parsed and written again, so that each memo with / or a letter outside of ASCII is refused."}
				_, err = a.brokenClasses()
				return d, err
			}
		}
	}
	broke, err := a.brokenClasses()
	if err != nil {
		return diagnosis{}, err
	}
	d := diagnosis{cause: "texts", texts: true, hint: "Parse the body as JSON in UTF-8, keep texts in columns that hold every character (utf8mb4) and are long enough, and change nothing in them before the signature is checked."}
	switch len(broke) {
	case 0:
		d.detail = "It takes plain texts, and each of the characters alone, but not a long memo with all of them: something cuts it, or is too short for it."
	default:
		d.detail = "It takes plain texts, but none with: " + strings.Join(broke, ", ") + ". SePay's JSON has / as \\/ and every character outside of ASCII as \\uXXXX."
	}
	return d, nil
}

// brokenClasses finds the classes of characters that the handler does not accept,
// one by one, so that the other rules avoid them.
func (a *attack) brokenClasses() ([]string, error) {
	for _, c := range a.classes() {
		o, err := a.order()
		if err != nil {
			return nil, err
		}
		if err := a.notifyWith(o, c.Sample); err != nil {
			return nil, err
		}
		sent := a.relay.all()
		took := a.took(sent[len(sent)-1])
		if a.Check != "" {
			b, err := a.awaited(o, shopState.credited)
			if err != nil {
				return nil, err
			}
			took = b.credited()
		}
		if !took {
			a.known().broke = append(a.known().broke, c.Name)
		}
	}
	return a.known().broke, nil
}

// takes returns what was sent when the handler accepts a notice, and nil when
// it does not; refused is its answer to the honest one.
func (a *attack) takes(o order, n notice, refused Sent) (*Sent, error) {
	s := a.relay.try(a.ctx, n)
	if took, err := a.credits(o, s, is2xx(refused)); err != nil || !took {
		return nil, err
	}
	return &s, nil
}

// byCredential is the diagnosis of a handler that refuses the credential.
func (a *attack) byCredential(o order, n notice, refused Sent) (diagnosis, error) {
	passed, tried := a.Stopwatch(), 0
	for try := range a.attempts(n) {
		if tried++; tried > maxAttempts || passed() > maxSearch {
			break
		}
		took, err := a.takes(o, try.n, refused)
		if err != nil {
			return diagnosis{}, err
		}
		if took != nil {
			try.took = took
			return try.diagnosis, nil
		}
	}
	return diagnosis{}, nil
}

// other is a secret that a handler may have instead of the right one.
type other struct {
	name, value string
	// cause is other_secret, no_secret or secret_spelling.
	cause string
}

// others lists the secrets that a handler may have instead of the given one.
func (a *attack) others(own string) []other {
	var out []other
	if own != "" {
		out = []other{{"an empty text", "", "no_secret"}, {"the text undefined", "undefined", "no_secret"}, {"the text null", "null", "no_secret"}, {"the text None", "None", "no_secret"}}
	}
	if a.kind == kindWebhook && a.IPN != nil && a.IPN.Secret != "" {
		out = append(out, other{"the IPN's secret", a.IPN.Secret, "other_secret"})
	}
	if a.kind == kindIPN && a.Webhook != nil && a.Webhook.Secret != "" {
		out = append(out, other{"the webhook's secret", a.Webhook.Secret, "other_secret"})
	}
	if own == "" {
		return out
	}
	out = append(out,
		other{"the secret with a line break at its end", own + "\n", "secret_spelling"}, other{"the secret with a blank at its end", own + " ", "secret_spelling"},
		other{"the secret in quotes", `"` + own + `"`, "secret_spelling"}, other{"the secret in small letters", strings.ToLower(own), "secret_spelling"}, other{"the secret in capitals", strings.ToUpper(own), "secret_spelling"})
	if bare, ok := strings.CutPrefix(own, "whsec_"); ok {
		out = append(out, other{"the secret without its prefix whsec_", bare, "secret_spelling"})
	}
	for _, d := range decodings(own) {
		out = append(out, other{"the secret decoded as " + d.name, d.value, "secret_spelling"})
	}
	return slices.DeleteFunc(out, func(o other) bool { return o.value == own })
}

// says returns the diagnosis of a handler with another secret.
func (o other) says(flag string) diagnosis {
	d := diagnosis{cause: o.cause, detail: "It takes the notice when " + o.name + " replaces the secret."}
	switch o.cause {
	case "other_secret":
		d.ours = true
		d.hint = fmt.Sprintf("Give each handler its own secret, and check that %s is the shop's.", flag)
	case "no_secret":
		d.detail += " The shop's own secret is not set, and anybody can forge that."
		d.hint = "Set the secret in the running shop's environment, and refuse to start without one."
	default:
		d.hint = "Use the secret's text as configured, from its first character to its last."
	}
	return d
}
