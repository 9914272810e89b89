package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// pkg is a package of the command, as go list describes it.
type pkg struct {
	ImportPath, Name, Dir   string
	Module                  *module
	GoFiles, SFiles, HFiles []string
	EmbedFiles              []string
}

type module struct {
	Path, Dir, GoMod string
	Main             bool
	packages         []pkg
}

// list lists the packages of the command.
func list(ctx context.Context) ([]pkg, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-deps", "-json=ImportPath,Name,Dir,Module,GoFiles,SFiles,HFiles,EmbedFiles", shipped).Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var packages []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		packages = append(packages, p)
	}
}

// modules lists the modules of packages, but not the main one, by path.
func modules(packages []pkg) []*module {
	byPath := map[string]*module{}
	for _, p := range packages {
		if p.Module == nil || p.Module.Main {
			continue
		}
		if byPath[p.Module.Path] == nil {
			byPath[p.Module.Path] = p.Module
		}
		m := byPath[p.Module.Path]
		m.packages = append(m.packages, p)
	}
	var all []*module
	for _, m := range byPath {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *module) int { return cmp.Compare(a.Path, b.Path) })
	return all
}

// without builds the command with a copy of the module whose functions are empty.
func without(ctx context.Context, dir string, m *module, packages []pkg) (int64, error) {
	names := map[string]string{}
	for _, p := range packages {
		names[p.ImportPath] = p.Name
	}
	copied := filepath.Join(dir, "empty", filepath.FromSlash(m.Path))
	if err := copyFile(m.GoMod, filepath.Join(copied, "go.mod")); err != nil {
		return 0, err
	}
	for _, p := range m.packages {
		to := filepath.Join(copied, strings.TrimPrefix(p.Dir, m.Dir))
		for _, name := range slices.Concat(p.SFiles, p.HFiles, p.EmbedFiles) {
			if err := copyFile(filepath.Join(p.Dir, name), filepath.Join(to, name)); err != nil {
				return 0, err
			}
		}
		for _, name := range p.GoFiles {
			source, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err == nil {
				source, err = empty(source, names)
			}
			if err == nil {
				err = write(filepath.Join(to, name), source)
			}
			if err != nil {
				return 0, fmt.Errorf("%s/%s: %w", p.ImportPath, name, err)
			}
		}
	}
	file := filepath.Join(dir, "go.mod")
	if err := copyFile("go.mod", file); err != nil {
		return 0, err
	}
	if err := copyFile("go.sum", filepath.Join(dir, "go.sum")); err != nil {
		return 0, err
	}
	edit := exec.CommandContext(ctx, "go", "mod", "edit", "-replace="+m.Path+"="+copied, file)
	if text, err := edit.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go mod edit: %w\n%s", err, text)
	}
	return build(ctx, dir, "-modfile="+file)
}

// empty empties the functions of a file, and drops the imports that it does not need
// then.
func empty(source []byte, names map[string]string) ([]byte, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, "", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	offset := func(p token.Pos) int { return set.Position(p).Offset }
	type cut struct {
		from, to int
		by       string
	}
	var cuts []cut
	used := map[string]bool{"_": true, ".": true}
	see := func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			ast.Inspect(d, see)
			continue
		}
		if fn.Recv != nil {
			ast.Inspect(fn.Recv, see)
		}
		ast.Inspect(fn.Type, see)
		cuts = append(cuts, cut{offset(fn.Body.Lbrace), offset(fn.Body.Rbrace) + 1, "{ panic(0) }"})
	}
	for _, d := range f.Decls {
		group, ok := d.(*ast.GenDecl)
		if !ok || group.Tok != token.IMPORT {
			continue
		}
		for _, s := range group.Specs {
			switch i := s.(*ast.ImportSpec); {
			case used[nameOf(i, names)]:
			case i.Path.Value == `"unsafe"`: // linkname needs it
				cuts = append(cuts, cut{offset(i.Pos()), offset(i.Path.Pos()), "_ "})
			case group.Lparen.IsValid():
				cuts = append(cuts, cut{offset(i.Pos()), offset(i.End()), ""})
			default:
				cuts = append(cuts, cut{offset(group.Pos()), offset(group.End()), ""})
			}
		}
	}
	slices.SortFunc(cuts, func(a, b cut) int { return cmp.Compare(b.from, a.from) })
	for _, c := range cuts {
		source = slices.Concat(source[:c.from], []byte(c.by), source[c.to:])
	}
	return source, nil
}

// nameOf is the name by which a file uses an import.
func nameOf(i *ast.ImportSpec, names map[string]string) string {
	if i.Name != nil {
		return i.Name.Name
	}
	path := strings.Trim(i.Path.Value, `"`)
	return cmp.Or(names[path], names["vendor/"+path])
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return write(to, text)
}

func write(to string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}
