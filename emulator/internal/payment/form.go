package payment

import (
	"errors"
	"io"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
)

// Field is one field of a form, decoded.
type Field struct{ Name, Value string }

// Form is a form in posted order. Names are unique.
type Form []Field

// The bounds of a form; the 1000 fields are PHP's.
const (
	maxFields = 1000
	maxValue  = 64 << 10
)

// ErrForm: a form that cannot be read.
var ErrForm = errors.New("the form cannot be read")

// ParseForm parses an urlencoded body or query as PHP fills $_POST: in posted
// order; for a repeated name the last value counts, at the place of the first;
// invalid percent-encoding stays unchanged. Fields after PHP's 1000 are
// dropped.
func ParseForm(raw string) Form {
	var f Form
	var at map[string]int
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		if name = phpName(unescape(name)); name == "" {
			continue
		}
		f, at = f.put(at, name, unescape(value))
		if len(f) == maxFields {
			break
		}
	}
	return f
}

// ParseMultipart parses a multipart/form-data body by the same rules. Files are
// ignored.
func ParseMultipart(r *multipart.Reader) (Form, error) {
	var f Form
	var at map[string]int
	for len(f) < maxFields {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return nil, errors.Join(ErrForm, err)
		}
		if p.FileName() != "" {
			continue
		}
		value, err := io.ReadAll(io.LimitReader(p, maxValue))
		if err != nil {
			return nil, errors.Join(ErrForm, err)
		}
		if name := phpName(p.FormName()); name != "" {
			f, at = f.put(at, name, string(value))
		}
	}
	return f, nil
}

// fewFields is the size up to which a scan is faster than a map.
const fewFields = 24

// put sets a field by PHP's rule. at indexes names once there are many.
func (f Form) put(at map[string]int, name, value string) (Form, map[string]int) {
	var i int
	var known bool
	if at == nil {
		i = f.index(name)
		known = i >= 0
	} else {
		i, known = at[name]
	}
	if known {
		f[i].Value = value
		return f, at
	}
	f = append(f, Field{name, value})
	switch {
	case at != nil:
		at[name] = len(f) - 1
	case len(f) > fewFields:
		at = make(map[string]int, len(f))
		for i, field := range f {
			at[field.Name] = i
		}
	}
	return f, at
}

func (f Form) index(name string) int {
	return slices.IndexFunc(f, func(field Field) bool { return field.Name == name })
}

// Lookup returns a value and whether the field was posted.
func (f Form) Lookup(name string) (string, bool) {
	if i := f.index(name); i >= 0 {
		return f[i].Value, true
	}
	return "", false
}

// Get returns a value, empty when the field was not posted.
func (f Form) Get(name string) string {
	v, _ := f.Lookup(name)
	return v
}

// Without returns the form without some fields.
func (f Form) Without(names ...string) Form {
	out := make(Form, 0, len(f)+2)
	for _, field := range f {
		if !slices.Contains(names, field.Name) {
			out = append(out, field)
		}
	}
	return out
}

// Encode writes the form as a query, in its order.
func (f Form) Encode() string {
	var b strings.Builder
	for i, field := range f {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(field.Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(field.Value))
	}
	return b.String()
}

// underscored is what PHP makes of blanks and dots in names.
var underscored = strings.NewReplacer(" ", "_", ".", "_")

// phpName returns a field's name as PHP stores it: leading blanks are dropped,
// and a blank or a dot becomes an underscore.
func phpName(name string) string {
	name = strings.TrimLeft(name, " ")
	if !strings.ContainsAny(name, " .") {
		return name
	}
	return underscored.Replace(name)
}

// unescape decodes percent-encoding as PHP does.
func unescape(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			b = append(b, ' ')
		case c == '%' && i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0:
			b = append(b, byte(hexDigit(s[i+1])<<4|hexDigit(s[i+2])))
			i += 2
		default:
			b = append(b, c)
		}
	}
	return string(b)
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
