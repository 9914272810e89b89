package memory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// fanout is the greatest number of children of a node. A transaction copies every
// node on its way down, so narrow nodes make writes cheap.
const fanout = 16

// tree is a sorted set of keys, a B+ tree. Its states share nodes: a transaction
// copies those that it changes and marks the copies with its stamp.
type tree struct{ root *node }

// node is a node of a tree: a leaf, or a branch.
type node struct {
	// first is the least key below the node, count the number of keys.
	first store.Key
	count int
	// stamp is the transaction that may change the node.
	stamp  uint64
	leaf   *leaf
	branch *branch
}

// branch has the children of a node and how many keys each has.
type branch struct {
	n      int
	counts [fanout]uint32
	nodes  [fanout]*node
}

// compare is [store.Key.Compare] without a copy. The scopes of neighbours are
// mostly equal, and then often the same bytes.
func compare(a, b *store.Key) int {
	if a.Scope != b.Scope {
		return strings.Compare(a.Scope, b.Scope)
	}
	if a.Major != b.Major {
		return cmp.Compare(a.Major, b.Major)
	}
	return cmp.Compare(a.ID, b.ID)
}

// len is the number of keys.
func (t tree) len() int {
	if t.root == nil {
		return 0
	}
	return t.root.count
}

// child returns the place of the last child that does not begin after key, or 0.
func (b *branch) child(key *store.Key) int {
	low, high := 1, b.n
	for low < high {
		mid := int(uint(low+high) / 2)
		if compare(&b.nodes[mid].first, key) <= 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low - 1
}

// rank counts the keys before key.
func (t tree) rank(key store.Key) int {
	n, before := t.root, 0
	if n == nil || compare(&n.first, &key) >= 0 {
		return 0
	}
	for n.leaf == nil {
		at := n.branch.child(&key)
		for _, count := range n.branch.counts[:at] {
			before += int(count)
		}
		n = n.branch.nodes[at]
	}
	return before + n.leaf.rank(&key)
}

// seek returns the first key that is not before key.
func (t tree) seek(key store.Key) (store.Key, bool) {
	n := t.root
	var after *node // begins after all of n
	for n != nil && n.leaf == nil {
		at := n.branch.child(&key)
		if at+1 < n.branch.n {
			after = n.branch.nodes[at+1]
		}
		n = n.branch.nodes[at]
	}
	if n != nil {
		if at := n.leaf.rank(&key); at < n.count {
			return n.leaf.key(at), true
		}
	}
	if after != nil {
		return after.first, true
	}
	return store.Key{}, false
}

// ascend visits the ids at the ranks from ≤ rank < to of a node, of which it has
// at least one. They may be out of its range.
func (n *node) ascend(from, to int, visit func(id int64) bool) bool {
	if n.leaf != nil {
		for _, id := range n.leaf.ids[max(from, 0):min(to, n.count)] {
			if !visit(id) {
				return false
			}
		}
		return true
	}
	for i, child := range n.branch.nodes[:n.branch.n] {
		if to <= 0 {
			break
		}
		count := int(n.branch.counts[i])
		if from < count && !child.ascend(from, to, visit) {
			return false
		}
		from, to = from-count, to-count
	}
	return true
}

// descend is ascend in reverse.
func (n *node) descend(from, to int, visit func(id int64) bool) bool {
	if n.leaf != nil {
		for _, id := range slices.Backward(n.leaf.ids[max(from, 0):min(to, n.count)]) {
			if !visit(id) {
				return false
			}
		}
		return true
	}
	start := n.count
	for i := n.branch.n - 1; i >= 0 && from < start; i-- {
		start -= int(n.branch.counts[i])
		if to > start && !n.branch.nodes[i].descend(from-start, to-start, visit) {
			return false
		}
	}
	return true
}

// own returns the node as one that the transaction may change.
func (n *node) own(stamp uint64) *node {
	if n.stamp == stamp {
		return n
	}
	own := *n
	own.stamp = stamp
	if n.leaf != nil {
		leaf := *n.leaf
		leaf.shared = true
		own.leaf = &leaf
	} else {
		branch := *n.branch
		own.branch = &branch
	}
	return &own
}

// insert adds a key that the tree does not have.
func (t tree) insert(stamp uint64, key store.Key) tree {
	if t.root == nil {
		return tree{newLeaf(stamp, key)}
	}
	n := t.root.own(stamp)
	if next := n.insert(stamp, key); next != nil {
		n = join(stamp, n, next)
	}
	return tree{n}
}

// join returns a branch with these children.
func join(stamp uint64, nodes ...*node) *node {
	n := &node{stamp: stamp, branch: &branch{}}
	for _, child := range nodes {
		n.branch.add(n.branch.n, child)
	}
	n.summarise()
	return n
}

// summarise sets first and count of a branch that has children.
func (n *node) summarise() {
	n.count = 0
	for _, count := range n.branch.counts[:n.branch.n] {
		n.count += int(count)
	}
	n.first = n.branch.nodes[0].first
}

// add adds a child at a place.
func (b *branch) add(at int, child *node) {
	copy(b.nodes[at+1:b.n+1], b.nodes[at:b.n])
	copy(b.counts[at+1:b.n+1], b.counts[at:b.n])
	b.nodes[at], b.counts[at] = child, uint32(child.count)
	b.n++
}

// remove removes the child at a place.
func (b *branch) remove(at int) {
	b.n--
	copy(b.nodes[at:b.n], b.nodes[at+1:b.n+1])
	copy(b.counts[at:b.n], b.counts[at+1:b.n+1])
	b.nodes[b.n], b.counts[b.n] = nil, 0
}

// set replaces the child at a place.
func (b *branch) set(at int, child *node) { b.nodes[at], b.counts[at] = child, uint32(child.count) }

// insert adds a key to an owned node, and returns the node that must follow it
// when it was divided.
func (n *node) insert(stamp uint64, key store.Key) (next *node) {
	if n.leaf != nil {
		next = n.leaf.insert(stamp, key)
		n.count = len(n.leaf.ids)
		n.first = n.leaf.key(0)
		return next
	}
	b := n.branch
	at := b.child(&key)
	child := b.nodes[at].own(stamp)
	added := child.insert(stamp, key)
	b.set(at, child)
	switch {
	case added == nil:
	case b.n < fanout:
		b.add(at+1, added)
	case at == fanout-1: // keys often ascend: leave the node full
		next = join(stamp, added)
	default:
		next = &node{stamp: stamp, branch: b.divide()}
		if at < b.n {
			b.add(at+1, added)
		} else {
			next.branch.add(at+1-b.n, added)
		}
		next.summarise()
	}
	n.summarise()
	return next
}

// divide returns a branch with the second half of the children.
func (b *branch) divide() *branch {
	rest := &branch{}
	rest.n = copy(rest.nodes[:], b.nodes[fanout/2:b.n])
	copy(rest.counts[:], b.counts[fanout/2:b.n])
	clear(b.nodes[fanout/2:])
	clear(b.counts[fanout/2:])
	b.n = fanout / 2
	return rest
}

// delete removes a key that the tree has.
func (t tree) delete(stamp uint64, key store.Key) tree {
	n := t.root.own(stamp)
	n.delete(stamp, key)
	for n.leaf == nil && n.branch.n == 1 {
		n = n.branch.nodes[0]
	}
	if n.count == 0 {
		n = nil
	}
	return tree{n}
}

// delete removes a key from an owned node, which may be left without any.
func (n *node) delete(stamp uint64, key store.Key) {
	if n.leaf != nil {
		n.leaf.delete(n.leaf.rank(&key))
		if n.count--; n.count > 0 {
			n.first = n.leaf.key(0)
		}
		return
	}
	b := n.branch
	at := b.child(&key)
	child := b.nodes[at].own(stamp)
	child.delete(stamp, key)
	if child.count == 0 {
		b.remove(at)
	} else {
		b.set(at, child)
		b.merge(stamp, at)
	}
	if n.count--; n.count > 0 {
		n.first = b.nodes[0].first
	}
}

// merge moves the keys of a small child to the one before it.
func (b *branch) merge(stamp uint64, at int) {
	if at == 0 || !b.nodes[at].small() {
		return
	}
	child, before := b.nodes[at], b.nodes[at-1]
	if child.leaf != nil {
		if before.count+child.count > leafSize*3/4 {
			return
		}
		before = before.own(stamp)
		for i := range child.count {
			before.leaf.add(before.leaf.len(), child.leaf.key(i))
		}
		before.count = before.leaf.len()
	} else {
		if before.branch.n+child.branch.n > fanout*3/4 {
			return
		}
		before = before.own(stamp)
		for _, grandchild := range child.branch.nodes[:child.branch.n] {
			before.branch.add(before.branch.n, grandchild)
		}
		before.summarise()
	}
	b.set(at-1, before)
	b.remove(at)
}

// small reports whether a node should be merged.
func (n *node) small() bool {
	if n.leaf != nil {
		return n.count < leafSize/8
	}
	return n.branch.n < fanout/4
}
