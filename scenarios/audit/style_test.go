package audit_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/localsepay/localsepay/scenarios/audit"
)

// Careful shops are of many styles: none of them may fail a rule.
func TestACarefulShopOfAnotherStyleFailsNothing(t *testing.T) {
	says := func(status int, body string) func(int, *http.Request) (int, string) {
		return func(was int, _ *http.Request) (int, string) {
			if was >= 300 {
				return was, `{"success":false}`
			}
			return status, body
		}
	}
	later := func(t *testing.T) func(func()) {
		var behind sync.WaitGroup
		t.Cleanup(behind.Wait)
		return func(work func()) {
			behind.Go(func() {
				timer := time.NewTimer(30 * time.Millisecond) // a queue
				defer timer.Stop()
				<-timer.C
				work()
			})
		}
	}
	// A shop that books later is waited for at each rule.
	some := func(o *audit.Options) {
		for _, rule := range []string{"accepts", "booked-before-answer", "duplicate", "concurrent", "lost-answer", "early", "wrong-auth", "unknown-order", "less"} {
			o.Rules = append(o.Rules, "webhook-"+rule, "ipn-"+rule)
		}
	}
	for name, c := range map[string]struct {
		shop   func(*testing.T) *shop
		change func(*audit.Options)
		// warned are rules that warn, and nothing else does.
		warned []string
	}{
		"it answers 201":           {shop: func(*testing.T) *shop { return &shop{answer: says(201, `{"success":true,"id":7}`)} }, warned: []string{"ipn-accepts"}},
		"it answers 404 to others": {shop: func(*testing.T) *shop { return &shop{mistake: "unknown refused"} }, warned: []string{"unknown-order", "code-null", "foreign-code", "early", "code-missed"}},
		"it answers 200 to forgeries": {shop: func(*testing.T) *shop {
			return &shop{answer: func(int, *http.Request) (int, string) { return 200, `{"success":true}` }}
		}, warned: []string{"-auth", "foreign-company", "flipped-byte", "foreign-signature", "old-timestamp"}},
		"it books later": {shop: func(t *testing.T) *shop { return &shop{late: later(t)} }, change: some, warned: []string{"booked-before-answer"}},
		"it books later and answers 202": {shop: func(t *testing.T) *shop {
			return &shop{late: later(t), answer: says(202, `{"queued":true}`)}
		}, change: some, warned: []string{"-accepts", "booked-before-answer"}},
		"its page counts nothing": {shop: func(*testing.T) *shop {
			return &shop{page: func(o *sale) string { return fmt.Sprintf(`{"state":%q}`, o.Status) }}
		}},
		"its page shows money": {shop: func(*testing.T) *shop {
			return &shop{page: func(o *sale) string { return fmt.Sprintf(`{"total":%d,"received":"%d.00"}`, o.Price, o.Credited) }}
		}},
		"its page says yes or no": {shop: func(*testing.T) *shop {
			return &shop{page: func(o *sale) string { return fmt.Sprintf(`{"data":{"is_paid":%t}}`, o.Status == "paid") }}
		}},
		"its page is a list of payments": {shop: func(*testing.T) *shop {
			return &shop{page: func(o *sale) string {
				return fmt.Sprintf(`{"state":%q,"payments":[%s]}`, o.Status, strings.TrimSuffix(strings.Repeat(`{"ok":true},`, o.Credits), ","))
			}}
		}},
		"it looks at the code alone":  {shop: func(*testing.T) *shop { return &shop{mistake: "code only"} }, warned: []string{"code-missed"}},
		"it has an API key":           {shop: func(*testing.T) *shop { return &shop{auth: audit.APIKey} }},
		"it has no authentication":    {shop: func(*testing.T) *shop { return &shop{auth: audit.NoAuth} }},
		"it leaves surplus to people": {shop: func(*testing.T) *shop { return &shop{mistake: "surplus lost"} }, warned: []string{"more"}},
		"it keeps no early money":     {shop: func(*testing.T) *shop { return &shop{mistake: "drops early money"} }, warned: []string{"early"}},
		"it has no page":              {shop: func(*testing.T) *shop { return &shop{} }, change: func(o *audit.Options) { o.Check, o.Return = "", "" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := c.shop(t)
			o := s.start(t).audited(t)
			if c.change != nil {
				c.change(&o)
			}
			card := run(t, o)
			if !card.Verified() {
				t.Errorf("nothing could be verified: %s", card.Sentence())
			}
			for _, got := range card.Outcomes {
				expected := false
				for _, part := range c.warned {
					expected = expected || strings.Contains(got.Rule, part)
				}
				if got.Verdict == audit.Fail || got.Verdict == audit.Warn && !expected {
					t.Errorf("%s: %s: %s", got.Rule, got.Verdict, got.Detail)
				}
			}
		})
	}
}

