package phpjson_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/openapi/phpjson"
)

func TestTextsAreEscapedAsPHPDoes(t *testing.T) {
	for text, want := range map[string]string{
		"":                       `""`,
		"DH1001 thanh toan":      `"DH1001 thanh toan"`,
		"Mozilla/5.0":            `"Mozilla\/5.0"`,
		"Thanh toán":             `"Thanh to\u00e1n"`,
		"Đơn":                    `"\u0110\u01a1n"`,
		"🎉":                      `"\ud83c\udf89"`,
		"a & b < c > d 'e'":      `"a & b < c > d 'e'"`,
		`"quoted" \ back`:        `"\"quoted\" \\ back"`,
		"\b\f\n\r\t":             `"\b\f\n\r\t"`,
		"\x00\x1f\x7f":           "\"\\u0000\\u001f\x7f\"",
		"\u2028\u2029\ufeff":     `"\u2028\u2029\ufeff"`,
		"\ufffe\uffff\U0010ffff": `"\ufffe\uffff\udbff\udfff"`,
		"\xff":                   `"\ufffd"`,
	} {
		if got := string(phpjson.AppendString(nil, text)); got != want {
			t.Errorf("%q is written as %s, want %s", text, got, want)
		}
		if got, err := phpjson.Encode(text); err != nil || string(got) != want {
			t.Errorf("%q is encoded as %s, %v, want %s", text, got, err, want)
		}
	}
}

func TestAnEmptyTextMayBeNull(t *testing.T) {
	if got := string(phpjson.AppendStringOrNull([]byte("1,"), "")); got != "1,null" {
		t.Errorf("got %s", got)
	}
	if got := string(phpjson.AppendStringOrNull(nil, "á")); got != `"\u00e1"` {
		t.Errorf("got %s", got)
	}
}

