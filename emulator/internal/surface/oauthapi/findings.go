package oauthapi

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// note records a finding with the call's documentation page as its source.
func (c call) note(code string, severity finding.Severity, title, detail, hint string) {
	c.x.Note(finding.Finding{
		Code: "oauth_api." + code, Severity: severity, Title: title, Detail: detail, Hint: hint, Source: c.need.page,
	})
}

func (c call) noteScope() {
	c.x.Note(finding.Finding{
		Code: "oauth_api.scope_missing", Severity: finding.Error, Title: "The access token lacks a scope",
		Detail: fmt.Sprintf("The call needs the scope %s; the token has %s.", c.need.scope, cmp.Or(strings.Join(c.access.Scopes, " "), "none")),
		Hint:   "Ask for it in the scope parameter of /oauth/authorize, with blanks between scopes, and let the user give consent again: a refresh adds no scope.",
		Source: overviewPage,
	})
}

func (c call) noteUUID(where string) {
	c.note("v2_id", finding.Error, "A UUID was sent to the OAuth2 API",
		where+" has a UUID; those are API v2's. This API and the webhooks have numeric ids.",
		"Use the id of an answer of this API, or the id of the webhook.")
}

// noteRefusal records what was wrong with a request that was answered with 400,
// unless a finding about its content type explains it.
func (c call) noteRefusal(err error) {
	if c.x.WrongType {
		return
	}
	var f *failure
	if errors.As(err, &f) && f.status == http.StatusBadRequest {
		c.note("refused", finding.Error, "The request was refused", f.Message+".", "Send values of the documented form.")
	}
}

// apiToken has the shape of a token of the user APIs v1 and v2.
var apiToken = pattern.Lazy(`^[A-Z0-9]{64}$`)

// wrongToken describes a refused token.
type wrongToken struct {
	code, title, detail, hint string
	severity                  finding.Severity
}

// noteToken explains what was sent instead of an access token, if recognised.
func (a *API) noteToken(r *http.Request, x *surface.Exchange) {
	f, ok := a.wrongToken(r, x)
	if !ok {
		return
	}
	x.Note(finding.Finding{Code: "oauth_api." + f.code, Severity: f.severity, Title: f.title, Detail: f.detail, Hint: f.hint, Source: tokenPage})
}

func (a *API) wrongToken(r *http.Request, x *surface.Exchange) (wrongToken, bool) {
	header := r.Header.Get("Authorization")
	scheme, token, _ := strings.Cut(header, " ")
	switch {
	case header == "":
		return wrongToken{"token_missing", "There is no access token", "The request has no Authorization header.", "Send Authorization: Bearer and the access token.", finding.Error}, true
	case !strings.EqualFold(scheme, "Bearer"):
		return wrongToken{"token_scheme", "The access token is not sent as Bearer", "The Authorization header has another scheme.", "Send Authorization: Bearer and the access token.", finding.Error}, true
	case apiToken().MatchString(token):
		return wrongToken{"api_token", "An API token was sent instead of an access token", "The token has the form of one of the user APIs v1 and v2. This API does not take those.", "Get an access token at /oauth/token, or call userapi.sepay.vn/v2 with the API token.", finding.Error}, true
	case strings.HasPrefix(token, "def50200"):
		return wrongToken{"not_access_token", "A code or refresh token was sent instead of an access token", "The token has the form of a code or refresh token.", "Send the member access_token of the answer of /oauth/token.", finding.Error}, true
	}
	if side := (*store.WrongSide)(nil); errors.As(x.AuthError, &side) {
		return wrongToken{}, false // another finding says so
	}
	// At the zero time, no token signed here has expired.
	if claims, err := a.OAuth.Key().Read(token, time.Time{}); err == nil && claims.ExpiresAt <= a.Now().Unix() {
		return wrongToken{"token_expired", "The access token has expired", "It lived for " + time.Duration((claims.ExpiresAt-claims.IssuedAt)*int64(time.Second)).String() + ".", "Renew it with the refresh token, best before expires_in seconds are over.", finding.Note}, true
	}
	return wrongToken{}, false
}

// foreignParameters are parameters of the user APIs v1 and v2 that this API does not
// have, and their replacements.
var foreignParameters = map[string]string{
	"per_page":                  "limit",
	"transaction_date_min":      "from_date, a day",
	"transaction_date_max":      "to_date, a day",
	"transaction_date_from":     "from_date, a day",
	"transaction_date_to":       "to_date, a day",
	"amount_in_min":             "amount_in, the exact amount",
	"amount_in_max":             "amount_in, the exact amount",
	"amount_out_min":            "amount_out, the exact amount",
	"amount_out_max":            "amount_out, the exact amount",
	"since_id":                  "from_date and page, and leave out the ids that you have",
	"va_id":                     "sub_account of the answer's rows",
	"q":                         "reference_number, or look through the rows",
	"transaction_content":       "reference_number, or look through the rows",
	"transfer_type":             "amount_in and amount_out of the rows",
	"bank_brand_name":           "bank_account_id",
	"bank_short_name":           "bank of the rows",
	"short_name":                "bank of the rows",
	"webhook_success":           "the delivery log",
	"fields":                    "the whole rows",
	"timestamp_format":          "the dates as they are, in Vietnam's zone",
	"transaction_date_sort":     "the order as it is, newest first",
	"created_at_sort":           "the order as it is",
	"last_transaction_date_min": "the whole list",
	"last_transaction_date_max": "the whole list",
}

// maxNamed is the maximum number of ignored parameters in a finding.
const maxNamed = 10

// noteParameters records query parameters without the likely intended effect.
func (c call) noteParameters() {
	for _, name := range slices.Sorted(maps.Keys(c.params.bad)) {
		if uuidShape().MatchString(c.params.last(name)) {
			c.noteUUID("The parameter " + name)
		}
		c.note("invalid_parameter", finding.Warning, "A query parameter cannot be used as it is",
			fmt.Sprintf("%s %s. It was ignored or clamped; what SePay does with such a value is not documented.", name, c.params.bad[name]),
			"Send a value of the documented form.")
	}
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(c.params.query)) {
		if c.params.asked[name] {
			continue
		}
		if instead, known := foreignParameters[name]; known {
			c.note("userapi_parameter", finding.Error, "A parameter of API v1 or v2 was sent to the OAuth2 API",
				fmt.Sprintf("This call does not know %q and ignores it: the answer is not filtered by it.", name), "Use "+instead+".")
			continue
		}
		unknown = append(unknown, fmt.Sprintf("%.40q", name))
	}
	c.noteIgnored("parameter", unknown)
}

// noteIgnored records ignored names.
func (c call) noteIgnored(what string, names []string) {
	if len(names) == 0 {
		return
	}
	more := ""
	if len(names) > maxNamed {
		more = fmt.Sprintf(" and %d more", len(names)-maxNamed)
		names = names[:maxNamed]
	}
	c.note("ignored_"+what, finding.Note, "A "+what+" was ignored",
		"The call does not know "+strings.Join(names, ", ")+more+".", "Compare the spelling with the page; what is not documented has no effect.")
}
