package scenarios

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/localsepay/localsepay/openapi/input"
)

// title is what the tree shows for a step.
func (s Step) title() string {
	if s.Name != "" {
		return s.Name
	}
	v := reflect.ValueOf(s)
	for _, f := range input.Fields(stepType) {
		if !f.Action {
			continue
		}
		value := fieldNamed(v, f.Name)
		if value.IsNil() {
			continue
		}
		return shorten(strings.ReplaceAll(f.Name, "_", " ") + inWords(value))
	}
	return "nothing"
}

func fieldNamed(v reflect.Value, name string) reflect.Value {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("yaml") == name {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

// inWords lists what an action says, with a blank before each word.
func inWords(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case v.Type() == durationType:
		return " " + v.Interface().(Duration).String()
	case v.Type() == reflect.TypeFor[Repeat]():
		return fmt.Sprintf(" %d times", v.Interface().(Repeat).Times)
	case v.Kind() == reflect.Slice:
		return fmt.Sprintf(": %d steps", v.Len())
	case v.Kind() != reflect.Struct:
		return " " + fmt.Sprint(v.Interface())
	}
	var b strings.Builder
	for i := range v.NumField() {
		field := v.Field(i)
		if field.IsZero() {
			continue
		}
		name := v.Type().Field(i).Tag.Get("yaml")
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		switch field.Kind() {
		case reflect.String, reflect.Int64:
			fmt.Fprintf(&b, " %v", field.Interface())
		case reflect.Bool:
			fmt.Fprintf(&b, " %s: %v", name, field.Interface())
		default:
			b.WriteString(" " + name)
		}
	}
	return b.String()
}
