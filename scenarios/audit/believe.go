package audit

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// noRedirect sends a request and returns a redirect as it is.
func (a *attack) noRedirect(req *http.Request) (*http.Response, error) {
	once := *a.client
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return once.Do(req)
}

// belief is what the shop says of an order.
type belief struct {
	// known is false when the shop cannot be asked.
	known bool
	paid  bool
	// credits counts how often the money was booked; -1 when the page does not say.
	credits int
	// money says that the page counts more than before, if not a whole credit.
	money bool
	// counter says that the figure counts credits, and is not money or payments
	// that the shop may rightly book for an order which it does not fulfil.
	counter bool
}

// believes asks the shop about an order. A page that is not there yet means
// that the order was never heard of, which is not paid.
func (a *attack) believes(o order) (belief, error) {
	if a.Check == "" {
		return belief{}, nil
	}
	text, there, err := a.page(o)
	if err != nil {
		return belief{}, err
	}
	if !there {
		return belief{known: true}, nil
	}
	b := belief{known: true, paid: a.Paid.Match(text) && !o.looksPaid, credits: -1}
	m := a.measures[a.kind]
	if m.member == "" {
		m = measure{a.Credits, 1}
	}
	if now, ok := figures(text)[m.member]; ok {
		rose := now - o.before[m.member]
		b.credits, b.money, b.counter = int(rose/m.unit), rose > 0, m.member == a.Credits
	}
	return b, nil
}

// page reads the shop's page about an order; there is false when it has none.
func (a *attack) page(o order) (text []byte, there bool, err error) {
	name := url.PathEscape(o.name(a.kind))
	address := strings.NewReplacer("{code}", name, "{invoice}", name).Replace(a.Check)
	req, err := http.NewRequestWithContext(a.ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, false, fmt.Errorf("%w: the shop's page %q: %w", ErrUsage, a.Check, err)
	}
	res, err := a.client.Do(req)
	if err != nil {
		return nil, false, fmt.Errorf("ask the shop: %w", err)
	}
	defer res.Body.Close()
	if text, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer)); err != nil {
		return nil, false, fmt.Errorf("ask the shop: %w", err)
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNotFound {
		return nil, false, fmt.Errorf("ask the shop: %s answered %d", address, res.StatusCode)
	}
	return text, res.StatusCode == http.StatusOK, nil
}

// measure is the figure of a page that shows credits: by how much one credit
// raises it.
type measure struct {
	member string
	unit   float64
}

// learn finds, after the first honest notice, the figure that shows credits:
// the named one, else one that rose by the amount, else a list that grew.
func (a *attack) learn(o order) error {
	if a.Check == "" {
		return nil
	}
	text, there, err := a.page(o)
	if err != nil || !there {
		return err
	}
	a.saysPaid[a.kind] = a.Paid.Match(text) && !o.looksPaid
	now := figures(text)
	best := measure{}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		rose := now[name] - o.before[name]
		switch {
		case name == a.Credits && rose > 0:
			a.measures[a.kind] = measure{name, rose}
			return nil
		case rose == amount:
			best = measure{name, amount}
		case rose == 1 && strings.HasSuffix(name, listLength) && best.member == "":
			best = measure{name, 1}
		}
	}
	if best.member == "" && o.looksPaid {
		return fmt.Errorf("%w: the shop's page of a new order already matches the pattern of a paid one: %s", ErrUsage, a.Paid)
	}
	if best.member != "" {
		a.measures[a.kind] = best
	}
	return nil
}

// listLength ends the name of the figure that is the length of a list.
const listLength = "[]"

// figures lists the numbers of a page of JSON by their paths, with the lengths
// of its lists; a text that is a number is one.
func figures(text []byte) map[string]float64 {
	out := map[string]float64{}
	var page any
	if json.Unmarshal(text, &page) == nil {
		collect(out, "", page)
	}
	return out
}

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

// credited says whether the shop gave anything for the order.
func (b belief) credited() bool { return b.paid || b.money }

// fulfils says whether the shop takes the order for paid. Money that it only
// books is no promise to the customer.
func (b belief) fulfils() bool { return b.paid || b.money && b.counter }

// times counts in words.
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// said is what the shop says, in words.
func (b belief) said() string {
	state := "not paid"
	if b.paid {
		state = "paid"
	}
	if b.credits >= 0 {
		return fmt.Sprintf("the shop says the order is %s, credited %s", state, times(b.credits))
	}
	return "the shop says the order is " + state
}
