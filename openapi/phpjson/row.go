package phpjson

import (
	"slices"
	"strconv"
	"time"
)

// Row is an object of an array, written member by member: see [AppendRows].
type Row struct {
	text []byte
	more bool
}

// AppendRows appends an array of objects, of about so many bytes each. It is for
// long lists, of which reflection would be most of the cost.
func AppendRows[T any](b []byte, rows []T, bytesPerRow int, write func(*Row, *T)) []byte {
	out := Row{text: append(slices.Grow(b, bytesPerRow*len(rows)), '[')}
	for i := range rows {
		if i > 0 {
			out.text = append(out.text, ',')
		}
		out.text, out.more = append(out.text, '{'), false
		write(&out, &rows[i])
		out.text = append(out.text, '}')
	}
	return append(out.text, ']')
}

// name writes the name of the next member, which needs no escapes.
func (r *Row) name(name string) {
	if r.more {
		r.text = append(r.text, ',')
	}
	r.more = true
	r.text = append(append(append(r.text, '"'), name...), '"', ':')
}

// String writes a text.
func (r *Row) String(name, value string) {
	r.name(name)
	r.text = AppendString(r.text, value)
}

// StringOrNull writes a text, or null for an empty one.
func (r *Row) StringOrNull(name, value string) {
	r.name(name)
	r.text = AppendStringOrNull(r.text, value)
}

// Int writes a number.
func (r *Row) Int(name string, value int64) {
	r.name(name)
	r.text = strconv.AppendInt(r.text, value, 10)
}

// Null writes null.
func (r *Row) Null(name string) {
	r.name(name)
	r.text = append(r.text, "null"...)
}

// IntString writes a number as a text that ends with the given characters, such
// as decimals, which need no escapes.
func (r *Row) IntString(name string, value int64, end string) {
	r.name(name)
	r.text = strconv.AppendInt(append(r.text, '"'), value, 10)
	r.text = append(append(r.text, end...), '"')
}

// Time writes an instant in a form that needs no escapes.
func (r *Row) Time(name string, form func(to []byte, at time.Time) []byte, at time.Time) {
	r.name(name)
	r.text = append(form(append(r.text, '"'), at), '"')
}
