package fact_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/fact"
)

// weight is data that knows its size.
type weight int

func (w weight) Size() int { return int(w) }

var epoch = time.Unix(1790000000, 0).UTC()

func nothing(fact.Mark) {}

func numbers(facts []fact.Fact) []int64 {
	out := []int64{}
	for _, f := range facts {
		out = append(out, f.Number)
	}
	return out
}

// model is a log that keeps all in a list and looks through all of it.
type model struct {
	facts []fact.Fact
	// sealed marks those that were committed, as only these can be undone.
	committed int64
}

func (m *model) add(f fact.Fact) int64 {
	f.Number = int64(len(m.facts)) + 1
	m.facts = append(m.facts, f)
	return f.Number
}

func (m *model) read(f fact.Filter, after, before int64, limit int, back bool) []fact.Fact {
	out := []fact.Fact{}
	list := slices.Clone(m.facts)
	if back {
		slices.Reverse(list)
	}
	for _, x := range list {
		switch {
		case x.Number <= after || x.Number >= before || len(out) == limit:
		case f.Type != "" && f.Type != x.Type, f.Subject != "" && f.Subject != x.Subject:
		case f.Company != "" && x.Company != "" && x.Company != f.Company:
		case !f.From.IsZero() && x.At.Before(f.From), !f.To.IsZero() && x.At.After(f.To):
		default:
			out = append(out, x)
		}
	}
	return out
}

func TestALogReadsLikeAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log, m := fact.NewLog(fact.Keep{}), &model{}
		type state struct {
			mark      fact.Mark
			committed int64
			undone    []int64
		}
		var mark fact.Mark
		var cleared int64
		undone := map[int64]bool{}
		var kept []state
		company := rapid.SampledFrom([]string{"", "acme", "other"})
		subject := rapid.SampledFrom([]string{"", "order 1", "order 2", "transaction 1"})
		kind := rapid.SampledFrom([]fact.Type{fact.Order, fact.Transaction, fact.Finding, fact.Request, fact.Clock})
		one := func() fact.Fact {
			return fact.Fact{At: epoch.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "at")) * time.Second), Company: company.Draw(t, "company"), Subject: subject.Draw(t, "subject"), Type: kind.Draw(t, "type")}
		}
		publish := func(to fact.Mark) { mark = to }
		t.Repeat(map[string]func(*rapid.T){
			"note": func(*rapid.T) {
				f := one()
				f.Noted = true
				m.add(f)
				log.Note(f)
			},
			"clear": func(*rapid.T) { cleared = int64(len(m.facts)); log.Clear() },
			"commit": func(*rapid.T) {
				batch := []fact.Fact{}
				for range rapid.IntRange(0, 3).Draw(t, "facts") {
					f := one()
					batch = append(batch, f)
					m.committed = m.add(f)
				}
				log.Commit(batch, publish)
			},
			"keep": func(*rapid.T) {
				var of []int64
				for n := range undone {
					of = append(of, n)
				}
				kept = append(kept, state{mark, m.committed, of})
			},
			"restore": func(*rapid.T) {
				if len(kept) == 0 {
					return
				}
				to := rapid.SampledFrom(kept).Draw(t, "to")
				clear(undone)
				for _, n := range to.undone {
					undone[n] = true
				}
				for n := to.committed + 1; n <= m.committed; n++ {
					undone[n] = true
				}
				f := fact.Fact{At: epoch, Type: fact.Restore}
				m.committed = m.add(f)
				log.Restore(to.mark, []fact.Fact{f}, publish)
			},
			"": func(*rapid.T) {
				f := fact.Filter{Company: company.Draw(t, "of company"), Subject: subject.Draw(t, "of subject")}
				if rapid.Bool().Draw(t, "of a type") {
					f.Type = kind.Draw(t, "which")
				}
				if rapid.Bool().Draw(t, "of a time") {
					f.From, f.To = epoch.Add(2*time.Second), epoch.Add(6*time.Second)
				}
				after := int64(rapid.IntRange(0, len(m.facts)).Draw(t, "after"))
				before := int64(rapid.IntRange(1, len(m.facts)+1).Draw(t, "before"))
				limit := rapid.IntRange(0, 20).Draw(t, "limit")
				want := m.read(f, after, 1<<40, limit, false)
				for i := range want {
					want[i].Undone = undone[want[i].Number] && !want[i].Noted || want[i].Noted && want[i].Number <= cleared
				}
				if diff := cmp.Diff(want, log.After(f, after, limit)); diff != "" {
					t.Fatalf("after %d (-want +got):\n%s", after, diff)
				}
				if diff := cmp.Diff(numbers(m.read(f, after, before, limit, true)), numbers(log.Latest(f, after, before, limit))); diff != "" {
					t.Fatalf("latest %d to %d (-want +got):\n%s", after, before, diff)
				}
			},
		})
	})
}

