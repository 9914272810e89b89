package fault

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/localsepay/localsepay/emulator/internal/derive"
)

// Rules is the list of armed rules. A nil *Rules is empty and accepts none.
type Rules struct {
	seed     derive.Seed
	surfaces func() []Surface

	armed atomic.Int64
	mu    sync.Mutex
	last  int64
	rules []*Rule
}

// New makes an empty list. surfaces returns what rules may name.
func New(seed derive.Seed, surfaces func() []Surface) *Rules {
	return &Rules{seed: seed, surfaces: surfaces}
}

// Add checks a rule, numbers it and arms it.
func (r *Rules) Add(rule Rule) (Rule, error) {
	if r == nil {
		return rule, refuse("", "no fault can be set here")
	}
	if err := r.check(&rule); err != nil {
		return rule, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.rules) >= maxRules {
		return rule, refuse("clear those that are done", "%d faults are set, which is the most", maxRules)
	}
	bytes := size(&rule)
	for _, set := range r.rules {
		bytes += size(set)
	}
	if bytes > maxBytes {
		return rule, refuse("clear those that are done, or answer with less", "the faults that are set would hold %d bytes, and %d is the most", bytes, maxBytes)
	}
	r.last++
	rule.ID, rule.Matched, rule.Fired = r.last, 0, 0
	r.rules = append(r.rules, &rule)
	r.armed.Store(int64(len(r.rules)))
	return rule, nil
}

// size is how much memory the rule holds, in bytes.
func size(rule *Rule) int {
	w, do := &rule.When, &rule.Do
	n := 512 + len(rule.Name) + len(w.Surface) + len(w.Operation) + len(w.Method) + len(w.Path) + len(w.Company) + len(w.Subject) + len(do.Body) + len(do.WrongContentType) +
		len(do.Delay) + len(do.StaleTimestamp)
	if w.Header != nil {
		n += len(w.Header.Name) + len(w.Header.Value)
	}
	for name, value := range do.Headers {
		n += 64 + len(name) + len(value)
	}
	if t := do.Tamper; t != nil {
		if t.Body != nil {
			n += len(*t.Body)
		}
		for name, value := range t.Set {
			n += 64 + len(name) + len(value)
		}
		for _, name := range t.Remove {
			n += 16 + len(name)
		}
	}
	return n
}

// List returns the rules in the order of their ids, in which they are tried.
func (r *Rules) List() []Rule {
	out := []Rule{}
	if r == nil {
		return out
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rule := range r.rules {
		out = append(out, *rule)
	}
	return out
}

// Remove disarms a rule; false when there is none with that id.
func (r *Rules) Remove(id int64) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.rules)
	r.rules = slices.DeleteFunc(r.rules, func(rule *Rule) bool { return rule.ID == id })
	r.armed.Store(int64(len(r.rules)))
	return len(r.rules) < before
}

// Clear disarms all rules; numbering continues.
func (r *Rules) Clear() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rules = nil
	r.armed.Store(0)
}

// Reset disarms all rules and numbers from 1 again.
func (r *Rules) Reset() {
	r.Clear()
	if r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.last = 0
	}
}

// Armed returns whether any rule is set.
func (r *Rules) Armed() bool { return r != nil && r.armed.Load() > 0 }

// Request is what is known of a request before its work.
type Request struct {
	ID                                        int64
	Surface, Operation, Method, Path, Company string
	Header                                    http.Header
}

// Delivery is what is known of an attempt before it is sent.
type Delivery struct {
	ID int64
	// Kind is [Webhook] or [IPN].
	Kind, Company, Subject string
	Attempt                int
}

func selectsRequest(w *When, x Request) bool {
	return is(w.Surface, x.Surface) && is(w.Operation, x.Operation) && is(w.Method, x.Method) && is(w.Company, x.Company) &&
		(w.Path == "" || glob(w.Path, x.Path)) && hasHeader(x.Header, w.Header)
}

func hasHeader(h http.Header, want *Header) bool {
	if want == nil {
		return true
	}
	values := h.Values(want.Name)
	return len(values) > 0 && (want.Value == "" || slices.Contains(values, want.Value))
}

func selectsDelivery(w *When, d Delivery) bool {
	return is(w.Surface, d.Kind) && is(w.Company, d.Company) && is(w.Subject, d.Subject) && (w.Attempt == 0 || w.Attempt == d.Attempt)
}

func is(want, got string) bool { return want == "" || want == got }

// glob matches a whole text; * matches any part of it, including /.
func glob(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok || len(parts) == 1 {
		return ok && rest == ""
	}
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, p)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, last)
}

// Mark returns the id, name and effect of the fault.
func (h *Hit) Mark() Mark { return Mark{ID: h.ID, Name: h.Name, Did: h.Did()} }

// String is how a delivery names the fault: "#1 duplicate 2 (name)".
func (h *Hit) String() string {
	text := fmt.Sprintf("#%d %s", h.ID, h.Did())
	if h.Name != "" {
		text += " (" + h.Name + ")"
	}
	return text
}

// Did describes the effect in a few words.
func (h *Hit) Did() string {
	did := word(&h.Do)
	switch h.Phase {
	case Between:
		return "notices lost"
	case After:
		if replaces(&h.Do) || h.Do.Delay != "" {
			did += " after the work"
		}
	}
	return did
}

// replaces returns whether the fault replaces the handler's answer.
func replaces(d *Do) bool {
	return d.Status != 0 || d.RateLimited != nil || d.Drop || d.HTMLError || d.Hang
}

// word describes a rule's action in a few words.
func word(d *Do) string {
	switch {
	case d.Status != 0:
		return fmt.Sprintf("status %d", d.Status)
	case d.Delay != "":
		return "delay " + d.Delay
	case d.Truncate != nil:
		return fmt.Sprintf("truncate %d", *d.Truncate)
	case d.Slow != 0:
		return fmt.Sprintf("slow %d", d.Slow)
	case d.WrongContentType != "":
		return "wrong_content_type " + d.WrongContentType
	case d.Duplicate != 0:
		return fmt.Sprintf("duplicate %d", d.Duplicate)
	case d.StaleTimestamp != "":
		return "stale_timestamp " + d.StaleTimestamp
	case d.WrongAuth != "":
		return "wrong_auth " + string(d.WrongAuth)
	}
	for _, a := range actions(d) {
		if a.set {
			return a.name
		}
	}
	return ""
}
