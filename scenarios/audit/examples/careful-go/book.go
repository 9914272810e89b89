package main

import "sync"

// order is an order of the shop. Amounts are VND.
type order struct {
	Name string `json:"order"`
	// Status is open, underpaid, paid, overpaid, cancelled or void.
	Status string `json:"status"`
	Price  int64  `json:"price"`
	// Credited is all that was paid, in Credits payments.
	Credited int64 `json:"credited"`
	Credits  int   `json:"credits"`

	account         string
	cancelled, void bool
}

// settle brings the status up to what was paid.
func (o *order) settle() {
	switch {
	case o.void:
		o.Status = "void"
	case o.cancelled: // a person decides about goods or refund
		o.Status = "cancelled"
	case o.Credits == 0:
		o.Status = "open"
	case o.Credited < o.Price:
		o.Status = "underpaid"
	case o.Credited > o.Price:
		o.Status = "overpaid"
	default:
		o.Status = "paid"
	}
}

// payment is money that came for an order. An account that is empty was the
// gateway's.
type payment struct {
	id, name, account string
	amount            int64
}

// shop is the order book. Its lock is what a transaction with a unique index on
// seen is in a database.
type shop struct {
	config

	mu     sync.Mutex
	orders map[string]*order // by code and by invoice number
	seen   map[string]bool   // ids of payments that were booked
	aside  []payment         // money whose order is not there yet, or never was
}

// add makes an order, and books what had come for it before.
func (s *shop) add(o *order, names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o.settle()
	for _, name := range names {
		if name == "" {
			continue
		}
		o.Name = name
		s.orders[name] = o
		var left []payment
		for _, p := range s.aside {
			if p.name != name || !o.takes(p) {
				left = append(left, p)
			}
		}
		s.aside = left
	}
}

// takes books a payment on its order, if it came to the right account.
func (o *order) takes(p payment) bool {
	if p.account != "" && p.account != o.account {
		return false
	}
	o.Credits++
	o.Credited += p.amount
	o.settle()
	return true
}

func (s *shop) find(name string) (order, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.orders[name]; o != nil {
		return *o, true
	}
	return order{}, false
}

// book books a payment once, by its id. Money without an order is kept aside.
func (s *shop) book(p payment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[p.id] {
		return
	}
	s.seen[p.id] = true
	if o := s.orders[p.name]; o == nil || !o.takes(p) {
		s.aside = append(s.aside, p)
	}
}

// revoke takes a payment back, once; an order that was never paid has none.
func (s *shop) revoke(p payment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.orders[p.name]
	if s.seen[p.id] || o == nil || o.Credited < p.amount {
		return
	}
	s.seen[p.id] = true
	o.Credits++
	o.Credited -= p.amount
	o.void = true
	o.settle()
}
