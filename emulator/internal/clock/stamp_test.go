package clock_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/clock"
)

func TestAStampIsTheLayoutInVietnamsZone(t *testing.T) {
	zones := []*time.Location{time.UTC, clock.Vietnam, time.FixedZone("", -11*3600), time.FixedZone("", 5*3600+1800)}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-1<<36, 1<<38).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanos"))
		at = at.In(rapid.SampledFrom(zones).Draw(t, "zone"))
		if got, want := clock.Stamp(at), at.In(clock.Vietnam).Format(clock.Layout); got != want {
			t.Fatalf("stamp %s, want %s", got, want)
		}
		if got, want := string(clock.AppendISO([]byte("x"), at)), "x"+at.In(clock.Vietnam).Format("2006-01-02T15:04:05-07:00"); got != want {
			t.Fatalf("ISO %s, want %s", got, want)
		}
	})
}
