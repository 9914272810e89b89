package contracts

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// field is one input of a form; form are its inputs in the order of posting,
// which is the order of signing.
type field struct{ name, value string }
type form []field

// signedFields take part in the signature when they are posted: the list of the
// official Node SDK (https://www.npmjs.com/package/sepay-pg-node).
var signedFields = strings.Fields("merchant env operation payment_method order_amount currency order_invoice_number order_description customer_id " +
	"agreement_id agreement_name agreement_type agreement_payment_frequency agreement_amount_per_payment success_url error_url cancel_url order_id")

// signature signs a form: base64 of HMAC-SHA256 over "name=value" of the signed
// fields in the given order of names; nil is the order of the form
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan).
func (f form) signature(secret string, order []string) string {
	if order == nil {
		for _, in := range f {
			order = append(order, in.name)
		}
	}
	var parts []string
	for _, name := range order {
		i := slices.IndexFunc(f, func(in field) bool { return in.name == name })
		if i >= 0 && slices.Contains(signedFields, name) {
			parts = append(parts, name+"="+f[i].value)
		}
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join(parts, ",")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// set replaces a field, or adds it at the end.
func (f form) set(name, value string) form {
	f = slices.Clone(f)
	for i := range f {
		if f[i].name == name {
			f[i].value = value
			return f
		}
	}
	return append(f, field{name, value})
}

// encode writes the form as a browser posts it.
func (f form) encode() string {
	parts := make([]string, len(f))
	for i, in := range f {
		parts[i] = url.QueryEscape(in.name) + "=" + url.QueryEscape(in.value)
	}
	return strings.Join(parts, "&")
}

// unsigned is a shop's form without its signature; pairs change or add fields.
func unsigned(t tenant, pairs ...string) form {
	f := form{
		{"merchant", t.Merchant.MerchantID}, {"operation", "PURCHASE"}, {"payment_method", "BANK_TRANSFER"}, {"order_invoice_number", "DH1"},
		{"order_amount", "185000"}, {"currency", "VND"}, {"order_description", t.description()},
	}
	for i := 0; i < len(pairs); i += 2 {
		f = f.set(pairs[i], pairs[i+1])
	}
	return f
}

// signed is a shop's form, signed in the order of its fields.
func signed(t tenant, pairs ...string) form {
	f := unsigned(t, pairs...)
	return append(f, field{"signature", f.signature(t.Merchant.SecretKey, nil)})
}

// init posts a form to the checkout. What it opens at the real service is
// cancelled when the claim is over.
func (s *spec) init(f form) answer {
	a := s.request("checkout", http.MethodPost, s.target.Addresses["checkout"]+"/init").form(f.encode()).send()
	if a.Status == http.StatusFound {
		s.leaves(f)
	}
	return a
}

// leaves notes the order of a form, to be cancelled at the real service.
func (s *spec) leaves(f form) form {
	i := slices.IndexFunc(f, func(in field) bool { return in.name == "order_invoice_number" })
	if i >= 0 && s.target.Addresses.Control() == "" && s.target.Addresses["pgapi"] != "" {
		s.opened = append(s.opened, f[i].value)
	}
	return f
}

// tidy cancels the orders that the claim opened at the real service. One that
// it has cancelled or paid itself is refused, which is as good.
func (s *spec) tidy() {
	for _, invoice := range s.opened {
		t := s.own()
		s.request("", http.MethodPost, s.target.Addresses["pgapi"]+"/order/cancel").
			basic(t.Merchant.MerchantID, t.Merchant.SecretKey).json(map[string]any{"order_invoice_number": invoice}).send()
	}
}

// open posts a signed form that has to be accepted and returns the page's address.
func (s *spec) open(t tenant, pairs ...string) *url.URL {
	a := s.init(signed(t, pairs...)).is(http.StatusFound)
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil || u.Host == "" {
		s.fail("%s\nexpected an absolute Location\nseen     %q", a.request, a.Header.Get("Location"))
	}
	return u
}

// page opens a page of the checkout, or of the OAuth2 server.
func (s *spec) page(document, address string) answer {
	return s.request(document, http.MethodGet, address).set("Accept", "text/html").send()
}

// below is an action of a checkout page, which has the page's own query.
func (s *spec) below(page *url.URL, action string) string {
	return s.target.Addresses["checkout"] + "/" + action + "?" + page.RawQuery
}

// orders calls the orders API; path begins below /v1.
func (s *spec) orders(t tenant, path string) answer {
	return s.request("pgapi", http.MethodGet, s.target.Addresses["pgapi"]+path).basic(t.Merchant.MerchantID, t.Merchant.SecretKey).send()
}

// command posts to the orders API.
func (s *spec) command(t tenant, path string, body any) answer {
	return s.request("pgapi", http.MethodPost, s.target.Addresses["pgapi"]+path).basic(t.Merchant.MerchantID, t.Merchant.SecretKey).json(body).send()
}

// order reads an order by its invoice number.
func (s *spec) order(t tenant, invoice string) row {
	r, _ := s.orders(t, "/order/detail/"+invoice).is(200).at("data").(map[string]any)
	return r
}

// tagged begins the names of everything that the suite makes at the real service.
const tagged = "LSP-CONTRACT-"

// invoice is an invoice number that no other claim or run has used; every order
// that the suite makes begins with the same tag, so that it can be found.
func (s *spec) invoice() string {
	s.invoices++
	return tagged + s.runTag + "-" + strconv.Itoa(s.invoices)
}
