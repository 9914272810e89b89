package openapi

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed *.yaml
var files embed.FS

const extension = ".yaml"

// library lists the embedded documents at the first use of any, and parses
// each at its own first use.
var library = sync.OnceValue(func() map[string]func() (*Contract, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("openapi: the embedded directory does not list: %v", err))
	}
	all := make(map[string]func() (*Contract, error), len(entries))
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), extension)
		all[name] = sync.OnceValues(func() (*Contract, error) {
			data, err := files.ReadFile(name + extension)
			if err != nil {
				return nil, fmt.Errorf("read contract %s: %w", name, err)
			}
			return Parse(name, data)
		})
	}
	return all
})

// Names lists the names of the documents, sorted, such as "userapi_v2".
func Names() []string {
	return slices.Sorted(maps.Keys(library()))
}

// Document returns the YAML text of a document; false when there is none of that name.
// The caller may change the slice.
func Document(name string) ([]byte, bool) {
	data, err := files.ReadFile(name + extension)
	return data, err == nil
}

// Load returns the contract of a document by its name; see [Names]. A document is parsed
// at the first call.
func Load(name string) (*Contract, error) {
	load, ok := library()[name]
	if !ok {
		return nil, fmt.Errorf("no contract %q: there are %s", name, strings.Join(Names(), ", "))
	}
	return load()
}
