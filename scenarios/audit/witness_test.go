package audit_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/scenarios/audit"
)

func run(t *testing.T, o audit.Options) audit.Card {
	t.Helper()
	card, err := audit.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func verdicts(c audit.Card) map[string]audit.Verdict {
	out := map[string]audit.Verdict{}
	for _, o := range c.Outcomes {
		out[o.Rule] = o.Verdict
	}
	return out
}

// outcome finds a rule on a card.
func outcome(t *testing.T, c audit.Card, rule string) audit.Outcome {
	t.Helper()
	i := slices.IndexFunc(c.Outcomes, func(o audit.Outcome) bool { return o.Rule == rule })
	if i < 0 {
		t.Fatalf("no rule %s on the card", rule)
	}
	return c.Outcomes[i]
}

// witnesses are careless shops: for each rule the mistake that it finds, what it
// says of it, and a word of its detail. Each shop is careful but for the mistake.
var witnesses = map[string]struct {
	mistake string
	verdict audit.Verdict
	says    string
}{
	"webhook-booked-before-answer": {"answers first", audit.Warn, "success was answered"},
	"webhook-empty-members":        {"texts demanded", audit.Fail, "description"},
	"ipn-empty-members":            {"texts demanded", audit.Fail, "custom_data"},
	"webhook-extra-fields":         {"strict schema", audit.Fail, "400"},
	"webhook-duplicate":            {"no dedup", audit.Fail, "credited 2 times"},
	"webhook-lost-answer":          {"lost with the connection", audit.Fail, "the money came"},
	"webhook-out-of-order":         {"lowers ids ignored", audit.Fail, "the money came"},
	"webhook-early":                {"drops early money", audit.Warn, "a person has to find this money"},
	"webhook-missing-auth":         {"missing is fine", audit.Fail, "believed"},
	"webhook-wrong-auth":           {"any signature", audit.Fail, "believed"},
	"webhook-empty-auth":           {"empty secret too", audit.Fail, "believed"},
	"webhook-foreign-company":      {"any signature", audit.Fail, "believed"},
	"webhook-flipped-byte":         {"any signature", audit.Fail, "believed"},
	"webhook-foreign-signature":    {"any signature", audit.Fail, "believed"},
	"webhook-old-timestamp":        {"any age", audit.Fail, "believed"},
	"webhook-number-as-text":       {"breaks on odd bodies", audit.Fail, "broke"},
	"webhook-odd-bodies":           {"breaks on odd bodies", audit.Fail, "broke"},
	"webhook-huge-body":            {"breaks on huge bodies", audit.Fail, "broke"},
	"webhook-unknown-order":        {"unknown refused", audit.Warn, "seven times at most"},
	"webhook-cancelled-order":      {"pays cancelled", audit.Fail, "a cancelled order was credited"},
	"webhook-longer-name":          {"substring", audit.Fail, "was credited"},
	"webhook-test-memo":            {"test approves", audit.Fail, "TEST SePay test was credited"},
	"webhook-return-alone":         {"books on return", audit.Fail, "without any notice"},
	"webhook-return-race":          {"books on return", audit.Fail, "credited 2 times"},
	"webhook-less":                 {"amount as prefix", audit.Fail, "15000 VND"},
	"webhook-more":                 {"surplus lost", audit.Warn, "50000 VND too much"},
	"webhook-wrong-account":        {"any account", audit.Fail, "was credited"},
	"webhook-outgoing":             {"outgoing credited", audit.Fail, "was credited"},
	"webhook-instalments":          {"memo as key", audit.Fail, "with the same amount and memo"},
	"webhook-same-memo":            {"memo as key", audit.Fail, "with the same amount and memo"},
	"webhook-bank-forms":           {"memo must begin with the code", audit.Fail, "MBVCB"},
	"webhook-full-minute":          {"older than the order", audit.Fail, "though the money came"},
	"webhook-late-retry":           {"old notices thrown away", audit.Warn, "retries are lost"},
	"webhook-reference-empty":      {"reference as key", audit.Fail, `referenceCode ""`},
	"webhook-reference-repeated":   {"reference as key", audit.Fail, `referenceCode "4711"`},
	"webhook-code-null":            {"code demanded", audit.Warn, "it is genuine"},
	"webhook-code-missed":          {"code demanded", audit.Fail, "the code was null"},
	"webhook-foreign-code":         {"digits of the memo", audit.Fail, "a foreign code was credited"},
	"webhook-test-send":            {"test send approves", audit.Fail, "a test send"},

	"ipn-booked-before-answer": {"answers first", audit.Warn, "success was answered"},
	"ipn-extra-fields":         {"strict schema", audit.Fail, "400"},
	"ipn-duplicate":            {"no dedup", audit.Fail, "credited 2 times"},
	"ipn-lost-answer":          {"lost with the connection", audit.Fail, "the money came"},
	"ipn-out-of-order":         {"lowers ids ignored", audit.Fail, "the money came"},
	"ipn-early":                {"drops early money", audit.Warn, "a person has to find this money"},
	"ipn-missing-auth":         {"missing is fine", audit.Fail, "believed"},
	"ipn-wrong-auth":           {"any secret", audit.Fail, "believed"},
	"ipn-empty-auth":           {"prefix compared", audit.Fail, "believed"},
	"ipn-foreign-company":      {"any secret", audit.Fail, "believed"},
	"ipn-number-as-text":       {"breaks on odd bodies", audit.Fail, "broke"},
	"ipn-odd-bodies":           {"breaks on odd bodies", audit.Fail, "broke"},
	"ipn-huge-body":            {"breaks on huge bodies", audit.Fail, "broke"},
	"ipn-unknown-order":        {"unknown refused", audit.Warn, "sends it again"},
	"ipn-cancelled-order":      {"pays cancelled", audit.Fail, "a cancelled order was credited"},
	"ipn-longer-name":          {"substring", audit.Fail, "was credited"},
	"ipn-test-memo":            {"test approves", audit.Fail, "TEST SePay test was credited"},
	"ipn-return-alone":         {"books on return", audit.Fail, "without any notice"},
	"ipn-return-race":          {"books on return", audit.Fail, "credited 2 times"},
	"ipn-less":                 {"amount unread", audit.Fail, "a smaller amount was credited"},
	"ipn-currency":             {"any currency", audit.Fail, "another currency was credited"},
	"ipn-not-captured":         {"any status", audit.Fail, "a declined payment was credited"},
	"ipn-void":                 {"any type", audit.Fail, "a void was credited"},
	"ipn-amount-texts":         {"amount as text", audit.Fail, "though the money came"},
	"ipn-card":                 {"card parsed", audit.Fail, "card_expiry:1226"},
	"ipn-ids":                  {"order id of one form", audit.Fail, "order_id"},
	"ipn-dates":                {"older than the order", audit.Fail, "timestamp"},
}

// elsewhere are the rules whose careless shop stands in a test of its own.
var elsewhere = []string{"webhook-accepts", "ipn-accepts", "webhook-concurrent", "ipn-concurrent"}

func TestACarefulShopPassesEachRuleAndEachHasAWitness(t *testing.T) {
	card := run(t, new(shop).start(t).audited(t))
	for _, o := range card.Outcomes {
		if o.Verdict != audit.Pass {
			t.Errorf("%s: %s: %s", o.Rule, o.Verdict, o.Detail)
		}
		if _, ok := witnesses[o.Rule]; !ok && !slices.Contains(elsewhere, o.Rule) {
			t.Errorf("%s has no careless witness", o.Rule)
		}
	}
	got := verdicts(card)
	for rule := range witnesses {
		if got[rule] == "" {
			t.Errorf("there is no rule %s", rule)
		}
	}
	if !card.Verified() || card.Sentence() != "The handler is safe: all 70 rules hold." {
		t.Error(card.Sentence())
	}
}

func TestEachRuleFindsItsCarelessWitness(t *testing.T) {
	for _, rule := range slices.Sorted(maps.Keys(witnesses)) {
		want := witnesses[rule]
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			s := &shop{mistake: want.mistake}
			var behind sync.WaitGroup
			if want.mistake == "answers first" {
				// The page is asked first, and the money booked then.
				s.late = func(work func()) { behind.Go(func() { s.awaitAsked(); work() }) }
			}
			t.Cleanup(behind.Wait)
			o := s.start(t).audited(t, rule)
			if strings.HasPrefix(rule, "webhook") {
				o.IPN = nil
			} else {
				o.Webhook = nil
			}
			got := outcome(t, run(t, o), rule)
			if got.Verdict != want.verdict || !strings.Contains(got.Detail, want.says) {
				t.Errorf("%s: %s, want %s with %q", got.Verdict, got.Detail, want.verdict, want.says)
			}
		})
	}
}

// awaitAsked returns when the shop's page was asked since.
func (s *shop) awaitAsked() {
	s.mu.Lock()
	asked := make(chan struct{})
	s.asked = append(s.asked, asked)
	s.mu.Unlock()
	<-asked
}

// A shop that looks first and writes later passes when notices come one after the
// other, and loses the race.
func TestAShopThatChecksBeforeItWritesLosesTheRace(t *testing.T) {
	for _, kind := range []string{"webhook", "ipn"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := &shop{mistake: "check before write"}
			o := s.start(t).audited(t, kind+"-duplicate", kind+"-concurrent")
			if kind == "webhook" {
				o.IPN = nil
			} else {
				o.Webhook = nil
			}
			o.Progress = func(audit.Outcome) { s.mu.Lock(); s.racers.Add(3); s.racing = true; s.mu.Unlock() }
			want := map[string]audit.Verdict{kind + "-duplicate": audit.Pass, kind + "-concurrent": audit.Fail}
			if diff := cmp.Diff(want, verdicts(run(t, o))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
