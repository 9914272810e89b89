package scenarios

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// maxSize bounds a scenario file in bytes.
const maxSize = 1 << 20

var plainName = pattern.Lazy(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Problem is a mistake in a file, with its line and column.
type Problem = input.Problem

// Problems are all mistakes in a file; the error of [Parse].
type Problems = input.Problems

// Load reads a scenario from a file. The error is [Problems] when the file is wrong.
func Load(path string) (Scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return Scenario{}, fmt.Errorf("scenario: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1)) // Parse refuses what is larger
	if err != nil {
		return Scenario{}, fmt.Errorf("scenario: %w", err)
	}
	return Parse(path, text)
}

// Parse reads a scenario from YAML. The name of the file is used in errors, which are
// [Problems].
func Parse(file string, text []byte) (Scenario, error) {
	s, problems := read(text)
	if len(problems) > 0 {
		return Scenario{}, problems.In(file)
	}
	s.File = file
	return s, nil
}

func read(text []byte) (Scenario, Problems) {
	var s Scenario
	root, err := input.ReadNode(text, maxSize, "localsepay scenario new writes one to begin with")
	if err != nil {
		return s, problemsOf(err)
	}
	c := newChecker()
	c.Value(root, reflect.TypeFor[Scenario](), input.Field{Name: "a scenario"})
	if len(c.Problems) > 0 {
		return s, c.Problems
	}
	if err := input.Decode(root, &s); err != nil {
		return s, problemsOf(err)
	}
	meaning(c, root, s)
	return s, c.Problems
}

func problemsOf(err error) Problems {
	var p Problems
	if errors.As(err, &p) {
		return p
	}
	return Problems{{Line: 1, Column: 1, Text: err.Error()}}
}

// meaning checks what the types cannot say.
func meaning(c *input.Checker, n *yaml.Node, s Scenario) {
	if !plainName().MatchString(s.Name) {
		c.Report(input.Find(n, "name"), "want lower-case letters, digits and hyphens", "name cannot be %q", s.Name)
	}
	if len(s.Steps) == 0 {
		c.Report(input.Find(n, "steps"), "add a step", "there are no steps")
	}
	checkNames(c, n, s)
}

// UnmarshalYAML reads a step and remembers where it stands.
func (s *Step) UnmarshalYAML(n *yaml.Node) error {
	type plain Step
	s.line = n.Line
	return n.Decode((*plain)(s))
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
