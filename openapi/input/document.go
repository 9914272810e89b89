package input

import (
	"bytes"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// ReadNode reads the one document of a YAML text without looking at its
// content. maxSize is in bytes. The error is [Problems].
func ReadNode(text []byte, maxSize int, whenEmpty string) (*yaml.Node, error) {
	if len(text) > maxSize {
		return nil, Problems{{Line: 1, Column: 1, Text: fmt.Sprintf("larger than %d bytes", maxSize)}}
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, Problems{{Line: 1, Column: 1, Text: "the file is empty", Hint: whenEmpty}}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthFunc(notTooDeep))))
	if err != nil {
		return nil, syntax(err)
	}
	var root, more yaml.Node
	if err := loader.Load(&root); err == io.EOF {
		return nil, Problems{{Line: 1, Column: 1, Text: "there is nothing but comments", Hint: whenEmpty}}
	} else if err != nil {
		return nil, syntax(err)
	}
	if err := loader.Load(&more); err == nil {
		return nil, Problems{{Line: more.Line, Column: 1, Text: "a second document begins here", Hint: "keep one"}}
	} else if err != io.EOF {
		return nil, syntax(err)
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) == 0 || root.Content[0].ShortTag() == "!!null" && root.Content[0].Value == "" {
		return nil, Problems{{Line: 1, Column: 1, Text: "there is nothing but comments", Hint: whenEmpty}}
	}
	if at, what, hint := shortcut(root.Content[0]); at != nil {
		return nil, Problems{{Line: at.Line, Column: at.Column, Text: what, Hint: hint}}
	}
	return root.Content[0], nil
}

// MaxNesting is how deep lists and objects of a file may stand in each other.
const MaxNesting = 64

// tooDeep is the error of a file that nests deeper.
type tooDeep struct{}

func (tooDeep) Error() string {
	return fmt.Sprintf("lists and objects stand in each other more than %d deep", MaxNesting)
}

// notTooDeep bounds the nesting while a file is read: what comes after goes down
// by calling itself.
func notTooDeep(depth int, _ *loaderlimits.DepthContext) error {
	if depth > MaxNesting {
		return tooDeep{}
	}
	return nil
}

// shortcut finds the first alias, anchor, merge key or type of its own in a
// document, and says what it is. An alias may hold itself, or unfold to more than
// memory has; a file of ours is to be read as it stands.
func shortcut(n *yaml.Node) (at *yaml.Node, what, hint string) {
	switch {
	case n.Kind == yaml.AliasNode:
		return n, "an alias is not taken here: *" + n.Value, "write the value again"
	case n.Anchor != "":
		return n, "an anchor is not taken here: &" + n.Anchor, "leave it out; where it was used, write the value again"
	case n.Style&yaml.TaggedStyle != 0:
		return n, "a type is not taken here: " + n.Tag, "leave it out; quotes make a text of a number"
	}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && child.Kind == yaml.ScalarNode && child.ShortTag() == "!!merge" {
			return child, "a merge key is not taken here: <<", "write the keys here"
		}
		if at, what, hint = shortcut(child); at != nil {
			return at, what, hint
		}
	}
	return nil, "", ""
}
