package surface

import (
	"net/http"

	"github.com/gorilla/mux"
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
		r.Methods(methods...).Path(route.Path).Name(route.Operation).Handler(named(route))
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
