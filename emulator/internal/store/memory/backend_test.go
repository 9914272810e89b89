package memory_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// tape is a backend that keeps all batches.
type tape struct {
	batches []store.Batch
	full    bool
}

var errFull = errors.New("the disk is full")

func (t *tape) Append(b store.Batch) error {
	if t.full {
		return errFull
	}
	t.batches = append(t.batches, b)
	return nil
}

// replay makes a store of what a tape has, by nothing but the batches.
func replay(t interface{ Fatal(...any) }, batches []store.Batch) store.Store {
	s := memory.New()
	states := map[uint64]store.Snapshot{}
	keep := func(version uint64) {
		kept, err := s.Snapshot(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		states[version] = kept
	}
	keep(0)
	for _, b := range batches {
		if b.Restored != nil {
			if err := s.Restore(context.Background(), states[*b.Restored], b.Facts...); err != nil {
				t.Fatal(err)
			}
			keep(b.Version)
			continue
		}
		err := s.Update(context.Background(), func(w store.Writer) error {
			for _, c := range b.Changes {
				if c.Record != nil {
					if err := w.Put(c.Table, c.Record); err != nil {
						return err
					}
					continue
				}
				// A record may have been put and deleted in one transaction.
				if err := w.Delete(c.Table, c.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
					return err
				}
			}
			for _, f := range b.Facts {
				w.Emit(f)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		keep(b.Version)
	}
	return s
}

// shown is what a store has: its accounts, and its facts.
func shown(t interface{ Fatal(...any) }, s store.Store) string {
	var out []string
	err := s.View(context.Background(), func(r store.Reader) error {
		all, err := store.BankAccountByCompany.All(r, company)
		for _, a := range all {
			out = append(out, fmt.Sprintf("%d:%d", a.ID, a.Balance))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range s.Facts().After(fact.Filter{}, 0, 1000) {
		out = append(out, fmt.Sprintf("%d %s %t", f.Number, f.Subject, f.Undone))
	}
	return strings.Join(out, "\n")
}

func TestWhatABackendHasIsTheWholeStore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept := &tape{}
		s := memory.Open(fact.NewLog(fact.Keep{}), kept)
		ctx := context.Background()
		var snapshots []store.Snapshot
		t.Repeat(map[string]func(*rapid.T){
			"update": func(t *rapid.T) {
				fails := rapid.IntRange(0, 4).Draw(t, "fails") == 0
				err := s.Update(ctx, func(w store.Writer) error {
					for range rapid.IntRange(1, 4).Draw(t, "writes") {
						id := rapid.Int64Range(1, 5).Draw(t, "id")
						if rapid.Bool().Draw(t, "delete") {
							if err := store.BankAccounts.Delete(w, id); err != nil && !errors.Is(err, store.ErrNotFound) {
								return err
							}
							continue
						}
						a := store.BankAccount{ID: id, XID: fmt.Sprint(id), Company: company, Balance: rapid.Int64().Draw(t, "balance"), CreatedAt: time.UnixMicro(id).UTC()}
						if err := store.BankAccounts.Put(w, a); err != nil {
							return err
						}
						w.Emit(fact.Fact{Type: fact.Company, Subject: fmt.Sprint("account ", id)})
					}
					if fails {
						return errFull
					}
					return nil
				})
				if (err != nil) != fails {
					t.Fatal(err)
				}
			},
			"snapshot": func(t *rapid.T) {
				one, err := s.Snapshot(ctx)
				if err != nil {
					t.Fatal(err)
				}
				snapshots = append(snapshots, one)
			},
			"restore": func(t *rapid.T) {
				if len(snapshots) == 0 {
					return
				}
				to := rapid.IntRange(0, len(snapshots)-1).Draw(t, "to")
				if err := s.Restore(ctx, snapshots[to], fact.Fact{Type: fact.Restore, Subject: "back"}); err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) {
				if diff := cmp.Diff(shown(t, s), shown(t, replay(t, kept.batches))); diff != "" {
					t.Fatalf("-store +what the backend has:\n%s", diff)
				}
			},
		})
	})
}

func TestWhatABackendRefusesIsRolledBack(t *testing.T) {
	kept := &tape{}
	s := memory.Open(fact.NewLog(fact.Keep{}), kept)
	open := func(id int64) error {
		return s.Update(t.Context(), func(w store.Writer) error {
			w.Emit(fact.Fact{Type: fact.Company, Subject: fmt.Sprint("account ", id)})
			return store.BankAccounts.Put(w, store.BankAccount{ID: id, Company: company})
		})
	}
	if err := open(1); err != nil {
		t.Fatal(err)
	}
	before := shown(t, s)
	one, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept.full = true
	if err := open(2); !errors.Is(err, errFull) {
		t.Errorf("the update returned %v", err)
	}
	if err := s.Restore(t.Context(), one); !errors.Is(err, errFull) {
		t.Errorf("the restore returned %v", err)
	}
	if diff := cmp.Diff(before, shown(t, s)); diff != "" {
		t.Error(diff)
	}
}
