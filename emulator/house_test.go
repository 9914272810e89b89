package emulator_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/localsepay/localsepay/"

// floors lists the packages from the ground up. An import goes down. A star
// stands for every package in the folder.
var floors = [][]string{
	{"openapi/pattern"},
	{"openapi/scan", "openapi/input", "openapi/known", "openapi/phpjson", "openapi/printable", "openapi/texts", "emulator/internal/crash"},
	{"openapi/guard", "openapi/mask"},
	{"openapi"},
	{"openapi/control"},
	{"emulator/internal/clock", "emulator/internal/fact", "emulator/internal/vietqr", "emulator/internal/derive", "emulator/internal/setting", "emulator/internal/page"},
	{"emulator/internal/finding", "emulator/internal/store"},
	{"emulator/internal/fault", "emulator/internal/habit", "emulator/internal/advance"},
	{"emulator/internal/store/memory", "emulator/internal/store/conformance", "emulator/internal/store/ledger", "emulator/internal/store/secrets", "emulator/internal/identity", "emulator/internal/oauth2", "emulator/internal/notify", "emulator/internal/surface"},
	{"emulator/internal/bank"},
	{"emulator/internal/payment"},
	{"emulator/internal/surface/*", "emulator/internal/frontdoor"},
	{"emulator/internal/control"},
	{"emulator/internal/console"},
	{"emulator/internal/seedfile", "emulator/internal/engine"},
	{"emulator"},
	{"contracts/report", "contracts/traffic", "contracts/twin"},
	{"contracts/drift"},
	{"contracts/result"},
	{"contracts", "contracts/guest", "scenarios", "scenarios/audit"},
	{"cmd/localsepay", "cmd/load", "cmd/weigh", "cmd/bare", "scenarios/audit/examples/careful-go", "scenarios/audit/examples/careless-go"},
}

func floorOf(pkg string) int {
	return slices.IndexFunc(floors, func(f []string) bool {
		return slices.Contains(f, pkg) || slices.Contains(f, path.Dir(pkg)+"/*")
	})
}

// files calls visit for each Go file outside of tests.
func files(t *testing.T, visit func(path, pkg string)) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != root {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		pkg, err := filepath.Rel(root, filepath.Dir(path))
		visit(path, filepath.ToSlash(pkg))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImportsGoDown(t *testing.T) {
	files(t, func(path, pkg string) {
		here := floorOf(pkg)
		if here < 0 {
			t.Errorf("%s is on no floor of the house", pkg)
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			name, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module)
			if ours && name != pkg && floorOf(name) >= here {
				t.Errorf("%s imports %s, which is not below it", path, name)
			}
			room, _, _ := strings.Cut(pkg, "/")
			if ours && (room == "contracts" || room == "scenarios") && strings.HasPrefix(name, "emulator") {
				t.Errorf("%s knows a target by more than its addresses: it imports %s", path, name)
			}
		}
	})
}

