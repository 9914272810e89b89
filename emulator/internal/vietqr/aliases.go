package vietqr

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/localsepay/localsepay/openapi/input"
)

// aliasesCSV has other common names of banks in Vietnam: short forms, stock
// tickers, parts of legal names. SePay's page mentions aliases without a list;
// these are ours.
//
//go:embed aliases.csv
var aliasesCSV string

// bankWord is a common optional suffix of banks' names.
const bankWord = "bank"

// reduced returns the significant part of a name: letters without marks and
// digits.
func reduced(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(Fold(name)))
}

// aliases maps reduced names to rows of the list. A name of several banks maps
// to the first; the list's own names take precedence over aliases, those over
// legal names, and all over a name without its "bank".
var aliases = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	add := func(name string, row int) {
		if _, taken := m[name]; !taken && len(name) > 1 {
			m[name] = row
		}
	}
	banks := list()
	for i, b := range banks {
		add(reduced(b.ShortName), i)
		add(reduced(b.Code), i)
	}
	for _, r := range table("aliases", aliasesCSV) {
		for i, b := range banks {
			if b.Code != r[0] {
				continue
			}
			for alias := range strings.SplitSeq(r[1], "|") {
				add(reduced(alias), i)
			}
			break
		}
	}
	for i, b := range banks {
		add(reduced(b.Name), i)
	}
	for i, b := range banks {
		add(strings.TrimSuffix(reduced(b.ShortName), bankWord), i)
	}
	return m
})

// byAlias finds the row of a name: unchanged, without a "bank" at its end, or
// without the Vietnamese word for one at its start.
func byAlias(name string) (int, bool) {
	m := aliases()
	plain := reduced(name)
	for _, form := range []string{plain, strings.TrimSuffix(plain, bankWord), strings.TrimPrefix(plain, "nganhang")} {
		if row, ok := m[form]; ok {
			return row, true
		}
	}
	return 0, false
}

// names are the candidates for a mistyped name, with their rows.
var names = sync.OnceValues(func() (all []string, rows map[string]int) {
	rows = map[string]int{}
	add := func(name string, row int) {
		if _, known := rows[name]; !known {
			all, rows[name] = append(all, name), row
		}
	}
	for i, b := range list() {
		add(b.ShortName, i)
	}
	for i, b := range list() {
		add(b.Code, i)
	}
	for _, r := range table("aliases", aliasesCSV) {
		for alias := range strings.SplitSeq(r[1], "|") {
			if row, ok := byAlias(alias); ok {
				add(Fold(alias), row)
			}
		}
	}
	return all, rows
})

// Suggest proposes a correction of an unknown bank name: the nearest bank, or
// else a few of the list.
func Suggest(name string) string {
	all, rows := names()
	if near, ok := input.Nearest(Fold(name), all); ok {
		return `did you mean "` + list()[rows[near]].ShortName + `"?`
	}
	return "use a short name such as MBBank, ACB or Vietcombank"
}
