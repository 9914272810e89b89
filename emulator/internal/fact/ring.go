package fact

import (
	"math"
	"slices"
	"sort"
)

// class is a group of facts with a bound of its own, so that many requests do
// not drop payments from the log.
type class int

const (
	business class = iota
	findings
	requests
	classes
)

func classOf(t Type) class {
	switch t {
	case Finding:
		return findings
	case Request:
		return requests
	}
	return business
}

// Bound is how much of a class is kept, in number and in bytes.
type Bound struct{ Facts, Bytes int }

// index names a list of facts: those of a company or of a subject.
type index struct {
	subject bool
	value   string
}

// ring keeps the latest facts of a class. A fact's place counts from 0 and does
// not change; first is the place of the oldest kept fact.
type ring struct {
	bound Bound
	// subjects says that there is a list for each subject.
	subjects bool
	kept     []Fact // a queue: the oldest is at head
	head     int
	first    int64
	bytes    int
	// lists are the places of the facts under each index, ascending.
	lists map[index][]int64
	// dropped counts the dropped facts.
	dropped int64
}

func newRing(c class, b Bound) ring {
	return ring{bound: b, subjects: c != requests, lists: map[index][]int64{}}
}

func (r *ring) len() int { return len(r.kept) - r.head }

// at returns the fact at a place that is kept.
func (r *ring) at(place int64) *Fact { return &r.kept[r.head+int(place-r.first)] }

// end is the place behind the last fact.
func (r *ring) end() int64 { return r.first + int64(r.len()) }

// following is the place of the oldest kept fact whose number is greater.
func (r *ring) following(number int64) int64 {
	all := run{ring: r, all: true}
	all.between(number, math.MaxInt64)
	return all.from
}

func (r *ring) add(f Fact) {
	place := r.end()
	r.kept = append(r.kept, f)
	r.bytes += f.size()
	for _, ix := range r.indexesOf(&f) {
		r.lists[ix] = append(r.lists[ix], place)
	}
	for r.len() > 1 && (r.len() > r.bound.Facts || r.bytes > r.bound.Bytes) {
		r.drop()
	}
	if r.head > r.bound.Facts {
		r.kept, r.head = slices.Clone(r.kept[r.head:]), 0
	}
}

// drop forgets the oldest fact.
func (r *ring) drop() {
	f := &r.kept[r.head]
	for _, ix := range r.indexesOf(f) {
		if rest := r.lists[ix][1:]; len(rest) > 0 {
			r.lists[ix] = rest
		} else {
			delete(r.lists, ix)
		}
	}
	r.bytes -= f.size()
	r.kept[r.head] = Fact{}
	r.head++
	r.first++
	r.dropped++
}

// indexesOf returns the lists that contain a fact. Requests have no list by
// subject: each is its own subject, and the list would cost more than the rest.
func (r *ring) indexesOf(f *Fact) []index {
	all := [2]index{{value: f.Company}, {subject: true, value: f.Subject}}
	if !r.subjects {
		return all[:1]
	}
	return all[:]
}

// run is an ascending part of a ring: the facts of a list, or all of them when
// list is nil.
type run struct {
	ring *ring
	list []int64
	all  bool
	// from and to are ranks in the list, or places in the ring.
	from, to int64
}

// appendRuns adds what to read for a filter, from the narrowest index: one run or two.
func (r *ring) appendRuns(runs []run, f *Filter, after, before int64) []run {
	out := runs
	switch {
	case f.Subject != "" && r.subjects:
		out = append(out, run{ring: r, list: r.lists[index{subject: true, value: f.Subject}]})
	case f.Company != "":
		out = append(out, run{ring: r, list: r.lists[index{value: f.Company}]}, run{ring: r, list: r.lists[index{}]})
	default:
		out = append(out, run{ring: r, all: true})
	}
	for i := len(runs); i < len(out); i++ {
		out[i].between(after, before)
	}
	return out
}

// between narrows a run to the numbers after < number < before.
func (u *run) between(after, before int64) {
	base, n := int64(0), len(u.list)
	if u.all {
		base, n = u.ring.first, u.ring.len()
	}
	number := func(i int) int64 {
		if u.all {
			return u.ring.at(base + int64(i)).Number
		}
		return u.ring.at(u.list[i]).Number
	}
	u.from = base + int64(sort.Search(n, func(i int) bool { return number(i) > after }))
	u.to = base + int64(sort.Search(n, func(i int) bool { return number(i) >= before }))
}

// peek returns the next fact from one end, or nil.
func (u *run) peek(back bool) *Fact {
	if u.from >= u.to {
		return nil
	}
	i := u.from
	if back {
		i = u.to - 1
	}
	if u.all {
		return u.ring.at(i)
	}
	return u.ring.at(u.list[i])
}

// skip moves past the fact that peek returned.
func (u *run) skip(back bool) {
	if back {
		u.to--
	} else {
		u.from++
	}
}
