package checkout

import (
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// init is POST /v1/checkout/init: it checks the signed form and redirects the
// browser to the payment page.
func (a *API) init(w http.ResponseWriter, r *http.Request) {
	form, err := readForm(r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	x := surface.From(r)
	if x.WrongType {
		a.refuse(w, r, nil, &payment.Refusal{
			Reason: payment.ReasonContentType, Detail: "The body is no form, so that none of its fields was read.",
			Hint: "Post application/x-www-form-urlencoded, as a browser does; not JSON.",
		})
		return
	}
	if query := r.URL.Query(); len(form) == 0 && (query.Has("merchant") || query.Has("signature")) {
		a.refuse(w, r, nil, &payment.Refusal{
			Reason: payment.ReasonField, Detail: "The fields are in the query, and the body is empty.", Hint: "Post them in the body, as a form does.",
		})
		return
	}
	co, err := a.Gateway.Open(r.Context(), payment.Request{Form: form, Environment: x.Environment, UserAgent: r.UserAgent(), IPAddress: customerIP(r)})
	if err == nil {
		x.Company = co.Company.ID
		redirect(w, surface.Origin(r)+base+"?"+co.Link.Encode())
		return
	}
	var bad *payment.Refusal
	if errors.As(err, &bad) && a.rules(bad.Company).Get(setting.CheckoutInvalid) == "302_page" {
		note(x, bad)
		w.Header().Set(reasonHeader, bad.Reason)
		redirect(w, surface.Origin(r)+base+"?"+form.Encode())
		return
	}
	if bad != nil {
		a.refuse(w, r, form, bad)
		return
	}
	page.Fail(w, err)
}

// redirect redirects the browser. The body repeats the address, as SePay's
// does.
func redirect(w http.ResponseWriter, to string) {
	body := fmt.Sprintf("<!DOCTYPE html>\n<title>Redirecting</title>\n<a href=\"%[1]s\">%[1]s</a>\n", html.EscapeString(to))
	h := w.Header()
	h.Set("Location", to)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusFound)
	surface.WriteBody(w, []byte(body))
}

// readForm reads the fields in posted order, from either encoding. The error
// for an invalid form is a [*payment.Refusal].
func readForm(r *http.Request) (payment.Form, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var form payment.Form
	if err == nil && kind == surface.Multipart {
		form, err = payment.ParseMultipart(multipart.NewReader(r.Body, params["boundary"]))
	} else {
		var body []byte
		body, err = io.ReadAll(r.Body)
		form = payment.ParseForm(string(body))
	}
	if err != nil {
		return nil, &payment.Refusal{
			Reason: payment.ReasonField, Detail: "The form cannot be read: " + err.Error() + ".", Hint: "Post application/x-www-form-urlencoded, as a browser does.",
		}
	}
	return form, nil
}

// customerIP returns the address of the connection. Forwarding headers are
// ignored.
func customerIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
