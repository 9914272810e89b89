package seedfile

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// maxSize bounds a seed file in bytes.
const maxSize = 4 << 20

// File is a seed file. What a company leaves out is derived.
type File struct {
	Companies []control.NewCompany `json:"companies"`
}

// Seed is a parsed seed file.
type Seed struct {
	// Companies are made in this order.
	Companies []control.NewCompany

	root *yaml.Node
}

// Parse parses a seed file. The error is [input.Problems] with all unknown keys,
// repeated keys, values of a wrong kind and numbers out of range, each with its place.
func Parse(text []byte) (Seed, error) {
	root, err := input.ReadNode(text, maxSize, "begin with companies:")
	if err != nil {
		return Seed{}, err
	}
	var f File
	c := input.Checker{
		Special: map[reflect.Type]func(*input.Checker, *yaml.Node, input.Field){
			reflect.TypeFor[control.Flag](): checkFlag, reflect.TypeFor[control.RetryConditions](): checkConditions,
		},
	}
	c.Value(root, reflect.TypeFor[File](), input.Field{Name: "a seed file"})
	if len(c.Problems) == 0 {
		if f, err = read(root); err != nil {
			return Seed{}, err
		}
		if len(f.Companies) == 0 {
			c.Report(root, "begin with companies:", "there is no company")
		}
	}
	if len(c.Problems) > 0 {
		return Seed{}, c.Problems
	}
	return Seed{Companies: f.Companies, root: root}, nil
}

// read decodes a file that was checked.
func read(root *yaml.Node) (f File, err error) {
	text, err := input.JSON(root, reflect.TypeFor[File]())
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(text, &f)
}

// Locate adds the place in the file to an error about one of its companies, by
// the member that [input.At] named.
func (s Seed) Locate(err error) error {
	member, bare := input.Member(err)
	if member == "" {
		return err
	}
	at, text := input.Find(s.root, member), bare.Error()
	if errors.Is(bare, input.ErrBounds) {
		text = member[strings.LastIndex(member, ".")+1:] + ": " + text
	}
	return input.Problem{Line: at.Line, Column: at.Column, Text: text, Hint: hintOf(bare)}
}

func hintOf(err error) string {
	var hinted interface{ Advice() string }
	if errors.As(err, &hinted) {
		return hinted.Advice()
	}
	return ""
}

// checkFlag accepts true, false, 1 and 0, as SePay's API does.
func checkFlag(c *input.Checker, n *yaml.Node, f input.Field) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" && n.Value != "1" && n.Value != "0" {
		c.Report(n, "want true or false", "%s cannot be %s", f.Name, input.Quote(n))
	}
}

// checkConditions accepts a list of names.
func checkConditions(c *input.Checker, n *yaml.Node, f input.Field) {
	f.Enum = []string{"non_2xx_status_code"}
	c.Value(n, reflect.TypeFor[[]string](), f)
}
