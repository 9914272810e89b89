package frontdoor_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/openapi"
)

func now() time.Time { return time.Unix(1790000000, 0) }

func ids(entries []*frontdoor.Entry) []int64 {
	out := []int64{}
	for _, e := range entries {
		out = append(out, e.ID)
	}
	return out
}

func TestTheTrafficLogIsBoundedInEntriesAndInBytes(t *testing.T) {
	for name, c := range map[string]struct {
		entries, bytes, body int
		want                 []int64
	}{
		"by entries": {3, 1 << 20, 10, []int64{10, 9, 8}},
		"by bytes":   {100, 4000, 1000, []int64{10, 9}},
	} {
		log := frontdoor.NewTraffic(c.entries, c.bytes)
		for range 10 {
			log.Add(&frontdoor.Entry{ID: log.NextID(), Exchange: openapi.Exchange{Request: openapi.Request{URL: &url.URL{}}, ResponseBody: make([]byte, c.body)}})
		}
		if diff := cmp.Diff(c.want, ids(log.List(frontdoor.Filter{}, 100))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if kept := int64(len(c.want)); log.Dropped() != 10-kept {
			t.Errorf("%s: dropped %d", name, log.Dropped())
		}
		if _, ok := log.Get(1); ok {
			t.Errorf("%s: the first is still there", name)
		}
	}
}

func TestTheLimiterForgetsCallersRatherThanGrowing(t *testing.T) {
	l := frontdoor.NewLimiter(clock.NewFrozen(now()))
	for i := range 25_000 {
		if limit, _ := l.Take(fmt.Sprint("caller ", i), 1); !limit.Allowed {
			t.Fatalf("caller %d was refused at its first request", i)
		}
	}
}
