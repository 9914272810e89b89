package conformance

import (
	"errors"
	"maps"
	"time"

	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// model is the expected content of the accounts and deliveries: accounts have
// unique values and equal majors, deliveries enter and leave orders.
type model struct {
	accounts map[int64]store.BankAccount
	rows     map[int64]store.Delivery
	// lastAccount is the greatest id of an account ever used.
	lastAccount int64
}

func (m *model) clone() *model {
	return &model{accounts: maps.Clone(m.accounts), rows: maps.Clone(m.rows), lastAccount: m.lastAccount}
}

// write does one random write on w and on the model.
func (m *model) write(t *rapid.T, w store.Writer) {
	t.Helper()
	id := rapid.Int64Range(1, 12).Draw(t, "id")
	var got, want error
	switch rapid.SampledFrom([]string{"account", "delivery", "no account", "no delivery", "count"}).Draw(t, "write") {
	case "account":
		row := drawAccount(t, id)
		for _, other := range m.accounts {
			if other.ID != id && other.XID == row.XID && row.XID != "" {
				want = store.ErrConflict
			}
		}
		if got = store.BankAccounts.Put(w, row); want == nil {
			m.accounts[id] = row
			m.lastAccount = max(m.lastAccount, id)
		}
	case "delivery":
		row := drawDelivery(t, id)
		got = store.Deliveries.Put(w, row)
		m.rows[id] = row
	case "no account":
		if _, ok := m.accounts[id]; !ok {
			want = store.ErrNotFound
		}
		got = store.BankAccounts.Delete(w, id)
		delete(m.accounts, id)
	case "no delivery":
		if _, ok := m.rows[id]; !ok {
			want = store.ErrNotFound
		}
		got = store.Deliveries.Delete(w, id)
		delete(m.rows, id)
	case "count":
		var next int64
		next, got = store.BankAccounts.NextID(w)
		m.lastAccount++
		same(t, "next id", m.lastAccount, next)
	}
	if !errors.Is(got, want) {
		t.Fatalf("want error %v, got %v", want, got)
	}
}

// compare compares all records of a store with the model.
func (m *model) compare(t *rapid.T, s store.Store) {
	t.Helper()
	for id := range int64(14) {
		account, err := get(t, s, store.BankAccounts, id)
		if want, ok := m.accounts[id]; ok || !errors.Is(err, store.ErrNotFound) {
			same(t, "account", want, account)
		}
		delivery, err := get(t, s, store.Deliveries, id)
		if want, ok := m.rows[id]; ok || !errors.Is(err, store.ErrNotFound) {
			same(t, "delivery", want, delivery)
		}
	}
	compareOrders(t, s, store.BankAccounts, m.accounts)
	compareOrders(t, s, store.Deliveries, m.rows)
}

func drawAccount(t *rapid.T, id int64) store.BankAccount {
	return store.BankAccount{
		ID:            id,
		XID:           rapid.SampledFrom([]string{"", "x1", "x2", "x3", "x4"}).Draw(t, "xid"),
		Company:       rapid.SampledFrom([]string{"", "a", "ab", "b"}).Draw(t, "company"),
		AccountNumber: rapid.SampledFrom([]string{"", "01", "010", "02"}).Draw(t, "number"),
		CreatedAt:     time.UnixMicro(rapid.Int64Range(-2, 2).Draw(t, "created")).UTC(),
		Balance:       rapid.Int64Range(0, 3).Draw(t, "balance"),
	}
}

func drawDelivery(t *rapid.T, id int64) store.Delivery {
	return store.Delivery{
		ID:      id,
		Company: rapid.SampledFrom([]string{"", "a", "ab", "b"}).Draw(t, "company"),
		Subject: rapid.SampledFrom([]string{"", "s1", "s2"}).Draw(t, "subject"),
		Status: rapid.SampledFrom([]store.DeliveryStatus{
			store.Queued, store.Sending, store.Waiting, store.Succeeded, store.Failed,
		}).Draw(t, "status"),
		NextAttemptAt: time.UnixMicro(rapid.Int64Range(0, 3).Draw(t, "due")).UTC(),
	}
}
