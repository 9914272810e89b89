package memory

import (
	"bytes"
	"math"
	"slices"

	"github.com/tidwall/btree"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// table has the records of a table in one state: blocks of adjacent ids in a
// tree, and the groups that they belong to.
type table struct {
	columns *store.Columns
	blocks  *blockTree
	count   int
	// groups is in the order of the columns. numbers is how many numbers the groups
	// have had, free those that none has any more.
	groups  *groupTree
	numbers uint32
	free    []uint32
}

// degree is half the width of the nodes of the trees of blocks and groups. A
// transaction copies every node on its way down.
const degree = 8

// numbered is a block under its number, which is the quotient of its ids.
type numbered struct {
	number int64
	block  *block
}

type (
	blockTree = btree.BTreeG[numbered]
	groupTree = btree.BTreeG[store.Group]
)

func newTable(columns *store.Columns) *table {
	options := btree.Options{Degree: degree, NoLocks: true}
	t := &table{
		columns: columns,
		blocks:  btree.NewBTreeGOptions(func(a, b numbered) bool { return a.number < b.number }, options),
	}
	if columns != nil {
		t.groups = btree.NewBTreeGOptions(func(a, b store.Group) bool { return columns.Group(a.Example, b.Example) < 0 }, options)
	}
	return t
}

// fork returns a table that can be changed.
func (t *table) fork() *table {
	next := *t
	next.blocks = t.blocks.Copy()
	if t.groups != nil {
		next.groups = t.groups.Copy()
	}
	next.free = slices.Clip(t.free)
	return &next
}

// numberOf returns the number of the block of an id, and the id's place in it.
func numberOf(id int64) (number int64, place int) {
	return id >> blockBits, int(id & (store.BlockSize - 1))
}

// blockBits is the binary logarithm of [store.BlockSize].
const blockBits = 7

// get returns the record with that id, or nil.
func (t *table) get(id int64) any {
	c := cursor{table: t}
	return c.get(id)
}

// put stores a record, which replaces old, in the transaction with that stamp.
func (t *table) put(stamp uint64, id int64, old, record any) {
	number, place := numberOf(id)
	b := t.own(stamp, number)
	group := uint32(0)
	if t.columns != nil {
		group = t.regroup(b, place, old, record)
	}
	if place >= len(b.Records) {
		b.grow(t.columns, place, record, group)
	} else {
		b.replace(t.columns, place, record, group)
	}
	if old == nil {
		t.count++
		b.live++
	}
}

// delete removes a record.
func (t *table) delete(stamp uint64, id int64, old any) {
	number, place := numberOf(id)
	b := t.own(stamp, number)
	t.count--
	if b.live--; b.live == 0 {
		t.blocks.Delete(numbered{number: number})
	}
	if t.columns != nil {
		t.leave(old)
		b.set(ownGroups, func() { b.Groups = clone(b.Groups) })
		b.Groups[place] = 0
	}
	b.set(ownRecords, func() { b.Records = clone(b.Records) })
	b.Records[place] = nil
}

// own returns the block with that number as one that only this transaction sees.
func (t *table) own(stamp uint64, number int64) *block {
	found, ok := t.blocks.Get(numbered{number: number})
	switch {
	case !ok:
		found.block = newBlock(stamp, number<<blockBits)
	case found.block.stamp == stamp:
		return found.block
	default:
		own := *found.block
		own.stamp, own.owned = stamp, 0
		found.block = &own
	}
	t.blocks.Set(numbered{number: number, block: found.block})
	return found.block
}

// regroup returns the number of a record's group, and counts it there instead of
// in that of old.
func (t *table) regroup(b *block, place int, old, record any) uint32 {
	if old != nil {
		if t.columns.Group(old, record) == 0 {
			return b.Groups[place]
		}
		t.leave(old)
	}
	g, ok := t.groups.Get(store.Group{Example: record})
	if !ok {
		g.Example = record
		if n := len(t.free); n > 0 {
			g.Number, t.free = t.free[n-1], t.free[:n-1:n-1]
		} else {
			t.numbers++
			g.Number = t.numbers
		}
	}
	g.Count++
	t.groups.Set(g)
	return g.Number
}

// leave counts a record out of its group.
func (t *table) leave(old any) {
	g, _ := t.groups.Get(store.Group{Example: old})
	if g.Count--; g.Count > 0 {
		t.groups.Set(g)
		return
	}
	t.groups.Delete(g)
	t.free = append(t.free, g.Number)
}

// block is a block of a table. What is published is not changed, but the arrays
// behind it are appended to: states share them, and each sees its own length.
type block struct {
	store.Block
	// live is the number of records.
	live int
	// written is how many places the arrays have in the longest of the states that
	// share them: only that one may be appended to in place.
	written *int
	// stamp is the transaction that may change this block, owned the arrays that no
	// other state shares with it.
	stamp uint64
	owned uint8
}

// newBlock returns a block without records.
func newBlock(stamp uint64, first int64) *block {
	b := &block{Block: store.Block{First: first}, written: new(int), stamp: stamp}
	for i := range b.Least {
		b.Least[i], b.Greatest[i] = math.MaxInt64, math.MinInt64
	}
	return b
}

// bound widens the bounds of a column.
func (b *block) bound(column int, number int64) {
	b.Least[column] = min(b.Least[column], number)
	b.Greatest[column] = max(b.Greatest[column], number)
}

// The arrays of a block in owned.
const (
	ownRecords = 1 << iota
	ownGroups
	ownMarks
	ownTexts
	ownNumbers // and the following
)

// set makes an array the block's own before it is changed.
func (b *block) set(array uint8, own func()) {
	if b.owned&array == 0 {
		b.owned |= array
		own()
	}
}

// grow appends a record at a place, and nothing at the places before it.
func (b *block) grow(c *store.Columns, place int, record any, group uint32) {
	if *b.written != len(b.Records) {
		b.separate()
	}
	for len(b.Records) < place {
		b.Records = append(b.Records, nil)
		if c != nil {
			b.Groups = append(b.Groups, 0)
			b.Marks = append(b.Marks, 0)
			b.Ends = append(b.Ends, uint32(len(b.Text)))
			for i := range c.Numbers {
				b.Numbers[i] = append(b.Numbers[i], 0)
			}
		}
	}
	b.Records = append(b.Records, record)
	*b.written = len(b.Records)
	if c == nil {
		return
	}
	b.Groups = append(b.Groups, group)
	b.Marks = append(b.Marks, c.Mark(record))
	for i, number := range c.Numbers {
		n := number(record)
		b.Numbers[i] = append(b.Numbers[i], n)
		b.bound(i, n)
	}
	b.Text = c.Text(b.Text, record)
	b.Ends = append(b.Ends, uint32(len(b.Text)))
	if len(b.Records) == store.BlockSize {
		b.Text = bytes.Clone(b.Text) // without the room to grow
	}
}

// separate stops sharing the arrays.
func (b *block) separate() {
	b.Records, b.Groups, b.Marks = slices.Clip(b.Records), slices.Clip(b.Groups), slices.Clip(b.Marks)
	b.Text, b.Ends = slices.Clip(b.Text), slices.Clip(b.Ends)
	for i := range b.Numbers {
		b.Numbers[i] = slices.Clip(b.Numbers[i])
	}
	b.written = new(int)
	*b.written = len(b.Records)
}

// replace writes a record at a place that the block has.
func (b *block) replace(c *store.Columns, place int, record any, group uint32) {
	b.set(ownRecords, func() { b.Records = clone(b.Records) })
	b.Records[place] = record
	if c == nil {
		return
	}
	if b.Groups[place] != group {
		b.set(ownGroups, func() { b.Groups = clone(b.Groups) })
		b.Groups[place] = group
	}
	if mark := c.Mark(record); b.Marks[place] != mark {
		b.set(ownMarks, func() { b.Marks = clone(b.Marks) })
		b.Marks[place] = mark
	}
	for i, number := range c.Numbers {
		if n := number(record); b.Numbers[i][place] != n {
			b.set(ownNumbers<<i, func() { b.Numbers[i] = clone(b.Numbers[i]) })
			b.Numbers[i][place] = n
			b.bound(i, n)
		}
	}
	b.retext(c, place, record)
}

// retext replaces the texts of a place.
func (b *block) retext(c *store.Columns, place int, record any) {
	from, to := 0, int(b.Ends[place])
	if place > 0 {
		from = int(b.Ends[place-1])
	}
	var room [256]byte
	text := c.Text(room[:0], record)
	if bytes.Equal(b.Text[from:to], text) {
		return
	}
	b.Text = slices.Concat(b.Text[:from], text, b.Text[to:])
	b.set(ownTexts, func() { b.Ends = clone(b.Ends) })
	for i := place; i < len(b.Ends); i++ {
		b.Ends[i] += uint32(len(text) - (to - from))
	}
}

// clone copies an array with its room to grow.
func clone[T any](s []T) []T { return append(make([]T, 0, cap(s)), s...) }