func TestEachSortOfFactsHasItsOwnBound(t *testing.T) {
	log := fact.NewLog(fact.Keep{Facts: fact.Bound{Facts: 2}, Findings: fact.Bound{Facts: 2}, Requests: fact.Bound{Facts: 2}})
	for range 5 {
		log.Note(fact.Fact{Type: fact.Order, Company: "acme", Subject: "order 1"})
		log.Note(fact.Fact{Type: fact.Finding})
		for range 50 {
			log.Note(fact.Fact{Type: fact.Request, Company: "acme"})
		}
	}
	if diff := cmp.Diff([]int64{157, 158, 209, 210, 259, 260}, numbers(log.After(fact.Filter{}, 0, 100))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int64{157, 209}, numbers(log.After(fact.Filter{Subject: "order 1"}, 0, 100))); diff != "" {
		t.Error(diff)
	}
	if log.Dropped() != 254 || log.DroppedOf(fact.Order) != 3 || log.DroppedOf(fact.Request) != 248 {
		t.Errorf("dropped %d, %d and %d", log.Dropped(), log.DroppedOf(fact.Order), log.DroppedOf(fact.Request))
	}
}

func TestFactsAreBoundedInBytesAndTheNewestStays(t *testing.T) {
	log := fact.NewLog(fact.Keep{Facts: fact.Bound{Bytes: 10_000}})
	for range 20 {
		log.Note(fact.Fact{Type: fact.Order, Data: weight(3000)})
	}
	if got := numbers(log.After(fact.Filter{}, 0, 100)); len(got) != 3 || got[2] != 20 {
		t.Errorf("kept %v", got)
	}
	log.Note(fact.Fact{Type: fact.Order, Data: weight(50_000)})
	if diff := cmp.Diff([]int64{21}, numbers(log.After(fact.Filter{}, 0, 100))); diff != "" {
		t.Error(diff)
	}
}

func TestACursorMissesNothingAndNothingTwice(t *testing.T) {
	log := fact.NewLog(fact.Keep{Facts: fact.Bound{Facts: 1 << 20}, Requests: fact.Bound{Facts: 1 << 20}})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	const writers, each = 4, 2000
	var all sync.WaitGroup
	read := func(f fact.Filter, want int) {
		all.Go(func() {
			c, last, got := log.From(0, f), int64(0), 0
			for got < want {
				facts, err := c.Next(ctx)
				if err != nil {
					t.Errorf("after %d of %d: %v", got, want, err)
					return
				}
				for _, x := range facts {
					if x.Number <= last {
						t.Errorf("%d came after %d", x.Number, last)
					}
					last = x.Number
					got++
				}
			}
		})
	}
	read(fact.Filter{}, 2*writers*each)
	read(fact.Filter{Company: "c1"}, 2*each)
	read(fact.Filter{Type: fact.Request}, writers*each)
	for w := range writers {
		all.Go(func() {
			for range each {
				log.Note(fact.Fact{Type: fact.Request, Company: fmt.Sprint("c", w)})
				log.Commit([]fact.Fact{{Type: fact.Order, Company: fmt.Sprint("c", w)}}, nothing)
			}
		})
	}
	all.Wait()
}

func TestACursorThatFallsBehindIsToldAndGoesOn(t *testing.T) {
	log := fact.NewLog(fact.Keep{Facts: fact.Bound{Facts: 3}})
	c := log.From(0, fact.Filter{})
	log.Note(fact.Fact{Type: fact.Order})
	if got, err := c.Ready(); err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	for range 9 {
		log.Note(fact.Fact{Type: fact.Order})
	}
	if _, err := c.Ready(); !errors.Is(err, fact.ErrBehind) {
		t.Errorf("the error is %v", err)
	}
	if got, err := c.Ready(); err != nil || !slices.Equal(numbers(got), []int64{8, 9, 10}) {
		t.Error(numbers(got), err)
	}
	late := log.From(2, fact.Filter{})
	if got, err := late.Ready(); err != nil || !slices.Equal(numbers(got), []int64{8, 9, 10}) {
		t.Error("whoever comes late reads what is kept:", numbers(got), err)
	}
	if c.Missed() != 6 || late.Missed() != 0 {
		t.Errorf("missed %d and %d", c.Missed(), late.Missed())
	}
	if log.DroppedStreams() != 0 {
		t.Errorf("%d streams are counted, and there is none", log.DroppedStreams())
	}
}