// simple is the shop that a beginner writes with care: a key of each payment, the
// code alone, no surplus, no early money, a page of a few members.
func TestASimpleCarefulShopFailsNothing(t *testing.T) {
	type order struct {
		Amount  int64  `json:"amount"`
		Account string `json:"account"`
		Status  string `json:"status"`
		Credits int    `json:"credits"`
	}
	var mu sync.Mutex
	orders, seen := map[string]*order{}, map[int64]bool{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Code, Account string
			Amount        int64
			Cancelled     bool
		}
		decodeInto(r, &in)
		mu.Lock()
		defer mu.Unlock()
		orders[in.Code] = &order{in.Amount, in.Account, map[bool]string{true: "void", false: "open"}[in.Cancelled], 0}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "{}")
	})
	mux.HandleFunc("GET /orders/{code}", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if o := orders[r.PathValue("code")]; o != nil {
			encode(w, o)
			return
		}
		_, _ = io.WriteString(w, "{}")
	})
	mux.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Header.Get("Authorization") != "Apikey k1" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var n struct {
			ID                                int64
			Code, TransferType, AccountNumber string
			TransferAmount                    int64
		}
		if !decodeInto(r, &n) {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if o := orders[n.Code]; n.TransferType == "in" && !seen[n.ID] {
			seen[n.ID] = true
			if o != nil && o.Status == "open" && n.TransferAmount >= o.Amount && n.AccountNumber == o.Account {
				o.Status, o.Credits = "paid", o.Credits+1
			}
		}
		_, _ = io.WriteString(w, `{"success":true}`)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	o := (&shop{}).start(t).audited(t)
	o.IPN, o.Return = nil, ""
	o.Webhook = &audit.Webhook{URL: server.URL + "/hook", Auth: audit.APIKey, Secret: "k1"}
	o.Prepare, o.Check = server.URL+"/orders", server.URL+"/orders/{code}"
	card := run(t, o)
	for _, got := range card.Outcomes {
		if got.Verdict == audit.Fail {
			t.Errorf("%s: %s", got.Rule, got.Detail)
		}
	}
	if !card.Verified() {
		t.Error(card.Sentence())
	}
}

func TestWhatARuleRestsOnIsSaidInsteadOfAVerdict(t *testing.T) {
	refusing := func(status int, body string) *shop {
		return &shop{answer: func(int, *http.Request) (int, string) { return status, body }, genuine: func(http.Header, []byte) bool { return false }, genuineIPN: func(http.Header, []byte) bool { return false }}
	}
	for name, c := range map[string]struct {
		shop    *shop
		verdict audit.Verdict
		says    string
	}{
		"it refuses":               {refusing(401, `{}`), audit.Unverifiable, "may not be the shop's"},
		"it is not there":          {refusing(404, `<h1>not found</h1>`), audit.Unverifiable, "no handler at that address"},
		"it redirects":             {refusing(302, ``), audit.Fail, "follows no redirect"},
		"it breaks":                {refusing(500, `Traceback`), audit.Fail, "broke on it"},
		"it says success: false":   {refusing(200, `{"success":false}`), audit.Fail, "known mistakes"},
		"it says yes and does not": {refusing(200, `{"success":true}`), audit.Unverifiable, "--account 0123456789"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := c.shop.start(t).audited(t)
			o.Patience = 100 * time.Millisecond
			card := run(t, o)
			for _, got := range card.Outcomes {
				first := strings.HasSuffix(got.Rule, "-accepts")
				switch {
				case first && got.Kind == "webhook" && (got.Verdict != c.verdict || !strings.Contains(got.Detail+got.Fix, c.says)):
					t.Errorf("%s: %s: %s %s", got.Rule, got.Verdict, got.Detail, got.Fix)
				case !first && got.Verdict != audit.Unverifiable:
					t.Errorf("%s: %s: %s", got.Rule, got.Verdict, got.Detail)
				case !first && (got.Precondition != got.Kind+"-accepts" || got.Fix != card.Blocked[got.Kind].First || len(got.Sent) > 0):
					t.Errorf("%s rests on %q, first %q, sent %d", got.Rule, got.Precondition, got.Fix, len(got.Sent))
				}
			}
			if card.Verified() != (c.verdict == audit.Fail) || !strings.HasPrefix(card.Sentence(), "The webhook handler does not credit honest notices") {
				t.Errorf("verified %t: %s", card.Verified(), card.Sentence())
			}
		})
	}
}

