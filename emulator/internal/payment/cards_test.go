package payment_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/payment"
)

func TestTestCardsAreCards(t *testing.T) {
	names := map[string]bool{}
	outcomes := map[payment.Outcome]bool{}
	for _, c := range payment.TestCards() {
		if names[c.Name] || !regexp.MustCompile(`^[a-z_]+$`).MatchString(c.Name) {
			t.Errorf("name %q", c.Name)
		}
		names[c.Name], outcomes[c.Outcome] = true, true
		if !regexp.MustCompile(`^\d{16}$`).MatchString(c.Number) || !checkDigit(c.Number) {
			t.Errorf("%s: number %s has a wrong check digit", c.Name, c.Number)
		}
		if known, ok := payment.CardNamed(c.Name); !ok || known != c {
			t.Errorf("%s is not found by its name", c.Name)
		}
	}
	for _, o := range []payment.Outcome{payment.Approved, payment.Declined, payment.Insufficient, payment.Expired, payment.Challenged, payment.ChallengeFails, payment.TimesOut} {
		if !outcomes[o] {
			t.Errorf("no card is %s", o)
		}
	}
}

// checkDigit is ISO/IEC 7812's, written from the left.
func checkDigit(number string) bool {
	sum := 0
	for i, c := range number {
		d := int(c - '0')
		if (len(number)-i)%2 == 0 {
			d = []int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}[d]
		}
		sum += d
	}
	return sum%10 == 0
}

func TestSettlementSkipsTheWeekendAndHasACutOffAt16(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.ParseInLocation(clock.Layout, text, clock.Vietnam)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for captured, settled := range map[string]string{
		// SePay's own examples: Tuesday 15:30 and 17:00, and Friday after 16:00.
		"2026-01-06 15:30:00": "2026-01-07 00:00:00",
		"2026-01-06 17:00:00": "2026-01-08 00:00:00",
		"2026-01-09 16:00:00": "2026-01-12 00:00:00",
		"2026-01-09 15:59:59": "2026-01-12 00:00:00",
		"2026-01-08 16:00:00": "2026-01-12 00:00:00",
		"2026-01-10 10:00:00": "2026-01-12 00:00:00",
		"2026-01-11 17:00:00": "2026-01-13 00:00:00",
	} {
		if got := payment.SettlesAt(at(captured).UTC(), "00:00"); !got.Equal(at(settled)) {
			t.Errorf("captured %s: settled %s, want %s", captured, got.Format(clock.Layout), settled)
		}
	}
	if got := payment.SettlesAt(at("2026-01-06 15:30:00"), "16:00"); !got.Equal(at("2026-01-07 16:00:00")) {
		t.Errorf("at 16:00: %s", got)
	}
}