// Each kind of fact is forgotten at its own pace: what a reader misses of one
// leaves the others to be read.
func TestACursorThatFallsBehindInOneKindReadsTheOthers(t *testing.T) {
	log := fact.NewLog(fact.Keep{Facts: fact.Bound{Facts: 3}})
	c := log.From(0, fact.Filter{})
	log.Note(fact.Fact{Type: fact.Finding})
	for range 5 {
		log.Note(fact.Fact{Type: fact.Order})
	}
	late := log.From(0, fact.Filter{})
	if _, err := c.Ready(); !errors.Is(err, fact.ErrBehind) || c.Missed() != 2 {
		t.Errorf("the error is %v, missed %d", err, c.Missed())
	}
	for _, c := range []*fact.Cursor{c, late} {
		if got, err := c.Ready(); err != nil || !slices.Equal(numbers(got), []int64{1, 4, 5, 6}) {
			t.Error(numbers(got), err)
		}
	}
	log.Note(fact.Fact{Type: fact.Order})
	for _, c := range []*fact.Cursor{c, late} {
		if got, err := c.Ready(); err != nil || !slices.Equal(numbers(got), []int64{7}) {
			t.Error(numbers(got), err)
		}
	}
}

func TestACommitShowsItsStateBeforeItsFacts(t *testing.T) {
	log := fact.NewLog(fact.Keep{})
	shown := false
	log.Commit([]fact.Fact{{Type: fact.Order}}, func(fact.Mark) { shown = log != nil })
	if !shown || log.Last() != 1 {
		t.Error("the state was not published")
	}
}

func TestAFollowerIsGivenAllInOrderAndMayUseTheLog(t *testing.T) {
	log := fact.NewLog(fact.Keep{})
	log.Note(fact.Fact{Type: fact.Clock})
	var seen []int64
	f := log.Follow(fact.Filter{}, func(x fact.Fact) {
		seen = append(seen, x.Number)
		if x.Type == fact.Request {
			log.Note(fact.Fact{Type: fact.Order})
		}
	}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := f.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	log.Note(fact.Fact{Type: fact.Request})
	log.Note(fact.Fact{Type: fact.Clock})
	f.Flush()
	f.Flush() // what the follower itself added
	cancel()
	ended.Wait()
	if want := []int64{2, 3, 4}; !slices.Equal(seen, want) || f.Lost() != 0 {
		t.Errorf("seen %v, lost %d", seen, f.Lost())
	}
}

func TestAFollowerThatIsTooSlowLosesFactsAndHoldsNobodyUp(t *testing.T) {
	log := fact.NewLog(fact.Keep{Facts: fact.Bound{Facts: 10}})
	entered, let := make(chan struct{}), make(chan struct{})
	enter := sync.OnceFunc(func() { close(entered) })
	seen, told := 0, []int64{}
	f := log.Follow(fact.Filter{}, func(fact.Fact) { enter(); <-let; seen++ }, func(n int64) { told = append(told, int64(seen), n) })
	ctx, cancel := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	ended.Go(func() { _ = f.Run(ctx) })
	log.Note(fact.Fact{Type: fact.Clock})
	<-entered
	for range 99 {
		log.Note(fact.Fact{Type: fact.Clock})
	}
	close(let)
	f.Flush()
	cancel()
	ended.Wait()
	if seen != 11 || f.Lost() != 89 || !slices.Equal(told, []int64{1, 89}) {
		t.Errorf("seen %d, lost %d, told %v", seen, f.Lost(), told)
	}
	if log.DroppedStreams() != 0 {
		t.Error("a follower is counted as a stream")
	}
}

func TestWhatAFollowerHasNotPassedOnAtItsEndIsLost(t *testing.T) {
	for _, before := range []int{1, 3, 600} { // within a batch, and more than one
		log := fact.NewLog(fact.Keep{})
		ctx, cancel := context.WithCancel(t.Context())
		seen := 0
		f := log.Follow(fact.Filter{}, func(fact.Fact) { seen++; cancel() }, nil)
		for range before {
			log.Note(fact.Fact{Type: fact.Clock})
		}
		if err := f.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if seen != 1 || f.Lost() != int64(before-1) {
			t.Errorf("of %d it saw %d and lost %d", before, seen, f.Lost())
		}
	}
}

func BenchmarkNote(b *testing.B) {
	log := fact.NewLog(fact.Keep{})
	f := fact.Fact{At: epoch, Company: "acme", Subject: "order SEPAY-1", Type: fact.Order, Data: weight(100)}
	b.ReportAllocs()
	for b.Loop() {
		log.Note(f)
	}
}

func BenchmarkRead(b *testing.B) {
	log := fact.NewLog(fact.Keep{Facts: fact.Bound{Facts: 100_000, Bytes: 1 << 30}})
	for i := range 100_000 {
		log.Note(fact.Fact{At: epoch, Company: fmt.Sprint("c", i%10), Subject: fmt.Sprint("order ", i/5), Type: fact.Order})
	}
	for name, f := range map[string]fact.Filter{"all": {}, "company": {Company: "c3"}, "subject": {Subject: "order 777"}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				log.After(f, 500, 50)
			}
		})
	}
}
