package frontdoor_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi"
)

// call lets one request of a surface through a door that counts clients.
func call(c *frontdoor.Clients, facts *fact.Log, now *clock.Clock) {
	d := &frontdoor.Door{
		Facts: facts, Now: now.Now, Traffic: frontdoor.NewTraffic(10, 1<<20), Limiter: frontdoor.NewLimiter(now), Clients: c,
		Findings: finding.NewLog(fact.NewLog(fact.Keep{}), now.Now),
	}
	answer := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	d.Serve(&surface.Surface{Surface: openapi.Surface{Name: "any"}}, answer, "", httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	c.CatchUp()
}

func TestThePeakSlidesOverTheBordersOfSeconds(t *testing.T) {
	now := clock.NewFrozen(time.Date(2026, time.January, 5, 9, 0, 0, 0, clock.Vietnam))
	facts := fact.NewLog(fact.Keep{})
	c := frontdoor.NewClients(now, facts)
	step := func(by time.Duration) {
		if err := now.Advance(t.Context(), by); err != nil {
			t.Fatal(err)
		}
	}
	call(c, facts, now)
	step(950 * time.Millisecond) // the second that began with the first call is nearly over
	for range 3 {
		call(c, facts, now)
	}
	step(100 * time.Millisecond)
	for range 3 {
		call(c, facts, now)
	}
	step(time.Hour)
	call(c, facts, now)
	list, _ := c.List()
	if len(list) != 1 || list[0].Calls != 8 || list[0].PeakPerSecond < 6 || list[0].PeakPerSecond > 7 {
		t.Errorf("%+v", list)
	}
}

func TestTheCountOfClientsSurvivesEveryMoveOfTheClock(t *testing.T) {
	now := clock.NewFrozen(time.Date(2026, time.January, 5, 9, 0, 0, 0, clock.Vietnam))
	facts := fact.NewLog(fact.Keep{})
	c := frontdoor.NewClients(now, facts)
	for range 600 { // further ahead, all together, than a count of nanoseconds reaches
		for _, year := range []int{2200, 1970, 2026} {
			call(c, facts, now)
			if err := now.Set(clock.State{Now: time.Date(year, time.March, 1, 0, 0, 0, 0, clock.Vietnam)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if list, _ := c.List(); len(list) != 1 || list[0].Calls != 1800 || list[0].PeakPerSecond > 2 {
		t.Errorf("%+v", list)
	}
}

func TestTheLimiterStartsAnewWhenTheTimeIsPutBack(t *testing.T) {
	now := clock.NewFrozen(time.Date(2026, time.January, 5, 9, 0, 0, 0, clock.Vietnam))
	l := frontdoor.NewLimiter(now)
	l.Take("caller", 1)
	if limit, _ := l.Take("caller", 1); limit.Allowed {
		t.Fatal("the second request of a second was let through")
	}
	if err := now.Set(clock.State{Now: now.Now().AddDate(-1, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if limit, early := l.Take("caller", 1); !limit.Allowed || early {
		t.Errorf("a year earlier: %+v, early: %t", limit, early)
	}
	if limit, _ := l.Take("caller", 1_000_000_001); !limit.Allowed && limit.RetryAfter > time.Second {
		t.Errorf("a rate finer than the clock: %+v", limit)
	}
}

func TestNoCountOfClientsCountsNothing(t *testing.T) {
	var c *frontdoor.Clients
	call(c, fact.NewLog(fact.Keep{}), clock.NewFrozen(time.Unix(0, 0)))
	c.Clear()
	if list, dropped := c.List(); list != nil || dropped != 0 {
		t.Errorf("%v, %d", list, dropped)
	}
}
