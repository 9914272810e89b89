package input

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Refuse returns an error of a kind whose text is the sentence alone; errors.Is
// finds the kind.
func Refuse(kind error, format string, args ...any) error {
	return &refusal{kind, fmt.Sprintf(format, args...)}
}

type refusal struct {
	kind   error
	detail string
}

func (r *refusal) Error() string { return r.detail }
func (r *refusal) Unwrap() error { return r.kind }

// placed is an error about a member of the input.
type placed struct {
	path string
	err  error
}

func (p *placed) Error() string { return p.path + ": " + p.err.Error() }
func (p *placed) Unwrap() error { return p.err }

// At adds the member that an error is about, such as bank or accounts[0]. The
// paths of nested calls are joined.
func At(err error, member string, args ...any) error {
	if err == nil {
		return nil
	}
	path := fmt.Sprintf(member, args...)
	if inner, ok := err.(*placed); ok {
		if strings.HasPrefix(inner.path, "[") {
			return &placed{path + inner.path, inner.err}
		}
		return &placed{path + "." + inner.path, inner.err}
	}
	return &placed{path, err}
}

// Member returns the path of the member that an error is about, and the error
// without it. The path is empty when none is known.
func Member(err error) (path string, bare error) {
	var p *placed
	if errors.As(err, &p) {
		return p.path, p.err
	}
	return "", err
}

// Find returns the node at a path such as companies[0].bank_accounts[1].bank,
// or its nearest existing parent.
func Find(n *yaml.Node, path string) *yaml.Node {
	path = strings.TrimPrefix(path, ".")
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			// A key may have dots of its own.
			rest, ok := strings.CutPrefix(path, n.Content[i].Value)
			if ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
				return Find(n.Content[i+1], rest)
			}
		}
	case yaml.SequenceNode:
		index, rest, _ := strings.Cut(strings.TrimPrefix(path, "["), "]")
		if i, err := strconv.Atoi(index); err == nil && i >= 0 && i < len(n.Content) {
			return Find(n.Content[i], rest)
		}
	}
	return n
}
