package surface

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// The media types that SePay's APIs accept.
const (
	JSON      = "application/json"
	Form      = "application/x-www-form-urlencoded"
	Multipart = "multipart/form-data"
)

// checkType records a body of a media type that the route does not accept. The
// answer stays SePay's.
func (rt Route) checkType(r *http.Request) {
	if len(rt.Takes) == 0 || r.ContentLength == 0 || r.Body == nil || r.Body == http.NoBody {
		return
	}
	header := r.Header.Get("Content-Type")
	kind, _, _ := mime.ParseMediaType(header)
	if slices.Contains(rt.Takes, kind) {
		return
	}
	seen := "has no Content-Type"
	if header != "" {
		seen = fmt.Sprintf("has the Content-Type %.60q", header)
	}
	x := From(r)
	x.WrongType = true
	x.Note(finding.Finding{
		Code: "surface.content_type", Severity: finding.Error, Title: "The body has another content type than SePay reads here",
		Detail: fmt.Sprintf("%s %s takes %s; the body of the request %s.", rt.Method, r.URL.Path, words(rt.Takes), seen),
		Hint:   "Send the Content-Type " + rt.Takes[0] + ", and encode the body that way.",
		Source: "https://developer.sepay.vn/vi",
	})
}

func words(kinds []string) string {
	names := map[string]string{JSON: "JSON (" + JSON + ")", Form: "a form (" + Form + ")", Multipart: "a multipart form (" + Multipart + ")"}
	var out []string
	for _, k := range kinds {
		out = append(out, names[k])
	}
	return strings.Join(out, " or ")
}

// queryTokens are names that clients use for a credential in the query.
var queryTokens = []string{"token", "api_token", "apitoken", "access_token", "api_key", "apikey", "key", "authorization", "bearer", "secret_key", "client_secret"}

// NoteCredential records what is wrong with the Authorization header of a
// refused request. scheme is Bearer or Basic, what is the credential's name.
// [Exchange.NoteSide] covers credentials of the other side.
func (x *Exchange) NoteCredential(r *http.Request, scheme, what, source string) {
	if side := (*store.WrongSide)(nil); errors.As(x.AuthError, &side) {
		return
	}
	header := r.Header.Get("Authorization")
	given, value, _ := strings.Cut(header, " ")
	f := finding.Finding{Code: "credentials.refused", Severity: finding.Error, Title: "The credentials are refused", Source: source,
		Hint: "Send Authorization: " + scheme + " and " + what + "; localsepay env prints them."}
	switch {
	case header == "":
		f.Detail = "The request has no Authorization header."
	case !strings.EqualFold(given, scheme):
		f.Detail = fmt.Sprintf("The Authorization header begins with %.20q, not with %s.", given, scheme)
	case strings.HasPrefix(value, "eyJ"):
		f.Detail = "An OAuth2 access token was sent: it is for /api/v1, and this API takes " + what + "."
	default:
		f.Detail = "Nobody here has " + what + " like the one that was sent."
	}
	x.Note(f)
}

// NoteQueryToken records a credential in the query of a request without an
// Authorization header, which is the only place that SePay reads.
func (x *Exchange) NoteQueryToken(r *http.Request) {
	if r.URL.RawQuery == "" || r.Header.Get("Authorization") != "" {
		return
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return
	}
	for name := range query {
		if slices.Contains(queryTokens, strings.ToLower(name)) {
			x.Note(finding.Finding{
				Code: "credentials.in_query", Severity: finding.Error, Title: "The credential is in the query",
				Detail: fmt.Sprintf("The request has the parameter %q and no Authorization header. SePay takes no credential from the query, and logs and proxies keep it.", name),
				Hint:   "Send it in the header Authorization: Bearer and the token, or Basic for the orders API.",
				Source: "https://developer.sepay.vn/vi/sepay-api/v2/xac-thuc",
			})
			return
		}
	}
}
