package memory_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// booked is transfer i as the control API books it: it shares the texts of its
// company and account with them.
func booked(i int) store.Transaction {
	at := epoch.Add(time.Duration(i) * time.Minute)
	memo := fmt.Sprintf("DH%06d thanh toan don hang", i)
	return store.Transaction{
		ID: store.Transactions.FirstID + int64(i), XID: fmt.Sprintf("7f3a0000-0000-4000-8000-%012d", mixed(i, 0, 1<<40)),
		Company: company, BankAccountID: 1, BankAccountXID: listXIDs[i%10], Gateway: "MBBank", AccountNumber: listNumbers[i%10],
		Date: at, TransferType: store.In, Amount: int64(i + 10_000), Accumulated: int64(i),
		Content: memo, Description: "BankAPINotify " + memo, Reference: fmt.Sprintf("FT%014d", i), Code: memo[:8], CreatedAt: at,
	}
}

// bytesOf returns the bytes of heap for one of n booked transfers.
func bytesOf(n int, one bool) float64 {
	s, before := memory.New(), heap()
	size := batch
	if one {
		size = 1
	}
	fillBy(s, size, store.Transactions, n, booked)
	bytes := (heap() - before) / float64(n)
	_ = s.Close()
	return bytes
}

// The bound is for what one transfer takes with its orders and columns.
func TestATransactionTakesLessThan600Bytes(t *testing.T) {
	for _, one := range []bool{true, false} {
		if bytes := bytesOf(20_000, one); bytes > 600 || bytes < 300 {
			t.Errorf("%.0f bytes, one in an update: %v", bytes, one)
		}
	}
}

// BenchmarkBytes prints the bytes of heap for a transfer.
func BenchmarkBytes(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		for _, one := range []bool{true, false} {
			b.Run(fmt.Sprintf("of_%d/one_an_update_%v", n, one), func(b *testing.B) {
				for b.Loop() {
					b.ReportMetric(bytesOf(n, one), "B/record")
				}
			})
		}
	}
}
