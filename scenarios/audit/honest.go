package audit

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/localsepay/localsepay/openapi/pattern"
	"github.com/localsepay/localsepay/openapi/texts"
)

// customData is the custom data that a shop posts with a checkout and gets back
// in the IPN: a text, also in a list, an empty text and a null.
func customData(text string) string {
	b, _ := json.Marshal(map[string]any{"note": text, "items": []any{text, 1, true}, "empty": "", "none": nil}) // texts always encode
	return string(b)
}

// honestNotice is the first rule of a handler: an honest notice with every character
// that SePay's format allows is credited. It finds how the shop shows a credit,
// and diagnoses a missing one.
func (a *attack) honestNotice() (found, error) {
	o, err := a.order()
	if err != nil {
		return found{}, err
	}
	if err := a.notifyWith(o, texts.Join(a.classes())); err != nil {
		return found{}, err
	}
	n, err := a.last()
	if err != nil {
		return found{}, err
	}
	sent := a.relay.all()
	s := sent[len(sent)-1]
	credited, err := a.firstCredit(o, s)
	if err != nil {
		return found{}, err
	}
	if s.Status == 0 {
		a.block("there was no answer to an honest notice: "+s.Error, "Let the handler answer within 30 seconds.")
		return found{verdict: Fail, detail: "no answer: " + s.Error}, nil
	}
	switch {
	case credited && a.took(s):
		return found{verdict: Pass, detail: "the notice was accepted; " + a.shows(o)}, nil
	case credited:
		a.known().usual = s.Status
		return found{verdict: Warn, detail: "the money was booked, but the handler answered " + answered(s) + ": " + a.reads.means(a.kind, s)}, nil
	case a.Check == "" && a.took(s):
		return found{verdict: Pass, detail: "the notice was accepted"}, nil
	case a.Check == "" && is2xx(s):
		a.known().usual = s.Status
		return found{verdict: Warn, detail: "the handler answered " + answered(s) + ": " + a.reads.means(a.kind, s) + ". Whether the money was booked, only the shop can say: give --check"}, nil
	}
	return a.explainRefusal(o, n, s)
}

// emptyMembers sends notices with empty texts and nulls where SePay allows
// them, in both forms of its pages and notices.
func (a *attack) emptyMembers() (found, error) {
	sets := []map[string]any{{"description": "", "referenceCode": "", "subAccount": nil}, {"subAccount": "", "accumulated": 0}}
	if a.kind == kindIPN {
		sets = []map[string]any{
			{"order.custom_data": []any{}, "order.user_agent": "", "order.ip_address": "2001:db8::1", "customer": nil, "agreement": nil},
			{"order.custom_data": map[string]any{}, "order.order_description": "", "transaction.authentication_status": nil},
		}
	}
	return a.each(sets, a.accepting)
}

// shows describes the shop's page about a credited order.
func (a *attack) shows(o order) string {
	b, err := a.readState(o)
	if err != nil {
		return "the shop shows the payment"
	}
	return b.said()
}

// firstCredit waits until the shop's page shows the first payment, and stores
// the time. It does not wait after a refused notice.
func (a *attack) firstCredit(o order, s Sent) (bool, error) {
	if a.Check == "" {
		return false, nil
	}
	limit := a.Patience
	if !is2xx(s) {
		limit = min(limit, atOnce)
	}
	passed, first := a.Stopwatch(), true
	shown, err := a.until(limit, func() (bool, error) {
		shown, err := a.learn(o)
		if shown && !first {
			a.known().delay = max(passed(), pollEvery)
		}
		first = false
		return shown, err
	})
	return shown, err
}

// block stores why honest notices are not credited.
func (a *attack) block(problem, first string) {
	a.known().blocked = &Block{problem, first}
}

