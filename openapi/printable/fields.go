package printable

import (
	"encoding/json"
	"reflect"
	"slices"
)

// maxDepth is the maximum depth of [Fields]: deeper values are left out.
const maxDepth = 64

// Fields returns a copy of v for display, with every string on one line as by
// [Line]. Struct fields named in lines may keep several lines.
func Fields[T any](v T, lines ...string) T {
	out := reflect.New(reflect.TypeFor[T]()).Elem()
	out.Set(copied(reflect.ValueOf(&v).Elem(), lines, 0))
	return out.Interface().(T)
}

func copied(v reflect.Value, lines []string, depth int) reflect.Value {
	t := v.Type()
	out := reflect.New(t).Elem()
	if depth > maxDepth {
		return out
	}
	switch v.Kind() {
	case reflect.String:
		out.Set(v)
		if t != reflect.TypeFor[json.Number]() {
			out.SetString(Line(v.String()))
		}
		return out
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		if v.IsNil() {
			return out
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		out.Set(reflect.New(t.Elem()))
		out.Elem().Set(copied(v.Elem(), lines, depth+1))
	case reflect.Interface:
		out.Set(copied(v.Elem(), lines, depth+1))
	case reflect.Struct:
		out.Set(v)
		for i := range v.NumField() {
			if f := t.Field(i); f.IsExported() && !slices.Contains(lines, f.Name) {
				out.Field(i).Set(copied(v.Field(i), lines, depth+1))
			}
		}
	case reflect.Slice:
		out.Set(reflect.MakeSlice(t, v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(copied(v.Index(i), lines, depth+1))
		}
	case reflect.Map:
		out.Set(reflect.MakeMapWithSize(t, v.Len()))
		for _, key := range v.MapKeys() {
			out.SetMapIndex(copied(key, lines, depth+1), copied(v.MapIndex(key), lines, depth+1))
		}
	default:
		out.Set(v)
	}
	return out
}
