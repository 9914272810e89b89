package surface

import (
	"context"
	"errors"
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi"
)

// MaxBody is the maximum size of a request body in bytes.
const MaxBody = 1 << 20

// Route is one row of a surface's table.
type Route struct {
	Method string
	// Path is a gorilla/mux template.
	Path string
	// Operation is the operationId of the surface's contract.
	Operation string
	// Summary describes the route in a few words.
	Summary string
	// Takes are the accepted media types of bodies; empty is any.
	Takes []string
	// Changes says that a GET changes something; other methods always may.
	Changes bool
	Handler http.HandlerFunc
}

// Surface is one API of SePay.
type Surface struct {
	// Surface is its row of the table: name, hosts, paths and document.
	openapi.Surface
	Routes []Route
	// NotFound answers a path or method that no route has.
	NotFound http.HandlerFunc
	// Failed answers after a failure of the emulator, with status 500 in the
	// surface's form.
	Failed func(http.ResponseWriter, *http.Request, error)
	// RateLimit names the setting with the limit; empty for none.
	RateLimit setting.Name
	// TooMany answers a request over the limit, in the surface's form.
	TooMany func(http.ResponseWriter, Limit)
	// LimitHeaders, which may be nil, adds the limit to any other answer.
	LimitHeaders func(http.Header, Limit)
	// Stopping answers 503 to a request that would change something while the
	// emulator ends, in the surface's dialect. A surface of reads has none.
	Stopping http.HandlerFunc
	// Authenticate finds the company of the request's credential and stores it in
	// the exchange. It refuses nothing.
	Authenticate func(*http.Request, *Exchange)
}

// Row is the row of the table with that name. It panics when there is none.
func Row(name string) openapi.Surface {
	row, ok := openapi.Surfaces().Named(name)
	if !ok {
		panic("surface: the table in package openapi has no " + name)
	}
	return row
}

// Unserved records a finding about a request without a route and answers it
// with [Surface.NotFound].
func (s *Surface) Unserved() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if x := From(r); x.Unserved != nil {
			x.Note(x.Unserved(r))
		}
		s.NotFound(w, r)
	}
}

// ChangesBy returns whether a GET of an operation changes something.
func (s *Surface) ChangesBy(operation string) bool {
	for _, r := range s.Routes {
		if r.Operation == operation {
			return r.Changes
		}
	}
	return false
}

// Exchange collects what is known about a request, for the traffic log.
type Exchange struct {
	// ID is the request's number in the traffic log.
	ID int64
	// Environment is the one of the host name; empty on a plain address, where the
	// credential decides.
	Environment store.Environment
	Operation   string
	Company     string
	// Caller is the company of the request's credential, and AuthError why there
	// is none.
	Caller    store.Company
	AuthError error
	// WrongType says that the body has a media type which the route does not
	// accept: other errors follow from that.
	WrongType bool
	// Unserved, which may be nil, explains why no route serves the request.
	Unserved func(*http.Request) finding.Finding
	// Record, which may be nil, stores a finding about the request.
	Record func(finding.Finding)
	// pathValues are the parameters of the path.
	pathValues map[string]string
}

// Note records a finding about the request before its answer is written, so
// that a client with the answer can read the finding.
func (x *Exchange) Note(f finding.Finding) {
	if x.Record != nil {
		x.Record(f)
	}
}

// NoteSide records that a refused credential is valid on the other side of its
// company. Other errors are ignored.
func (x *Exchange) NoteSide(err error) {
	if err == nil {
		return
	}
	var side *store.WrongSide
	if !errors.As(err, &side) {
		return
	}
	x.Note(finding.Finding{
		Company: side.Company, Code: "credentials.wrong_side", Severity: finding.Error, Title: "The credentials belong to the other environment",
		Detail: "The " + side.Credential + " is that of the " + side.Own.Side() + " side of company " + side.Company + "; the host name is that of the " + side.Host.Side() + " side.",
		Hint:   "Take the credentials of the host's side (localsepay env, and localsepay env --live, show both), or call the other host.",
		Source: "https://developer.sepay.vn/vi/tien-ich-khac/test-mode",
	})
}

// Owner is a writer that may keep the bytes passed to it.
type Owner interface{ WriteOwned(b []byte) }

// WriteBody writes a whole body that the caller will not change, so that the
// traffic log can keep it without a copy. Write errors are ignored.
func WriteBody(w http.ResponseWriter, body []byte) {
	if o, ok := w.(Owner); ok {
		o.WriteOwned(body)
		return
	}
	_, _ = w.Write(body)
}

type exchangeKey struct{}

// With returns a request that carries the exchange.
func With(r *http.Request, x *Exchange) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
}

// From returns the exchange of a request; for a request without one, a new one.
func From(r *http.Request) *Exchange {
	if x, ok := carried(r); ok {
		return x
	}
	return &Exchange{}
}

func carried(r *http.Request) (*Exchange, bool) {
	x, ok := r.Context().Value(exchangeKey{}).(*Exchange)
	return x, ok
}
