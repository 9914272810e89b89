package scenarios

import (
	"context"
	"maps"
	"reflect"
	"strings"
	"sync"
)

// part is a piece of a text in a file: plain, or the inside of ${…}.
type part struct {
	text       string
	expression bool
}

// splitParts takes a text apart. Braces inside of an expression count.
func splitParts(text string) []part {
	var out []part
	for {
		before, rest, found := strings.Cut(text, "${")
		if before != "" {
			out = append(out, part{text: before})
		}
		if !found {
			return out
		}
		end, depth := -1, 0
		for i, c := range rest {
			if c == '{' {
				depth++
			}
			if c == '}' {
				if depth == 0 {
					end = i
					break
				}
				depth--
			}
		}
		if end < 0 {
			return append(out, part{text: "${" + rest})
		}
		out = append(out, part{rest[:end], true})
		text = rest[end+1:]
	}
}

func splitExpressions(text string) []part {
	var out []part
	for _, p := range splitParts(text) {
		if p.expression {
			out = append(out, p)
		}
	}
	return out
}

// vars are the names that expressions know. Steps may run at the same time.
type vars struct {
	// ctx ends expressions.
	ctx   context.Context
	mu    sync.Mutex
	names map[string]any
}

func (v *vars) set(name string, value any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.names[name] = value
}

func (v *vars) copy() map[string]any {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.names)
}

// with returns the names and one more, for a step inside of a repetition.
func (v *vars) with(name string, value any) *vars {
	names := v.copy()
	names[name] = value
	return &vars{ctx: v.ctx, names: names}
}

// eval evaluates an expression; a name that is not there is an error.
func (v *vars) eval(code string) (any, error) {
	return evaluate(v.ctx, code, v.copy())
}

// text fills the expressions of a text in.
func (v *vars) text(in string) (string, error) {
	out, err := v.any(in)
	return textOf(out), err
}

// any fills a text in; one that is a single expression keeps its kind.
func (v *vars) any(in string) (any, error) {
	parts := splitParts(in)
	if len(parts) == 1 && parts[0].expression {
		return v.eval(parts[0].text)
	}
	var b strings.Builder
	for _, p := range parts {
		if !p.expression {
			b.WriteString(p.text)
			continue
		}
		value, err := v.eval(p.text)
		if err != nil {
			return nil, err
		}
		b.WriteString(textOf(value))
	}
	return b.String(), nil
}

// fill returns a copy of a part of a file with all expressions filled in.
// Steps inside of it are left as they are: their turn has not come.
func fill[T any](v *vars, in T) (T, error) {
	out := in
	err := v.walk(reflect.ValueOf(&out).Elem())
	return out, err
}

// walk replaces what value holds, and shares nothing changed with the original.
func (v *vars) walk(value reflect.Value) error {
	t := value.Type()
	switch {
	case t == stepType, t.Kind() == reflect.Slice && t.Elem() == stepType:
		return nil
	case t == matcherType:
		m := value.Addr().Interface().(*Matcher)
		return v.walk(reflect.ValueOf(&m.rules).Elem())
	}
	switch t.Kind() {
	case reflect.String:
		text, err := v.text(value.String())
		value.SetString(text)
		return err
	case reflect.Pointer, reflect.Interface:
		return v.walkInside(value)
	case reflect.Struct:
		for i := range t.NumField() {
			if !t.Field(i).IsExported() {
				continue
			}
			if err := v.walk(value.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Slice:
		fresh := reflect.MakeSlice(t, value.Len(), value.Len())
		reflect.Copy(fresh, value)
		if value.IsNil() {
			return nil
		}
		value.Set(fresh)
		for i := range value.Len() {
			if err := v.walk(value.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		return v.walkMap(value)
	}
	return nil
}

func (v *vars) walkInside(value reflect.Value) error {
	if value.IsNil() {
		return nil
	}
	if text, ok := value.Interface().(string); ok && value.Kind() == reflect.Interface {
		filled, err := v.any(text)
		if filled == nil {
			value.SetZero()
		} else {
			value.Set(reflect.ValueOf(filled))
		}
		return err
	}
	fresh := reflect.New(value.Elem().Type())
	fresh.Elem().Set(value.Elem())
	if err := v.walk(fresh.Elem()); err != nil {
		return err
	}
	if value.Kind() == reflect.Pointer {
		value.Set(fresh)
	} else {
		value.Set(fresh.Elem())
	}
	return nil
}

func (v *vars) walkMap(value reflect.Value) error {
	if value.IsNil() {
		return nil
	}
	fresh := reflect.MakeMap(value.Type())
	for _, key := range value.MapKeys() {
		item := reflect.New(value.Type().Elem()).Elem()
		item.Set(value.MapIndex(key))
		if err := v.walk(item); err != nil {
			return err
		}
		name, err := v.text(key.String())
		if err != nil {
			return err
		}
		fresh.SetMapIndex(reflect.ValueOf(name).Convert(key.Type()), item)
	}
	value.Set(fresh)
	return nil
}
