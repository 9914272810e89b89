package scenarios

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/localsepay/localsepay/openapi/input"
)

//go:embed library/*.yaml
var libraryFiles embed.FS

// Library returns the scenarios that ship, by name.
func Library() ([]Scenario, error) {
	files, err := fs.Glob(libraryFiles, "library/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Scenario
	for _, file := range files {
		s, err := fromLibrary(strings.TrimSuffix(path.Base(file), ".yaml"))
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// named returns a scenario of the library.
func named(name string) (Scenario, error) {
	s, err := fromLibrary(name)
	if err == nil {
		return s, nil
	}
	if _, missing := libraryFiles.Open("library/" + name + ".yaml"); missing == nil {
		return s, err
	}
	return s, fmt.Errorf("the library has no scenario %q: %s", name, suggestName(name))
}

// Text returns the YAML file of a scenario of the library.
func Text(name string) ([]byte, error) {
	if _, err := named(name); err != nil {
		return nil, err
	}
	return libraryFiles.ReadFile("library/" + name + ".yaml")
}

func fromLibrary(name string) (Scenario, error) {
	text, err := libraryFiles.ReadFile("library/" + name + ".yaml")
	if err != nil {
		return Scenario{}, err
	}
	s, err := Parse("library/"+name+".yaml", text)
	s.File = ""
	return s, err
}

func suggestName(name string) string {
	files, err := fs.Glob(libraryFiles, "library/*.yaml")
	if err != nil {
		return err.Error()
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(path.Base(file), ".yaml"))
	}
	if near, ok := input.Nearest(name, names); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "localsepay scenario list shows them"
}
