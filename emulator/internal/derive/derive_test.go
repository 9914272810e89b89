package derive_test

import (
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/derive"
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

func TestUUIDsOfVersion1TellTheirTimeAndShareClockSequenceAndNode(t *testing.T) {
	at := time.Date(2026, 6, 8, 3, 20, 30, 123_456_700, time.UTC)
	shape := regexp.MustCompile(`^([0-9a-f]{8})-([0-9a-f]{4})-1([0-9a-f]{3})-([89ab][0-9a-f]{3}-02[0-9a-f]{10})$`)
	var host string
	last := int64(-1)
	for n := range int64(1000) {
		id := derive.Seed(7).UUID1(at, n)
		m := shape.FindStringSubmatch(id)
		if m == nil {
			t.Fatalf("%s is not of version 1", id)
		}
		if host == "" {
			host = m[4]
		} else if m[4] != host {
			t.Fatalf("%s and %s are of two hosts", id, host)
		}
		ticks, err := strconv.ParseInt(m[3]+m[2]+m[1], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		if ticks <= last {
			t.Fatalf("%s is not after the one before", id)
		}
		last = ticks
		const gregorian = 122192928000000000
		if got, want := time.Unix(0, (ticks-gregorian)*100), at.Add(time.Duration(n)*100); !got.Equal(want) {
			t.Fatalf("%s tells %s, want %s", id, got, want)
		}
	}
	one, same, other := derive.Seed(7), derive.Seed(7), derive.Seed(8)
	if one.UUID1(at, 1) != same.UUID1(at, 1) || one.UUID1(at, 1) == other.UUID1(at, 1) {
		t.Error("the ids are no function of the seed")
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
