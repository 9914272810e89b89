package input

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Problem is one mistake in a file. Line and Column count from 1.
type Problem struct {
	File         string
	Line, Column int
	Text         string
	// Hint says how to fix it; it may be empty.
	Hint string
}

// Error formats the problem in one line, so that editors find the place.
func (p Problem) Error() string {
	text := p.Text
	if p.Hint != "" {
		text += ": " + p.Hint
	}
	if p.File == "" {
		return fmt.Sprintf("line %d, column %d: %s", p.Line, p.Column, text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, text)
}

// Problems are all mistakes of a file.
type Problems []Problem

// Error formats each problem on a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// In returns the problems with the file's name.
func (p Problems) In(file string) Problems {
	for i := range p {
		p[i].File = file
	}
	return p
}

// syntax converts errors of the YAML library into problems.
func syntax(err error) Problems {
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
		return Problems{{Line: 1, Column: 1, Text: strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	var out Problems
	for _, e := range all {
		p := Problem{Line: max(e.Mark.Line, 1), Column: max(e.Mark.Column, 1), Text: e.Message}
		switch {
		case strings.Contains(e.Message, tooDeep{}.Error()):
			p.Hint = "make it flatter"
		case strings.Contains(e.Message, "unknown anchor"):
			p.Hint = "aliases are not taken here: write the value"
		}
		out = append(out, p)
	}
	return out
}
