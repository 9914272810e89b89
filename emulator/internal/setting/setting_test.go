package setting_test

import (
	"errors"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/openapi"
)

func TestEverySettingTakesItsOwnValuesAndHasASource(t *testing.T) {
	for _, s := range setting.Table() {
		for _, value := range append([]string{s.Default}, s.Alternatives...) {
			v, err := setting.Values{}.With(map[string]string{string(s.Name): value})
			if err != nil {
				t.Errorf("%s=%s: %v", s.Name, value, err)
			}
			if got := v.Get(s.Name); got != value {
				t.Errorf("%s is %q, want %q", s.Name, got, value)
			}
		}
		if s.Summary == "" || s.Source == "" {
			t.Errorf("%s has no summary or source", s.Name)
		}
	}
}

// weaker are defaults whose evidence is weaker than that of an alternative, with
// why they are the default all the same.
var weaker = map[setting.Name]string{
	setting.WebhookSubAccount: "another page prints null, and 37 captured notices have it or a number",
	setting.BankMemo:          "the first tests of a shop stay readable; scenarios and the audit play the habits",
	setting.BankTime:          "it follows bank.memo",
	setting.QRMemoLimit:       "the 25 are a rule of NAPAS's paper, not of SePay, whose pictures hold more",
	setting.BankQuotas:        "the limits of SePay's test mode would end the tests of a shop after 500 transfers",
}

func TestDefaultsFollowTheRankOfTheEvidence(t *testing.T) {
	rank := map[openapi.Evidence]int{setting.Own: 9}
	for i, e := range openapi.Evidences() {
		rank[e] = 2 * i
	}
	rank[setting.Example] = 2*openapi.Observed.Rank() + 1
	for _, s := range setting.Table() {
		values := s.Values()
		if len(values) != 1+len(s.Alternatives) || values[0].Value != s.Default {
			t.Errorf("%s: %v", s.Name, values)
		}
		best := true
		for _, v := range values {
			if _, known := rank[v.Evidence]; !known {
				t.Errorf("%s=%s: evidence %q", s.Name, v.Value, v.Evidence)
			}
			best = best && rank[values[0].Evidence] <= rank[v.Evidence]
		}
		if excused := weaker[s.Name] != ""; best == excused {
			t.Errorf("%s: %v: the default has the best evidence: %v, excused: %v", s.Name, values, best, excused)
		}
	}
}

func TestEveryValueSaysHowItIsKnown(t *testing.T) {
	for _, s := range setting.Table() {
		if !setting.Weighed(s.Name) {
			t.Errorf("%s: say in evidence.go how its values are known", s.Name)
		}
	}
}

func TestWhatIsNotASettingIsRefused(t *testing.T) {
	for name, overrides := range map[string]map[string]string{
		"unknown name":     {"webhook.colour": "red"},
		"unknown value":    {string(setting.V1AuthError): "418"},
		"rate of zero":     {string(setting.V2RateLimit): "0"},
		"a single timeout": {string(setting.WebhookTimeouts): "5s"},
	} {
		if _, err := (setting.Values{}).With(overrides); !errors.Is(err, setting.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACompanyOverridesTheEmulator(t *testing.T) {
	emulator, _ := setting.Values{}.With(map[string]string{string(setting.V2RateLimit): setting.Off})
	company := emulator.Over(map[string]string{string(setting.WebhookTimeouts): "5s/8s"})
	if company.Rate(setting.V2RateLimit) != 0 {
		t.Error("the emulator's own setting is gone")
	}
	if c, total := company.Timeouts(); c != 5*time.Second || total != 8*time.Second {
		t.Errorf("timeouts %v %v", c, total)
	}
	if c, _ := emulator.Timeouts(); c != 15*time.Second {
		t.Error("the override leaked into the emulator")
	}
}
