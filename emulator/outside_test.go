package emulator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A module outside of this one can write everything that a test needs with the
// packages emulator and openapi/control.
func TestAnotherModuleNeedsNoOtherPackage(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	read := func(path string) string {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	source := read("testdata/outside/outside_test.go")
	if n := strings.Count(source, `"`+module); n != 2 {
		t.Errorf("the test imports %d packages of this module", n)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": strings.Replace(read(filepath.Join(root, "go.mod")), "module "+strings.TrimSuffix(module, "/"), "module shop", 1) +
			"\nrequire " + strings.TrimSuffix(module, "/") + " v0.0.0\nreplace " + strings.TrimSuffix(module, "/") + " => " + root + "\n",
		"go.sum":       read(filepath.Join(root, "go.sum")),
		"shop_test.go": source,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command("go", "test", "./...")
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=mod")
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
