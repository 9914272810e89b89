package conformance

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// roll draws a number from 0 to n-1: from [fixed] when a test goes through all
// combinations, from rapid when it looks for one that fails.
type roll func(n int) int

// fixed draws the same numbers in every run, so that failures repeat.
func fixed(seed uint64) roll { return rand.New(rand.NewPCG(seed, 0)).IntN }

// The values that records and filters draw from: few, so that they meet.
var (
	companies  = []string{"acme", "other"}
	banks      = []string{"MBBank", "OCB", "BIDV"}
	references = []string{"", "FT1", "FT12", "ft1"}
	contents   = []string{"", "DH100 thanh toán", "CHUYỂN KHOẢN dh7", "100%_off"}
	codes      = []string{"", "DH100", "DH7"}
	queries    = []string{"dh", "DH100", "ft1", "khoản", "KHOẢN", "%", "_", "zzz", ""}
	amounts    = []int64{1000, 2000, 2001, 50_000}
	instants   = func() []time.Time {
		base := time.Date(2025, 12, 31, 17, 0, 0, 0, time.UTC) // midnight in Asia/Ho_Chi_Minh
		return []time.Time{base, base.Add(time.Microsecond), base.Add(time.Minute), base.AddDate(0, 0, 1), time.Unix(-5, 0).UTC()}
	}()
)

// drawTransfers makes n transactions of two companies with three accounts and
// a virtual account of each.
func drawTransfers(roll roll, n int) []store.Transaction {
	rows := make([]store.Transaction, 0, n)
	for i := range n {
		account := roll(3)
		row := store.Transaction{
			ID:             int64(i + 1),
			XID:            fmt.Sprintf("tx-%d", i+1),
			Company:        companies[account/2],
			BankAccountXID: fmt.Sprintf("acc-%d", account+1),
			AccountNumber:  fmt.Sprintf("00%d", account+1),
			Gateway:        banks[roll(len(banks))],
			Date:           instants[roll(len(instants))],
			TransferType:   []store.TransferType{store.In, store.Out}[roll(2)],
			Amount:         amounts[roll(len(amounts))],
			Content:        contents[roll(len(contents))],
			Reference:      references[roll(len(references))],
			Code:           codes[roll(len(codes))],
			WebhookSuccess: int64(roll(3)),
		}
		if roll(2) == 0 {
			row.VirtualAccountXID = fmt.Sprintf("va-%d", account+1)
		}
		rows = append(rows, row)
	}
	return rows
}

// transactionOption sets one field of a filter.
type transactionOption struct {
	name  string
	apply func(f *store.TransactionFilter, roll roll)
}

// transactionOptions has every field except company and sort. Accounts include
// one of another company and an unknown one.
var transactionOptions = []transactionOption{
	{"bank account", func(f *store.TransactionFilter, roll roll) {
		f.BankAccountXID = fmt.Sprintf("acc-%d", roll(4)+1)
	}},
	{"virtual account", func(f *store.TransactionFilter, roll roll) {
		f.VirtualAccountXID = fmt.Sprintf("va-%d", roll(4)+1)
	}},
	{"account number", func(f *store.TransactionFilter, roll roll) {
		f.AccountNumber = fmt.Sprintf("00%d", roll(4)+1)
	}},
	{"banks", func(f *store.TransactionFilter, roll roll) {
		f.Banks = [][]string{{}, banks[:1], banks[1:], {"VCB"}}[roll(4)]
	}},
	{"dates", func(f *store.TransactionFilter, roll roll) { f.Dates = drawTimes(roll) }},
	{"amount in", func(f *store.TransactionFilter, roll roll) { f.AmountIn = drawAmounts(roll) }},
	{"amount out", func(f *store.TransactionFilter, roll roll) { f.AmountOut = drawAmounts(roll) }},
	{"reference", func(f *store.TransactionFilter, roll roll) { f.Reference = references[roll(len(references))] }},
	{"content", func(f *store.TransactionFilter, roll roll) { f.Content = queries[roll(len(queries))] }},
	{"query", func(f *store.TransactionFilter, roll roll) { f.Query = queries[roll(len(queries))] }},
	{"transfer type", func(f *store.TransactionFilter, roll roll) {
		f.TransferType = []store.TransferType{store.In, store.Out}[roll(2)]
	}},
	{"delivered", func(f *store.TransactionFilter, roll roll) { f.Delivered = new(roll(2) == 0) }},
	{"from id", func(f *store.TransactionFilter, roll roll) { f.FromID = int64(roll(70)) }},
}

