package contracts

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A suite of the table of surfaces has claims, and claims have a suite there.
func TestEverySuiteOfTheTableHasClaims(t *testing.T) {
	want, got := slices.Sorted(slices.Values(Surfaces())), slices.Sorted(maps.Keys((&suite{}).parts()))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-table +claims:\n%s", diff)
	}
}
