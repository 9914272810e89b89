package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/pattern"
	"github.com/localsepay/localsepay/openapi/texts"
)

// order is an order of the shop.
type order struct {
	code, invoice string
	// before are the figures of the shop's page for the new order.
	before map[string]float64
	// looksPaid says that this page already called it paid; shown is its text,
	// without the order's own name; there says that the page existed.
	looksPaid, there bool
	shown            string
}

// name returns an order's name in notices of a kind.
func (o order) name(k kind) string {
	if k == kindIPN {
		return o.invoice
	}
	return o.code
}

// reserve names an order. The shop does not know it yet.
func (a *attack) reserve() order {
	a.next++
	tag := a.Tag % 1_000_000
	return order{code: fmt.Sprintf("%s%06d%03d", a.Prefix, tag, a.next), invoice: fmt.Sprintf("AUDIT-%06d-%d", tag, a.next)}
}

// order creates a new order at the shop.
func (a *attack) order() (order, error) { return a.place(a.reserve(), false) }

// place creates an order at the shop.
func (a *attack) place(o order, cancelled bool) (order, error) {
	name := map[string]any{a.member(): o.name(a.kind)}
	if a.Prepare != "" {
		body := map[string]any{"amount": price, "account": a.Account, "cancelled": cancelled}
		maps.Copy(body, name)
		if err := a.exchange(a.shop, http.MethodPost, a.Prepare, body, nil); err != nil {
			return o, a.unanswered("--prepare", a.Prepare, "it is POSTed {\"code\" or \"invoice\", \"amount\", \"account\", \"cancelled\"} and answers 2xx when the shop has the order", err)
		}
	}
	if cancelled && a.Cancel != "" {
		if err := a.exchange(a.shop, http.MethodPost, a.Cancel, name, nil); err != nil {
			return o, a.unanswered("--cancel", a.Cancel, "it is POSTed {\"code\" or \"invoice\"} and answers 2xx when the order is cancelled", err)
		}
	}
	if a.Check != "" {
		text, there, err := a.page(o)
		if err != nil {
			return o, err
		}
		o.before, o.looksPaid, o.there = figures(text), a.saysPaid(text), there
		o.shown = strings.ReplaceAll(string(text), o.name(a.kind), "")
	}
	return o, nil
}

// member returns the member with an order's name, for the shop.
func (a *attack) member() string {
	return map[kind]string{kindWebhook: "code", kindIPN: "invoice"}[a.kind]
}

// unanswered reports a failed call to an address of the shop.
func (a *attack) unanswered(flag, address, hint string, err error) error {
	var answer *errAnswer
	switch {
	case a.ctx.Err() != nil:
		return a.ctx.Err()
	case errors.As(err, &answer):
		return mistake(hint, "%s: %s answered %d %s", flag, address, answer.status, strings.TrimSpace(short(answer.text, 120)))
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return mistake(hint, "%s: %s does not answer JSON", flag, address)
	}
	return &Mistake{ErrUnreachable, fmt.Sprintf("%s: nobody answers at %s: %s", flag, address, input.NetError(err)), "is the shop running, and the address right?"}
}

// asked returns an address of the shop for an order.
func (a *attack) asked(template string, o order) string {
	name := url.PathEscape(o.name(a.kind))
	return strings.NewReplacer("{code}", name, "{invoice}", name).Replace(template)
}

const checkHint = "it is the shop's page about one order, in JSON, such as {\"status\": \"paid\", \"credits\": 1}; 404 for an order that it does not have"

// page reads the shop's page about an order; there is false when it does not
// exist.
func (a *attack) page(o order) (text []byte, there bool, err error) {
	address := a.asked(a.Check, o)
	req, err := http.NewRequestWithContext(a.ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, false, mistake("for example http://127.0.0.1:3000/orders/{code}", "--check %q is not an address", a.Check)
	}
	req.Header.Set("Accept", "application/json")
	res, err := a.shop.Do(req)
	if err != nil {
		return nil, false, a.unanswered("--check", address, checkHint, err)
	}
	defer res.Body.Close()
	if text, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer)); err != nil {
		return nil, false, a.unanswered("--check", address, checkHint, err)
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	switch {
	case res.StatusCode == http.StatusNotFound:
		return text, false, nil
	case res.StatusCode != http.StatusOK:
		return nil, false, a.unanswered("--check", address, checkHint, &errAnswer{res.StatusCode, string(text)})
	case kind == "text/html" || strings.HasPrefix(strings.TrimSpace(string(text)), "<"):
		return nil, false, mistake(checkHint, "--check: %s answers a web page, not JSON", address)
	}
	return text, true, nil
}

