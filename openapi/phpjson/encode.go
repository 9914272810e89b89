package phpjson

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Encode encodes a value: members in the order of its struct, on one line,
// without a trailing newline. Which members there are is decided as by
// [json.Marshal], and the error is its error.
func Encode(v any) ([]byte, error) { return AppendEncoded(make([]byte, 0, 512), v) }

// AppendEncoded appends a value as [Encode] writes it.
func AppendEncoded(b []byte, v any) ([]byte, error) {
	if v == nil {
		return append(b, "null"...), nil
	}
	at := reflect.ValueOf(v)
	return writerOf(at.Type())(b, at)
}

// Appender is a value that writes itself: long lists do, whose rows would be
// copied otherwise.
type Appender interface {
	// AppendPHPJSON appends valid JSON as [Encode] would write it.
	AppendPHPJSON(b []byte) []byte
}

// write appends a value of one type.
type write func(b []byte, v reflect.Value) ([]byte, error)

// writers has the write of each type that was encoded before.
var writers sync.Map

func writerOf(t reflect.Type) write {
	if w, known := writers.Load(t); known {
		return w.(write)
	}
	w := newWriter(t)
	writers.Store(t, w)
	return w
}

var (
	appender      = reflect.TypeFor[Appender]()
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	number        = reflect.TypeFor[json.Number]()
)

// asGo returns whether Go's encoder decides how a type is written.
func asGo(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t == number || t.Implements(marshaler) || t.Implements(textMarshaler) || p.Implements(marshaler) || p.Implements(textMarshaler)
}

func newWriter(t reflect.Type) write {
	if t.Implements(appender) {
		return func(b []byte, v reflect.Value) ([]byte, error) { return v.Interface().(Appender).AppendPHPJSON(b), nil }
	}
	if asGo(t) {
		return rewritten
	}
	switch t.Kind() {
	case reflect.String:
		return func(b []byte, v reflect.Value) ([]byte, error) { return AppendString(b, v.String()), nil }
	case reflect.Bool:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendBool(b, v.Bool()), nil }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendInt(b, v.Int(), 10), nil }
	case reflect.Pointer, reflect.Interface:
		return pointed
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 {
			return list(t)
		}
	case reflect.Map:
		if k := t.Key(); k.Kind() == reflect.String && !asGo(k) {
			return object(t)
		}
	case reflect.Struct:
		if fields, plain := membersOf(t); plain {
			return members(fields)
		}
	}
	return rewritten
}

// rewritten writes a value as Go does, and rewrites the text.
func rewritten(b []byte, v reflect.Value) ([]byte, error) {
	if v.CanAddr() {
		v = v.Addr()
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // shorter to read back; PHP has other escapes
	if err := enc.Encode(v.Interface()); err != nil {
		return nil, err
	}
	return append(b, Rewrite(out.Bytes())...), nil
}

func pointed(b []byte, v reflect.Value) ([]byte, error) {
	if v.IsNil() {
		return append(b, "null"...), nil
	}
	return writerOf(v.Elem().Type())(b, v.Elem())
}

func list(t reflect.Type) write {
	each := t.Elem()
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		one := writerOf(each)
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = one(b, v.Index(i)); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	}
}

func object(t reflect.Type) write {
	each := t.Elem()
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		one := writerOf(each)
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		b = append(b, '{')
		for i, key := range keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(AppendString(b, key.String()), ':')
			if b, err = one(b, v.MapIndex(key)); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	}
}

// member is a field of a struct.
type member struct {
	// index has more than one element for a field of an embedded struct.
	index []int
	// name is written before the value, quoted and with its colon.
	name      []byte
	omitEmpty bool
	write     write
}

// membersOf returns the members of a struct, with those of embedded structs; plain is
// false when it has names or options about which Go's encoder has to decide.
func membersOf(t reflect.Type) (out []member, plain bool) {
	return appendMembers(nil, t, nil, map[string]bool{})
}

func appendMembers(out []member, t reflect.Type, at []int, names map[string]bool) ([]member, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(at), i)
		tag := f.Tag.Get("json")
		if f.Anonymous {
			if tag != "" || f.Type.Kind() != reflect.Struct {
				return nil, false
			}
			var plain bool
			if out, plain = appendMembers(out, f.Type, index, names); !plain {
				return nil, false
			}
			continue
		}
		if !f.IsExported() || tag == "-" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if options != "" && options != "omitempty" || names[name] || strings.ContainsFunc(name, unusual) {
			return nil, false
		}
		if name == "" {
			name = f.Name
		}
		names[name] = true
		out = append(out, member{index, append(AppendString(nil, name), ':'), options == "omitempty", writerOf(f.Type)})
	}
	return out, true
}

// unusual says that Go's encoder may refuse a name with that character.
func unusual(c rune) bool {
	return c != '_' && c != '-' && c != '/' && c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
}

func members(fields []member) write {
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		b = append(b, '{')
		first := true
		for i := range fields {
			f := &fields[i]
			value := v.Field(f.index[0])
			for _, i := range f.index[1:] {
				value = value.Field(i)
			}
			if f.omitEmpty && empty(value) {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			if b, err = f.write(append(b, f.name...), value); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	}
}

// empty says what omitempty leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Interface, reflect.Pointer:
		return v.IsZero()
	}
	return false
}
