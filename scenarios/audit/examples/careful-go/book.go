package main

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// order is an order of the shop. Amounts are VND.
type order struct {
	Name string `json:"order"`
	// Status is open, underpaid, paid, overpaid, cancelled or void.
	Status string `json:"status"`
	Price  int64  `json:"price"`
	// Credited is all that was paid, in Credits payments.
	Credited int64 `json:"credited"`
	Credits  int   `json:"credits"`

	accounts        []string
	cancelled, void bool
}

// settle updates the status from the payments.
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

// payment is received money. Its order is the named one, or else one that the
// memo names. An empty account is the gateway's.
type payment struct {
	id, name, memo, account string
	amount                  int64
}

// shop is the order book. Its lock has the role of a database transaction with
// a unique index on seen.
type shop struct {
	config

	mu     sync.Mutex
	orders map[string]*order // by code and by invoice number
	seen   map[string]bool   // ids of payments that were booked
	aside  []payment         // money whose order is not there yet, or never was
}

// add adds an order, and books payments that came before it.
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
			if !p.pays(name) || !o.takes(p) {
				left = append(left, p)
			}
		}
		s.aside = left
	}
}

// takes books a payment on its order, if it came to the right account.
func (o *order) takes(p payment) bool {
	if p.account != "" && !slices.Contains(o.accounts, p.account) {
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

// book books a payment once, by its id. Money without an order is kept in
// aside.
func (s *shop) book(p payment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[p.id] {
		return
	}
	s.seen[p.id] = true
	if o := s.of(p); o == nil || !o.takes(p) {
		s.aside = append(s.aside, p)
	}
}

// of finds the order of a payment; of several that the memo names, the one with
// the longest name. The lock is held.
func (s *shop) of(p payment) *order {
	if o := s.orders[p.name]; o != nil {
		return o
	}
	best := ""
	for name := range s.orders {
		if len(name) > len(best) && p.pays(name) {
			best = name
		}
	}
	return s.orders[best]
}

// pays returns whether a payment is for the order of a name. Banks drop
// punctuation from a memo and add words around it; a digit after the name means
// another order: DH12 does not pay DH1.
func (p payment) pays(name string) bool {
	want := plain(name)
	if p.name == name || want == "" {
		return p.name == name
	}
	named := regexp.MustCompile(want + `(\D|$)`)
	return slices.ContainsFunc(strings.Fields(p.memo), func(word string) bool { return named.MatchString(plain(word)) })
}

// plain keeps the letters and digits of a text, in upper case.
func plain(text string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' {
			return c
		}
		return -1
	}, strings.ToUpper(text))
}

// revoke reverses a payment, once; an order that was never paid has none.
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
