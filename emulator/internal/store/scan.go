package store

import "math"

// numbers is an inclusive range of a number column.
type numbers struct{ low, high int64 }

var anyNumber = numbers{math.MinInt64, math.MaxInt64}

// maxClasses bounds the classes of a [scanner]; class 0 is what is left out.
const maxClasses = 4

// sortKey is a value that a list is sorted by.
type sortKey struct {
	// column is the position of a number column, or byID.
	column int
	// class is the only class that has the value, others have 0; 0 is any.
	class uint8
	desc  bool
}

const byID = -1

// scanner is a list that is answered from the columns of its table.
type scanner struct {
	// classes are the classes of the groups by number. ranges are the ranges of
	// each class.
	classes []uint8
	ranges  [maxClasses][MaxNumbers]numbers
	// ids is the range of ids.
	ids numbers
	// marked selects by mark; verify then decides about the record.
	marked  bool
	mark    uint32
	verify  func(record any) bool
	needles []needle
	keys    []sortKey
	// total counts the records of the selected groups.
	total   int
	columns [MaxNumbers]columnRange
}

// columnRange is what a column is filtered by.
type columnRange struct {
	// bounded says that a class has a range.
	bounded bool
	// all is within the ranges of all classes, some has them all.
	all, some numbers
	// ofGroups are the ranges of the groups by number; no value is in those of the
	// groups that are left out.
	ofGroups []numbers
}

var noNumber = numbers{math.MaxInt64, math.MinInt64}

// newScanner selects groups: class returns a group's class, and false at the
// first group that is not looked at any more.
func newScanner(scan Scan, from any, class func(example any) (uint8, bool)) *scanner {
	q := &scanner{ids: anyNumber}
	for i := range q.ranges {
		for j := range q.ranges[i] {
			q.ranges[i][j] = anyNumber
		}
	}
	scan.Groups(from, func(g Group) bool {
		c, more := class(g.Example)
		if !more {
			return false
		}
		if c > 0 {
			for int(g.Number) >= len(q.classes) {
				q.classes = append(q.classes, make([]uint8, 1+int(g.Number))...)
			}
			q.classes[g.Number] = c
			q.total += g.Count
		}
		return true
	})
	return q
}

// run counts the selected records and gives them to top. Without a count, it
// ends when top is full and the blocks are read in the list's order.
func (q *scanner) run(scan Scan, top *top, count bool) int {
	total := 0
	if len(q.classes) == 0 {
		return total
	}
	q.prepare()
	lead := q.keys[0]
	from := q.ids.low
	if lead.desc {
		from = q.ids.high
	}
	scan.Blocks(from, lead.desc, func(b *Block) bool {
		if (lead.desc && b.First+(BlockSize-1) < q.ids.low) || (!lead.desc && b.First > q.ids.high) {
			return false
		}
		var places [BlockSize]uint8
		selected := q.filter(b, &places)
		total += len(selected)
		if top.want > 0 && len(selected) > 0 {
			q.offer(b, selected, top)
		}
		return count || lead.column != byID || len(top.entries) < top.want
	})
	return total
}

// prepare combines classes and ranges.
func (q *scanner) prepare() {
	for column := range q.columns {
		c := &q.columns[column]
		c.all, c.some = anyNumber, noNumber
		c.ofGroups = make([]numbers, len(q.classes))
		for g, class := range q.classes {
			if c.ofGroups[g] = noNumber; class == 0 {
				continue
			}
			r := q.ranges[class][column]
			c.ofGroups[g] = r
			c.bounded = c.bounded || r != anyNumber
			c.all = numbers{max(c.all.low, r.low), min(c.all.high, r.high)}
			c.some = numbers{min(c.some.low, r.low), max(c.some.high, r.high)}
		}
	}
}

// filter returns the places of the selected records of a block, ascending.
func (q *scanner) filter(b *Block, places *[BlockSize]uint8) []uint8 {
	from, to := 0, len(b.Groups)
	if b.First < q.ids.low {
		from = int(min(q.ids.low-b.First, int64(to)))
	}
	if b.First+(BlockSize-1) > q.ids.high {
		to = int(min(max(q.ids.high-b.First+1, 0), int64(to)))
	}
	if from >= to {
		return nil
	}
	var selected []uint8
	for column := range q.columns {
		c := &q.columns[column]
		least, greatest := b.Least[column], b.Greatest[column]
		switch {
		case !c.bounded || (c.all.low <= least && greatest <= c.all.high):
		case greatest < c.some.low || c.some.high < least:
			return nil
		case selected == nil:
			selected = c.first(b, b.Numbers[column], from, to, places)
		default:
			selected = c.within(b, b.Numbers[column], selected)
		}
	}
	if selected == nil {
		selected = q.grouped(b, from, to, places)
	}
	if q.marked {
		kept := selected[:0]
		for _, place := range selected {
			if b.Marks[place] == q.mark && q.verify(b.Records[place]) {
				kept = append(kept, place)
			}
		}
		selected = kept
	}
	for _, n := range q.needles {
		if len(selected) > 0 {
			selected = n.filter(b, selected)
		}
	}
	return selected
}

