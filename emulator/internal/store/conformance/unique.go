package conformance

import (
	"errors"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// clash is a pair of records of which a store can hold only one.
type clash struct {
	order         *store.Ordering
	first, second func(store.Writer) error
}

// clashes has an entry for every unique order.
var clashes = []clash{
	{&store.CompanyByID.Ordering,
		putting(store.Companies, store.Company{Number: 1, ID: "acme"}),
		putting(store.Companies, store.Company{Number: 2, ID: "acme"})},
	{&store.APITokenByToken.Ordering,
		putting(store.APITokens, store.APIToken{ID: 1, Company: "acme", Token: "T"}),
		putting(store.APITokens, store.APIToken{ID: 2, Company: "beta", Token: "T"})},
	{&store.OAuthAppByClient.Ordering,
		putting(store.OAuthApps, store.OAuthApp{ID: 1, Company: "acme", ClientID: "C"}),
		putting(store.OAuthApps, store.OAuthApp{ID: 2, Company: "beta", ClientID: "C"})},
	{&store.BankAccountByXID.Ordering,
		putting(store.BankAccounts, store.BankAccount{ID: 1, Company: "acme", XID: "X"}),
		putting(store.BankAccounts, store.BankAccount{ID: 2, Company: "beta", XID: "X"})},
	{&store.VirtualAccountByXID.Ordering,
		putting(store.VirtualAccounts, store.VirtualAccount{ID: 1, Company: "acme", XID: "X"}),
		putting(store.VirtualAccounts, store.VirtualAccount{ID: 2, Company: "beta", XID: "X"})},
	{&store.VirtualAccountByNumber.Ordering,
		putting(store.VirtualAccounts, store.VirtualAccount{ID: 1, Company: "acme", Number: "007", BankAccountXID: "A"}),
		putting(store.VirtualAccounts, store.VirtualAccount{ID: 2, Company: "acme", Number: "007", BankAccountXID: "B"})},
	{&store.TransactionByXID.Ordering,
		putting(store.Transactions, store.Transaction{ID: 1, Company: "acme", XID: "X"}),
		putting(store.Transactions, store.Transaction{ID: 2, Company: "beta", XID: "X"})},
	{&store.CompanyByMerchant.Ordering,
		putting(store.Companies, store.Company{Number: 1, ID: "acme", Merchant: store.Merchant{MerchantID: "M"}}),
		putting(store.Companies, store.Company{Number: 2, ID: "beta", Merchant: store.Merchant{MerchantID: "M"}})},
	{&store.OrderByOrderID.Ordering,
		putting(store.Orders, store.Order{ID: 1, Company: "acme", OrderID: "SEPAY-1"}),
		putting(store.Orders, store.Order{ID: 2, Company: "beta", OrderID: "SEPAY-1"})},
	{&store.OrderByInvoice.Ordering,
		putting(store.Orders, store.Order{ID: 1, Company: "acme", OrderID: "SEPAY-1", InvoiceNumber: "DH1"}),
		putting(store.Orders, store.Order{ID: 2, Company: "acme", OrderID: "SEPAY-2", InvoiceNumber: "DH1"})},
	{&store.UserByEmail.Ordering,
		putting(store.Users, store.User{ID: 1, Company: "acme", Email: "an@acme.test"}),
		putting(store.Users, store.User{ID: 2, Company: "beta", Email: "an@acme.test"})},
	{&store.AuthorizationCodeByDigest.Ordering,
		putting(store.AuthorizationCodes, store.AuthorizationCode{ID: 1, Digest: "D"}),
		putting(store.AuthorizationCodes, store.AuthorizationCode{ID: 2, Digest: "D"})},
	{&store.RefreshTokenByDigest.Ordering,
		putting(store.RefreshTokens, store.RefreshToken{ID: 1, Digest: "D"}),
		putting(store.RefreshTokens, store.RefreshToken{ID: 2, Digest: "D"})},
	{&store.AccessTokenByDigest.Ordering,
		putting(store.AccessTokens, store.AccessToken{ID: 1, Digest: "D"}),
		putting(store.AccessTokens, store.AccessToken{ID: 2, Digest: "D"})},
	{&store.SessionByDigest.Ordering,
		putting(store.Sessions, store.Session{ID: 1, Digest: "D"}),
		putting(store.Sessions, store.Session{ID: 2, Digest: "D"})},
	{&store.OrderByVA.Ordering,
		putting(store.Orders, store.Order{ID: 1, Company: "acme", OrderID: "SEPAY-1", VirtualAccountXID: "V"}),
		putting(store.Orders, store.Order{ID: 2, Company: "acme", OrderID: "SEPAY-2", VirtualAccountXID: "V"})},
}

func putting[R any](kind *store.Kind[R], row R) func(store.Writer) error {
	return func(w store.Writer) error { return kind.Put(w, row) }
}

var uniqueValues = []check{
	{"no unique order is left out of this suite", func(t *testing.T, _ store.Store) {
		tried := map[*store.Ordering]bool{}
		for _, c := range clashes {
			tried[c.order] = true
		}
		for _, table := range store.Tables() {
			for _, o := range table.Orderings {
				same(t, "tried "+o.Name, o.Unique, tried[o])
			}
		}
	}},
	{"a value that another record has is a conflict that names the order", func(t *testing.T, s store.Store) {
		for _, c := range clashes {
			update(t, s, c.first)
			err := s.Update(t.Context(), c.second)
			wantConflict(t, c.order, err)
			if _, err := getAny(t, s, c.order.Table, 2); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: the refused record: %v", c.order.Name, err)
			}
			update(t, s, func(w store.Writer) error { return w.Delete(c.order.Table, 1) })
		}
	}},
	{"a value that the same update gave away is a conflict", func(t *testing.T, s store.Store) {
		for _, c := range clashes {
			wantConflict(t, c.order, s.Update(t.Context(), func(w store.Writer) error {
				if err := c.first(w); err != nil {
					return err
				}
				return c.second(w)
			}))
		}
	}},
	{"a record may keep its value", func(t *testing.T, s store.Store) {
		for _, c := range clashes {
			update(t, s, c.first)
			update(t, s, c.first)
			update(t, s, func(w store.Writer) error { return w.Delete(c.order.Table, 1) })
		}
	}},
	{"a value is free again when its record is deleted", func(t *testing.T, s store.Store) {
		for _, c := range clashes {
			update(t, s, c.first)
			update(t, s, func(w store.Writer) error {
				if err := w.Delete(c.order.Table, 1); err != nil {
					return err
				}
				return c.second(w)
			})
			update(t, s, func(w store.Writer) error { return w.Delete(c.order.Table, 2) })
		}
	}},
	{"a value is free again when its record takes another", func(t *testing.T, s store.Store) {
		put(t, s, store.Companies, store.Company{Number: 1, ID: "acme"}, store.Company{Number: 2, ID: "beta"})
		update(t, s, func(w store.Writer) error {
			return errors.Join( // swaps the two
				store.Companies.Put(w, store.Company{Number: 1, ID: "other"}),
				store.Companies.Put(w, store.Company{Number: 2, ID: "acme"}),
				store.Companies.Put(w, store.Company{Number: 1, ID: "beta"}),
			)
		})
		for id, number := range map[string]int64{"acme": 2, "beta": 1} {
			view(t, s, func(r store.Reader) error {
				row, err := store.CompanyByID.Find(r, id)
				same(t, id, number, row.Number)
				return err
			})
		}
	}},
	{"an empty value is no conflict", func(t *testing.T, s store.Store) {
		put(t, s, store.APITokens, store.APIToken{ID: 1}, store.APIToken{ID: 2})
		put(t, s, store.BankAccounts, store.BankAccount{ID: 1}, store.BankAccount{ID: 2})
		put(t, s, store.VirtualAccounts, // half of a compound value does not count
			store.VirtualAccount{ID: 1, Company: "acme"}, store.VirtualAccount{ID: 2, Company: "acme"})
		view(t, s, func(r store.Reader) error {
			if row, err := store.APITokenByToken.Find(r, store.Digest("")); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("nobody's token found %d, %v", row.ID, err)
			}
			return nil
		})
	}},
	{"letters of another case are another value", func(t *testing.T, s store.Store) {
		put(t, s, store.APITokens, store.APIToken{ID: 1, Token: "token"}, store.APIToken{ID: 2, Token: "TOKEN"})
		view(t, s, func(r store.Reader) error {
			row, err := store.APITokenByToken.Find(r, store.Digest("TOKEN"))
			same(t, "found", int64(2), row.ID)
			return err
		})
	}},
	{"another company may use the same number", func(t *testing.T, s store.Store) {
		put(t, s, store.VirtualAccounts,
			store.VirtualAccount{ID: 1, Company: "acme", Number: "007"},
			store.VirtualAccount{ID: 2, Company: "beta", Number: "007"})
		view(t, s, func(r store.Reader) error {
			row, err := store.VirtualAccountByNumber.Find(r, store.Scope("beta", "007"))
			same(t, "found", int64(2), row.ID)
			return err
		})
	}},
}

func wantConflict(t *testing.T, o *store.Ordering, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrConflict) || !strings.Contains(err.Error(), o.Name) {
		t.Errorf("%s: want a conflict that names the order, got %v", o.Name, err)
	}
}

func getAny(t *testing.T, s store.Store, table *store.Table, id int64) (any, error) {
	t.Helper()
	var row any
	err := s.View(t.Context(), func(r store.Reader) (err error) {
		row, err = r.Get(table, id)
		return err
	})
	return row, err
}
