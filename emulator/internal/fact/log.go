package fact

import (
	"math"
	"slices"
	"sync"
)

// Keep is how much a log holds. Facts are those of records, such as orders and
// deliveries; findings and request lines have bounds of their own.
type Keep struct{ Facts, Findings, Requests Bound }

// usual is the bound that applies when none is set.
var usual = Bound{Facts: 1000, Bytes: 8 << 20}

func (b Bound) orUsual() Bound {
	if b.Facts <= 0 {
		b.Facts = usual.Facts
	}
	if b.Bytes <= 0 {
		b.Bytes = usual.Bytes
	}
	return b
}

// Log keeps the latest facts. Its methods may be called from many goroutines.
type Log struct {
	mu    sync.Mutex
	last  int64
	rings [classes]ring
	// mark is the committed state's position in the log.
	mark Mark
	// cleared is the number up to which noted facts are undone.
	cleared int64
	// moved, unless nil, is closed when a fact is added.
	moved chan struct{}
	// slow counts the streams that were ended because nobody read them.
	slow int64
}

// NewLog makes an empty log; values that are not above 0 in keep use the
// default bound.
func NewLog(keep Keep) *Log {
	l := &Log{}
	for c, b := range map[class]Bound{business: keep.Facts, findings: keep.Findings, requests: keep.Requests} {
		l.rings[c] = newRing(c, b.orUsual())
	}
	return l
}

// Mark is the position of a state in the log: the number of the last fact that
// was committed with it, and which earlier ones were undone then.
type Mark struct {
	number int64
	undone []span
}

// span is a part of the log: the numbers from < number ≤ to.
type span struct{ from, to int64 }

func (m *Mark) undoes(number int64) bool {
	for i := len(m.undone) - 1; i >= 0 && m.undone[i].to >= number; i-- {
		if number > m.undone[i].from {
			return true
		}
	}
	return false
}

// Commit adds the facts of a transaction, all at once. publish makes their
// state visible, and is called with its mark; no reader sees the facts before.
func (l *Log) Commit(facts []Fact, publish func(Mark)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.commit(facts, publish)
}

// commit is [Log.Commit] with the lock held.
func (l *Log) commit(facts []Fact, publish func(Mark)) {
	for _, f := range facts {
		l.add(f)
		l.mark.number = l.last
	}
	publish(l.mark)
	if len(facts) > 0 {
		l.wake()
	}
}

// Restore goes back to the state at a mark: later facts become undone. facts
// describe the restore itself; publish is as in [Log.Commit].
func (l *Log) Restore(to Mark, facts []Fact, publish func(Mark)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	undone := slices.Clone(to.undone)
	if l.mark.number > to.number {
		undone = append(undone, span{to.number, l.mark.number})
	}
	if extra := len(undone) - l.rings[business].bound.Facts; extra > 0 { // each has its own fact of a restore
		undone = undone[extra:]
	}
	l.mark.undone = undone
	l.commit(facts, publish)
}

// Note adds a fact that belongs to no transaction, and returns it with its number. No
// restore undoes it, only [Log.Clear].
func (l *Log) Note(f Fact) Fact {
	l.mu.Lock()
	defer l.mu.Unlock()
	f.Noted = true
	l.add(f)
	l.wake()
	f.Number = l.last
	return f
}

// Clear marks as undone what was noted so far.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cleared = l.last
}

// Has says that a fact about a company is kept.
func (l *Log) Has(company string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.rings {
		if len(l.rings[c].lists[index{value: company}]) > 0 {
			return true
		}
	}
	return false
}

// undone says that a reset or restore undid a fact. The lock is held.
func (l *Log) undone(f *Fact) bool {
	if f.Noted {
		return f.Number <= l.cleared
	}
	return l.mark.undoes(f.Number)
}

// add numbers and keeps a fact. The lock is held.
func (l *Log) add(f Fact) {
	l.last++
	f.Number = l.last
	l.rings[classOf(f.Type)].add(f)
}

// wake wakes waiting readers. The lock is held.
func (l *Log) wake() {
	if l.moved != nil {
		close(l.moved)
		l.moved = nil
	}
}

// Last returns the number of the latest fact.
func (l *Log) Last() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// Dropped counts the facts that were dropped from the log.
func (l *Log) Dropped() (n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.rings {
		n += l.rings[c].dropped
	}
	return n
}

// DroppedOf counts the dropped facts of the types that share t's bound.
func (l *Log) DroppedOf(t Type) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rings[classOf(t)].dropped
}

// After returns up to limit facts that f selects and whose numbers are greater
// than after, oldest first.
func (l *Log) After(f Filter, after int64, limit int) []Fact {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.read(&f, after, math.MaxInt64, limit, false)
}

// Latest returns up to limit facts that f selects, newest first, whose numbers
// are between after and before; a before of 0 is no bound.
func (l *Log) Latest(f Filter, after, before int64, limit int) []Fact {
	if before == 0 {
		before = math.MaxInt64
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.read(&f, after, before, limit, true)
}

// read merges the rings by number. The lock is held.
func (l *Log) read(f *Filter, after, before int64, limit int, back bool) []Fact {
	return l.appendTo([]Fact{}, f, after, before, limit, back)
}

// appendTo appends up to limit facts to out. The lock is held.
func (l *Log) appendTo(out []Fact, f *Filter, after, before int64, limit int, back bool) []Fact {
	all := [2 * classes]run{}
	runs := all[:0]
	for c := range l.rings {
		if f.Type == "" || classOf(f.Type) == class(c) {
			runs = l.rings[c].appendRuns(runs, f, after, before)
		}
	}
	for len(out) < limit {
		var next *run
		var found *Fact
		for i := range runs {
			x := runs[i].peek(back)
			if x != nil && (found == nil || back == (x.Number > found.Number)) {
				next, found = &runs[i], x
			}
		}
		if found == nil {
			break
		}
		next.skip(back)
		if f.selects(found) {
			x := *found
			x.Undone = l.undone(found)
			out = append(out, x)
		}
	}
	return out
}
