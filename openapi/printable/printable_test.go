package printable_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/openapi/printable"
)

func TestWhatSteersATerminalIsEscaped(t *testing.T) {
	for written, want := range map[string]string{
		"plain, 150.000 đ":      "plain, 150.000 đ",
		"Trà sen Tây Hồ – cỡ":   "Trà sen Tây Hồ – cỡ",
		"cảm ơn 🍵👩‍🍳 ❤️":        "cảm ơn 🍵👩‍🍳 ❤️",
		"a\u00a0b\u3000c":       "a\u00a0b\u3000c",
		"two\nlines\tand tab":   "two\nlines\tand tab",
		"\x1b[2J\x1b]0;x\x07":   `\u001b[2J\u001b]0;x\u0007`,
		"over\rwritten\b\x00":   `over\u000dwritten\u0008\u0000`,
		"\x7f\u0085\u009b31m":   `\u007f\u0085\u009b31m`,
		"\u202eevil\u2066x":     `\u202eevil\u2066x`,
		"a\u200bb\u200dc\ufeff": `a\u200bb\u200dc\ufeff`,
		"so\u00adft\u061c":      `so\u00adft\u061c`,
		"\u2028\u2029\u180e":    `\u2028\u2029\u180e`,
		"\U000e0041\ue000":      `\udb40\udc41\ue000`,
		"\u3164\u115f\u034f":    `\u3164\u115f\u034f`,
		"a\ufe0fb":              `a\ufe0fb`,
		"\xff\xed\xa0\x80\xc3":  `\xff\xed\xa0\x80\xc3`,
		"🍵\u200d":               `🍵\u200d`,
		"🍵\u200d\u200d🍵":        `🍵\u200d\u200d🍵`,
	} {
		if got := printable.Text(written); got != want {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
	if got := printable.Line("a\r\nb\tc"); got != `a\u000d\nb\tc` {
		t.Errorf("on one line %q", got)
	}
}

// nothingHidden says which character of an output has no form of its own.
func nothingHidden(t *rapid.T, out string) {
	if !utf8.ValidString(out) {
		t.Fatalf("%q is no UTF-8", out)
	}
	for _, r := range out {
		hides := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) && r != '\n' && r != '\t' && r != 0x200d
		if hides {
			t.Fatalf("%q has %U", out, r)
		}
	}
}

func TestAWriterEscapesHoweverTheTextIsCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(strings.Join(rapid.SliceOf(rapid.OneOf(
			rapid.String(), rapid.SampledFrom([]string{"\x1b[31m", "\u202e", "👩‍🍳", "\xc3", "\u200d", "\xed\xa0\x80", "🍵", "\ufe0f"}),
		)).Draw(t, "text"), ""))
		var out bytes.Buffer
		w := printable.NewWriter(&out)
		for rest := text; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			if wrote, err := w.Write(rest[:n]); wrote != n || err != nil {
				t.Fatalf("%d, %v", wrote, err)
			}
			rest = rest[n:]
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		nothingHidden(t, out.String())
		if want := printable.Text(string(text)); out.String() != want {
			t.Fatalf("%q, want %q", out.String(), want)
		}
	})
}

func TestJSONKeepsItsMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "object")
		var out bytes.Buffer
		enc := json.NewEncoder(printable.NewWriter(&out))
		enc.SetEscapeHTML(false)
		if err := enc.Encode(in); err != nil {
			t.Fatal(err)
		}
		nothingHidden(t, out.String())
		var back map[string]string
		if err := json.Unmarshal(out.Bytes(), &back); err != nil {
			t.Fatalf("%v: %s", err, out.String())
		}
		if diff := cmp.Diff(in, back); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestOwnStylesStayAndTheirTextIsEscaped(t *testing.T) {
	var out bytes.Buffer
	w := printable.NewWriter(&out)
	w.Styled(printable.Red, "no\x1b[32m")
	w.ClearLine()
	if want := "\x1b[31mno\\u001b[32m\x1b[0m\r\x1b[K"; out.String() != want {
		t.Errorf("%q", out.String())
	}
	if printable.NewWriter(w) != w {
		t.Error("a writer over a writer escapes twice")
	}
}

type full struct{ room int }

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestTheFirstErrorStays(t *testing.T) {
	w := printable.NewWriter(&full{room: 4})
	told := 0
	w.OnError(func(error) { told++ })
	for _, text := range []string{"abc", "defg", "h"} {
		_, _ = w.Write([]byte(text))
	}
	if !errors.Is(w.Err(), errFull) || told != 1 {
		t.Errorf("%v, told %d times", w.Err(), told)
	}
}

func TestFieldsPutsStringsOnOneLine(t *testing.T) {
	type inner struct {
		Memo *string
		Body string
		Any  any
		Map  map[string]string
		List []string
		raw  string
	}
	memo := "a\nb"
	v := inner{Memo: &memo, Body: "a\nb", Any: map[string]any{"k\n": []any{"x\n"}}, Map: map[string]string{"a": "b\n"}, List: []string{"\x1b"}, raw: "\n"}
	got := printable.Fields(v, "Body")
	want := inner{Memo: ptr(`a\nb`), Body: "a\nb", Any: map[string]any{`k\n`: []any{`x\n`}}, Map: map[string]string{"a": `b\n`}, List: []string{`\u001b`}, raw: "\n"}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(inner{})); diff != "" {
		t.Error(diff)
	}
	if *v.Memo != "a\nb" || v.List[0] != "\x1b" {
		t.Error("the original is changed")
	}
}

func ptr[T any](v T) *T { return &v }
