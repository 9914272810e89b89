package contracts_test

import (
	"context"
	"testing"
	"time"

	"github.com/localsepay/localsepay/contracts"
	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/emulator/setting"
)

func stopwatch() func() time.Duration { return clock.Stopwatch() }

// faithful starts an emulator with SePay's own rate limits, as serve has them.
func faithful(t testing.TB, options ...emulator.Option) *emulator.Emulator {
	t.Helper()
	o := []emulator.Option{emulator.WithContract(emulator.ContractOff), emulator.AllowPending()}
	for _, s := range setting.Table() {
		if s.Name == setting.V1RateLimit || s.Name == setting.V2RateLimit || s.Name == setting.PGAPIRateLimit {
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

func TestTheEmulatorBearsOutEveryClaim(t *testing.T) {
	r := hold(t, faithful(t).URL(), contracts.Options{})
	for _, o := range r.Outcomes {
		if o.State == result.Failed {
			t.Errorf("%s %s (%dms):\n%s", o.Surface, o.Name, o.DurationMS, o.Failure)
		}
		if o.State == result.Skipped {
			t.Logf("skipped: %s %s: %s", o.Surface, o.Name, o.Reason)
		}
	}
	t.Logf("%d claims, %d exchanges in %v", len(r.Outcomes), len(r.Exchanges), r.Duration)
	for _, c := range contracts.Coverage(r.Exchanges) {
		t.Logf("%s %d of %d: missing %v", c.Document, c.Exercised, c.Described, c.Missing)
	}
}
