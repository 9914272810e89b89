package contracts_test

import (
	"context"
	"testing"
	"time"

	"github.com/localsepay/localsepay/contracts"
	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/emulator"
)

func stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}

// faithful starts an emulator with SePay's own rate limits, as serve has them.
func faithful(t testing.TB, options ...emulator.Option) *emulator.Emulator {
	t.Helper()
	o := []emulator.Option{emulator.WithContract(emulator.ContractOff), emulator.AllowPending()}
	for _, s := range emulator.Settings() {
		if s.Name == emulator.SettingV1RateLimit || s.Name == emulator.SettingV2RateLimit || s.Name == emulator.SettingPGAPIRateLimit {
			o = append(o, emulator.WithSetting(s.Name, s.Default))
		}
	}
	return emulator.StartT(t, append(o, options...)...)
}

// hold runs the suite against an address.
func hold(t testing.TB, base string, o contracts.Options) contracts.Result {
	t.Helper()
	target, err := contracts.Emulator(context.Background(), base)
	if err != nil {
		t.Fatal(err)
	}
	o.Stopwatch = stopwatch
	r, err := contracts.Run(context.Background(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// bears fails the test for every claim that the result says is not borne out.
func bears(t testing.TB, r contracts.Result) {
	t.Helper()
	for _, o := range r.Outcomes {
		if o.State == result.Failed {
			t.Errorf("%s: %s\n%s", o.Surface, o.Name, o.Failure)
		}
	}
}

// others are values of settings that make answers possible which the defaults
// never give.
var others = []map[string]string{
	{
		"userapi_v1.auth_error": "401", "userapi_v2.rate_limit_headers": "always", "userapi_v2.invalid_parameter": "strict", "checkout.invalid": "200_page",
		"pgapi.invalid_parameter": "strict", "oauth_api.rate_limit": "3", "oauth_api.retry_conditions": "strict", "qr.invalid": "json", "pgapi.rate_limit": "3", "woo.rate_limit": "3",
	},
	{"checkout.invalid": "302_page", "oauth.auto_consent": "on"},
}

func TestTheEmulatorBearsOutEveryClaimAndEveryAnswerIsExercised(t *testing.T) {
	r := hold(t, faithful(t).URL(), contracts.Options{})
	bears(t, r)
	all := r.Exchanges
	for _, settings := range others {
		var o []emulator.Option
		for name, value := range settings {
			o = append(o, emulator.WithSetting(emulator.Setting(name), value))
		}
		r := hold(t, faithful(t, o...).URL(), contracts.Options{})
		bears(t, r)
		all = append(all, r.Exchanges...)
	}
	for _, c := range contracts.Coverage(all) {
		for _, m := range c.Missing {
			t.Errorf("%s: no claim makes the target answer %s", c.Document, m)
		}
	}
	if stale := contracts.Stale(all); len(stale) > 0 {
		t.Errorf("these were held to be impossible: %v", stale)
	}
}

// Wherever SePay's pages disagree, the suite asks the target how it decides and
// holds it to that.
func TestEveryValueOfEverySettingBearsOutTheClaims(t *testing.T) {
	for _, s := range emulator.Settings() {
		for _, value := range append([]string{s.Default}, s.Alternatives...) {
			t.Run(string(s.Name)+"="+value, func(t *testing.T) {
				bears(t, hold(t, faithful(t, emulator.WithSetting(s.Name, value)).URL(), contracts.Options{}))
			})
		}
	}
}