// grouped selects places by their groups.
func (q *scanner) grouped(b *Block, from, to int, places *[BlockSize]uint8) []uint8 {
	n := 0
	classes := q.classes
	for i, g := range b.Groups[from:to] {
		places[n&(BlockSize-1)] = uint8(from + i)
		if uint(g) < uint(len(classes)) {
			n += int((classes[g] + maxClasses - 1) / maxClasses) // 1 for a class above 0, without a branch
		}
	}
	return places[:n]
}

// first selects places by their groups and by the ranges of these.
func (c *columnRange) first(b *Block, values []int64, from, to int, places *[BlockSize]uint8) []uint8 {
	n := 0
	ranges, groups := c.ofGroups, b.Groups[from:to]
	values = values[from:to]
	for i, v := range values[:len(groups)] {
		places[n&(BlockSize-1)] = uint8(from + i)
		if g := groups[i]; uint(g) < uint(len(ranges)) {
			n += ranges[g].has(v)
		}
	}
	return places[:n]
}

// within keeps the places whose number is in the range of their group.
func (c *columnRange) within(b *Block, values []int64, selected []uint8) []uint8 {
	n := 0
	for _, place := range selected {
		selected[n] = place
		n += c.ofGroups[b.Groups[place]].has(values[place])
	}
	return selected[:n]
}

// has returns 1 for a number in the range, else 0, without branches, which are
// hard to predict here.
func (r *numbers) has(v int64) int {
	var above, below int
	if r.low <= v {
		above = 1
	}
	if v <= r.high {
		below = 1
	}
	return above & below
}

// offer gives the selected records of a block to top. Most are refused by their
// first value, so nothing else of them is read.
func (q *scanner) offer(b *Block, selected []uint8, top *top) {
	lead := q.keys[0]
	values, masks := b.Numbers[max(lead.column, 0)], q.masks(lead)
	// Of rows with the same first value those that are read first come first, if the
	// id decides and in the same direction.
	tie := int64(0)
	if straight(q.keys) {
		tie = 1
	}
	worst, full := top.worst()
	if full && q.best(b) < worst+tie {
		return
	}
	for i := range selected {
		place := int(selected[i])
		if lead.desc { // in the order in which the blocks are read
			place = int(selected[len(selected)-1-i])
		}
		v := b.First + int64(place)
		if lead.column != byID {
			v = values[place] & masks[q.classes[b.Groups[place]]%maxClasses]
		}
		if !lead.desc {
			v = ^v
		}
		if full && v < worst+tie {
			continue
		}
		e := entry{record: b.Records[place]}
		e.keys[0] = v
		for k, key := range q.keys[1:] {
			e.keys[k+1] = q.value(b, place, key)
		}
		top.offer(e)
		worst, full = top.worst()
	}
}

// best is the greatest first value that a record of the block may have.
func (q *scanner) best(b *Block) int64 {
	lead := q.keys[0]
	low, high := b.First, b.First+(BlockSize-1)
	if lead.column != byID {
		low, high = b.Least[lead.column], b.Greatest[lead.column]
	}
	if lead.class != 0 {
		low, high = min(low, 0), max(high, 0)
	}
	if lead.desc {
		return high
	}
	return ^low
}

// masks has -1 for each class that has the value of a key, and 0 for others.
func (q *scanner) masks(key sortKey) (masks [maxClasses]int64) {
	for class := range masks {
		if key.class == 0 || int(key.class) == class {
			masks[class] = -1
		}
	}
	return masks
}

// value is the sort value of a place: the greater comes first.
func (q *scanner) value(b *Block, place int, key sortKey) int64 {
	v := b.First + int64(place)
	if key.column != byID {
		v = b.Numbers[key.column][place]
		if key.class != 0 && q.classes[b.Groups[place]] != key.class {
			v = 0
		}
	}
	if key.desc {
		return v
	}
	return ^v
}
