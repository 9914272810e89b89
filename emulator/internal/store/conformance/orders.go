package conformance

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var orders = []check{
	{"rank counts the entries before a key", func(t *testing.T, s store.Store) {
		least, most := int64(math.MinInt64), int64(math.MaxInt64)
		put(t, s, store.BankAccounts, ladder()...)
		for _, c := range []struct {
			name string
			key  store.Key
			want int
		}{
			{"a key before all", store.Key{Scope: "A", Major: most, ID: most}, 0},
			{"the first entry", store.Key{Scope: "B", Major: 100, ID: 8}, 0},
			{"just behind the first entry", store.Key{Scope: "B", Major: 100, ID: 9}, 1},
			{"the start of a scope", store.Key{Scope: "a", Major: least, ID: least}, 1},
			{"a negative major", store.Key{Scope: "a", Major: -5, ID: 7}, 1},
			{"between two majors", store.Key{Scope: "a", Major: 15}, 3},
			{"the first of equal majors", store.Key{Scope: "a", Major: 20, ID: 2}, 3},
			{"among equal majors", store.Key{Scope: "a", Major: 20, ID: 4}, 5},
			{"behind equal majors", store.Key{Scope: "a", Major: 20, ID: most}, 6},
			{"the end of a scope", store.Key{Scope: "a", Major: most, ID: most}, 7},
			{"a scope that begins like another", store.Key{Scope: "ab", Major: least, ID: least}, 7},
			{"a scope between two", store.Key{Scope: "aa", Major: 0}, 7},
			{"a scope outside ASCII", store.Key{Scope: "đ", Major: least, ID: least}, 9},
			{"a key behind all", store.Key{Scope: "đ", Major: most, ID: most}, 10},
		} {
			view(t, s, func(r store.Reader) error {
				got, err := r.Rank(&store.BankAccountByCompany.Ordering, c.key)
				same(t, c.name, c.want, got)
				return err
			})
		}
	}},
	{"walk visits ranks upwards and downwards", func(t *testing.T, s store.Store) {
		put(t, s, store.BankAccounts, ladder()...)
		for _, c := range []struct {
			name     string
			from, to int
			desc     bool
			stop     int
			want     []int64
		}{
			{"all", 0, 10, false, 0, []int64{8, 7, 4, 2, 3, 9, 1, 6, 5, 10}},
			{"all downwards", 0, 10, true, 0, []int64{10, 5, 6, 1, 9, 3, 2, 4, 7, 8}},
			{"a part", 2, 5, false, 0, []int64{4, 2, 3}},
			{"a part downwards", 2, 5, true, 0, []int64{3, 2, 4}},
			{"one", 9, 10, false, 0, []int64{10}},
			{"one downwards", 0, 1, true, 0, []int64{8}},
			{"until visit has enough", 2, 9, false, 2, []int64{4, 2}},
			{"downwards until visit has enough", 2, 9, true, 2, []int64{5, 6}},
			{"none", 4, 4, false, 0, nil},
			{"a range the wrong way round", 6, 3, true, 0, nil},
			{"a range beyond the end", 10, 20, false, 0, nil},
			{"a range over the end", 8, 20, true, 0, []int64{10, 5}},
			{"a range over the start", -3, 2, false, 0, []int64{8, 7}},
		} {
			same(t, c.name, c.want, walked(t, s, &store.BankAccountByCompany.Ordering, c.from, c.to, c.desc, c.stop))
		}
	}},
	{"an empty order has no ranks", func(t *testing.T, s store.Store) {
		view(t, s, func(r store.Reader) error {
			rank, err := r.Rank(&store.BankAccountByCompany.Ordering, store.Key{Scope: "a"})
			same(t, "rank", 0, rank)
			return err
		})
		same(t, "upwards", nil, walked(t, s, &store.BankAccountByCompany.Ordering, 0, 5, false, 0))
		same(t, "downwards", nil, walked(t, s, &store.BankAccountByCompany.Ordering, 0, 5, true, 0))
	}},
	{"visit may read the store", func(t *testing.T, s store.Store) {
		put(t, s, store.BankAccounts, ladder()...)
		update(t, s, func(w store.Writer) error {
			var inner []int64
			err := w.Walk(&store.BankAccountByCompany.Ordering, 0, 2, false, func(rec any) bool {
				row, err := store.BankAccounts.Get(w, rec.(*store.BankAccount).ID)
				noError(t, err)
				inner = append(inner, row.ID)
				return true
			})
			same(t, "read", []int64{8, 7}, inner)
			return err
		})
	}},
	{"the entries of a record follow its keys", sortedLists},
}

