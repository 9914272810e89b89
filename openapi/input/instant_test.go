package input_test

import (
	"errors"
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/openapi/input"
)

func TestInstantTakesTheYears1970To2200(t *testing.T) {
	for written, want := range map[string]string{
		"2026-01-05T09:00:00+07:00": "2026-01-05 09:00:00", "2026-01-05T02:00:00Z": "2026-01-05 09:00:00", "2026-01-05 09:00:00": "2026-01-05 09:00:00",
		"1970-01-01 00:00:00": "1970-01-01 00:00:00", "2200-12-31 23:59:59": "2200-12-31 23:59:59", " 2026-01-05 09:00:00 ": "2026-01-05 09:00:00",
	} {
		if at, err := input.Instant(written); err != nil || at.Format(input.Layout) != want {
			t.Errorf("%q: %v, %v", written, at, err)
		}
	}
	for _, written := range []string{
		"", "now", "2026-01-05", "1969-12-31 23:59:59", "2201-01-01 00:00:00", "2200-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
		"10000-01-01T00:00:00Z", "2026-02-30 00:00:00", "2026-01-05T25:00:00Z", "-2026-01-05 09:00:00", "2026-01-05T09:00:00+99:00",
	} {
		if at, err := input.Instant(written); !errors.Is(err, input.ErrInstant) {
			t.Errorf("%q is taken for %v (%v)", written, at, err)
		}
	}
}

func TestScaleTakesAThousandthToAMillion(t *testing.T) {
	for written, want := range map[string]float64{"60": 60, "0.001": 1e-3, "1000000": 1e6, "1e6": 1e6, "0.5": 0.5} {
		if got, err := input.Scale(written); err != nil || got != want {
			t.Errorf("%q: %v, %v", written, got, err)
		}
	}
	for _, written := range []string{"", "x", "0", "-1", "0.0009", "1000001", "1e18", "1e-12", "NaN", "Inf", "-Inf", "1e400"} {
		if got, err := input.Scale(written); !errors.Is(err, input.ErrScale) {
			t.Errorf("%q is taken for %v (%v)", written, got, err)
		}
	}
}

// Whole arithmetic agrees as far as a float reaches, and beyond its ends the
// duration is the longest.
func TestStretchNeverWrapsAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, factor := time.Duration(rapid.Int64().Draw(t, "duration")), rapid.Float64().Draw(t, "factor")
		if rapid.Bool().Draw(t, "usual") {
			factor = rapid.Float64Range(input.MinScale, input.MaxScale).Draw(t, "scale")
		}
		got := input.Stretch(d, factor)
		exact, _ := new(big.Float).Mul(new(big.Float).SetInt64(int64(d)), big.NewFloat(factor)).Float64()
		switch {
		case exact >= math.MaxInt64 && got != math.MaxInt64, exact <= math.MinInt64 && got != math.MinInt64:
			t.Fatalf("%d × %v is %d", d, factor, got)
		case math.Abs(exact) < math.MaxInt64 && math.Abs(float64(got)-exact) > math.Abs(exact)/1e12+1:
			t.Fatalf("%d × %v is %d, want %v", d, factor, got, exact)
		}
	})
	if got := input.Stretch(time.Hour, math.NaN()); got != 0 {
		t.Errorf("times no number is %v", got)
	}
}
