package vietqr

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
)

// banksCSV is SePay's list: the supported rows are from https://vietqr.app/banks.json
// of August 2026, the others from an older copy; names missing in both are from other
// lists.
//
//go:embed banks.csv
var banksCSV string

// Bank is one bank of the list.
type Bank struct {
	// Code is the NAPAS code, e.g. "ICB", and BIN the first six digits of its cards.
	Code, BIN string
	// ShortName is SePay's brand name, e.g. "VietinBank".
	ShortName string
	Name      string
	// Supported says that VietQR transfers reach the bank.
	Supported bool
}

// list is parsed at first use, so that importing the package costs nothing.
var list = sync.OnceValue(func() []Bank {
	var banks []Bank
	for _, r := range table("banks", banksCSV) {
		banks = append(banks, Bank{Code: r[0], BIN: r[1], ShortName: r[2], Name: r[3], Supported: r[4] == "true"})
	}
	return banks
})

// table parses an embedded file without its header.
func table(name, text string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 {
		panic("vietqr: the embedded list of " + name + " is broken")
	}
	return rows[1:]
}

// Banks returns every bank, in the order of SePay's list. The last entries are
// new names of banks already in the list, with the same BINs.
func Banks() []Bank { return append([]Bank(nil), list()...) }

// Captured returns the banks of SePay's list of August 2026: the supported
// ones, each once.
func Captured() []Bank {
	var out []Bank
	seen := map[string]bool{}
	for _, b := range list() {
		if b.Supported && !seen[b.BIN] {
			out = append(out, b)
		}
		seen[b.BIN] = true
	}
	return out
}

// Called returns whether SePay's list has the bank under that name: its short
// name, code or BIN, case-insensitive.
func (b Bank) Called(name string) bool {
	return strings.EqualFold(b.ShortName, name) || strings.EqualFold(b.Code, name) || b.BIN == name
}

// Lookup finds a bank by short name, code or BIN, case-insensitive. Of banks
// with the same code, the first in the list wins. A name for which
// [Bank.Called] is false is an alias of this package.
func Lookup(name string) (Bank, bool) {
	for _, b := range list() {
		if strings.EqualFold(b.ShortName, name) {
			return b, true
		}
	}
	for _, b := range list() {
		if b.Called(name) {
			return b, true
		}
	}
	i, ok := byAlias(name)
	if !ok {
		return Bank{}, false
	}
	return list()[i], true
}

// Named returns the short names of the banks that a filter text names, by
// short name or code; never nil.
func Named(name string) []string {
	names := []string{}
	for _, b := range list() {
		if strings.EqualFold(b.ShortName, name) || strings.EqualFold(b.Code, name) {
			names = append(names, b.ShortName)
		}
	}
	return names
}