// figures lists the numbers of a JSON page by path, with the lengths of its
// lists; numeric texts count as numbers.
func figures(text []byte) map[string]float64 {
	out := map[string]float64{}
	var page any
	if json.Unmarshal(text, &page) == nil {
		collect(out, "", page)
	}
	return out
}

// listLength ends the name of a figure that is the length of a list.
const listLength = "[]"

func collect(out map[string]float64, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			collect(out, strings.TrimPrefix(path+"."+name, "."), inner)
		}
	case []any:
		out[path+listLength] = float64(len(v))
	case float64:
		out[path] = v
	case string:
		if n, err := strconv.ParseFloat(v, 64); err == nil {
			out[path] = n
		}
	}
}

// measure is the figure on a page that shows credits, and its increase per
// credit.
type measure struct {
	member string
	unit   float64
}

// learn finds, after the first honest notice, the figure that shows credits: the
// named one, else one that rose by the amount, else a list that grew. It returns
// whether the page shows the credit.
func (a *attack) learn(o order) (bool, error) {
	text, there, err := a.page(o)
	if err != nil || !there {
		return false, err
	}
	k := a.known()
	k.saysPaid = a.saysPaid(text) && !o.looksPaid
	k.measure = a.best(o, figures(text))
	if k.measure.member == "" && o.looksPaid {
		return false, mistake(`say what the page of a paid order says, for example --paid '"state": *"paid"'`, "--check: the shop's page of a new order already looks like that of a paid one")
	}
	return k.saysPaid || k.measure.member != "", nil
}

var (
	paidWord   = pattern.Lazy(`(?i)\bpaid\b`)
	paidMember = pattern.Lazy(`(?i)^(is_?)?paid$`)
)

// saysPaid returns whether a page calls its order paid.
func (a *attack) saysPaid(text []byte) bool {
	if a.Paid != nil {
		return a.Paid.Match(text)
	}
	var page any
	if json.Unmarshal(text, &page) != nil {
		return paidWord().Match(text)
	}
	return paidIn("", page)
}

func paidIn(name string, v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if paidIn(name, inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(inner any) bool { return paidIn(name, inner) })
	case bool:
		return v && paidMember().MatchString(name)
	case string:
		return paidWord().MatchString(v)
	}
	return false
}

// priced matches names of members with an order's price. On a page that
// appeared with the payment, such a figure rose by the amount too.
var priced = pattern.Lazy(`(?i)(amount|total|price|cost)$`)

// best returns the figure that shows credits.
func (a *attack) best(o order, now map[string]float64) measure {
	best := measure{}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		rose := now[name] - o.before[name]
		switch {
		case name == a.Credits && rose > 0:
			return measure{name, rose}
		case rose == price && (o.there || !priced().MatchString(name)):
			best = measure{name, price}
		case rose == 1 && strings.HasSuffix(name, listLength) && best.member == "":
			best = measure{name, 1}
		}
	}
	return best
}

// pollEvery is the interval between reads of the shop's page.
const pollEvery = 20 * time.Millisecond

// until polls until done returns true, or the time is over.
func (a *attack) until(limit time.Duration, done func() (bool, error)) (bool, error) {
	ctx, cancel := context.WithTimeout(a.ctx, limit)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		ok, err := done()
		if ok || err != nil {
			return ok, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false, a.ctx.Err()
		}
	}
}

// text returns the text beside the order's name in a memo or description: the
// accepted classes of characters, in turn.
func (a *attack) text() string { return texts.Turn(a.classes(), a.next+int(a.Tag%97)) }

// classes are the characters of the notices: all allowed ones, or the usual
// ones, without those that the handler does not accept.
func (a *attack) classes() []texts.Class {
	usual := a.Texts == TextsUsual && a.kind == kindWebhook
	return slices.DeleteFunc(texts.Classes(usual), func(c texts.Class) bool { return slices.Contains(a.known().broke, c.Name) })
}