// A credit that comes later than the audit waits is nobody's mistake.
func TestAShopSlowerThanThePatienceIsAccusedOfNothing(t *testing.T) {
	for _, status := range []int{200, 202} {
		for _, delay := range []time.Duration{250 * time.Millisecond, 400 * time.Millisecond, 900 * time.Millisecond} {
			t.Run(fmt.Sprint(status, " ", delay), func(t *testing.T) {
				t.Parallel()
				var behind sync.WaitGroup
				defer behind.Wait()
				s := &shop{answer: func(int, *http.Request) (int, string) { return status, `{"success":true}` }}
				s.late = func(work func()) {
					behind.Go(func() {
						timer := time.NewTimer(delay)
						defer timer.Stop()
						<-timer.C
						work()
					})
				}
				o := s.start(t).audited(t, "webhook-accepts", "webhook-less", "ipn-accepts", "ipn-less")
				o.Patience = 40 * time.Millisecond
				card := run(t, o)
				for _, got := range card.Outcomes {
					if got.Verdict != audit.Unverifiable || got.Precondition == "" && got.Cause != "slow" && got.Cause != "not_credited" {
						t.Errorf("%s: %s, cause %q: %s", got.Rule, got.Verdict, got.Cause, got.Detail)
					}
				}
				if card.Verified() || !strings.Contains(card.First(), "--patience") {
					t.Errorf("first: %s", card.First())
				}
			})
		}
	}
}

func TestWhatAnAnswerMeansFollowsFromTheSettingsInForce(t *testing.T) {
	for name, c := range map[string]struct {
		settings map[string]string
		status   int
		rule     string
		verdict  audit.Verdict
		says     string
	}{
		"204":                              {nil, 204, "webhook-accepts", audit.Warn, "never sends it again"},
		"204, any failure is tried again":  {map[string]string{"webhook.retry_on": "any_failure"}, 204, "webhook-accepts", audit.Warn, "sends it again, seven times at most"},
		"500 after the work":               {nil, 500, "webhook-accepts", audit.Warn, "sends it again, seven times at most"},
		"an IPN and 201":                   {nil, 201, "ipn-accepts", audit.Warn, "sends it again"},
		"an IPN and 201, any 2xx succeeds": {map[string]string{"ipn.success_rule": "2xx"}, 201, "ipn-accepts", audit.Pass, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &shop{answer: func(int, *http.Request) (int, string) { return c.status, "" }}
			o := s.start(t).auditedUnder(t, c.settings, c.rule)
			got := outcome(t, run(t, o), c.rule)
			if got.Verdict != c.verdict || !strings.Contains(got.Detail, c.says) {
				t.Errorf("%s: %s", got.Verdict, got.Detail)
			}
		})
	}
}

