package contracts_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/contracts"
	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/contracts/twin"
)

// leastTwins is how many ways of being wrong the suite is tried on at least.
const leastTwins = 60

func TestEveryBadTwinIsFoundOutByAClaimThatPointsAtIt(t *testing.T) {
	all := twin.All()
	if len(all) < leastTwins {
		t.Fatalf("%d twins, want %d", len(all), leastTwins)
	}
	killed := 0
	names := map[string]bool{}
	for _, tw := range all {
		if names[tw.Name] {
			t.Errorf("two twins are called %q", tw.Name)
		}
		names[tw.Name] = true
		ok := t.Run(tw.Name, func(t *testing.T) {
			impostor, err := twin.New(tw, faithful(t).Handler())
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(impostor)
			t.Cleanup(func() {
				server.Close()
				if err := impostor.Close(); err != nil {
					t.Error(err)
				}
			})
			r := hold(t, server.URL, contracts.Options{Surfaces: []string{tw.Surface}})
			points := regexp.MustCompile(tw.Points)
			var red []string
			for _, o := range r.Outcomes {
				if o.State != result.Failed {
					continue
				}
				red = append(red, o.Name)
				if points.MatchString(o.Name) || points.MatchString(strings.Join(o.Operations, " ")) {
					return
				}
			}
			t.Errorf("no claim that says %q is red, only %q", tw.Points, red)
		})
		if ok {
			killed++
		}
	}
	t.Logf("%d of %d twins were found out: %.0f %%", killed, len(all), 100*float64(killed)/float64(len(all)))
}
