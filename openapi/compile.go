package openapi

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// The extensions that the checker reads; doc.go explains them.
const (
	extEvidence      = "x-evidence"
	extSource        = "x-source"
	extProjectable   = "x-projectable"
	extISOParameter  = "x-iso8601-parameter"
	extSecret        = "x-secret"
	extEmptyBody     = "x-empty-body"
	extOpenHeaders   = "x-open-headers"
	extClosedHeaders = "x-closed-headers"
	extAnyPath       = "x-any-path"
	extSurface       = "x-surface"
)

// schemaCompiler turns the schemas of one document into ours. A schema that is
// referred to from many places, or from itself, is compiled once.
type schemaCompiler struct {
	done map[*openapi3.Schema]*schema
}

func (c *schemaCompiler) ref(ref *openapi3.SchemaRef) (*schema, error) {
	if ref == nil || ref.Value == nil {
		return &schema{minLength: 0, maxLength: unlimited, maxItems: unlimited}, nil
	}
	if s, ok := c.done[ref.Value]; ok {
		return s, nil
	}
	s := &schema{maxLength: unlimited, maxItems: unlimited}
	c.done[ref.Value] = s
	return s, c.fill(s, ref.Value)
}

func (c *schemaCompiler) fill(s *schema, v *openapi3.Schema) error {
	if err := unsupported(v); err != nil {
		return err
	}
	var err error
	if s.kind, err = kindOf(v.Type); err != nil {
		return err
	}
	s.nullable = v.Nullable
	s.mark = markOf(v.Extensions)
	s.secret = flag(v.Extensions, extSecret) || v.Format == "password"
	for _, e := range v.Enum {
		s.enum = append(s.enum, normal(e))
	}
	if err := fillScalar(s, v); err != nil {
		return err
	}
	s.minItems, s.maxItems = int(v.MinItems), limit(v.MaxItems)
	if s.kind == arrayKind {
		if s.items, err = c.ref(v.Items); err != nil {
			return fmt.Errorf("items: %w", err)
		}
	}
	for i, branch := range v.OneOf {
		b, err := c.ref(branch)
		if err != nil {
			return fmt.Errorf("oneOf %d: %w", i, err)
		}
		s.oneOf = append(s.oneOf, b)
	}
	return c.fillObject(s, v)
}

func fillScalar(s *schema, v *openapi3.Schema) error {
	s.minLength, s.maxLength = int(v.MinLength), limit(v.MaxLength)
	s.min, s.max = v.Min, v.Max
	s.overMin, s.underMax = v.ExclusiveMin.IsTrue(), v.ExclusiveMax.IsTrue()
	if v.Pattern != "" {
		re, err := regexp.Compile(v.Pattern)
		if err != nil {
			return fmt.Errorf("pattern: %w", err)
		}
		s.pattern = re
	}
	switch s.kind {
	case stringKind:
		var known bool
		if s.format, known = stringFormat(v.Format); !known {
			return fmt.Errorf("format %q of a string has no check", v.Format)
		}
		s.datetime = v.Format == formatDatetime
		s.isoParameter, _ = v.Extensions[extISOParameter].(string)
	case integerKind:
		s.int32 = v.Format == "int32"
		if v.Format != "" && v.Format != "int32" && v.Format != "int64" {
			return fmt.Errorf("format %q of an integer has no check", v.Format)
		}
	default:
		if v.Format != "" && v.Format != "float" && v.Format != "double" {
			return fmt.Errorf("format %q has no check", v.Format)
		}
	}
	return nil
}

func (c *schemaCompiler) fillObject(s *schema, v *openapi3.Schema) error {
	s.index = make(map[string]int, len(v.Properties))
	for _, name := range slices.Sorted(maps.Keys(v.Properties)) {
		ref := v.Properties[name]
		p, err := c.ref(ref)
		if err != nil {
			return fmt.Errorf("property %s: %w", name, err)
		}
		s.index[name] = len(s.properties)
		s.properties = append(s.properties, property{
			name:     name,
			schema:   p,
			mark:     refMark(ref.Extensions, ref.Value.Extensions),
			required: slices.Contains(v.Required, name),
		})
	}
	for _, name := range v.Required {
		if _, ok := s.index[name]; !ok {
			return fmt.Errorf("required %s is not a property", name)
		}
	}
	if has := v.AdditionalProperties.Has; has != nil {
		s.open = *has
	}
	if ref := v.AdditionalProperties.Schema; ref != nil {
		a, err := c.ref(ref)
		if err != nil {
			return fmt.Errorf("additionalProperties: %w", err)
		}
		s.additional = a
	}
	if p, ok := v.Extensions[extProjectable].(map[string]any); ok {
		parameter, _ := p["parameter"].(string)
		if parameter == "" {
			return errors.New(extProjectable + " names no parameter")
		}
		s.projection = &projection{parameter: parameter, mark: markOf(p)}
	}
	return nil
}

// unsupported names a keyword that the checker would have to pass over.
func unsupported(v *openapi3.Schema) error {
	for keyword, used := range map[string]bool{
		"allOf":         len(v.AllOf) > 0,
		"anyOf":         len(v.AnyOf) > 0,
		"not":           v.Not != nil,
		"discriminator": v.Discriminator != nil,
		"multipleOf":    v.MultipleOf != nil,
		"uniqueItems":   v.UniqueItems,
		"minProperties": v.MinProps > 0,
		"maxProperties": v.MaxProps != nil,
		"readOnly":      v.ReadOnly,
		"writeOnly":     v.WriteOnly,
	} {
		if used {
			return fmt.Errorf("the checker does not know the schema keyword %s", keyword)
		}
	}
	return nil
}

func kindOf(types *openapi3.Types) (kind, error) {
	if types == nil || len(*types) == 0 {
		return anyKind, nil
	}
	if len(*types) > 1 {
		return anyKind, errors.New("a schema of several types is not OpenAPI 3.0")
	}
	switch t := (*types)[0]; t {
	case "object":
		return objectKind, nil
	case "array":
		return arrayKind, nil
	case "string":
		return stringKind, nil
	case "integer":
		return integerKind, nil
	case "number":
		return numberKind, nil
	case "boolean":
		return booleanKind, nil
	default:
		return anyKind, fmt.Errorf("unknown type %q", t)
	}
}

// normal makes the numbers of an enum comparable with decoded ones.
func normal(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	}
	return v
}

func limit(n *uint64) int {
	if n == nil {
		return unlimited
	}
	return int(*n)
}

func markOf(extensions map[string]any) mark {
	evidence, _ := extensions[extEvidence].(string)
	source, _ := extensions[extSource].(string)
	return mark{Evidence(evidence), source}
}

// refMark prefers what stands beside a $ref to what stands at its target.
func refMark(beside, target map[string]any) mark {
	m, at := markOf(beside), markOf(target)
	if m.evidence == "" {
		return at
	}
	if m.source == "" {
		m.source = at.source
	}
	return m
}

func flag(extensions map[string]any, name string) bool {
	on, _ := extensions[name].(bool)
	return on
}
