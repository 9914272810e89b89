package audit

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
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
}

// believes asks the shop about an order. A page that is not there yet means
// that the order was never heard of, which is not paid.
func (a *attack) believes(o order) (belief, error) {
	if a.Check == "" {
		return belief{}, nil
	}
	address := strings.NewReplacer("{code}", url.PathEscape(o.code), "{invoice}", url.PathEscape(o.invoice)).Replace(a.Check)
	req, err := http.NewRequestWithContext(a.ctx, http.MethodGet, address, nil)
	if err != nil {
		return belief{}, fmt.Errorf("%w: the shop's page %q: %w", ErrUsage, a.Check, err)
	}
	res, err := a.client.Do(req)
	if err != nil {
		return belief{}, fmt.Errorf("ask the shop: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return belief{}, fmt.Errorf("ask the shop: %w", err)
	}
	if res.StatusCode == http.StatusNotFound {
		return belief{known: true}, nil
	}
	if res.StatusCode != http.StatusOK {
		return belief{}, fmt.Errorf("ask the shop: %s answered %d", address, res.StatusCode)
	}
	b := belief{known: true, paid: a.Paid.Match(text), credits: -1}
	var page any
	if json.Unmarshal(text, &page) == nil {
		if n, ok := dig(page, a.Credits).(float64); ok {
			b.credits = int(n)
		}
	}
	return b, nil
}

// dig follows a path of member names.
func dig(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// credited says whether the shop gave anything for the order.
func (b belief) credited() bool { return b.paid || b.credits > 0 }

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
