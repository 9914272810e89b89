package scenarios

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// zero says that an expectation or action is empty.
func zero[T any](v T) bool { return reflect.ValueOf(&v).Elem().IsZero() }

// judge collects what does not hold.
type judge struct {
	r     *run
	ctx   context.Context
	wrong []Mismatch
	notes *[]string
}

// holds returns what of an expectation does not hold; nil when all does.
func (r *run) holds(ctx context.Context, v *vars, e Expect, a *answer, notes *[]string) []Mismatch {
	e, err := fill(v, e)
	if err != nil {
		return []Mismatch{trouble("the expectation", err)}
	}
	j := &judge{r: r, ctx: ctx, notes: notes}
	j.answer(e.Answer, a)
	for i, d := range e.Deliveries {
		j.trouble(fmt.Sprintf("deliveries[%d]", i), j.deliveries(fmt.Sprintf("deliveries[%d]", i), d))
	}
	for i, n := range e.Notices {
		j.trouble(fmt.Sprintf("notices[%d]", i), j.notices(fmt.Sprintf("notices[%d]", i), n))
	}
	for _, o := range e.Orders {
		j.trouble("order "+o.Order, j.order(o))
	}
	for _, b := range e.Balances {
		j.trouble("balance", j.balance(b))
	}
	for i, t := range e.Transactions {
		j.trouble(fmt.Sprintf("transactions[%d]", i), j.transactions(fmt.Sprintf("transactions[%d]", i), t))
	}
	if e.Findings != nil {
		j.trouble("findings", j.findings(*e.Findings))
	}
	j.trouble("faults", j.faults(e.Faults))
	for _, c := range e.Shop {
		j.trouble("check "+c.URL, j.shop(c))
	}
	for _, code := range e.That {
		seen, err := v.eval(code)
		j.trouble(code, err)
		if err == nil && seen != true {
			j.add(code, "true", show(seen), "")
		}
	}
	return j.wrong
}

func (j *judge) add(what, expected, seen, diff string) {
	j.wrong = append(j.wrong, Mismatch{What: what, Expected: expected, Seen: seen, Diff: diff})
}

func (j *judge) trouble(what string, err error) {
	if err != nil {
		j.wrong = append(j.wrong, trouble(what, err))
	}
}

// inLine is how long a text or list may be to be compared by eye.
const inLine = 40

// match holds one value against a matcher, which may be absent.
func (j *judge) match(what string, m *Matcher, seen any) {
	if m == nil {
		return
	}
	ok, err := m.match(j.ctx, seen)
	j.trouble(what, err)
	if err != nil || ok {
		return
	}
	diff := ""
	if m.simple && lengthOf(seen) > inLine {
		diff = cmp.Diff(m.rules.Equals, seen)
	}
	j.add(what, m.words(), show(seen), diff)
}

// fields holds fields of an object, by expressions.
func (j *judge) fields(what string, want map[string]Matcher, over any) {
	for _, code := range slices.Sorted(maps.Keys(want)) {
		seen, err := look(j.ctx, over, code)
		j.trouble(what+" "+code, err)
		m := want[code]
		j.match(what+" "+code, &m, seen)
	}
}

// equal holds a list.
func equal[T any](j *judge, what string, want, seen []T) {
	if diff := cmp.Diff(want, seen); diff != "" && (len(want) > 0 || len(seen) > 0) {
		if len(want)+len(seen) < 8 {
			diff = ""
		}
		j.add(what, show(want), show(seen), diff)
	}
}

func (j *judge) answer(want *AnswerState, a *answer) {
	switch {
	case want == nil:
		return
	case a == nil:
		j.add("the answer", "a step that calls an API", "this step makes no call", "")
		return
	}
	j.match("the answer's status", want.Status, a.Status)
	if want.Status == nil && a.Status >= http.StatusBadRequest {
		j.add("the answer's status", "below 400", show(a.Status)+" "+reasonOf(*a), "")
	}
	for _, name := range slices.Sorted(maps.Keys(want.Headers)) {
		m := want.Headers[name]
		var seen any
		if values := a.Headers.Values(name); len(values) > 0 {
			seen = values[0]
		}
		j.match("the answer's header "+name, &m, seen)
	}
	j.fields("the answer's", want.Body, a.Body)
	j.match("the answer's text", want.Text, a.Text)
	j.match("the number of calls", want.Tries, a.Tries)
}

func (j *judge) notices(what string, want Notices) error {
	if _, err := j.r.tenant(want.Company); err != nil {
		return err
	}
	seen := j.r.shop.notices(want.Kind, want.Company)
	j.match(what+" count", want.Count, len(seen))
	if want.Answers != nil {
		var answers []int64
		for _, n := range seen {
			answers = append(answers, int64(n.answered))
		}
		equal(j, what+" answers", want.Answers, answers)
	}
	if want.Field == "" {
		return nil
	}
	var values []any
	for _, n := range seen {
		value, err := look(j.ctx, n.fields(), want.Field)
		if err != nil {
			return err
		}
		values = append(values, value)
	}
	if len(values) != len(want.Values) {
		j.add(what+" "+want.Field, fmt.Sprintf("%d values", len(want.Values)), show(values), "")
		return nil
	}
	for i, m := range want.Values {
		j.match(fmt.Sprintf("%s %s, notice %d", what, want.Field, i+1), &m, values[i])
	}
	return nil
}

