package setting_test

import (
	"errors"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/setting"
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
