package scenarios

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/openapi/pattern"
)

// literal writes a value as it stands in a file: what looks like an expression in
// it stays text.
func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return `""`
	case string:
		return strconv.Quote(strings.ReplaceAll(v, "${", `${"$"}{`))
	case []string:
		return "[" + joined(v, func(one string) string { return literal(one) }) + "]"
	case map[string]string:
		return "{" + joined(slices.Sorted(maps.Keys(v)), func(key string) string { return literal(key) + ": " + literal(v[key]) }) + "}"
	}
	return show(v)
}

// word writes a name of SePay's, such as a status, plainly when YAML takes it for
// nothing else.
func word(text string) string {
	if plainWord().MatchString(text) && !slices.Contains([]string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(text)) {
		return text
	}
	return literal(text)
}

var plainWord = pattern.Lazy(`^[A-Za-z][A-Za-z_]*$`)

func joined[T any](list []T, write func(T) string) string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = write(one)
	}
	return strings.Join(out, ", ")
}

// around is literal for a text in which parts are replaced by expressions.
func around(text, part, code string) string {
	pieces := strings.Split(text, part)
	for i := range pieces {
		pieces[i] = strings.ReplaceAll(pieces[i], "${", `${"$"}{`)
	}
	return strconv.Quote(strings.Join(pieces, "${"+code+"}"))
}