func TestMembersKeepTheirOrderAndNothingIsAroundThem(t *testing.T) {
	type inner struct {
		Z string          `json:"z"`
		A *string         `json:"a"`
		R json.RawMessage `json:"r"`
	}
	got, err := phpjson.Encode(struct {
		B inner  `json:"b/c"`
		A int64  `json:"a"`
		L []bool `json:"l"`
	}{B: inner{Z: "<á/>", R: json.RawMessage(`{ "k" : [ 1.0 , "\u00E1\/" ] }`)}, A: -5, L: []bool{true, false}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"b\/c":{"z":"<\u00e1\/>","a":null,"r":{"k":[1.0,"\u00e1\/"]}},"a":-5,"l":[true,false]}`, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeEncodedIsAnError(t *testing.T) {
	if got, err := phpjson.Encode(func() {}); err == nil || got != nil {
		t.Errorf("got %s, %v", got, err)
	}
}

// What is written says the same and is plain ASCII on one line, and writing it
// again changes nothing.
func TestWritingKeepsTheMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := anyValue(3).Draw(t, "value")
		got, err := phpjson.Encode(value)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range got {
			if c >= utf8.RuneSelf || c < ' ' {
				t.Fatalf("%q has the byte %#x", got, c)
			}
		}
		var back any
		if err := json.Unmarshal(got, &back); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		if diff := cmp.Diff(value, back); diff != "" {
			t.Fatal(diff)
		}
		pretty, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range [][]byte{got, pretty} {
			if again := phpjson.Rewrite(text); !bytes.Equal(again, got) {
				t.Fatalf("%s becomes %s, want %s", text, again, got)
			}
		}
	})
}

// slowly is what Encode says, by Go's encoder and a rewrite of its text.
func slowly(t *rapid.T, v any) string {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(phpjson.Rewrite(out.Bytes()))
}

type text string

func (t text) MarshalText() ([]byte, error) { return []byte("<" + t + ">"), nil }

type shout struct{ Word string }

func (s *shout) MarshalJSON() ([]byte, error) { return json.Marshal(strings.ToUpper(s.Word)) }

type tree struct {
	Name     string  `json:"name"`
	Children []*tree `json:"children,omitempty"`
	Next     *tree   `json:"next"`
}

type embedded struct {
	shout
	Inner
	Left string `json:"left"`
}

type Inner struct {
	Right int    `json:"right,string"`
	Left  string `json:"left"`
}

// within has embedded structs whose members no others have.
type within struct {
	Inner
	deep
	Last string `json:"last"`
}

type deep struct {
	Deep string `json:"deep,omitempty"`
}

type everything struct {
	Plain    string
	Named    string           `json:"a/b"`
	Hidden   string           `json:"-"`
	Odd      string           `json:"q!x"`
	Maybe    string           `json:"maybe,omitempty"`
	Zero     time.Time        `json:"zero,omitzero"`
	Number   int64            `json:"number,omitempty"`
	Small    uint8            `json:"small"`
	Part     float64          `json:"part"`
	Flag     *bool            `json:"flag"`
	Bytes    []byte           `json:"bytes"`
	Fixed    [2]string        `json:"fixed"`
	List     []Inner          `json:"list"`
	Empty    []string         `json:"empty,omitempty"`
	Map      map[string]Inner `json:"map"`
	Texts    map[text]text    `json:"texts"`
	Numbers  map[int]string   `json:"numbers,omitempty"`
	Any      any              `json:"any"`
	Shout    shout            `json:"shout"`
	Pointer  *shout           `json:"pointer"`
	Literal  json.Number      `json:"literal"`
	Tree     tree             `json:"tree"`
	Embedded embedded         `json:"embedded"`
	Within   within           `json:"within"`
	private  string
}

// What is encoded is what Go's encoder says, rewritten.
func TestEncodingIsGosRewritten(t *testing.T) {
	word := rapid.StringMatching("[a-zé/<\"]{0,3}")
	trees := rapid.Custom(func(t *rapid.T) tree {
		return tree{word.Draw(t, "name"), []*tree{nil, {Name: word.Draw(t, "child")}}[:rapid.IntRange(0, 2).Draw(t, "children")], rapid.Ptr(rapid.Just(tree{Name: "next"}), true).Draw(t, "next")}
	})
	inner := rapid.Custom(func(t *rapid.T) Inner { return Inner{rapid.Int().Draw(t, "right"), word.Draw(t, "left")} })
	rapid.Check(t, func(t *rapid.T) {
		v := everything{
			Plain: word.Draw(t, "plain"), Named: word.Draw(t, "named"), Hidden: "x", Odd: word.Draw(t, "odd"), Maybe: word.Draw(t, "maybe"),
			Number: rapid.Int64Range(-1, 1).Draw(t, "number"), Small: rapid.Uint8().Draw(t, "small"), Part: rapid.Float64Range(-1e25, 1e25).Draw(t, "part"),
			Flag: rapid.Ptr(rapid.Bool(), true).Draw(t, "flag"), Bytes: []byte(word.Draw(t, "bytes")), Fixed: [2]string{word.Draw(t, "fixed")},
			List: rapid.SliceOfN(inner, 0, 2).Draw(t, "list"), Empty: rapid.SliceOfN(word, 0, 1).Draw(t, "empty"),
			Map: rapid.MapOfN(word, inner, 0, 3).Draw(t, "map"), Texts: map[text]text{text(word.Draw(t, "text")): "x"},
			Numbers: rapid.MapOfN(rapid.Int(), word, 0, 2).Draw(t, "numbers"), Any: anyValue(2).Draw(t, "any"),
			Shout: shout{word.Draw(t, "shout")}, Pointer: rapid.Ptr(rapid.Just(shout{"loud"}), true).Draw(t, "pointer"), Literal: "1.50",
			Tree: trees.Draw(t, "tree"), Embedded: embedded{shout{"in"}, inner.Draw(t, "inner"), word.Draw(t, "left")}, private: "x",
			Within: within{inner.Draw(t, "outer"), deep{word.Draw(t, "deep")}, word.Draw(t, "last")},
		}
		for _, value := range []any{v, &v, []*everything{&v, nil}, map[string]any{"v": v}, &v.Shout, v.Shout, v.Any, v.Texts, []any{v.List, nil}} {
			got, err := phpjson.Encode(value)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(slowly(t, value), string(got)); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
		}
	})
}

// anyValue draws what encoding/json reads back as itself.
func anyValue(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.Int32(), func(n int32) any { return float64(n) }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Just[any](nil),
	}
	if depth > 0 {
		kinds = append(kinds,
			rapid.Map(rapid.SliceOfN(anyValue(depth-1), 0, 4), func(l []any) any { return l }),
			rapid.Map(rapid.MapOfN(rapid.String(), anyValue(depth-1), 0, 4), func(m map[string]any) any { return m }))
	}
	return rapid.OneOf(kinds...)
}

// phpLines runs a PHP script over the lines of its input, each in base64.
func phpLines(t *testing.T, script string, lines []string) []string {
	t.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("PHP is not installed")
		}
		t.Skip("PHP is not installed: what it writes cannot be compared")
	}
	var in strings.Builder
	for _, l := range lines {
		in.WriteString(base64.StdEncoding.EncodeToString([]byte(l)) + "\n")
	}
	cmd := exec.Command("php", "-r", script)
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("php: %v", err)
	}
	got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(got) != len(lines) {
		t.Fatalf("php answered %d lines to %d", len(got), len(lines))
	}
	return got
}

func TestPHPWritesTheSameTexts(t *testing.T) {
	texts := []string{"", "Thanh toán / A & B", "\x00\x01\x1f\x7f", "\ufffe\uffff", "\U0001f389\U0010ffff", "a\u2028b\u2029c"}
	for r := rune(0); r < 0x3000; r++ {
		texts = append(texts, "x"+string(r)+"y")
	}
	drawn := rapid.String()
	for i := range 2000 {
		texts = append(texts, drawn.Example(i))
	}
	for i, want := range phpLines(t, `while (($l = fgets(STDIN)) !== false) echo json_encode(base64_decode(trim($l))), "\n";`, texts) {
		if got := string(phpjson.AppendString(nil, texts[i])); got != want {
			t.Errorf("%q is written as %s, PHP writes %s", texts[i], got, want)
		}
	}
}

func TestPHPWritesTheSameValues(t *testing.T) {
	values := anyValue(3)
	var texts []string
	for i := range 1000 {
		// A member without a name, or with one that PHP's objects cannot have, is
		// no member of a body.
		text, err := json.MarshalIndent(map[string]any{"v": values.Example(i)}, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte(`"\u0000`)) {
			texts = append(texts, string(text))
		}
	}
	for i, want := range phpLines(t, `while (($l = fgets(STDIN)) !== false) echo json_encode(json_decode(base64_decode(trim($l)))), "\n";`, texts) {
		if got := string(phpjson.Rewrite([]byte(texts[i]))); got != want {
			t.Errorf("%s is written as %s, PHP writes %s", texts[i], got, want)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	row := struct {
		Content string `json:"content"`
		Agent   string `json:"agent"`
		Amount  int64  `json:"amount"`
	}{"Thanh toán đơn hàng DH1001", "Mozilla/5.0 (Linux; Android 14; K)", 150_000}
	for b.Loop() {
		if _, err := phpjson.Encode(row); err != nil {
			b.Fatal(err)
		}
	}
}
