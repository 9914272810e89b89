package vietqr

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
)

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

// list is read at first use, so that importing the package costs nothing.
var list = sync.OnceValue(func() []Bank {
	rows, err := csv.NewReader(strings.NewReader(banksCSV)).ReadAll()
	if err != nil {
		panic("vietqr: the embedded bank list is broken: " + err.Error())
	}
	banks := make([]Bank, 0, len(rows)-1)
	for _, r := range rows[1:] {
		banks = append(banks, Bank{Code: r[0], BIN: r[1], ShortName: r[2], Name: r[3], Supported: r[4] == "true"})
	}
	return banks
})

// Banks returns every bank, in the order of SePay's list.
func Banks() []Bank { return append([]Bank(nil), list()...) }

// Lookup finds a bank by short name or, failing that, by code or BIN, whatever
// the case. Where banks share a code, the one that is first in the list wins.
func Lookup(name string) (Bank, bool) {
	for _, b := range list() {
		if strings.EqualFold(b.ShortName, name) {
			return b, true
		}
	}
	for _, b := range list() {
		if strings.EqualFold(b.Code, name) || b.BIN == name {
			return b, true
		}
	}
	return Bank{}, false
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
