package fault

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/fact"
)

// Hit is a rule that applies to a request or delivery.
type Hit struct {
	ID    int64
	Name  string
	Phase Phase
	Do    Do
}

// Struck is the data of a fact about a fault that fired.
type Struck struct{ Fired }

// Size implements [fact.Data].
func (s Struck) Size() int { return 96 + len(s.Name) + len(s.Did) + len(s.Operation) }

// Fact returns the fact of a rule that fired at an instant, for a request or
// delivery of company.
func Fact(f Fired, at time.Time, company string) fact.Fact {
	subject := fact.About(fact.Request, strconv.FormatInt(f.Request, 10))
	if f.Delivery != 0 {
		subject = fact.About(fact.Delivery, strconv.FormatInt(f.Delivery, 10))
	}
	return fact.Fact{At: at, Company: company, Subject: subject, Type: fact.Fault, Data: Struck{f}}
}

// Request returns the fault of a request, nil when none applies, and counts the
// decision.
func (r *Rules) Request(x Request) *Hit {
	c := r.Choose()
	if c == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	hit := c.first(func(rule *Rule) bool { return rule.Phase != "" && selectsRequest(&rule.When, x) })
	c.count()
	return hit
}

// Choice decides which faults apply to several deliveries. Its decisions count
// only after [Choice.Count], which is called when the transaction that claims
// the deliveries has committed. A nil *Choice applies none.
type Choice struct {
	rules *Rules
	// matched and fired are the counts to be added, by the id of the rule.
	matched, fired map[int64]int64
}

// Choose begins a choice; nil when no rule is set. Only one choice among
// deliveries may be under way.
func (r *Rules) Choose() *Choice {
	if !r.Armed() {
		return nil
	}
	return &Choice{rules: r, matched: map[int64]int64{}, fired: map[int64]int64{}}
}

// Delivery returns the fault of an attempt, nil when none applies.
func (c *Choice) Delivery(d Delivery) *Hit {
	if c == nil {
		return nil
	}
	c.rules.mu.Lock()
	defer c.rules.mu.Unlock()
	return c.first(func(rule *Rule) bool { return rule.Phase == "" && selectsDelivery(&rule.When, d) })
}

// Count adds the decisions to the counts.
func (c *Choice) Count() {
	if c == nil {
		return
	}
	c.rules.mu.Lock()
	defer c.rules.mu.Unlock()
	c.count()
}

func (c *Choice) count() {
	for _, rule := range c.rules.rules {
		rule.Matched += c.matched[rule.ID]
		rule.Fired += c.fired[rule.ID]
	}
	clear(c.matched)
	clear(c.fired)
}

// GiveBack uncounts a rule that fired at a delivery which was not sent.
func (r *Rules) GiveBack(h *Hit) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rule := range r.rules {
		if rule.ID == h.ID {
			rule.Matched--
			rule.Fired--
		}
	}
}

// first records every rule that matches, and returns the first that fires. The
// rules' lock is held.
func (c *Choice) first(matches func(*Rule) bool) *Hit {
	var hit *Hit
	for _, rule := range c.rules.rules {
		if !matches(rule) {
			continue
		}
		c.matched[rule.ID]++
		if hit == nil && c.rules.chooses(rule, rule.Matched+c.matched[rule.ID]) {
			c.fired[rule.ID]++
			hit = &Hit{ID: rule.ID, Name: rule.Name, Phase: rule.Phase, Do: rule.Do}
		}
	}
	return hit
}

// chooses returns whether the rule fires at the nth match.
func (r *Rules) chooses(rule *Rule, n int64) bool {
	w := &rule.When
	switch {
	case w.Nth > 0:
		return n == w.Nth
	case w.First > 0:
		return n <= w.First
	case w.Every > 0:
		return n%w.Every == 0
	case w.Chance > 0:
		return float64(r.seed.Uint64(fmt.Sprintf("fault.%d", rule.ID), n))/math.MaxUint64 < w.Chance
	}
	return true
}