// drawTimes makes a range that may be open, or the wrong way round.
func drawTimes(roll roll) store.TimeRange {
	var span store.TimeRange
	if roll(3) > 0 {
		span.From = instants[roll(len(instants))]
	}
	if roll(3) > 0 {
		span.To = instants[roll(len(instants))]
	}
	return span
}

// drawAmounts makes a range that may be open, or the wrong way round, and
// that may hold the 0 of the other direction.
func drawAmounts(roll roll) store.AmountRange {
	bounds := append([]int64{0, 1}, amounts...)
	var span store.AmountRange
	if roll(3) > 0 {
		span.Min = new(bounds[roll(len(bounds))])
	}
	if roll(3) > 0 {
		span.Max = new(bounds[roll(len(bounds))])
	}
	return span
}

var transactionFields = []store.TransactionField{store.ByDate, store.ByAmountIn, store.ByAmountOut, store.ByID}

// transactionSorts has the default, each single key and some of several keys.
var transactionSorts = func() [][]store.TransactionSort {
	sorts := [][]store.TransactionSort{
		nil,
		{{By: store.ByAmountIn, Desc: true}, {By: store.ByDate}},
		{{By: store.ByDate, Desc: true}, {By: store.ByID}},
		{{By: store.ByAmountOut}, {By: store.ByAmountIn, Desc: true}, {By: store.ByID, Desc: true}},
		{{By: store.ByDate}, {By: store.ByDate, Desc: true}},
	}
	for _, by := range transactionFields {
		sorts = append(sorts, []store.TransactionSort{{By: by}}, []store.TransactionSort{{By: by, Desc: true}})
	}
	return sorts
}()

// plainTransactions defines a list: filter by a loop, then sort.
func plainTransactions(rows []store.Transaction, f store.TransactionFilter) []store.Transaction {
	var list []store.Transaction
	for _, row := range rows {
		if plainMatch(row, f) {
			list = append(list, row)
		}
	}
	keys := f.Sort
	if len(keys) == 0 {
		keys = []store.TransactionSort{{By: store.ByDate, Desc: true}}
	}
	value := func(t store.Transaction, by store.TransactionField) int64 {
		switch by {
		case store.ByDate:
			return t.Date.UnixMicro()
		case store.ByAmountIn:
			return plainAmount(t, store.In)
		case store.ByAmountOut:
			return plainAmount(t, store.Out)
		}
		return t.ID
	}
	slices.SortFunc(list, func(a, b store.Transaction) int {
		for _, key := range keys {
			c := cmp.Compare(value(a, key.By), value(b, key.By))
			switch {
			case c != 0 && key.Desc:
				return -c
			case c != 0:
				return c
			}
		}
		if keys[0].Desc {
			return cmp.Compare(b.ID, a.ID)
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return list
}

func plainMatch(t store.Transaction, f store.TransactionFilter) bool {
	text := func(query string, values ...string) bool {
		for _, value := range values {
			if strings.Contains(strings.ToLower(value), strings.ToLower(query)) {
				return true
			}
		}
		return false
	}
	for _, refused := range []bool{
		t.Company != f.Company,
		f.BankAccountXID != "" && t.BankAccountXID != f.BankAccountXID,
		f.VirtualAccountXID != "" && t.VirtualAccountXID != f.VirtualAccountXID,
		f.AccountNumber != "" && t.AccountNumber != f.AccountNumber,
		f.Banks != nil && !slices.Contains(f.Banks, t.Gateway),
		outsideTimes(t.Date, f.Dates),
		outsideAmounts(plainAmount(t, store.In), f.AmountIn),
		outsideAmounts(plainAmount(t, store.Out), f.AmountOut),
		f.Reference != "" && t.Reference != f.Reference,
		!text(f.Content, t.Content),
		!text(f.Query, t.Reference, t.Content, t.Code),
		f.TransferType != "" && t.TransferType != f.TransferType,
		f.Delivered != nil && *f.Delivered != (t.WebhookSuccess > 0),
		t.ID < f.FromID,
	} {
		if refused {
			return false
		}
	}
	return true
}

// plainAmount is the amount of a direction: 0 for a transfer the other way.
func plainAmount(t store.Transaction, direction store.TransferType) int64 {
	if t.TransferType != direction {
		return 0
	}
	return t.Amount
}

func outsideTimes(at time.Time, span store.TimeRange) bool {
	return (!span.From.IsZero() && at.Before(span.From)) || (!span.To.IsZero() && at.After(span.To))
}

func outsideAmounts(n int64, span store.AmountRange) bool {
	return (span.Min != nil && n < *span.Min) || (span.Max != nil && n > *span.Max)
}
