package contracts

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/ginkgo/v2"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
)

// spec is one claim while it is held against the target. Its methods end the
// claim when something does not go as the claim needs it.
type spec struct {
	*suite
	ctx context.Context
	// seen are the exchanges of this claim, from the first.
	seen []traffic.Exchange
	// hooks are the receivers' mailboxes that the claim opened.
	hooks []*mailbox
	// limited says that the claim is about a rate limit: a 429 is an answer
	// like any other.
	limited bool
	// opened are the invoice numbers of orders to be cancelled at the end.
	opened []string
}

func newSpec(ctx context.Context, u *suite) *spec {
	return &spec{suite: u, ctx: ctx}
}

// fail ends the claim.
func (s *spec) fail(format string, args ...any) {
	ginkgo.Fail(s.redact(fmt.Sprintf(format, args...)), 1)
}

// end holds everything that was exchanged against the documents and closes what
// the claim opened. It runs before the spec is over, so that a broken document
// fails the claim that met it.
func (s *spec) end() {
	s.tidy()
	for _, m := range s.hooks {
		s.receiver.close(m)
		for _, r := range m.all() {
			s.note(r.exchange(m.document))
		}
	}
	broken := s.judge(s.seen)
	s.exchanges = append(s.exchanges, s.seen...)
	s.perSpec[ginkgo.CurrentSpecReport().FullText()] = s.seen
	if len(broken) == 0 {
		return
	}
	v := broken[0]
	s.differs(sides{strings.TrimSpace(v.JSONPath + " " + v.Expected), strings.TrimSpace(v.JSONPath + " " + v.Seen)})
	lines := make([]string, len(broken))
	for i, v := range broken {
		lines[i] = v.String()
	}
	ginkgo.Fail(s.redact(brokenContract(lines)), 1)
}

// judge returns what fails a claim. An emulator is held to every word of the
// documents; what the real service does otherwise is for the drift report to
// rank, and for people to accept.
func (u *suite) judge(seen []traffic.Exchange) []openapi.Violation {
	if u.target.Kind() != "emulator" {
		return nil
	}
	var out []openapi.Violation
	for _, e := range seen {
		out = append(out, u.violations(e)...)
	}
	return out
}

// same compares two values and shows the difference.
func (s *spec) same(got, want any, about string) {
	if diff := cmp.Diff(want, got); diff != "" {
		left, right := apart(want, got)
		s.differs(sides{about + " " + inWords(left), inWords(right)})
		ginkgo.Fail(s.redact(about+": (-expected +seen)\n"+diff), 1)
	}
}

// differs keeps both sides of the first thing that a claim found otherwise.
func (s *spec) differs(d sides) {
	name := currentName()
	if _, has := s.differences[name]; !has {
		s.differences[name] = sides{s.redact(d.expected), s.redact(d.seen)}
	}
}

// apart leaves of two objects the members in which they differ; other values
// stay as they are.
func apart(want, got any) (any, any) {
	left, isObject := want.(map[string]any)
	right, both := got.(map[string]any)
	if !isObject || !both {
		return want, got
	}
	l, r := map[string]any{}, map[string]any{}
	for name, value := range left {
		if other, has := right[name]; !has || !cmp.Equal(value, other) {
			l[name] = value
		}
	}
	for name, value := range right {
		if other, has := left[name]; !has || !cmp.Equal(value, other) {
			r[name] = value
		}
	}
	return l, r
}

// inWords writes a value as JSON, shortened.
func inWords(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	text := []rune(strings.TrimSpace(b.String()))
	return string(text[:min(len(text), shownValue)])
}

// shownValue is how much of a value a report shows, in characters.
const shownValue = 400

// answer is what a target answered.
type answer struct {
	s       *spec
	request string
	Status  int
	Header  http.Header
	Body    []byte
}

// is demands a status.
func (a answer) is(status ...int) answer {
	for _, want := range status {
		if a.Status == want {
			return a
		}
	}
	words := make([]string, len(status))
	for i, n := range status {
		words[i] = strconv.Itoa(n)
	}
	ginkgo.Fail(a.s.redact(fmt.Sprintf("%s\nexpected status %s\nseen     status %d: %.300s", a.request, strings.Join(words, " or "), a.Status, a.shown())), 1)
	return a
}

// shown is the body without credentials, for a failure's text.
func (a answer) shown() string { return a.s.masker.Body(a.Header.Get("Content-Type"), string(a.Body)) }

// json decodes the body.
func (a answer) json() any {
	var v any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		ginkgo.Fail(a.s.redact(fmt.Sprintf("%s\nexpected JSON\nseen     %.300q (%v)", a.request, a.shown(), err)), 1)
	}
	return v
}

// at returns what stands at a path of member names and indexes, such as
// "data.0.id"; nil when there is nothing.
func (a answer) at(path string) any { return dig(a.json(), path) }

// text is [answer.at] for a string, "" when there is none.
func (a answer) text(path string) string { v, _ := a.at(path).(string); return v }

// number is [answer.at] for a number, 0 when there is none.
func (a answer) number(path string) float64 { v, _ := a.at(path).(float64); return v }

// rows returns the objects of the array at a path.
func (a answer) rows(path string) []row {
	list, ok := a.at(path).([]any)
	if !ok {
		ginkgo.Fail(a.s.redact(fmt.Sprintf("%s\nexpected an array at %s\nseen     %.300s", a.request, path, a.shown())), 1)
	}
	out := make([]row, len(list))
	for i, v := range list {
		out[i], _ = v.(map[string]any)
	}
	return out
}

// row is a JSON object.
type row map[string]any

// text is a member as a text: a string, or what a number or null prints as.
func (r row) text(name string) string {
	switch v := r[name].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case nil:
		return ""
	default:
		return fmt.Sprint(v)
	}
}

// column lists one member of each row.
func column(rows []row, name string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.text(name)
	}
	return out
}

// dig follows a path through objects and arrays.
func dig(v any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

// wait lets time pass at the target: on the emulator's clock, else really.
func (s *spec) wait(d time.Duration) {
	if s.target.Addresses.Control() != "" {
		s.advance(d)
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ctx.Done():
		s.fail("the run was broken off while it waited")
	}
}
