package audit_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/scenarios/audit"
)

func TestWhatShowsCreditsOnAPageIsLearntFromTheFirstPayment(t *testing.T) {
	rules := []string{"webhook-accepts", "webhook-duplicate", "webhook-out-of-order", "webhook-less"}
	for name, c := range map[string]struct {
		page func(*sale) string
		less audit.Verdict
	}{
		"money as a number":     {func(o *sale) string { return fmt.Sprintf(`{"data":{"received":%d},"total":150000}`, o.Credited) }, audit.Unverifiable},
		"money as a text":       {func(o *sale) string { return fmt.Sprintf(`{"received":"%d.00"}`, o.Credited) }, audit.Unverifiable},
		"a list of payments":    {func(o *sale) string { return fmt.Sprintf(`{"payments":%s}`, list(o.Credits)) }, audit.Unverifiable},
		"credits":               {func(o *sale) string { return fmt.Sprintf(`{"credits":%d}`, o.Credits) }, audit.Fail},
		"money and a paid word": {func(o *sale) string { return fmt.Sprintf(`{"state":%q,"received":%d}`, o.Status, o.Credited) }, audit.Pass},
	} {
		t.Run(name, func(t *testing.T) {
			o := (&shop{mistake: "no dedup", page: c.page}).start(t).audited(t, rules...)
			o.IPN = nil
			want := map[string]audit.Verdict{"webhook-accepts": audit.Pass, "webhook-duplicate": audit.Fail, "webhook-out-of-order": audit.Pass, "webhook-less": c.less}
			if diff := cmp.Diff(want, verdicts(run(t, o))); diff != "" {
				t.Errorf("-expected +seen\n%s", diff)
			}
		})
	}
}

func list(n int) string {
	text, _ := json.Marshal(make([]int, n))
	return string(text)
}

// A page that comes with the payment shows the price then, which is no credit.
func TestThePriceOfAPageThatWasNotThereIsNoCredit(t *testing.T) {
	var mu sync.Mutex
	credits := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodGet {
			if credits[r.URL.Path] == 0 {
				http.NotFound(w, r)
				return
			}
			_, _ = fmt.Fprintf(w, `{"amount":150000,"state":"paid","payments":%s}`, list(credits[r.URL.Path]))
			return
		}
		var n struct{ Code string }
		if decodeInto(r, &n) {
			credits["/orders/"+n.Code]++
		}
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
	defer server.Close()
	o := new(shop).start(t).audited(t, "webhook-accepts", "webhook-duplicate")
	o.IPN, o.Prepare, o.Check = nil, "", server.URL+"/orders/{code}"
	o.Webhook.URL = server.URL + "/hook"
	want := map[string]audit.Verdict{"webhook-accepts": audit.Pass, "webhook-duplicate": audit.Fail}
	if diff := cmp.Diff(want, verdicts(run(t, o))); diff != "" {
		t.Errorf("-expected +seen\n%s", diff)
	}
}

func TestAShopThatDoesNotCancelIsNotBlamedForIt(t *testing.T) {
	for name, c := range map[string]struct {
		cancels bool
		want    audit.Verdict
	}{"it ignores the wish": {false, audit.Unverifiable}, "it cancels, and credits all the same": {true, audit.Fail}} {
		t.Run(name, func(t *testing.T) {
			s := &shop{mistake: "pays cancelled"}
			s.start(t)
			cancel := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				var body struct{ Code string }
				decodeInto(r, &body)
				s.mu.Lock()
				defer s.mu.Unlock()
				if c.cancels {
					s.sales[body.Code].Status = "cancelled"
				}
			}))
			defer cancel.Close()
			deaf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var body map[string]any
				decodeInto(r, &body)
				delete(body, "cancelled")
				s.place(body)
			}))
			defer deaf.Close()
			o := s.audited(t, "webhook-cancelled-order")
			o.IPN, o.Cancel, o.Prepare = nil, cancel.URL, deaf.URL
			if diff := cmp.Diff(map[string]audit.Verdict{"webhook-cancelled-order": c.want}, verdicts(run(t, o))); diff != "" {
				t.Errorf("-expected +seen\n%s", diff)
			}
		})
	}
}

// place makes an order of what a shop is told.
func (s *shop) place(body map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := fmt.Sprint(body["code"])
	s.sales[name] = &sale{Name: name, Status: "open", Price: int64(body["amount"].(float64))}
}

func TestTheShopIsAskedForAnOrderByTheNameThatTheNoticeHas(t *testing.T) {
	var mu sync.Mutex
	var asked []map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		decodeInto(r, &body)
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, body)
	}))
	defer server.Close()
	o := new(shop).start(t).audited(t, "webhook-accepts", "ipn-accepts")
	o.Check, o.Return, o.Prepare = "", "", server.URL
	run(t, o)
	if len(asked) != 2 || asked[0]["code"] == nil || asked[0]["invoice"] != nil || asked[1]["invoice"] == nil || asked[1]["code"] != nil || asked[0]["account"] != audit.DefaultAccount {
		t.Errorf("asked for %v", asked)
	}
}

func TestTheForeignAccountIsNeverTheShopsOwn(t *testing.T) {
	o := (&shop{mistake: "any account"}).start(t).audited(t, "webhook-wrong-account")
	o.Account = "9876543210"
	if got := outcome(t, run(t, o), "webhook-wrong-account"); got.Verdict != audit.Fail {
		t.Errorf("%s: %s", got.Verdict, got.Detail)
	}
}

func TestWhatAHandlerIsNotConfiguredForDoesNotApply(t *testing.T) {
	o := (&shop{auth: audit.NoAuth}).start(t).audited(t, "webhook-flipped-byte", "webhook-old-timestamp", "webhook-missing-auth", "webhook-empty-auth", "ipn-wrong-auth", "ipn-foreign-company", "ipn-cancelled-order", "ipn-early", "webhook-return-alone", "webhook-more")
	o.IPN.Secret, o.Prepare, o.Return, o.Check = "", "", "", ""
	o.IPN.URL = o.Webhook.URL // it takes notices without a secret
	for _, got := range run(t, o).Outcomes {
		if got.Verdict != audit.NotApplicable || got.Detail == "" {
			t.Errorf("%s: %s: %s", got.Rule, got.Verdict, got.Detail)
		}
	}
}

func TestWithoutTheShopsPageTheVerdictSaysWhatItCannotKnow(t *testing.T) {
	o := new(shop).start(t).audited(t)
	o.Check, o.Return = "", ""
	got := verdicts(run(t, o))
	for rule, want := range map[string]audit.Verdict{
		"webhook-accepts": audit.Pass, "webhook-duplicate": audit.Unverifiable, "webhook-less": audit.Unverifiable, "webhook-wrong-auth": audit.Pass,
		"webhook-code-missed": audit.Unverifiable, "ipn-currency": audit.Unverifiable, "webhook-more": audit.NotApplicable,
	} {
		if got[rule] != want {
			t.Errorf("%s: %s, want %s", rule, got[rule], want)
		}
	}
	o = (&shop{mistake: "breaks on odd bodies"}).start(t).audited(t, "webhook-odd-bodies", "webhook-missing-auth")
	o.Check, o.Return = "", ""
	if got := verdicts(run(t, o)); got["webhook-odd-bodies"] != audit.Fail || got["webhook-missing-auth"] != audit.Pass {
		t.Errorf("what the answers alone show: %v", got)
	}
}