func TestMistakesOfTheCallerAreSaidBeforeAnythingIsSent(t *testing.T) {
	good := func(t *testing.T) audit.Options { return new(shop).start(t).audited(t) }
	page := func(kind, body string, status int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	for name, c := range map[string]struct {
		change func(*audit.Options)
		kind   error
		says   string
		hint   string
	}{
		"no handler":          {func(o *audit.Options) { o.Webhook, o.IPN = nil, nil }, audit.ErrUsage, "neither a webhook nor an IPN", "--webhook"},
		"nobody there":        {func(o *audit.Options) { o.Webhook.URL, o.Prepare, o.Check = "http://127.0.0.1:1/hook", "", "" }, audit.ErrUnreachable, "nobody answers at http://127.0.0.1:1/hook: ", "is the shop running"},
		"a rule":              {func(o *audit.Options) { o.Rules = []string{"webhook-duplicates"} }, audit.ErrUsage, `no rule "webhook-duplicates"`, `did you mean "webhook-duplicate"?`},
		"an account":          {func(o *audit.Options) { o.Account = "12 34" }, audit.ErrUsage, `--account cannot be "12 34"`, "letters or digits"},
		"a small prefix":      {func(o *audit.Options) { o.Prefix = "dh" }, audit.ErrUsage, `--code-prefix cannot be "dh"`, `did you mean "DH"?`},
		"a prefix":            {func(o *audit.Options) { o.Prefix = "D-1" }, audit.ErrUsage, "--code-prefix", "letters A-Z"},
		"texts":               {func(o *audit.Options) { o.Texts = "usal" }, audit.ErrUsage, `--texts cannot be "usal"`, `did you mean "usual"?`},
		"a page for all":      {func(o *audit.Options) { o.Check = "http://127.0.0.1:1/orders" }, audit.ErrUsage, "--check http://127.0.0.1:1/orders has neither", "{code}"},
		"a return for all":    {func(o *audit.Options) { o.Return = "http://127.0.0.1:1/thanks" }, audit.ErrUsage, "--return http://127.0.0.1:1/thanks has neither", "{code}"},
		"a page of nobody's":  {func(o *audit.Options) { o.Check = "http://127.0.0.1:1/{code}" }, audit.ErrUnreachable, "--check: nobody answers at http://127.0.0.1:1/DH", "is the shop running"},
		"a web page":          {func(o *audit.Options) { o.Check = page("text/html", "<html>paid</html>", 200) + "/{code}" }, audit.ErrUsage, "answers a web page, not JSON", `{"status": "paid"`},
		"a page that breaks":  {func(o *audit.Options) { o.Check = page("text/plain", "oops", 500) + "/{code}" }, audit.ErrUsage, "answered 500 oops", "404 for an order"},
		"orders of nobody's":  {func(o *audit.Options) { o.Prepare = "http://127.0.0.1:1/orders" }, audit.ErrUnreachable, "--prepare: nobody answers", "is the shop running"},
		"orders not there":    {func(o *audit.Options) { o.Prepare = page("text/plain", "no\x1b[31m route", 404) }, audit.ErrUsage, "answered 404 no [31m route", "POSTed"},
		"orders behind login": {func(o *audit.Options) { o.Prepare = page("text/html", "", 302) }, audit.ErrUsage, "answered 302", "POSTed"},
		"a cancel not there": {func(o *audit.Options) {
			o.Cancel, o.Rules = page("text/plain", "", 404), []string{"webhook-cancelled-order"}
		}, audit.ErrUsage, "--cancel: ", "answered 404"},
		"paid from the start": {func(o *audit.Options) {
			o.Paid = mustMatch("open|paid")
			o.Credits = "none"
			o.Check = page("application/json", `{"status":"open"}`, 200) + "/{code}"
		}, audit.ErrUsage, "already looks like that of a paid one", "--paid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := good(t)
			c.change(&o)
			o.Patience = 100 * time.Millisecond
			_, err := audit.Run(context.Background(), o)
			var m *audit.Mistake
			if !errors.As(err, &m) || !errors.Is(err, c.kind) || !strings.Contains(m.Problem+m.Hint, c.says) || !strings.Contains(m.Hint+m.Problem, c.hint) || strings.ContainsAny(m.Problem, "\n\x1b") {
				t.Errorf("%v, hint %+v", err, m)
			}
		})
	}
}
