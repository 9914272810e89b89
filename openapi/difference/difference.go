package difference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/rogpeppe/go-internal/diff"
)

// Between returns the lines in which two values differ, those of want with - and those
// of got with +, among the lines around them. It is empty for equal values, whose types
// are the same too.
func Between(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	left, right := lines(want), lines(got)
	if bytes.Equal(left, right) { // other types that JSON writes alike
		left, right = fmt.Appendf(nil, "<%[1]T> %#[1]v\n", want), fmt.Appendf(nil, "<%[1]T> %#[1]v\n", got)
	}
	var out []byte
	for line := range bytes.Lines(diff.Diff("want", left, "got", right)) {
		if bytes.ContainsAny(line[:1], "+- ") && !bytes.HasPrefix(line, []byte("--- ")) && !bytes.HasPrefix(line, []byte("+++ ")) {
			out = append(out, line...)
		}
	}
	return string(out)
}

// lines writes a value as indented JSON. Texts are written in full, one line each.
func lines(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if text, is := v.([]byte); is {
		v = string(text)
	}
	if e.Encode(v) != nil {
		return fmt.Appendf(nil, "%#v\n", v)
	}
	return b.Bytes()
}
