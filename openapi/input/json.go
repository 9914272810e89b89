package input

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"
)

var (
	// ErrText: a text that is not Unicode.
	ErrText = errors.New("not UTF-8")
	// ErrMember is wrapped by every [*MemberError].
	ErrMember = errors.New("wrong member")
)

// MemberError is a member that an object does not have, or has twice.
type MemberError struct {
	// Object is the path of the object, empty for the outermost.
	Object string
	Name   string
	// Twice: the object has such a member, and it is given again.
	Twice bool
	// Known are the members that the object has.
	Known []string
}

// Error names the object and the member.
func (e *MemberError) Error() string {
	text := fmt.Sprintf("there is no member %q here", e.Name)
	if e.Twice {
		text = fmt.Sprintf("the member %q is given twice", e.Name)
	}
	if e.Object == "" {
		return text
	}
	return e.Object + ": " + text
}

// Unwrap returns [ErrMember].
func (e *MemberError) Unwrap() error { return ErrMember }

// ReadJSON decodes a text with one JSON object into a struct. It is stricter
// than [json.Unmarshal]: the names of members are compared letter by letter, no
// object may have a member twice, and a given number must be in the range of its
// tag bound, also when it is 0. The errors are [*MemberError], [ErrText],
// [ErrBounds] at the member, and those of [json.Unmarshal]; [io.EOF] is a text
// without a value.
func ReadJSON(text []byte, out any) error {
	if at := notText(text); at >= 0 {
		return Refuse(ErrText, "the text is not valid UTF-8 at byte %d", at+1)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	var value json.RawMessage
	if err := dec.Decode(&value); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than one JSON value")
	}
	w := walker{dec: json.NewDecoder(bytes.NewReader(value))}
	w.dec.UseNumber()
	t := reflect.TypeOf(out).Elem()
	if err := w.value(t, nil, ""); err != nil {
		return err
	}
	if string(value) == "null" {
		return &json.UnmarshalTypeError{Value: "null", Type: t}
	}
	if err := json.Unmarshal(value, out); err != nil {
		return err
	}
	return w.outside
}

// walker compares a valid JSON text with the type that it becomes.
type walker struct {
	dec *json.Decoder
	// outside is the first number that is outside its range.
	outside error
}

// value reads one value. A nil type is any.
func (w *walker) value(t reflect.Type, r *Range, path string) error {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	token, err := w.dec.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Number:
		w.number(token, r, path)
	case json.Delim:
		if token == '{' {
			err = w.object(t, r, path)
		} else {
			err = w.array(t, r, path)
		}
		if err == nil {
			_, err = w.dec.Token() // the end
		}
	}
	return err
}

func (w *walker) number(n json.Number, r *Range, path string) {
	if r == nil || w.outside != nil {
		return
	}
	if f, err := n.Float64(); err == nil {
		w.outside = At(r.check(short(n.String()), f), "%s", path)
	}
}

// short bounds the digits of a number in a message.
func short(number string) string {
	const most = 40
	if len(number) <= most {
		return number
	}
	return number[:most] + "…"
}

func (w *walker) array(t reflect.Type, r *Range, path string) error {
	of := elem(t, reflect.Slice)
	for i := 0; w.dec.More(); i++ {
		if err := w.value(of, r, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	return nil
}

// elem returns the type of a list's or map's elements, nil for any.
func elem(t reflect.Type, kind reflect.Kind) reflect.Type {
	if t == nil || t == rawType || t.Kind() != kind {
		return nil
	}
	return t.Elem()
}

func (w *walker) object(t reflect.Type, r *Range, path string) error {
	var fields map[string]jsonField
	var known []string
	if t != nil && t.Kind() == reflect.Struct {
		has := shapeOf(t)
		fields, known = has.fields, has.names
	}
	seen := map[string]bool{}
	for w.dec.More() {
		token, err := w.dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		f, ok := fields[name]
		switch {
		case fields == nil:
			f = jsonField{elem(t, reflect.Map), r}
		case !ok:
			return &MemberError{Object: path, Name: name, Known: known}
		}
		if seen[name] {
			return &MemberError{Object: path, Name: name, Twice: true, Known: known}
		}
		seen[name] = true
		if err := w.value(f.of, f.bound, strings.TrimPrefix(path+"."+name, ".")); err != nil {
			return err
		}
	}
	return nil
}

// jsonField is the type of a member, and the range of its numbers.
type jsonField struct {
	of    reflect.Type
	bound *Range
}

// shape is what a struct has as a JSON object.
type shape struct {
	fields map[string]jsonField
	// names are in the struct's order.
	names []string
}

// shapes caches those of types.
var shapes sync.Map // reflect.Type → shape

func shapeOf(t reflect.Type) shape {
	if s, ok := shapes.Load(t); ok {
		return s.(shape)
	}
	s, _ := shapes.LoadOrStore(t, newShape(t))
	return s.(shape)
}

func newShape(t reflect.Type) shape {
	s := shape{fields: map[string]jsonField{}}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		made := jsonField{of: f.Type}
		if f.Tag.Get("bound") != "" {
			made.bound = rangeOf(t, f)
		}
		s.fields[name], s.names = made, append(s.names, name)
	}
	return s
}

// notText returns the offset of the first byte that is not UTF-8, or of an
// escaped half of a surrogate pair; -1 when there is none.
func notText(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		if r != '\\' {
			i += size
			continue
		}
		switch unit := escaped(text[i:]); {
		case unit >= 0xDC00 && unit <= 0xDFFF:
			return i
		case unit >= 0xD800 && unit <= 0xDBFF:
			if low := escaped(text[i+6:]); low < 0xDC00 || low > 0xDFFF {
				return i
			}
			i += 12
		default:
			if i++; i < len(text) && text[i] == '\\' {
				i++ // an escaped backslash
			}
		}
	}
	return -1
}

// escaped returns the value of \uXXXX at the start of a text, -1 when there is
// none.
func escaped(text []byte) int {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	unit := 0
	for _, c := range text[2:6] {
		digit := strings.IndexByte("0123456789abcdef", c|0x20)
		if digit < 0 || c < '0' {
			return -1
		}
		unit = unit<<4 | digit
	}
	return unit
}
