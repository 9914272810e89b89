package openapi

import (
	"regexp"
)

// kind is the JSON type that a schema asks for.
type kind int

const (
	anyKind kind = iota
	objectKind
	arrayKind
	stringKind
	integerKind
	numberKind
	booleanKind
)

func (k kind) String() string {
	return [...]string{"any value", "an object", "an array", "a string", "an integer", "a number", "a boolean"}[k]
}

// mark is how a fact is known. The zero mark says nothing; the nearest one
// around it holds then.
type mark struct {
	evidence Evidence
	source   string
}

// schema is a compiled schema: references resolved, patterns and formats
// ready, nothing left to look up while checking.
type schema struct {
	kind     kind
	nullable bool
	// secret keeps the value, and all below it, out of violations.
	secret bool
	mark   mark
	enum   []any

	format format
	// datetime marks the format whose spelling isoParameter can change.
	datetime     bool
	isoParameter string
	// int32 narrows an integer; any integer has to fit 64 bits.
	int32                bool
	pattern              *regexp.Regexp
	minLength, maxLength int
	min, max             *float64
	overMin, underMax    bool // the bounds themselves are excluded

	items              *schema
	minItems, maxItems int

	properties []property
	index      map[string]int
	// additional is what an undeclared property has to be; when nil, open says
	// whether one may be there at all.
	additional *schema
	open       bool
	projection *projection

	oneOf []*schema
}

type property struct {
	name     string
	schema   *schema
	mark     mark
	required bool
}

// projection says that a query parameter picks the properties of an object.
type projection struct {
	parameter string
	mark      mark
}

// unlimited is the absence of an upper bound of a length.
const unlimited = -1

func (s *schema) property(name string) (int, bool) {
	i, ok := s.index[name]
	return i, ok
}
