//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTheREADMECountsClaimsAndTwinsRightly(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(rootFolder(), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, twins, _ := verb(t, "contract", "twin")
	_, report, _ := verb(t, "contract", "run", "--json")
	var run struct {
		Specs []json.RawMessage `json:"specs"`
	}
	if err := json.Unmarshal([]byte(report), &run); err != nil {
		t.Fatal(err)
	}
	for form, want := range map[string]int{`(\d+) claims hold`: len(run.Specs), `lists (\d+) of them`: strings.Count(twins, "\n")} {
		if m := regexp.MustCompile(form).FindStringSubmatch(string(text)); m == nil || m[1] != fmt.Sprint(want) {
			t.Errorf("the README says %v, there are %d", m, want)
		}
	}
}

func TestTheREADMEsGoSnippetsCompileAndPass(t *testing.T) {
	dir := t.TempDir()
	mod, err := os.ReadFile(filepath.Join(rootFolder(), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(rootFolder(), "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(mod), "module github.com/localsepay/localsepay", "module readme", 1)
	text += "\nrequire github.com/localsepay/localsepay v0.0.0\nreplace github.com/localsepay/localsepay => " + rootFolder() + "\n"
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", text)
	write("go.sum", string(sum))
	found := 0
	for _, b := range readmeBlocks(t) {
		if b.kind == "go" {
			found++
			write(b.name+"/readme_test.go", b.text)
		}
	}
	if found == 0 {
		t.Fatal("the README has no Go snippet")
	}
	command := exec.Command("go", "test", "./...")
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
