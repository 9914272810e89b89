package control_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/control"
)

// constantGroups are the groups of string constants of the package, by their
// names with commas.
func constantGroups(t *testing.T) map[string][]string {
	t.Helper()
	groups := map[string][]string{}
	for _, file := range []string{"words.go", "finding.go", "fault.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			group, is := d.(*ast.GenDecl)
			if !is || group.Tok != token.CONST {
				continue
			}
			var names, values []string
			for _, s := range group.Specs {
				spec := s.(*ast.ValueSpec)
				value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				names, values = append(names, spec.Names[0].Name), append(values, value)
			}
			slices.Sort(values)
			groups[strings.Join(names, ",")] = values
		}
	}
	return groups
}

// protocol are values that no user of the package writes.
var protocol = []string{"Health.status", "Tokens.token_type", "JWK.kty", "JWK.use", "JWK.alg"}

func TestEveryValueInTheDocumentHasAConstant(t *testing.T) {
	groups := constantGroups(t)
	used := map[string]bool{}
	check := func(at string, s *schema) {
		if s.Items != nil {
			s = s.Items
		}
		var want []string
		for _, value := range s.Enum {
			if value != "" { // it stands for an absent member
				want = append(want, value)
			}
		}
		if len(want) == 0 || s.Type != "string" || slices.Contains(protocol, at) {
			return
		}
		slices.Sort(want)
		found := false
		for names, values := range groups {
			// The verdict of a matched order is one of a transfer's.
			if slices.Equal(values, want) || at == "MatchedOrder.verdict" && strings.HasPrefix(names, "Verdict") {
				found, used[names] = true, true
			}
		}
		if !found {
			t.Errorf("%s has the values %q, and there are no constants for them", at, want)
		}
	}
	for name, s := range document(t).Components.Schemas {
		for member, p := range s.Properties {
			check(name+"."+member, p)
		}
	}
	elsewhere := []string{"CardVisa", "SurfaceCheckout", "AuthWrong", "RetryNon2xx"} // no list in the document
	for names := range groups {
		first, _, _ := strings.Cut(names, ",")
		if !used[names] && !slices.Contains(elsewhere, first) {
			t.Errorf("the constants %s are for no member in the document", names)
		}
	}
}

func TestTheConstantsNameEverySurface(t *testing.T) {
	var want []string
	for _, s := range openapi.Surfaces() {
		want = append(want, s.Name)
	}
	slices.Sort(want)
	for names, got := range constantGroups(t) {
		if strings.HasPrefix(names, "Surface") && !slices.Equal(got, want) {
			t.Errorf("the constants name the surfaces %q, the table has %q", got, want)
		}
	}
}

func TestRetryOnWritesTheConditionsAsSePayTakesThem(t *testing.T) {
	for want, got := range map[string]control.RetryConditions{
		`["non_2xx_status_code"]`: control.RetryOn(control.RetryNon2xx),
		`[]`:                      control.RetryOn(),
	} {
		if string(got) != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
