package contracts_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A memo that a claim writes by hand would leave out what wrong writers of JSON
// lose.
func TestEveryMemoOfTheSuiteHoldsWhatWritersOfJSONLose(t *testing.T) {
	bare := regexp.MustCompile(`"(content|transaction_content|order_description)": *"[^"]`)
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if bare.MatchString(line) {
				t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(line))
			}
			if strings.Contains(line, "memo(") {
				found++
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d memos are written by memo", found)
	}
}
