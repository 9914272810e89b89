package fault

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/input"
)

// The surfaces of deliveries.
const (
	Webhook = "webhook"
	IPN     = "ipn"
)

// MaxWait bounds how long a request is held, in real time.
const MaxWait = 60 * time.Second

// maxRules bounds the rules that are set at a time, maxBytes their total size,
// maxName the bytes of a name.
const (
	maxRules = 1000
	maxBytes = 4 << 20
	maxName  = 200
)

// Surface lists what rules may name of a surface.
type Surface struct {
	Name       string
	Operations []string
	// Companies says that a request's credential identifies its company.
	Companies bool
}

func refuse(hint, format string, args ...any) error {
	return &Error{Detail: fmt.Sprintf(format, args...), Hint: hint}
}

// action is one thing that a rule can do.
type action struct {
	name string
	set  bool
	// requests and deliveries say what the action applies to.
	requests, deliveries bool
	// answer says that it changes the answer, so it runs after the work.
	answer bool
}

func actions(d *Do) []action {
	return []action{
		{name: "status", set: d.Status != 0, requests: true},
		{name: "rate_limited", set: d.RateLimited != nil, requests: true},
		{name: "delay", set: d.Delay != "", requests: true, deliveries: true},
		{name: "drop", set: d.Drop, requests: true, deliveries: true},
		{name: "truncate", set: d.Truncate != nil, requests: true, answer: true},
		{name: "slow", set: d.Slow != 0, requests: true, answer: true},
		{name: "malformed_json", set: d.MalformedJSON, requests: true, answer: true},
		{name: "wrong_content_type", set: d.WrongContentType != "", requests: true, answer: true},
		{name: "html_error", set: d.HTMLError, requests: true},
		{name: "hang", set: d.Hang, requests: true},
		{name: "duplicate", set: d.Duplicate != 0, deliveries: true},
		{name: "reorder", set: d.Reorder, deliveries: true},
		{name: "tamper", set: d.Tamper != nil, deliveries: true},
		{name: "stale_timestamp", set: d.StaleTimestamp != "", deliveries: true},
		{name: "wrong_auth", set: d.WrongAuth != "", deliveries: true},
	}
}

// check completes a rule, or returns why it is invalid.
func (r *Rules) check(rule *Rule) error {
	if err := input.CheckNumbers(rule); err != nil {
		return refuse("", "%v", err)
	}
	if len(rule.Name) > maxName {
		return refuse("", "name: %d bytes are too long, want %d at most", len(rule.Name), maxName)
	}
	what, err := one(rule)
	if err != nil {
		return err
	}
	if err := r.checkSurface(rule.When.Surface); err != nil {
		return err
	}
	delivery, err := ofDeliveries(rule, what)
	if err != nil {
		return err
	}
	if delivery {
		err = checkDelivery(rule, what)
	} else {
		err = r.checkRequest(rule, what)
	}
	if err != nil {
		return err
	}
	if err := checkChoice(&rule.When); err != nil {
		return err
	}
	return checkValues(&rule.Do)
}

// one returns the single action of the rule.
func one(rule *Rule) (action, error) {
	var set []action
	var names []string
	for _, a := range actions(&rule.Do) {
		names = append(names, a.name)
		if a.set {
			set = append(set, a)
		}
	}
	switch {
	case len(set) == 0 && rule.Phase == Between:
		rule.Do.Drop = true
		return action{name: "drop", requests: true, deliveries: true}, nil
	case len(set) == 0:
		return action{}, refuse("for example {\"do\": {\"status\": 503}}", "do: say what happens: one of %s", strings.Join(names, ", "))
	case len(set) > 1:
		return action{}, refuse("set a rule for each", "do: %s and %s are two things", set[0].name, set[1].name)
	}
	return set[0], nil
}

// ofDeliveries returns whether the rule is about deliveries; otherwise about
// requests.
func ofDeliveries(rule *Rule, what action) (bool, error) {
	w := &rule.When
	onRequest := w.Operation != "" || w.Method != "" || w.Path != "" || w.Header != nil || rule.Phase != ""
	onDelivery := w.Subject != "" || w.Attempt != 0
	switch {
	case w.Surface == Webhook || w.Surface == IPN:
		if onRequest {
			return true, refuse("a delivery is selected by company, subject and attempt", "when: a %s has no operation, method, path, header or phase", w.Surface)
		}
		onDelivery = true
	case w.Surface != "":
		onRequest = true
	}
	switch {
	case onRequest && onDelivery:
		return false, refuse("subject and attempt select deliveries: surface webhook or ipn", "when: subject and attempt do not fit requests")
	case onDelivery && !what.deliveries:
		return true, refuse("on deliveries: duplicate, delay, reorder, drop, tamper, stale_timestamp or wrong_auth", "do: %s does not fit deliveries", what.name)
	case onRequest && !what.requests:
		return false, refuse("say surface webhook or ipn", "do: %s does not fit requests", what.name)
	case !onRequest && !onDelivery && what.requests && what.deliveries:
		return false, refuse("say when.surface", "do: %s fits requests and deliveries: which are meant?", what.name)
	}
	return onDelivery || !what.requests, nil
}

