package memory

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// treeState is a state of a tree and the keys that it has.
type treeState struct {
	tree tree
	keys []store.Key
}

// check compares all that can be read of the state with a plain loop.
func (s treeState) check(t *testing.T, roll *rand.Rand, key func() store.Key) {
	t.Helper()
	var ids []int64
	for _, k := range s.keys {
		ids = append(ids, k.ID)
	}
	if got := s.tree.len(); got != len(s.keys) {
		t.Fatalf("%d keys, want %d", got, len(s.keys))
	}
	for range 20 {
		probe := key()
		at, _ := slices.BinarySearchFunc(s.keys, probe, store.Key.Compare)
		if got := s.tree.rank(probe); got != at {
			t.Fatalf("rank of %v is %d, want %d", probe, got, at)
		}
		found, ok := s.tree.seek(probe)
		if ok != (at < len(s.keys)) || (ok && found != s.keys[at]) {
			t.Fatalf("seek of %v is %v, %v", probe, found, ok)
		}
	}
	if len(ids) == 0 {
		return
	}
	for i := range 4 {
		from := roll.IntN(len(ids))
		to := from + 1 + roll.IntN(len(ids)-from)
		if i == 0 {
			from, to = 0, len(ids)
		}
		want := slices.Clone(ids[from:to])
		if got := gathered(s.tree.root.ascend, from, to, len(want)); !slices.Equal(want, got) {
			t.Fatalf("ascend %d to %d:\n%s", from, to, cmp.Diff(want, got))
		}
		slices.Reverse(want)
		if got := gathered(s.tree.root.descend, from, to, len(want)); !slices.Equal(want, got) {
			t.Fatalf("descend %d to %d:\n%s", from, to, cmp.Diff(want, got))
		}
		if some := len(want)/2 + 1; !slices.Equal(want[:some], gathered(s.tree.root.descend, from, to, some)) {
			t.Fatalf("descend %d to %d does not end after %d", from, to, some)
		}
	}
}

// gathered returns the first n ids of a walk.
func gathered(walk func(int, int, func(int64) bool) bool, from, to, n int) (ids []int64) {
	walk(from, to, func(id int64) bool {
		ids = append(ids, id)
		return len(ids) < n
	})
	return ids
}

// Ascending, descending and random keys of few or many scopes are inserted and
// deleted. Some transactions are dropped and some continue from an older state;
// all states stay as they were.
func TestATreeHasTheKeysOfAPlainList(t *testing.T) {
	t.Parallel()
	for _, scopes := range []int{1, 3, 40, 5000} {
		for _, majors := range []int{1, 1 << 20} {
			for _, most := range []int{2, 60} {
				t.Run(fmt.Sprintf("%d scopes, %d majors, %d writes", scopes, majors, most), func(t *testing.T) {
					t.Parallel()
					randomWrites(t, scopes, majors, most)
				})
			}
		}
	}
}

func randomWrites(t *testing.T, scopes, majors, most int) {
	roll := rand.New(rand.NewPCG(uint64(scopes), uint64(majors+most)))
	key := func() store.Key {
		return store.Key{Scope: fmt.Sprintf("s%04d", roll.IntN(scopes)), Major: int64(roll.IntN(majors)), ID: int64(roll.IntN(4000))}
	}
	states := []treeState{{}}
	clock := int64(1 << 30)
	stamp := uint64(1) // of the next commit, as in a store
	for step := range 400 {
		now := states[len(states)-1]
		if roll.IntN(40) == 0 {
			now = states[roll.IntN(len(states))]
		}
		now.keys = slices.Clone(now.keys)
		shrinks := step/100%2 == 1
		for range roll.IntN(most) + 1 {
			k, drop := key(), roll.IntN(8) == 0
			if shrinks {
				drop = roll.IntN(8) > 0
			}
			switch n := len(now.keys); {
			case drop && n > 0 && roll.IntN(2) == 0:
				k = now.keys[[]int{0, n - 1, n / 2, roll.IntN(n)}[roll.IntN(4)]]
			case !drop && roll.IntN(2) == 0: // a later instant of a scope
				clock++
				k.Major, k.ID = clock, clock
			}
			at, known := slices.BinarySearchFunc(now.keys, k, store.Key.Compare)
			switch {
			case known && drop:
				now.tree, now.keys = now.tree.delete(stamp, k), slices.Delete(now.keys, at, at+1)
			case !known && !drop:
				now.tree, now.keys = now.tree.insert(stamp, k), slices.Insert(now.keys, at, k)
			}
		}
		if roll.IntN(10) > 0 { // else it is rolled back
			states = append(states, now)
			stamp++
		}
		now.check(t, roll, key)
		states[roll.IntN(len(states))].check(t, roll, key)
	}
	for i := 0; i < len(states); i += 20 {
		states[i].check(t, roll, key)
	}
}
