package surface

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/localsepay/localsepay/openapi/pattern"
)

// Router serves the routes of a surface. It gives a handler its path parameters
// by [PathValue], in the request's exchange.
type Router struct{ routes *mux.Router }

// Router builds the mux of the surface from its table. HEAD is answered
// wherever GET is.
func (s *Surface) Router() *Router {
	r := mux.NewRouter().SkipClean(true).UseEncodedPath()
	for _, route := range s.Routes {
		methods := []string{route.Method}
		if route.Method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		to := r.Methods(methods...).Name(route.Operation).Handler(named(route))
		if wholeSegments().MatchString(route.Path) {
			to.MatcherFunc(segments(route.Path))
		} else {
			to.Path(route.Path)
		}
	}
	r.NotFoundHandler = s.Unserved()
	r.MethodNotAllowedHandler = r.NotFoundHandler
	return &Router{r}
}

// ServeHTTP implements [http.Handler]. Unlike the mux's own, it copies no
// request: the exchange that a request carries already takes the parameters.
func (t *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x, ok := carried(r)
	if !ok {
		x = &Exchange{}
		r = With(r, x)
	}
	var match mux.RouteMatch
	t.routes.Match(r, &match) // what has no route matches the handler of such requests
	x.pathValues = match.Vars
	match.Handler.ServeHTTP(w, r)
}

// wholeSegments are templates whose parameters are segments.
var wholeSegments = pattern.Lazy(`^(/([^{}/]*|\{\w+\}))+$`)

// segments matches a path by its segments, as the mux does by a regular
// expression, which takes several times longer.
func segments(template string) mux.MatcherFunc {
	parts := strings.Split(template, "/")
	return func(r *http.Request, match *mux.RouteMatch) bool {
		rest, more := r.URL.EscapedPath(), true
		var values [4]string
		n := 0
		for _, part := range parts {
			if !more {
				return false
			}
			var here string
			here, rest, more = strings.Cut(rest, "/")
			switch isName := strings.HasPrefix(part, "{"); {
			case isName && (here == "" || n == len(values)):
				return false
			case isName:
				values[n] = here
				n++
			case here != part:
				return false
			}
		}
		if more {
			return false
		}
		match.Vars = make(map[string]string, n)
		n = 0
		for _, part := range parts {
			if name, is := strings.CutPrefix(part, "{"); is {
				match.Vars[strings.TrimSuffix(name, "}")] = values[n]
				n++
			}
		}
		return true
	}
}

// OperationOf returns the operation of a request, empty when no route has it.
func (t *Router) OperationOf(r *http.Request) string {
	var match mux.RouteMatch
	if t.routes.Match(r, &match) && match.MatchErr == nil && match.Route != nil {
		return match.Route.GetName()
	}
	return ""
}

// PathValue is a path parameter of a request at a handler of a [Router], as it
// is written in the path.
func PathValue(r *http.Request, name string) string { return From(r).pathValues[name] }

// named sets the operation before the handler runs.
func named(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		From(r).Operation = route.Operation
		route.checkType(r)
		route.Handler(w, r)
	})
}
