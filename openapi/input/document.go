package input

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// ReadNode parses the one document of a YAML text without checking its content.
// maxSize is in bytes. The error is [Problems].
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
	if err := loader.Load(&root); errors.Is(err, io.EOF) {
		return nil, Problems{{Line: 1, Column: 1, Text: "there is nothing but comments", Hint: whenEmpty}}
	} else if err != nil {
		return nil, syntax(err)
	}
	if err := loader.Load(&more); err == nil {
		return nil, Problems{{Line: more.Line, Column: 1, Text: "a second document begins here", Hint: "keep one"}}
	} else if !errors.Is(err, io.EOF) {
		return nil, syntax(err)
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) == 0 || root.Content[0].ShortTag() == "!!null" && root.Content[0].Value == "" {
		return nil, Problems{{Line: 1, Column: 1, Text: "there is nothing but comments", Hint: whenEmpty}}
	}
	for _, is := range shortcuts {
		if at, p := find(root.Content[0], is); at != nil {
			p.Line, p.Column = at.Line, at.Column
			return nil, Problems{p}
		}
	}
	return root.Content[0], nil
}

// MaxNesting is the maximum nesting of lists and objects in a file.
const MaxNesting = 64

// tooDeep is the error of deeper nesting.
type tooDeep struct{}

func (tooDeep) Error() string {
	return fmt.Sprintf("lists and objects stand in each other more than %d deep", MaxNesting)
}

// notTooDeep bounds the nesting during parsing, as later steps are recursive.
func notTooDeep(depth int, _ *loaderlimits.DepthContext) error {
	if depth > MaxNesting {
		return tooDeep{}
	}
	return nil
}

// shortcuts detect aliases, anchors, merge keys and custom types. An alias may
// contain itself, or expand beyond memory, so files must not use them.
var shortcuts = []func(n *yaml.Node) (p Problem, is bool){
	func(n *yaml.Node) (Problem, bool) {
		return Problem{Text: "an alias is not taken here: *" + n.Value, Hint: "write the value again"}, n.Kind == yaml.AliasNode
	},
	func(n *yaml.Node) (Problem, bool) {
		return Problem{Text: "a merge key is not taken here: <<", Hint: "write the keys here"}, n.Kind == yaml.ScalarNode && n.ShortTag() == "!!merge"
	},
	func(n *yaml.Node) (Problem, bool) {
		return Problem{Text: "an anchor is not taken here: &" + n.Anchor, Hint: "leave it out"}, n.Anchor != ""
	},
	func(n *yaml.Node) (Problem, bool) {
		return Problem{Text: "a type is not taken here: " + n.Tag, Hint: "leave it out; quotes make a text of a number"}, n.Style&yaml.TaggedStyle != 0
	},
}

// find returns the first node for which is returns true.
func find(n *yaml.Node, is func(*yaml.Node) (Problem, bool)) (*yaml.Node, Problem) {
	if p, yes := is(n); yes {
		return n, p
	}
	for _, child := range n.Content {
		if at, p := find(child, is); at != nil {
			return at, p
		}
	}
	return nil, Problem{}
}
