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
	total int
}

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
	n := 0
	classes := q.classes
	for i, g := range b.Groups[from:to] {
		places[n&(BlockSize-1)] = uint8(from + i)
		if uint(g) < uint(len(classes)) {
			n += int((classes[g] + maxClasses - 1) / maxClasses) // 1 for a class above 0, without a branch
		}
	}
	selected := places[:n]
	for column, values := range b.Numbers {
		if q.bounded(column) {
			selected = q.within(b, column, values, selected)
		}
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

// bounded reports whether a class has a range of the column.
func (q *scanner) bounded(column int) bool {
	for i := range q.ranges {
		if q.ranges[i][column] != anyNumber {
			return true
		}
	}
	return false
}

// within keeps the places whose number is in the range of their class.
func (q *scanner) within(b *Block, column int, values []int64, selected []uint8) []uint8 {
	var low, high [maxClasses]int64
	for i := range q.ranges {
		low[i], high[i] = q.ranges[i][column].low, q.ranges[i][column].high
	}
	n := 0
	for _, place := range selected {
		selected[n] = place
		v, class := values[place], q.classes[b.Groups[place]]%maxClasses
		var above, below int // without branches, which are hard to predict here
		if low[class] <= v {
			above = 1
		}
		if v <= high[class] {
			below = 1
		}
		n += above & below
	}
	return selected[:n]
}

// offer gives the selected records of a block to top. Most are refused by their
// first value, so nothing else of them is read.
func (q *scanner) offer(b *Block, selected []uint8, top *top) {
	lead := q.keys[0]
	values, masks := b.Numbers[max(lead.column, 0)], q.masks(lead)
	worst, full := top.worst()
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
		if full && v < worst {
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
