package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxSize bounds a scenario file in bytes.
const maxSize = 1 << 20

var plainName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Problems are all mistakes of a file at once.
type Problems []Problem

// Error writes each problem in a line of its own.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Load reads a scenario from a file.
func Load(path string) (Scenario, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Scenario{}, fmt.Errorf("scenario: %w", err)
	}
	return Parse(path, text)
}

// Parse reads a scenario. The file's name stands in errors only. What is wrong
// with the file is [Problems], each with its place.
func Parse(file string, text []byte) (Scenario, error) {
	if len(text) > maxSize {
		return Scenario{}, Problems{{File: file, Line: 1, Column: 1, Text: fmt.Sprintf("larger than %d bytes", maxSize)}}
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return Scenario{}, Problems{{File: file, Line: 1, Column: 1, Text: "the file is empty", Hint: "localsepay scenario new writes one to begin with"}}
	}
	var root yaml.Node
	if err := yaml.Load(text, &root); err != nil {
		return Scenario{}, syntax(file, err)
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) == 0 {
		return Scenario{}, Problems{{File: file, Line: 1, Column: 1, Text: "there is nothing but comments"}}
	}
	var c checker
	c.value(root.Content[0], reflect.TypeFor[Scenario](), field{name: "a scenario"})
	s := Scenario{Seed: 1}
	if len(c.problems) == 0 {
		if err := root.Content[0].Decode(&s); err != nil {
			return Scenario{}, syntax(file, err)
		}
		c.meaning(root.Content[0], s)
	}
	if len(c.problems) > 0 {
		for i := range c.problems {
			c.problems[i].File = file
		}
		return Scenario{}, Problems(c.problems)
	}
	s.File = file
	return s, nil
}

// meaning checks what the types cannot say.
func (c *checker) meaning(n *yaml.Node, s Scenario) {
	if !plainName.MatchString(s.Name) {
		c.report(valueOf(n, "name"), "want lower-case letters, digits and hyphens", "name cannot be %q", s.Name)
	}
	if len(s.Steps) == 0 {
		c.report(valueOf(n, "steps"), "add a step", "there are no steps")
	}
	c.expressions(n)
}

// expressions compiles every ${…} of the file.
func (c *checker) expressions(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		for _, part := range splitExpressions(n.Value) {
			if err := part.compile(); err != nil {
				c.report(n, "see https://expr-lang.org for what an expression may be", "%q: %s", part.text, firstLine(err))
			}
		}
	}
	for _, child := range n.Content {
		c.expressions(child)
	}
}

func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return n
}

// syntax turns errors of the YAML library into problems.
func syntax(file string, err error) error {
	var (
		many *yaml.LoadErrors
		one  *yaml.LoadError
		all  []*yaml.LoadError
	)
	switch {
	case errors.As(err, &many):
		all = many.Errors
	case errors.As(err, &one):
		all = append(all, one)
	default:
		return Problems{{File: file, Line: 1, Column: 1, Text: err.Error()}}
	}
	var out Problems
	for _, e := range all {
		out = append(out, Problem{File: file, Line: max(e.Mark.Line, 1), Column: max(e.Mark.Column, 1), Text: e.Message})
	}
	return out
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
