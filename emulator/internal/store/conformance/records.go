package conformance

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var records = []check{
	{"a record that is not there is not found", func(t *testing.T, s store.Store) {
		put(t, s, store.BankAccounts, account(1, "acme"))
		if _, err := get(t, s, store.BankAccounts, 2); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Get: %v", err)
		}
		if _, err := get(t, s, store.Webhooks, 1); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Get of another table: %v", err)
		}
		err := s.Update(t.Context(), func(w store.Writer) error { return store.BankAccounts.Delete(w, 2) })
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Delete: %v", err)
		}
	}},
	{"a value that nobody has is not found", func(t *testing.T, s store.Store) {
		put(t, s, store.Companies, store.Company{Number: 1, ID: "beta"})
		for _, id := range []string{"", "acme", "bet", "beta\x00", "betb"} {
			view(t, s, func(r store.Reader) error {
				if _, err := store.CompanyByID.Find(r, id); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("Find(%q): %v", id, err)
				}
				return nil
			})
		}
	}},
	{"a record that was put replaces the one with its id", func(t *testing.T, s store.Store) {
		first, second := account(1, "acme"), account(1, "acme")
		first.Label, second.Balance = "till", 5
		put(t, s, store.BankAccounts, first, second)
		row, err := get(t, s, store.BankAccounts, 1)
		noError(t, err)
		same(t, "record", second, row)
		same(t, "accounts", []int64{1}, accountIDs(t, s))
	}},
	{"a record that was deleted is gone and can come back", func(t *testing.T, s store.Store) {
		put(t, s, store.BankAccounts, account(1, "acme"))
		update(t, s, func(w store.Writer) error { return store.BankAccounts.Delete(w, 1) })
		if _, err := get(t, s, store.BankAccounts, 1); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Get: %v", err)
		}
		same(t, "accounts", nil, accountIDs(t, s))
		put(t, s, store.BankAccounts, account(1, "acme"))
		same(t, "accounts", []int64{1}, accountIDs(t, s))
	}},
	{"the empty fields of a record stay empty", func(t *testing.T, s store.Store) {
		want := store.Delivery{ID: 1}
		put(t, s, store.Deliveries, want)
		got, err := get(t, s, store.Deliveries, 1)
		noError(t, err)
		same(t, "record", want, got)
		if !got.NextAttemptAt.IsZero() {
			t.Errorf("a zero time came back as %v", got.NextAttemptAt)
		}
	}},
	{"ids are counted from the first id of their table", func(t *testing.T, s store.Store) {
		for _, table := range store.Tables() {
			update(t, s, func(w store.Writer) error {
				for n := range int64(3) {
					id, err := w.NextID(table)
					if err != nil {
						return err
					}
					same(t, table.Name, table.FirstID+n, id)
				}
				return nil
			})
		}
	}},
	{"an id that was put is not given out again", func(t *testing.T, s store.Store) {
		same(t, "first", int64(1), nextID(t, s, store.Webhooks))
		put(t, s, store.Webhooks, store.Webhook{ID: 10})
		same(t, "after 10 was put", int64(11), nextID(t, s, store.Webhooks))
		put(t, s, store.Webhooks, store.Webhook{ID: 4})
		same(t, "after 4 was put", int64(12), nextID(t, s, store.Webhooks))
		put(t, s, store.Webhooks, store.Webhook{ID: 13})
		update(t, s, func(w store.Writer) error { return store.Webhooks.Delete(w, 13) })
		same(t, "after 13 was put and deleted", int64(14), nextID(t, s, store.Webhooks))
		put(t, s, store.Transactions, store.Transaction{ID: 7})
		same(t, "after an id below the first", store.Transactions.FirstID, nextID(t, s, store.Transactions))
	}},
	{"no table is left out of the round trips", func(t *testing.T, _ store.Store) {
		for _, table := range store.Tables() {
			if !slices.ContainsFunc(roundTrips, func(c check) bool { return c.name == roundTripName(table) }) {
				t.Errorf("add %s to the round trips", table.Name)
			}
		}
	}},
	{"a counter at its end returns an error", func(t *testing.T, s store.Store) {
		put(t, s, store.Webhooks, store.Webhook{ID: math.MaxInt64, Name: "last"})
		err := s.Update(t.Context(), func(w store.Writer) error {
			id, err := store.Webhooks.NextID(w)
			if err == nil {
				t.Errorf("NextID returned %d", id)
			}
			return err
		})
		if err == nil {
			t.Error("the update was committed")
		}
	}},
}

// roundTrips has a check per table; one of [records] checks that none is missing.
var roundTrips = []check{
	roundTrip(store.Companies),
	roundTrip(store.APITokens),
	roundTrip(store.OAuthApps),
	roundTrip(store.BankAccounts),
	roundTrip(store.VirtualAccounts),
	roundTrip(store.Transactions),
	roundTrip(store.Webhooks),
	roundTrip(store.Deliveries),
	roundTrip(store.Orders),
	roundTrip(store.Payments),
	roundTrip(store.Users),
	roundTrip(store.Grants),
	roundTrip(store.AuthorizationCodes),
	roundTrip(store.RefreshTokens),
	roundTrip(store.AccessTokens),
	roundTrip(store.Sessions),
}

func roundTripName(t *store.Table) string {
	return "every field of " + t.Name + " comes back as it was put"
}

func roundTrip[R any](kind *store.Kind[R]) check {
	return check{roundTripName(&kind.Table), func(t *testing.T, s store.Store) {
		var want R
		n := int64(40)
		fill(t, reflect.ValueOf(&want).Elem(), &n)
		id := kind.ID(&want)
		update(t, s, func(w store.Writer) error {
			if err := kind.Put(w, want); err != nil {
				return err
			}
			got, err := kind.Get(w, id)
			same(t, "in the same update", want, got)
			return err
		})
		got, err := get(t, s, kind, id)
		noError(t, err)
		same(t, "after the update", want, got)
	}}
}

// fill sets every field below v to a non-zero value, by counting n up, which
// detects a backend that forgets a field.
func fill(t *testing.T, v reflect.Value, n *int64) {
	t.Helper()
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.UnixMicro(1_767_225_599_999_000 + *n).UTC()))
	case v.Type() == reflect.TypeFor[[]byte]():
		v.SetBytes([]byte{0, 0xff, '\n', '"', byte(*n)})
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprintf("Chuyển 'tiền' <%d>", *n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(math.MaxInt32 + *n) // needs 64 bits
	case v.CanUint():
		v.SetUint(math.MaxUint32 + uint64(*n))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n)
		fill(t, v.Index(1), n)
	case v.Kind() == reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, n)
		fill(t, value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default:
		t.Fatalf("teach fill about %v", v.Type())
	}
}
