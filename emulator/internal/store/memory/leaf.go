package memory

import (
	"slices"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// leafSize is the greatest number of keys of a leaf.
const leafSize = 64

// leaf has keys in order. Its arrays may be shared by the leaves of many states,
// each of which sees its own length.
type leaf struct {
	// scopes and majors are nil when all keys have the same, which is scope or major.
	scopes []string
	majors []int64
	ids    []int64
	scope  string
	major  int64
	// room is how many places are free in the arrays, which have the same capacity:
	// only the leaf for which that is true may append to them in place.
	room *int
	// shared says that the arrays are another state's, too.
	shared bool
}

// newLeaf returns a leaf with one key.
func newLeaf(stamp uint64, key store.Key) *node {
	return &node{first: key, count: 1, stamp: stamp, leaf: &leaf{ids: []int64{key.ID}, scope: key.Scope, major: key.Major}}
}

func (l *leaf) len() int { return len(l.ids) }

// key returns the key at a place.
func (l *leaf) key(at int) store.Key {
	key := store.Key{Scope: l.scope, Major: l.major, ID: l.ids[at]}
	if l.scopes != nil {
		key.Scope = l.scopes[at]
	}
	if l.majors != nil {
		key.Major = l.majors[at]
	}
	return key
}

// rank counts the keys before key.
func (l *leaf) rank(key *store.Key) int {
	low, high := 0, len(l.ids)
	for low < high {
		mid := int(uint(low+high) / 2)
		other := l.key(mid)
		if compare(&other, key) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// insert adds a key in its place, and returns the leaf that must follow when the
// leaf was divided.
func (l *leaf) insert(stamp uint64, key store.Key) (next *node) {
	at, n := l.rank(&key), l.len()
	if at == n && (n == leafSize || (l.scopes == nil && key.Scope != l.scope && n >= leafSize/4)) {
		return newLeaf(stamp, key) // keys often ascend: leave the leaf as it is
	}
	if n < leafSize {
		l.add(at, key)
		return nil
	}
	cut := l.cut()
	rest := l.part(cut, n)
	*l = *l.part(0, cut)
	if at <= cut {
		l.add(at, key)
	} else {
		rest.add(at-cut, key)
	}
	return &node{first: rest.key(0), count: rest.len(), stamp: stamp, leaf: rest}
}

// cut is where to divide a full leaf: between two scopes, if they are near enough
// to the middle.
func (l *leaf) cut() int {
	const middle = leafSize / 2
	if l.scopes != nil {
		for off := range middle / 2 {
			for _, at := range [2]int{middle + off, middle - off} {
				if l.scopes[at] != l.scopes[at-1] {
					return at
				}
			}
		}
	}
	return middle
}

// part returns a leaf with its own copy of some keys.
func (l *leaf) part(from, to int) *leaf {
	first, last := l.key(from), l.key(to-1)
	p := &leaf{ids: slices.Clone(l.ids[from:to]), scope: first.Scope, major: first.Major}
	if first.Scope != last.Scope {
		p.scopes = slices.Clone(l.scopes[from:to])
	}
	if l.majors != nil && slices.ContainsFunc(l.majors[from:to], func(major int64) bool { return major != first.Major }) {
		p.majors = slices.Clone(l.majors[from:to])
	}
	return p
}

// add adds a key at a place of a leaf that is not full.
func (l *leaf) add(at int, key store.Key) {
	n := l.len()
	newScopes, newMajors := l.scopes == nil && key.Scope != l.scope, l.majors == nil && key.Major != l.major
	free := cap(l.ids) - n
	inPlace := free > 0 && l.room != nil && *l.room == free && (at == n || !l.shared) && !newScopes && !newMajors
	if !inPlace {
		size := n + 1
		switch {
		case at == n: // more will follow
			size = min(max(2*n, 8), leafSize)
		case !l.shared: // as in this transaction
			size = min(n+8, leafSize)
		}
		l.move(size, newScopes, newMajors)
	}
	l.ids = slices.Insert(l.ids, at, key.ID)
	if l.scopes != nil {
		l.scopes = slices.Insert(l.scopes, at, key.Scope)
	}
	if l.majors != nil {
		l.majors = slices.Insert(l.majors, at, key.Major)
	}
	*l.room = cap(l.ids) - l.len()
}

// move copies the arrays to larger ones of the leaf's own, those of scopes or
// majors also when there were none.
func (l *leaf) move(size int, scopes, majors bool) {
	n := l.len()
	ids := make([]int64, n, size)
	copy(ids, l.ids)
	if scopes || l.scopes != nil {
		to := make([]string, n, size)
		for i := range to {
			to[i] = l.key(i).Scope
		}
		l.scopes = to
	}
	if majors || l.majors != nil {
		to := make([]int64, n, size)
		for i := range to {
			to[i] = l.key(i).Major
		}
		l.majors = to
	}
	l.ids, l.room, l.shared = ids, new(int), false
}

// delete removes the key at a place.
func (l *leaf) delete(at int) {
	switch n := l.len(); at {
	case 0: // the first and the last go without a copy
		l.cutTo(1, n)
	case n - 1:
		l.cutTo(0, n-1)
	default:
		if l.shared || l.room == nil {
			l.move(n, false, false)
		}
		l.ids = slices.Delete(l.ids, at, at+1)
		if l.scopes != nil {
			l.scopes = slices.Delete(l.scopes, at, at+1)
		}
		if l.majors != nil {
			l.majors = slices.Delete(l.majors, at, at+1)
		}
		*l.room = cap(l.ids) - l.len()
	}
}

// cutTo keeps some of the keys, in the same arrays.
func (l *leaf) cutTo(from, to int) {
	l.ids = l.ids[from:to]
	if l.scopes != nil {
		l.scopes = l.scopes[from:to]
	}
	if l.majors != nil {
		l.majors = l.majors[from:to]
	}
}
