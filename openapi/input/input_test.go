package input_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/openapi/input"
)

func TestAmountTakesOneMeaningOnly(t *testing.T) {
	for written, want := range map[string]int64{
		"150000": 150000, "150.000": 150000, "150,000": 150000, "150_000": 150000, "150 000": 150000, "1.500.000": 1500000,
		"0": 0, "007": 7, "150000 VND": 150000, "150.000đ": 150000, " 5 ": 5, "999999999999": 999999999999,
	} {
		if got, err := input.Amount(written); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", written, got, err, want)
		}
	}
	for _, written := range []string{
		"", " ", "150000.5", "150.000,50", "150,000.50", "15,00,0", ",5", "5,", ".5", "-1", "+1", "1e5", "0x10", "1.50", "1500.000", "1.000,000",
		"1__000", "150,", "đ", "VND", "1000000000000", "99999999999999999999", "１５０", "150k", "12.3456", "1,000,00",
	} {
		if got, err := input.Amount(written); !errors.Is(err, input.ErrAmount) {
			t.Errorf("%q is taken for %d", written, got)
		}
	}
}

func TestAmountReadsEveryWayToGroupIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, input.MaxAmount).Draw(t, "amount")
		plain := strconv.FormatInt(n, 10)
		separator := rapid.SampledFrom([]string{"", ".", ",", "_", " "}).Draw(t, "separator")
		var text strings.Builder
		for i, r := range plain {
			if i > 0 && (len(plain)-i)%3 == 0 {
				text.WriteString(separator)
			}
			text.WriteRune(r)
		}
		if got, err := input.Amount(text.String()); err != nil || got != n {
			t.Fatalf("%q: %d, %v", text.String(), got, err)
		}
	})
}

func TestDurationTakesDays(t *testing.T) {
	const day = 24 * time.Hour
	for written, want := range map[string]time.Duration{
		"1d": day, "3d12h": 3*day + 12*time.Hour, "90s": 90 * time.Second, "5m30s": 330 * time.Second, "0": 0, "0s": 0, "0d": 0,
		"1.5d": 36 * time.Hour, "36500d": input.MaxDuration, "1d1ms": day + time.Millisecond,
	} {
		if got, err := input.Duration(written); err != nil || got != want {
			t.Errorf("%q: %s, %v; want %s", written, got, err, want)
		}
	}
	if got, err := input.Offset("-1d1h"); err != nil || got != -25*time.Hour {
		t.Errorf("-1d1h: %s, %v", got, err)
	}
	for _, written := range []string{"", " ", "5", "d", "-5m", "1d-5m", "1h1d", "1w", "36501d", "1e300d", "99999999h", "1dd", "NaN", "Inf", "1d 5m x"} {
		if got, err := input.Duration(written); !errors.Is(err, input.ErrDuration) {
			t.Errorf("%q is taken for %s (%v)", written, got, err)
		}
	}
}
