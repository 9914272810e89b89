package audit_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/localsepay/localsepay/openapi/texts"
	"github.com/localsepay/localsepay/scenarios/audit"
)

func TestTheScoreCardShowsTheRequestAndHidesTheSecret(t *testing.T) {
	const key = "k3y-that-must-not-show"
	s := &shop{auth: audit.NoAuth, mistake: "any secret"}
	o := s.start(t).audited(t, "webhook-accepts", "webhook-wrong-auth", "webhook-flipped-byte", "ipn-wrong-auth")
	o.Webhook.Auth, o.Webhook.Secret = audit.APIKey, key
	card := run(t, o)
	var text, machine, junit, sarif bytes.Buffer
	if err := errors.Join(card.Text(&text), card.JUnit(&junit), card.SARIF(&sarif, "1"), card.JSON(&machine)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The handler is not safe: 2 of 3 rules failed.", "✗ webhook-wrong-auth", "fix", "POST http://127.0.0.1", "Authorization: Apikey ****", `"transferAmount":150000`, "https://developer.sepay.vn/"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	if n := strings.Count(text.String(), "webhook-accepts"); n != 1 {
		t.Errorf("the list of rules stands there %d times", n)
	}
	var cases struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Skipped  int `xml:"skipped,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(junit.Bytes(), &cases); err != nil || cases.Suites[0].Tests != 4 || cases.Suites[0].Failures != 2 || cases.Suites[0].Skipped != 1 {
		t.Errorf("%v %+v", err, cases)
	}
	for name, b := range map[string][]byte{"JSON": machine.Bytes(), "SARIF": sarif.Bytes()} {
		if !json.Valid(b) {
			t.Errorf("%s: %.200s", name, b)
		}
	}
	for _, shown := range []string{text.String(), machine.String(), junit.String(), sarif.String()} {
		if strings.Contains(shown, "k3y-that") || strings.Contains(shown, ipnSecret) {
			t.Error("a secret shows")
		}
	}
}

func TestWithAWrongSecretTheCardSaysSoFirstAndListsNoFailures(t *testing.T) {
	o := new(shop).start(t).audited(t)
	o.Webhook.Secret = "whsec_of_somebody"
	card := run(t, o)
	var text bytes.Buffer
	if err := card.Text(&text); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(text.String(), "\n")
	if !strings.Contains(lines[3], "The secret given with --webhook-auth may not be the shop's") || !strings.HasPrefix(lines[4], "The other handler is safe: all ") || !strings.HasPrefix(lines[5], "First, for the webhook handler: Compare the secret of --webhook-auth") {
		t.Errorf("it begins with\n%s", strings.Join(lines[:8], "\n"))
	}
	if strings.Contains(text.String(), "✗ webhook") || strings.Count(text.String(), "? webhook-duplicate") != 1 || card.Verified() {
		t.Error(text.String())
	}
}

// Every notice carries a character that handlers stumble over, each of them has
// its turn, and what banks have not been seen to send is marked.
func TestEveryNoticeHoldsWhatHandlersStumbleOver(t *testing.T) {
	for _, c := range []struct {
		texts audit.Texts
		want  []texts.Class
	}{{audit.TextsAll, texts.Classes(false)}, {audit.TextsUsual, texts.Classes(true)}} {
		o := new(shop).start(t).audited(t)
		o.Texts = c.texts
		turns := map[string]bool{}
		for _, out := range run(t, o).Outcomes {
			for _, s := range out.Sent {
				var n struct{ Content, Order_Description string }
				if json.Unmarshal([]byte(s.Body), &n) != nil || out.Kind != "webhook" {
					continue
				}
				odd := false
				for _, class := range texts.In(n.Content) {
					turns[class.Name] = true
					odd = odd || !class.Usual
				}
				if (s.Note != "") != odd {
					t.Errorf("%s: note %q of %q", out.Rule, s.Note, n.Content)
				}
			}
		}
		for _, class := range c.want {
			if !turns[class.Name] {
				t.Errorf("texts %s: no memo holds a %s", c.texts, class.Name)
			}
		}
		if len(turns) != len(c.want) {
			t.Errorf("texts %s: memos hold %v", c.texts, turns)
		}
	}
}

func TestTheSameSeedSendsTheSameBodies(t *testing.T) {
	bodies := func(tag uint64) (all []string) {
		o := new(shop).start(t).audited(t, "webhook-accepts", "webhook-duplicate", "webhook-less", "ipn-accepts", "ipn-ids")
		o.Tag = tag
		for _, out := range run(t, o).Outcomes {
			for _, s := range out.Sent {
				all = append(all, s.Body)
			}
		}
		return all
	}
	one, again, other := bodies(1), bodies(1), bodies(2)
	for i := range one {
		if one[i] != again[i] {
			t.Errorf("%s\n%s", one[i], again[i])
		}
		if one[i] == other[i] {
			t.Errorf("another seed has %s too", one[i])
		}
	}
}

// A handler that is there and breaks is a finding, and the other one is audited.
func TestAHandlerThatHangsUpIsNoWrongAddress(t *testing.T) {
	breaks := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(breaks.Close)
	o := new(shop).start(t).audited(t, "webhook-accepts", "webhook-duplicate", "ipn-accepts", "ipn-duplicate")
	o.Webhook.URL = breaks.URL
	o.Tag = math.MaxUint64
	card := run(t, o)
	want := map[string]audit.Verdict{"webhook-accepts": audit.Fail, "webhook-duplicate": audit.Unverifiable, "ipn-accepts": audit.Pass, "ipn-duplicate": audit.Pass}
	if diff := cmp.Diff(want, verdicts(card)); diff != "" {
		t.Error(diff)
	}
	said := card.Sentence()
	if !strings.Contains(said, "closed without an answer") || !strings.HasSuffix(said, "The other handler is safe: all 2 rules hold.") {
		t.Error(said)
	}
	o.IPN, o.Rules = nil, []string{"webhook-accepts"}
	if said := run(t, o).Sentence(); strings.Contains(said, "No rule failed") || strings.Count(said, "\n") != 0 {
		t.Error(said)
	}
}
