package audit

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi/phpjson"
	"github.com/localsepay/localsepay/openapi/texts"
)

// What the dialects write is what the languages write.
func TestTheRewritingsAreThoseOfTheLanguages(t *testing.T) {
	body, err := phpjson.Encode(struct { // members in no order of the alphabet
		Content string         `json:"content"`
		Amount  int            `json:"amount"`
		None    *int           `json:"none"`
		Empty   string         `json:"empty"`
		Yes     bool           `json:"yes"`
		Inner   map[string]any `json:"inner"`
		Nothing []any          `json:"Nothing"`
	}{texts.Join(texts.Classes(false)) + " <b> & \t'x'", 150000, nil, "", true, map[string]any{"list": []any{1, "á/ö", map[string]any{}}}, []any{}})
	if err != nil {
		t.Fatal(err)
	}
	all := rewritings(body)
	for name, command := range map[string][]string{
		"PHP with both JSON_UNESCAPED flags":            {"php", "-r", `echo json_encode(json_decode(file_get_contents("php://stdin")), JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);`},
		"JavaScript's JSON.stringify":                   {"node", "-e", `process.stdout.write(JSON.stringify(JSON.parse(require("fs").readFileSync(0))))`},
		"Python's json.dumps":                           {"python3", "-c", `import json,sys; sys.stdout.write(json.dumps(json.load(sys.stdin)))`},
		"Python's json.dumps with compact separators":   {"python3", "-c", `import json,sys; sys.stdout.write(json.dumps(json.load(sys.stdin), separators=(",", ":")))`},
		"Python's json.dumps with ensure_ascii=False":   {"python3", "-c", `import json,sys; sys.stdout.buffer.write(json.dumps(json.load(sys.stdin), ensure_ascii=False).encode())`},
		"Python's json.dumps with sort_keys":            {"python3", "-c", `import json,sys; sys.stdout.write(json.dumps(json.load(sys.stdin), sort_keys=True))`},
		"PHP's json_encode with JSON_UNESCAPED_UNICODE": {"php", "-r", `echo json_encode(json_decode(file_get_contents("php://stdin")), JSON_UNESCAPED_UNICODE);`},
		"PHP with JSON_UNESCAPED_SLASHES":               {"php", "-r", `echo json_encode(json_decode(file_get_contents("php://stdin")), JSON_UNESCAPED_SLASHES);`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(command[0]); err != nil && os.Getenv("CI") == "" {
				t.Skip(command[0] + " is not installed")
			}
			cmd := exec.Command(command[0], command[1:]...)
			cmd.Stdin = bytes.NewReader(body)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(all, func(r rewriting) bool { return strings.Contains(r.name, name) && r.text == string(out) })
			if i < 0 {
				t.Errorf("%s writes\n%s\nnot\n%v", name, out, all)
			}
		})
	}
}

func TestABodyThatReadsTheSameHasNoRewriting(t *testing.T) {
	// Go escapes nothing here, and PHP neither: only blanks and the order of the
	// members differ.
	for _, r := range rewritings([]byte(`{"b":"x","a":1}`)) {
		if r.text == `{"b":"x","a":1}` {
			t.Errorf("%s: %s", r.name, r.text)
		}
	}
	for _, odd := range []string{"", "{", "[1", "nonsense", `{"a":}`} {
		if got := rewritings([]byte(odd)); got != nil {
			t.Errorf("%q: %v", odd, got)
		}
	}
}
