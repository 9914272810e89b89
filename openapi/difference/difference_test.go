package difference_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi/difference"
)

func TestTheLinesThatDifferAreShown(t *testing.T) {
	for _, c := range []struct {
		name      string
		want, got any
		shown     string
	}{
		{"equal", map[string]any{"a": 1}, map[string]any{"a": 1}, ""},
		{"members", map[string]any{"a": 1, "b": "<x>"}, map[string]any{"a": 2, "b": "<x>"}, " {\n-  \"a\": 1,\n+  \"a\": 2,\n   \"b\": \"<x>\"\n }\n"},
		{"lists", []string{"a"}, []string{"a", "--- b"}, " [\n-  \"a\"\n+  \"a\",\n+  \"--- b\"\n ]\n"},
		{"bytes", []byte("a"), []byte("b"), "-\"a\"\n+\"b\"\n"},
		{"types", 1, 1.0, ""}, // below
		{"no JSON", func() {}, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := difference.Between(c.want, c.got)
			switch c.name {
			case "types", "no JSON":
				if got == "" {
					t.Error("no difference")
				}
			default:
				if diff := cmp.Diff(c.shown, got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			}
		})
	}
}
