package contracts_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/contracts"
	"github.com/localsepay/localsepay/contracts/result"
)

// leastTwins is how many ways of being wrong the suite is tried on at least.
const leastTwins = 60

func TestEveryBadTwinIsFoundOutByAClaimThatPointsAtIt(t *testing.T) {
	if len(twins) < leastTwins {
		t.Fatalf("%d twins, want %d", len(twins), leastTwins)
	}
	killed := 0
	names := map[string]bool{}
	for _, tw := range twins {
		if names[tw.name] {
			t.Errorf("two twins are called %q", tw.name)
		}
		names[tw.name] = true
		ok := t.Run(tw.name, func(t *testing.T) {
			r := hold(t, impersonate(t, tw, faithful(t)).URL, contracts.Options{Surfaces: []string{tw.surface}})
			points := regexp.MustCompile(tw.points)
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
			t.Errorf("no claim that says %q is red, only %q", tw.points, red)
		})
		if ok {
			killed++
		}
	}
	t.Logf("%d of %d twins were found out: %.0f %%", killed, len(twins), 100*float64(killed)/float64(len(twins)))
}
