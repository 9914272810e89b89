package derive_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/derive"
)

func TestTheSameSeedGivesTheSameBytesAndAnotherSeedOthers(t *testing.T) {
	a, b, other := derive.Seed(1), derive.Seed(1), derive.Seed(2)
	at := time.Unix(1790000000, 0)
	if a.UUID("transaction", 1, at) != b.UUID("transaction", 1, at) || a.Text("token", 1, derive.UpperAlnum, 64) != b.Text("token", 1, derive.UpperAlnum, 64) {
		t.Error("one seed, two values")
	}
	if a.UUID("transaction", 1, at) == other.UUID("transaction", 1, at) || a.Text("token", 1, derive.UpperAlnum, 64) == other.Text("token", 1, derive.UpperAlnum, 64) {
		t.Error("two seeds, one value")
	}
}

func TestUUIDsLookLikeVersion1AreDistinctAndDoNotSort(t *testing.T) {
	shape := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-02[0-9a-f]{10}$`)
	at := time.Unix(1790000000, 0)
	seen := map[string]bool{}
	var ids []string
	for i := range int64(2000) {
		id := derive.Seed(7).UUID("transaction", i, at)
		if !shape.MatchString(id) {
			t.Fatalf("%s does not look like version 1", id)
		}
		if seen[id] {
			t.Fatalf("%s came twice", id)
		}
		seen[id] = true
		ids = append(ids, id)
	}
	if slices.IsSorted(ids[:8]) {
		t.Errorf("the ids sort by age: %v", ids[:8])
	}
}

func TestTextKeepsToItsAlphabetAndLength(t *testing.T) {
	if got := derive.Seed(3).Text("reference", 9, derive.UpperHex, 12); !regexp.MustCompile(`^[0-9A-F]{12}$`).MatchString(got) {
		t.Error(got)
	}
	if got := derive.Seed(3).Text("token", 9, derive.UpperAlnum, 64); len(got) != 64 {
		t.Errorf("%d characters", len(got))
	}
}
