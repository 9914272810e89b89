package known

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"
)

//go:embed operations.csv
var table string

// Operation is one that SePay documents and localsepay does not emulate.
type Operation struct {
	// Product is SePay's, such as "Bank Hub".
	Product string
	Method  string
	// Path is a template: {name} matches one segment.
	Path string
	// Hosts are SePay's host names for it.
	Hosts []string
	// Name describes it in a few words.
	Name string
	// Source is a page of SePay's documents.
	Source string
}

// Operations lists the table.
func Operations() []Operation { return slices.Clone(read()) }

// read panics on an invalid table: it is part of the program.
var read = sync.OnceValue(func() []Operation {
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		panic("openapi/known: " + err.Error())
	}
	var out []Operation
	for _, r := range rows[1:] {
		out = append(out, Operation{Product: r[0], Method: r[1], Path: r[2], Hosts: strings.Fields(r[3]), Name: r[4], Source: r[5]})
	}
	return out
})

// Find returns the operation of a request. On a host outside the table, such as
// an emulator's own address, the path alone decides; products that share a path
// differ by the host only, and the first one is returned.
func Find(method, host, path string) (Operation, bool) {
	among := read()
	if HasHost(host) {
		among = slices.DeleteFunc(slices.Clone(among), func(o Operation) bool { return !slices.Contains(o.Hosts, host) })
	}
	i := slices.IndexFunc(among, func(o Operation) bool { return o.Method == method && o.matches(path) })
	if i < 0 {
		return Operation{}, false
	}
	return among[i], true
}

// zone has all hosts of the table. Most requests are to a local address: those need
// no table.
const zone = ".sepay.vn"

// HasHost returns whether the table has the host, which is in lower case and
// without a port.
func HasHost(host string) bool { return strings.HasSuffix(host, zone) && hosts()[host] }

// hosts are the hosts of the table: each request asks for its own.
var hosts = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, o := range read() {
		for _, host := range o.Hosts {
			out[host] = true
		}
	}
	return out
})

// Begins returns whether a path begins like one of the table's: up to its
// version, e.g. /merchant/v1/.
func Begins(path string) bool {
	return slices.ContainsFunc(beginnings(), func(b string) bool { return strings.HasPrefix(path, b) })
}

// beginnings are the distinct paths of the table up to their versions.
var beginnings = sync.OnceValue(func() []string {
	var out []string
	for _, o := range read() {
		segments := strings.Split(o.Path, "/")
		at := slices.IndexFunc(segments, func(s string) bool { return len(s) == 2 && s[0] == 'v' && s[1] >= '0' && s[1] <= '9' })
		if at < 0 {
			continue
		}
		if b := strings.Join(segments[:at+1], "/") + "/"; !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
})

// Product names the product at a host.
func Product(host string) string {
	for _, o := range read() {
		if slices.Contains(o.Hosts, host) {
			return o.Product
		}
	}
	return ""
}

func (o Operation) matches(path string) bool {
	want, have := strings.Split(o.Path, "/"), strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if want[i] != have[i] && (!strings.HasPrefix(want[i], "{") || have[i] == "") {
			return false
		}
	}
	return true
}
