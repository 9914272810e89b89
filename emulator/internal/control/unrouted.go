package control

import (
	"net/http"
	"slices"
	"strings"

	wire "github.com/localsepay/localsepay/openapi/control"
)

func (c *Control) notFound(w http.ResponseWriter, _ *http.Request) {
	c.write(w, 0, nil, newProblem(http.StatusNotFound, "Not found", "there is no such control call", "see openapi/control.yaml"))
}

// unrouted answers a request that no row of a table takes, by its path or by its
// method.
func (c *Control) unrouted(w http.ResponseWriter, r *http.Request, table []route) {
	var methods []string
	for _, rt := range table {
		if !onPath(wire.Prefix+rt.path, r.URL.EscapedPath()) {
			continue
		}
		methods = append(methods, rt.method)
		if rt.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	if len(methods) == 0 {
		c.notFound(w, r)
		return
	}
	slices.Sort(methods)
	allow := strings.Join(slices.Compact(methods), ", ")
	w.Header().Set("Allow", allow)
	c.write(w, 0, nil, newProblem(http.StatusMethodNotAllowed, "Method not allowed", "this call does not take the method "+quoteHost(r.Method), "it takes "+allow))
}

// onPath returns whether a path matches a pattern, whose parameters are in braces.
func onPath(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(want, got string) bool {
		return want == got || strings.HasPrefix(want, "{") && got != ""
	})
}
