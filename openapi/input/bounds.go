package input

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// MaxBalance is the largest accepted balance, in VND, and its negative the
// smallest. Every client reads it exactly.
const MaxBalance = 999_999_999_999_999

// ErrBounds: a number outside of its range.
var ErrBounds = errors.New("out of range")

// Range is an inclusive range of numbers.
type Range struct{ Min, Max float64 }

// Has returns whether a whole number is in the range.
func (r Range) Has(n int64) bool { return float64(n) >= r.Min && float64(n) <= r.Max }

// MaxID is the largest id: JavaScript reads it exactly.
const MaxID = 1<<53 - 1

// The ranges that domain packages also check.
var (
	// RateRange is for limits, in requests a second.
	RateRange = Range{1, 1_000_000}
	// SuffixRange is for characters of a payment code after its prefix.
	SuffixRange = Range{1, 30}
	// AlertRange is for failures before SePay sends an alert.
	AlertRange = Range{1, 20}
	// HistoryRange is for past transfers at a start, FirstIDRange for the id of
	// the first transaction, with as many ids above the maximum.
	HistoryRange = Range{0, 100_000}
	FirstIDRange = Range{0, MaxID / 2}
)

// ranges are the allowed ranges, by the names in the tag bound. They are the
// only such table: members of the control API, of seed files and of scenarios
// have tags, and a test compares openapi/control.yaml with it.
var ranges = map[string]Range{
	// Money in VND. A fault may write any amount.
	"amount":  {1, MaxAmount},
	"price":   {0, MaxAmount},
	"balance": {-MaxBalance, MaxBalance},
	"rate":    RateRange,
	"suffix":  SuffixRange,
	"alert":   AlertRange,
	"copies":  {1, 100},
	"scale":   {MinScale, MaxScale},
	"chance":  {0.000001, 1}, // a fault that never fires has no use
	"status":  {200, 599},
	// Ids, of which 0 is none.
	"id": {0, MaxID},
	// Counts: the n-th of something, repetitions of a step, more tries.
	"nth":   {1, 1_000_000_000},
	"times": {1, 100_000},
	"tries": {0, 1_000},
	// Real seconds, bytes, and bytes a second.
	"seconds": {1, 365 * 24 * 60 * 60},
	"bytes":   {0, 1 << 30},
	"speed":   {1, 1 << 30},
}

// RangeOf returns the range of a name.
func RangeOf(name string) (Range, bool) {
	r, ok := ranges[name]
	return r, ok
}

// String formats the range: "1 to 1000000".
func (r Range) String() string {
	plain := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	return plain(r.Min) + " to " + plain(r.Max)
}

// CheckNumbers refuses the first number in a value that is outside the range of
// its tag bound. A zero that its JSON tag omits counts as absent. The error is
// [ErrBounds], at the member.
func CheckNumbers(v any) error { return checkNumbers(reflect.ValueOf(v), nil) }

func checkNumbers(v reflect.Value, r *Range) error {
	switch {
	case v.CanInt():
		return r.check(v.Int(), float64(v.Int()))
	case v.CanUint():
		return r.check(v.Uint(), float64(v.Uint()))
	case v.CanFloat():
		return r.check(v.Float(), v.Float())
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return checkNumbers(v.Elem(), r)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := checkNumbers(v.Index(i), r); err != nil {
				return At(err, "[%d]", i)
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if err := checkNumbers(v.MapIndex(key), r); err != nil {
				return At(err, "%v", key)
			}
		}
	case reflect.Struct:
		for _, m := range membersOf(v.Type()) {
			field := v.Field(m.index)
			if m.mayLack && field.IsZero() {
				continue
			}
			if err := checkNumbers(field, m.bound); err != nil {
				return At(err, "%s", m.name)
			}
		}
	}
	return nil
}

// check checks a number, whose value is exact as a float within all ranges.
func (r *Range) check(exact any, n float64) error {
	if r == nil || n >= r.Min && n <= r.Max {
		return nil
	}
	return Refuse(ErrBounds, "want %s, not %v", r, exact)
}

// member is a field of a struct with bounded numbers.
type member struct {
	index   int
	name    string
	mayLack bool
	bound   *Range
}

// members caches the members of types.
var members sync.Map // reflect.Type → []member

func membersOf(t reflect.Type) []member {
	if known, ok := members.Load(t); ok {
		return known.([]member)
	}
	var out []member
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		m := member{index: i, name: f.Name}
		for _, tag := range []string{"yaml", "json"} {
			name, options, _ := strings.Cut(f.Tag.Get(tag), ",")
			if name != "" {
				m.name = name
			}
			m.mayLack = m.mayLack || strings.Contains(options, "omit") || tag == "yaml" && name != "" && f.Tag.Get("need") == ""
		}
		if f.Tag.Get("bound") != "" {
			m.bound = rangeOf(t, f)
		}
		if m.bound != nil || holds(f.Type) {
			out = append(out, m)
		}
	}
	known, _ := members.LoadOrStore(t, out)
	return known.([]member)
}

// rangeOf returns the range in a field's tag.
func rangeOf(t reflect.Type, f reflect.StructField) *Range {
	r, ok := ranges[f.Tag.Get("bound")]
	if !ok {
		panic(fmt.Sprintf("input: %s.%s: there is no range %q", t, f.Name, f.Tag.Get("bound")))
	}
	return &r
}

// holds returns whether a value of a type can contain a struct with bounds.
func holds(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return holds(t.Elem())
	case reflect.Struct, reflect.Interface:
		return true
	}
	return false
}
