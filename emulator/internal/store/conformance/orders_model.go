package conformance

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

var (
	orderStatuses = []store.OrderStatus{store.OrderWaiting, store.OrderCaptured, store.OrderCancelled}
	customers     = []string{"", "KH1", "KH2", "kh1"}
)

// drawOrder makes the order with that id.
func drawOrder(roll roll, id int64) store.Order {
	o := store.Order{
		ID:            id,
		Company:       companies[roll(len(companies))],
		OrderID:       fmt.Sprintf("PAY-%d", id),
		InvoiceNumber: fmt.Sprintf("%s-%d", []string{"DH", "INV"}[roll(2)], id),
		Status:        orderStatuses[roll(len(orderStatuses))],
		CustomerID:    customers[roll(len(customers))],
		Description:   contents[roll(len(contents))],
		Listed:        roll(4) > 0,
	}
	if o.Listed {
		o.CreatedAt = instants[roll(len(instants))]
	}
	return o
}

// orderOptions has every field of a filter of orders except company and order.
var orderOptions = []func(f *store.OrderFilter, roll roll){
	func(f *store.OrderFilter, roll roll) { f.Status = orderStatuses[roll(len(orderStatuses))] },
	func(f *store.OrderFilter, roll roll) { f.CustomerID = customers[roll(len(customers))] },
	func(f *store.OrderFilter, roll roll) {
		f.Query = []string{"dh", "INV-1", "pay-2", "khoản", "-", "%", "zzz"}[roll(7)]
	},
	func(f *store.OrderFilter, roll roll) {
		if f.Listed {
			f.Created = drawTimes(roll)
		} else {
			f.Before = int64(roll(600))
		}
	},
}

// drawOrderFilter makes a filter of all orders, of a company's, or of its listed
// ones.
func drawOrderFilter(roll roll) store.OrderFilter {
	f := store.OrderFilter{Ascending: roll(2) == 0}
	switch roll(3) {
	case 0:
		f.Company = companies[roll(len(companies))]
	case 1:
		f.Company, f.Listed = companies[roll(len(companies))], true
	}
	return f
}

// plainOrders defines a list of orders: filter by a loop, then sort.
func plainOrders(rows []store.Order, f store.OrderFilter) []store.Order {
	list := slices.DeleteFunc(slices.Clone(rows), func(o store.Order) bool {
		return (f.Company != "" && o.Company != f.Company) ||
			(f.Listed && (!o.Listed || outsideTimes(o.CreatedAt, f.Created))) ||
			(!f.Listed && f.Before > 0 && o.ID >= f.Before) ||
			(f.Status != "" && o.Status != f.Status) ||
			(f.CustomerID != "" && o.CustomerID != f.CustomerID) ||
			!slices.ContainsFunc([]string{o.InvoiceNumber, o.OrderID, o.Description}, func(s string) bool {
				return strings.Contains(strings.ToLower(s), strings.ToLower(f.Query))
			})
	})
	slices.SortFunc(list, func(a, b store.Order) int {
		c := cmp.Compare(a.ID, b.ID)
		if f.Listed {
			c = cmp.Or(a.CreatedAt.Compare(b.CreatedAt), c)
		}
		if !f.Ascending {
			return -c
		}
		return c
	})
	return list
}