// explainRefusal explains why an honest notice was refused or not credited. A
// mistake of the handler fails the rule; one that may be the audit's own, such
// as a wrong secret, leaves it open.
func (a *attack) explainRefusal(o order, n notice, s Sent) (found, error) {
	what := "the handler answered an honest notice with " + answered(s)
	if a.Check != "" && a.took(s) {
		what = "the handler answered an honest notice with success, but " + a.shows(o)
	}
	d, err := a.diagnose(o, n, s)
	if err != nil {
		return found{}, err
	}
	a.relay.showOnly(s, d.took)
	verdict := Fail
	if d.ours {
		verdict = Unverifiable
	}
	if d.texts { // with other texts the rules can go on
		return found{verdict, what + ". " + d.detail, d.cause, d.hint}, nil
	}
	if d.cause == "" {
		d = a.guess(o, s)
	}
	if d.ours {
		verdict = Unverifiable
	}
	a.block(what+". "+d.detail, d.hint)
	return found{verdict, what + ". " + d.detail, d.cause, d.hint}, nil
}

// guess advises what to check first when no known mistake explains a refusal.
func (a *attack) guess(o order, s Sent) diagnosis {
	p := a.proof(a.kind)
	flag := p.flag
	switch {
	case rejects(s):
		d := diagnosis{cause: "secret", ours: true, detail: "The secret given with " + flag + " may not be the shop's.",
			hint: "Compare the secret of " + flag + " with the one that the running shop has, then audit again."}
		if p.auth == NoAuth {
			d.detail, d.hint = "The handler wants a credential, and SePay sends none as long as none is configured.", "Give the shop's secret with "+flag+", or have the handler take notices without one, as SePay's default is."
			if a.kind == kindIPN {
				d.cause, d.ours = "insists_on_secret", false
			}
		}
		return d
	case s.Status == http.StatusNotFound || s.Status == http.StatusMethodNotAllowed:
		return diagnosis{cause: "address", ours: true, detail: "There may be no handler at that address.", hint: "Check the path of --" + string(a.kind) + "; the handler takes POST."}
	case s.Status >= 300 && s.Status <= 399:
		return diagnosis{cause: "redirect", detail: "SePay follows no redirect.", hint: "Configure the final address, with its scheme and trailing slash, and let no login page stand before it."}
	case crashed(s):
		return diagnosis{cause: "crash", detail: "The handler broke on it.", hint: "Read the handler's own log: the notice is below."}
	case !a.took(s) && s.Status != http.StatusAccepted:
		return diagnosis{cause: "refused", detail: "None of the known mistakes explains it.", hint: "Read the handler's own log: the notice is below. " + a.answerWanted()}
	case a.Prepare != "" && !o.there:
		return diagnosis{cause: "no_order", ours: true, detail: "The shop's page did not have the order that --prepare made.", hint: "Check that --prepare makes the order, and that --check shows it under the same name."}
	}
	checks := []string{"it has the order (--prepare)", "it does not remember the ids of an earlier audit with the same --seed", "it does not say success to a wrong secret (" + flag + ")", "its page shows a payment as --paid and --credits say", a.Patience.String() + " are enough for it to book one (--patience)"}
	came := "The money came for invoice " + o.invoice + "."
	if a.kind == kindWebhook {
		came = fmt.Sprintf("The money came to account %s, for code %s.", a.Account, o.code)
		checks = append([]string{"the shop takes money on --account " + a.Account, "its codes begin with --code-prefix " + a.Prefix}, checks...)
	}
	return diagnosis{cause: "not_credited", ours: true, detail: came, hint: "Check that " + strings.Join(checks, ", that ") + "."}
}

var unbelieved = pattern.Lazy(`(?i)signature|unauthori[sz]ed|forbidden|hmac|api.?key|secret|credential|chữ ký`)

// rejects returns whether an answer rejects the notice's credentials: 401, 403,
// or another 4xx with such words.
func rejects(s Sent) bool {
	return s.Status == http.StatusUnauthorized || s.Status == http.StatusForbidden || s.Status >= 400 && s.Status <= 499 && unbelieved().MatchString(s.Answer)
}

// answerWanted describes what SePay counts as success.
func (a *attack) answerWanted() string {
	if a.kind == kindIPN {
		return "Answer 200 within 30 seconds."
	}
	return `Answer 200 or 201 with {"success": true} within 30 seconds.`
}