func TestTimeChanceAndEnvironmentStayInTheirRooms(t *testing.T) {
	banned := regexp.MustCompile(`\btime\.(Now|Since|Until|Sleep|After)\(|"math/rand|"crypto/rand"|\bos\.(Getenv|LookupEnv|Environ)\(`)
	files(t, func(path, pkg string) {
		if pkg == "emulator/internal/clock" || pkg == "emulator/internal/store/conformance" || strings.HasPrefix(pkg, "cmd/") || strings.HasPrefix(pkg, "scenarios/audit/examples/") {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if found := banned.FindString(string(text)); found != "" {
			t.Errorf("%s has %s", path, found)
		}
	})
}

func TestEveryPackageSaysWhatItOwnsAndFilesStayShort(t *testing.T) {
	documented := map[string]bool{}
	packages := map[string]bool{}
	files(t, func(path, pkg string) {
		packages[pkg] = true
		if filepath.Base(path) == "doc.go" {
			documented[pkg] = true
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(text), "\n"); lines > 400 {
			t.Errorf("%s has %d lines", path, lines)
		}
	})
	for pkg := range packages {
		if !documented[pkg] {
			t.Errorf("%s has no doc.go", pkg)
		}
	}
}

// What stands for SePay's servers is written by openapi/phpjson; a second
// writer would have other escapes.
func TestOnlyOneWriterSpeaksForPHP(t *testing.T) {
	writer := regexp.MustCompile(`json\.(Marshal|MarshalIndent|NewEncoder|Compact|Indent|HTMLEscape)\(|strconv\.(Append)?Quote`)
	others := map[string]string{
		"emulator/internal/surface/oauthapi/body.go": "reads a request, one member after another",
		"emulator/internal/notify/tamper.go":         "names a part of a multipart body",
	}
	seen := map[string]bool{}
	files(t, func(path, pkg string) {
		if pkg != "emulator/internal/notify" && pkg != "emulator/internal/payment" && !strings.HasPrefix(pkg, "emulator/internal/surface") {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := writer.FindString(string(text))
		name := pkg + "/" + filepath.Base(path)
		seen[name] = found != ""
		if found != "" && others[name] == "" {
			t.Errorf("%s has %s: write with phpjson", path, found)
		}
	})
	for name, why := range others {
		if !seen[name] {
			t.Errorf("%s writes no text of its own any more (%s): take it off the list", name, why)
		}
	}
}

// What a domain package decides is told by facts: it keeps no function of a
// reader's to call back. A function without arguments is a value that is made
// later, such as the clock's.
func TestDomainPackagesExportNoCallback(t *testing.T) {
	domain := []string{"emulator/internal/bank", "emulator/internal/payment", "emulator/internal/identity", "emulator/internal/oauth2", "emulator/internal/notify", "emulator/internal/fault", "emulator/internal/store"}
	checked := 0
	files(t, func(path, pkg string) {
		if !slices.Contains(domain, pkg) {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		report := func(what string, list *ast.FieldList) {
			for _, field := range list.List {
				call, is := field.Type.(*ast.FuncType)
				if is && call.Params.NumFields() > 0 && !readsRecord(call) {
					t.Errorf("%s: %s takes a callback", path, what)
				}
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok && n.Name.IsExported() {
					checked++
					report("type "+n.Name.Name, s.Fields)
				}
			case *ast.FuncDecl:
				if n.Name.IsExported() {
					checked++
					report("func "+n.Name.Name, n.Type.Params)
				}
				return false
			}
			return true
		})
	})
	if checked < 200 {
		t.Errorf("only %d types and functions were looked at", checked)
	}
}

// readsRecord allows what a store is made of: functions of a transaction, and
// those that read a value out of records or append it to a text.
func readsRecord(call *ast.FuncType) bool {
	for _, field := range call.Params.List {
		of := field.Type
		if text, is := of.(*ast.ArrayType); is && call.Results.NumFields() > 0 {
			if element, _ := text.Elt.(*ast.Ident); element != nil && element.Name == "byte" {
				continue
			}
		}
		name, _ := of.(*ast.Ident)
		if name == nil || !slices.Contains([]string{"Reader", "Writer", "any"}, name.Name) {
			return false
		}
	}
	return true
}

// What a part is made with stays its own: an embedded configuration would export
// the store, the clock and the rest to everybody who has the part.
func TestNoPartExportsWhatItIsMadeWith(t *testing.T) {
	files(t, func(path, _ string) {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !spec.Name.IsExported() {
				return true
			}
			s, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range s.Fields.List {
				if name, _ := field.Type.(*ast.Ident); len(field.Names) == 0 && name != nil && (name.Name == "Config" || name.Name == "Options") {
					t.Errorf("%s embeds %s", path, name.Name)
				}
			}
			return true
		})
	})
}

// What a package makes when the program starts, every verb waits for.
func TestNoPatternIsCompiledBeforeItIsUsed(t *testing.T) {
	files(t, func(path, _ string) {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range f.Decls {
			if d, ok := decl.(*ast.GenDecl); !ok || d.Tok != token.VAR {
				continue
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				if call, ok := n.(*ast.SelectorExpr); ok {
					if from, ok := call.X.(*ast.Ident); ok && from.Name == "regexp" && strings.HasPrefix(call.Sel.Name, "MustCompile") {
						t.Errorf("%s compiles a pattern when the program starts: write pattern.Lazy", path)
					}
				}
				_, later := n.(*ast.FuncLit)
				return !later
			})
		}
	})
}