func (r *Rules) checkSurface(name string) error {
	names := []string{Webhook, IPN}
	for _, s := range r.surfaces() {
		names = append(names, s.Name)
	}
	if name == "" || slices.Contains(names, name) {
		return nil
	}
	return refuse(input.Hint(name, names), "when.surface: there is no surface %q", name)
}

func (r *Rules) checkRequest(rule *Rule, what action) error {
	w := &rule.When
	var operations []string
	for _, s := range r.surfaces() {
		if w.Surface == "" || s.Name == w.Surface {
			operations = append(operations, s.Operations...)
			if w.Company != "" && w.Surface != "" && !s.Companies {
				return refuse("select by path or header", "when.company: a request of %q does not tell its company by a credential", s.Name)
			}
		}
	}
	if w.Operation != "" && !slices.Contains(operations, w.Operation) {
		return refuse(input.Hint(w.Operation, operations), "when.operation: there is no operation %q", w.Operation)
	}
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}
	if w.Method != "" && !slices.Contains(methods, w.Method) {
		return refuse(input.Hint(w.Method, methods), "when.method: there is no method %q", w.Method)
	}
	if w.Header != nil && w.Header.Name == "" {
		return refuse(`for example {"name": "X-Request-Id"}`, "when.header: say its name")
	}
	return checkPhase(rule, what)
}

func checkPhase(rule *Rule, what action) error {
	phases := []string{string(Before), string(After), string(Between)}
	switch rule.Phase {
	case "":
		rule.Phase = Before
		if what.answer {
			rule.Phase = After
		}
	case Before:
		if what.answer {
			return refuse("leave phase out, or say after", "phase: %s changes the answer, which is not there before the work", what.name)
		}
	case After:
	case Between:
		if what.name != "drop" {
			return refuse("leave do out, or say drop", "phase: between loses the notices; %s cannot be done to them here", what.name)
		}
	default:
		return refuse(input.Hint(string(rule.Phase), phases), "phase: there is no phase %q", rule.Phase)
	}
	return nil
}

func checkDelivery(rule *Rule, what action) error {
	if rule.When.Surface == IPN && what.name == "stale_timestamp" {
		return refuse("it fits surface webhook", "do: an IPN carries no signed timestamp")
	}
	return nil
}

func checkChoice(w *When) error {
	chosen := 0
	for _, set := range []bool{w.Nth != 0, w.First != 0, w.Every != 0, w.Chance != 0} {
		if set {
			chosen++
		}
	}
	if chosen > 1 {
		return refuse("set a rule for each", "when: nth, first, every and chance exclude each other")
	}
	return nil
}

func checkValues(d *Do) error {
	switch {
	case d.Status == 0 && (len(d.Headers) > 0 || d.Body != ""):
		return refuse("", "do: headers and body belong to status")
	case strings.ContainsAny(d.WrongContentType, "\r\n"):
		return refuse("", "do.wrong_content_type: want one line")
	}
	if d.Tamper != nil {
		if err := checkTamper(d.Tamper); err != nil {
			return err
		}
	}
	if _, err := input.Duration(d.Delay); d.Delay != "" && err != nil {
		return refuse(`for example "2s" or "10m"`, "do.delay: %q is not a duration", d.Delay)
	}
	if _, err := input.Offset(d.StaleTimestamp); d.StaleTimestamp != "" && err != nil {
		return refuse(`for example "6m"`, "do.stale_timestamp: %q is not a duration", d.StaleTimestamp)
	}
	return nil
}

func checkTamper(t *Tamper) error {
	if t.Signature == "" {
		t.Signature = "keep"
	}
	signatures := []string{"keep", "fresh"}
	if !slices.Contains(signatures, t.Signature) {
		return refuse(input.Hint(t.Signature, signatures), "do.tamper.signature: want keep or fresh, not %q", t.Signature)
	}
	if t.Body == nil && len(t.Set) == 0 && len(t.Remove) == 0 && t.Amount == nil && t.FlipByte == nil {
		return refuse("", "do.tamper: say one of body, set, remove, amount and flip_byte")
	}
	return nil
}
