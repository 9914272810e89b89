package input

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// placed is an error about a member of what was written.
type placed struct {
	path string
	err  error
}

func (p *placed) Error() string { return p.path + ": " + p.err.Error() }
func (p *placed) Unwrap() error { return p.err }

// At says about which member an error is, such as bank or accounts[0]. Around
// an error that has a member already, the paths are joined.
func At(err error, member string, args ...any) error {
	if err == nil {
		return nil
	}
	path := fmt.Sprintf(member, args...)
	if inner, ok := err.(*placed); ok {
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
// or the nearest one above it that is there.
func Find(n *yaml.Node, path string) *yaml.Node {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if n.Kind == yaml.AliasNode {
			n = n.Alias
		}
		next := child(n, step)
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

func child(n *yaml.Node, step string) *yaml.Node {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		for i := range n.Content {
			if fmt.Sprint(i) == step {
				return n.Content[i]
			}
		}
	}
	return nil
}