func (j *judge) order(want OrderState) error {
	t, err := j.r.tenant(want.Company)
	if err != nil {
		return err
	}
	shown, err := j.r.client.api.Order(j.ctx, t.ID, want.Order)
	if err != nil {
		return err
	}
	order, what := toNames(shown), "order "+want.Order
	get := func(code string) any {
		value, err := look(j.ctx, order, code)
		j.trouble(what, err)
		return value
	}
	j.match(what+" status", want.Status, get("order_status"))
	j.match(what+" state", want.State, get("state"))
	j.match(what+" transactions", want.Transactions, get("len(transactions)"))
	j.match(what+" redirect", want.Redirect, get("redirect"))
	if want.Received != nil {
		var verdicts []string
		list, _ := get("received").([]any)
		for _, one := range list {
			verdict, err := look(j.ctx, one, "verdict")
			if err != nil {
				return err
			}
			verdicts = append(verdicts, textOf(verdict))
		}
		equal(j, what+" received", want.Received, verdicts)
	}
	j.fields(what, want.Fields, order)
	return nil
}

func (j *judge) balance(want Balance) error {
	t, err := j.r.tenant(want.Company)
	if err != nil {
		return err
	}
	state, err := j.r.client.api.State(j.ctx)
	if err != nil {
		return err
	}
	for _, c := range state.Companies {
		if c.ID != t.ID {
			continue
		}
		for _, a := range c.BankAccounts {
			if want.Account == "" || want.Account == a.AccountNumber {
				j.match("balance of account "+a.AccountNumber, &want.Balance, a.Balance)
				return nil
			}
		}
	}
	return fmt.Errorf("the company has no account %q", want.Account)
}

func (j *judge) findings(want Findings) error {
	var codes []string
	for _, name := range slices.Sorted(maps.Keys(j.r.tenants)) {
		found, err := pages(func(after int64) (control.List[control.Finding], error) {
			return j.r.client.api.Findings(j.ctx, control.FindingFilter{Company: j.r.tenants[name].ID, After: after}, pageSize)
		})
		if err != nil {
			return err
		}
		for _, f := range found {
			codes = append(codes, f.Code)
		}
	}
	slices.Sort(codes)
	wanted := slices.Sorted(slices.Values(want))
	equal(j, "findings", slices.Compact(wanted), slices.Compact(codes))
	return nil
}

func (j *judge) faults(want map[string]Matcher) error {
	if len(want) == 0 {
		return nil
	}
	armed, err := j.r.client.api.Faults(j.ctx)
	if err != nil {
		return err
	}
	j.r.mu.Lock()
	ids := maps.Clone(j.r.faults)
	j.r.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		m := want[name]
		i := slices.IndexFunc(armed.Data, func(f control.Fault) bool { return ids[name] != 0 && f.ID == ids[name] })
		if i < 0 {
			return fmt.Errorf("no fault %q is armed: %s", name, input.Hint(name, slices.Sorted(maps.Keys(ids))))
		}
		j.match("fault "+name+" fired", &m, int(armed.Data[i].Fired))
	}
	return nil
}

// shopBase is the base address of the shop: the user's own, or the fake one's.
// It is empty when a handler of the user's is tested at an unknown address.
func (r *run) shopBase() string {
	switch o := r.options; {
	case o.Check != "":
		return strings.TrimRight(o.Check, "/")
	case o.Webhook != "" || o.IPN != "":
		return ""
	}
	return r.shop.url()
}

// shop asks the shop what it believes.
func (j *judge) shop(want ShopCheck) error {
	address := want.URL
	if strings.HasPrefix(address, "/") {
		base := j.r.shopBase()
		if base == "" {
			*j.notes = append(*j.notes, "check "+want.URL+" skipped: name the shop's address with --check")
			return nil
		}
		address = base + address
	}
	a, err := j.r.client.do(j.ctx, http.MethodGet, address, http.Header{"Accept": {"application/json"}}, nil)
	if err != nil {
		return err
	}
	if a.Status == 0 {
		return fmt.Errorf("the shop gave no answer: %w", a.Err)
	}
	what := "check " + want.URL
	if want.Status == nil && a.Status != http.StatusOK {
		seen := show(a.Status)
		if a.Status == http.StatusNotFound && j.r.options.Check != "" && j.r.options.Prepare == "" {
			seen += " (your shop does not know the order: --prepare tells it of each one first)"
		}
		j.add(what+" status", "200", seen, "")
		return nil
	}
	j.match(what+" status", want.Status, a.Status)
	j.fields(what, want.Body, a.Body)
	j.match(what+" text", want.Text, a.Text)
	return nil
}
