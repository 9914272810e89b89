package traffic

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
)

// Notice returns the document, webhook or ipn, of a notice that an application
// received, as recorded by a tunnel or proxy in front of it. A notice is
// recognised by the members of its body, as its address is the merchant's.
func Notice(e Exchange) (document string, ok bool) {
	if e.method() != http.MethodPost {
		return "", false
	}
	var has func(name string) bool
	kind, _, _ := mime.ParseMediaType(e.Header.Get("Content-Type"))
	if kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(e.Body))
		if err != nil {
			return "", false
		}
		has = func(name string) bool { return form.Has(name) }
	} else {
		var members map[string]json.RawMessage
		if json.Unmarshal(e.Body, &members) != nil {
			return "", false
		}
		has = func(name string) bool { return members[name] != nil }
	}
	switch {
	case has("gateway") && has("transferType") && has("transferAmount"):
		return "webhook", true
	case has("notification_type") && has("order") && has("transaction"):
		return "ipn", true
	}
	return "", false
}
