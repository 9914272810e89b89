package checkout

import (
	"context"
	"errors"
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// reasonHeader carries the code of a refusal. The emulator's own.
const reasonHeader = "X-LocalSepay-Reason"

const formPage = "https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan"

// titles explain to the developer what SePay's one error text covers.
var titles = map[string]string{
	payment.ReasonContentType:      "The body is not a form",
	payment.ReasonMerchantUnknown:  "The merchant is not known here",
	payment.ReasonSignatureMissing: "The form is not signed",
	payment.ReasonSignature:        "The signature does not match the posted fields",
	payment.ReasonOperation:        "The operation is not supported",
	payment.ReasonMethod:           "The payment method is not available",
	payment.ReasonAmount:           "The amount is not valid",
	payment.ReasonCurrency:         "The currency is not supported",
	payment.ReasonInvoiceMissing:   "The invoice number is missing",
	payment.ReasonInvoiceDuplicate: "The invoice number was used before",
	payment.ReasonDescription:      "The description is missing",
	payment.ReasonURL:              "A return URL is not valid",
	payment.ReasonField:            "A field is not valid",
	payment.ReasonOrderUnknown:     "The order is not known here",
}

// fail answers with the error card, or, for a failure of the emulator, with 500.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	var bad *payment.Refusal
	if errors.As(err, &bad) {
		a.refuse(w, r, formOf(r), bad)
		return
	}
	page.Fail(w, err)
}

// formOf returns the form in a page's address.
func formOf(r *http.Request) payment.Form {
	return payment.ParseForm(r.URL.RawQuery).Without(page.ParamLanguage, paramMethod, paramAttempt)
}

// refuse shows SePay's error card, with the reason in a panel and a header.
func (a *API) refuse(w http.ResponseWriter, r *http.Request, form payment.Form, bad *payment.Refusal) {
	x := surface.From(r)
	x.Company = bad.Company
	if !asks(r, bad) {
		note(x, bad)
	}
	status := http.StatusBadRequest
	if a.rules(bad.Company).Get(setting.CheckoutInvalid) != "400_page" {
		status = http.StatusOK
	}
	w.Header().Set(reasonHeader, bad.Reason)
	v := page.Invalid{
		Frame:  refusedFrame(r, form),
		Reason: bad.Reason, Title: titles[bad.Reason], Detail: bad.Detail, Hint: bad.Hint,
	}
	names := concerned[bad.Reason]
	if m := bad.Mismatch; m != nil {
		v.Cause = m.Cause
		if m.Field != "" {
			names = append(names[:len(names):len(names)], m.Field)
		}
		v.Expected = m.Expected
		if m.Signed != m.Expected { // the text was right, and something else wrong
			v.Signed = m.Signed
		}
	}
	if m := bad.Mismatch; m != nil && m.Owner != "" {
		v.Values = append(v.Values, page.Named{Name: "secret_key", Value: m.Owner})
	}
	for _, name := range names {
		if value, posted := form.Lookup(name); posted {
			v.Values = append(v.Values, page.Named{Name: name, Value: value})
		}
	}
	page.Show(w, status, v)
}

// asks returns whether a page that is still open asks for its order after a reset
// took it away. That is no mistake of the shop, and comes again and again.
func asks(r *http.Request, bad *payment.Refusal) bool {
	live := r.URL.Path == base+"/status" || r.URL.Path == base+"/events"
	return live && (bad.Reason == payment.ReasonOrderUnknown || bad.Reason == payment.ReasonMerchantUnknown)
}

// concerned are the fields in question, by reason.
var concerned = map[string][]string{
	payment.ReasonMerchantUnknown:  {"merchant"},
	payment.ReasonOperation:        {"operation"},
	payment.ReasonMethod:           {"payment_method"},
	payment.ReasonAmount:           {"order_amount", "operation"},
	payment.ReasonCurrency:         {"currency"},
	payment.ReasonInvoiceDuplicate: {"order_invoice_number", "order_amount"},
	payment.ReasonURL:              {"success_url", "error_url", "cancel_url"},
	payment.ReasonOrderUnknown:     {"order_id", "merchant", "order_amount"},
}

// refusedFrame offers the card in the other language: at its address, or, for
// the answer to a form, by posting that form again.
func refusedFrame(r *http.Request, form payment.Form) page.Frame {
	f := page.Frame{Language: page.LanguageOf(r.URL.Query())}
	other := page.ParamLanguage + "=" + string(f.Language.Other())
	switch {
	case !posted(r.URL.Path):
		f.Switch = base + "?" + form.Encode() + "&" + other
	case len(form) > 0 && !surface.From(r).WrongType:
		f.Repost = &page.Repost{Action: r.URL.Path + "?" + other}
		for _, field := range form {
			f.Repost.Fields = append(f.Repost.Fields, page.Named{Name: field.Name, Value: field.Value})
		}
	}
	return f
}

// note records why a checkout was refused.
func note(x *surface.Exchange, bad *payment.Refusal) {
	if x.WrongType {
		return // no field was read: the content type is the reason
	}
	f := finding.Finding{
		Code: "checkout." + bad.Reason, Severity: finding.Error, Title: titles[bad.Reason], Detail: bad.Detail, Hint: bad.Hint, Source: formPage,
	}
	if m := bad.Mismatch; m != nil {
		if m.Cause != "" {
			f.Code += "." + m.Cause
		}
		f.Detail += "\nExpected to be signed: " + m.Expected
		if m.Signed != "" && m.Signed != m.Expected {
			f.Detail += "\nWas signed: " + m.Signed
		}
		if m.Field != "" {
			f.Detail += "\nFirst differing field: " + m.Field
		}
	}
	x.Note(f)
	x.NoteSide(bad)
}

// own refuses cross-origin requests, which could act in the customer's name. The
// payment page itself is open to all origins, as at SePay, because its link is
// signed.
func own(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !surface.CrossOrigin(r) {
			next(w, r)
			return
		}
		v := page.Invalid{
			Frame: page.Frame{Language: page.LanguageOf(r.URL.Query())}, Reason: "cross_site", Title: "The form was posted by another page",
			Detail: "A page of another origin used a form of the payment page.", Hint: "Lead the customer to the payment page, and let the customer pay there.",
		}
		surface.From(r).Note(finding.Finding{Code: "checkout." + v.Reason, Severity: finding.Error, Title: v.Title, Detail: v.Detail, Hint: v.Hint, Source: formPage})
		w.Header().Set(reasonHeader, v.Reason)
		page.Show(w, http.StatusForbidden, v)
	}
}

// rules returns the settings of a company, or the emulator's for an unknown
// one.
func (a *API) rules(company string) setting.Values {
	var c store.Company
	if company != "" {
		_ = a.Store.View(context.Background(), func(r store.Reader) (err error) {
			c, err = store.CompanyByID.Find(r, company)
			return err
		}) // a deleted company has no settings
	}
	return a.Settings.Over(c.Settings)
}

// posted returns whether a path takes the checkout's form in the body; all
// others take it in the query.
func posted(path string) bool { return path == base+"/init" || path == "/v1/init" }

// notFound answers an address or method that SePay's host does not have, such
// as GET of /v1/checkout/init: 404 was seen.
func notFound(w http.ResponseWriter, r *http.Request) {
	v := page.Message{Kind: "checkout_unknown", Value: r.Method + " " + r.URL.Path}
	if posted(r.URL.Path) {
		v.Kind = "checkout_form"
	}
	page.Show(w, http.StatusNotFound, v)
}