// ladder is a set of accounts whose ids, ordered by company and creation time,
// are 8 7 4 2 3 9 1 6 5 10. Scopes sort by bytes: a database with language
// collation fails here.
func ladder() []store.BankAccount {
	rung := func(id int64, scope string, major int64) store.BankAccount {
		return store.BankAccount{ID: id, Company: scope, CreatedAt: time.UnixMicro(major).UTC()}
	}
	return []store.BankAccount{
		rung(1, "a", 30), rung(2, "a", 20), rung(3, "a", 20), rung(4, "a", 10), rung(5, "b", 0),
		rung(6, "ab", 1), rung(7, "a", -5), rung(8, "B", 100), rung(9, "a", 20), rung(10, "đ", 0),
		{ID: 11}, // has no entry
	}
}

// walked returns the ids that a walk visits; a stop above 0 ends it after so many.
func walked(t tester, s store.Store, o *store.Ordering, from, to int, desc bool, stop int) []int64 {
	t.Helper()
	var seen []int64
	view(t, s, func(r store.Reader) error {
		return r.Walk(o, from, to, desc, func(rec any) bool {
			seen = append(seen, o.Table.ID(rec))
			return len(seen) != stop
		})
	})
	return seen
}

// sortedLists runs random writes against a store and a model: a map, from
// which every order is sorted again for each comparison.
func sortedLists(t *testing.T, s store.Store) {
	empty := snapshot(t, s)
	rapid.Check(t, func(t *rapid.T) {
		restore(t, s, empty)
		m := &model{rows: map[int64]store.Delivery{}, accounts: map[int64]store.BankAccount{}}
		type kept struct {
			snapshot store.Snapshot
			model    *model
		}
		saved := []kept{{empty, m.clone()}}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { m.compare(t, s) },
			"update": func(t *rapid.T) {
				next := m.clone()
				fail := rapid.Bool().Draw(t, "fail")
				err := s.Update(t.Context(), func(w store.Writer) error {
					for range rapid.IntRange(1, 6).Draw(t, "writes") {
						next.write(t, w)
					}
					if fail {
						return errStop
					}
					return nil
				})
				if (err != nil) != fail {
					t.Fatalf("Update: %v", err)
				}
				if !fail {
					m = next
				}
			},
			"snapshot": func(t *rapid.T) { saved = append(saved, kept{snapshot(t, s), m.clone()}) },
			"restore": func(t *rapid.T) {
				back := rapid.SampledFrom(saved).Draw(t, "snapshot")
				restore(t, s, back.snapshot)
				m = back.model.clone()
			},
		})
	})
}

// entriesOf sorts the ids of an order with a plain sort.
func entriesOf[R any](o *store.Ordering, rows map[int64]R) []store.Key {
	var list []store.Key
	for _, row := range rows {
		if key, ok := o.Key(&row); ok {
			list = append(list, key)
		}
	}
	slices.SortFunc(list, func(a, b store.Key) int {
		return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Major, b.Major), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// compareOrders checks all orders of a table in both directions and one rank
// and one part of each.
func compareOrders[R any](t *rapid.T, s store.Store, kind *store.Kind[R], rows map[int64]R) {
	t.Helper()
	for _, o := range kind.Orderings {
		want := entriesOf(o, rows)
		list := make([]int64, 0, len(want))
		for _, key := range want {
			list = append(list, key.ID)
		}
		same(t, o.Name, list, walked(t, s, o, 0, len(list)+1, false, 0))
		from := rapid.IntRange(0, len(list)).Draw(t, "from")
		to := rapid.IntRange(from, len(list)).Draw(t, "to")
		part := slices.Clone(list[from:to])
		slices.Reverse(part)
		same(t, o.Name+" downwards", part, walked(t, s, o, from, to, true, 0))
		if len(want) == 0 {
			continue
		}
		probe := rapid.SampledFrom(want).Draw(t, "probe")
		probe.ID += rapid.Int64Range(-1, 1).Draw(t, "beside")
		before := 0
		for _, key := range want {
			if key.Compare(probe) < 0 {
				before++
			}
		}
		view(t, s, func(r store.Reader) error {
			rank, err := r.Rank(o, probe)
			same(t, fmt.Sprintf("rank of %v in %s", probe, o.Name), before, rank)
			if err != nil {
				return err
			}
			key, rec, err := r.Seek(o, probe)
			if before == len(want) {
				if !errors.Is(err, store.ErrNotFound) {
					t.Errorf("seek of %v in %s behind all: %v, %v", probe, o.Name, key, err)
				}
				return nil
			}
			same(t, fmt.Sprintf("seek of %v in %s", probe, o.Name), want[before], key)
			if err == nil {
				same(t, "its record", key.ID, o.Table.ID(rec))
			}
			return err
		})
	}
}
