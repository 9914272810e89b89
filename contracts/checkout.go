package contracts

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/openapi/control"
)

// checkoutClaims are the claims about the signed form and its link
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan).
func (u *suite) checkoutClaims() {
	const init, legacy, show = "initCheckout", "initCheckoutLegacy", "showCheckout"

	u.claim("a signed form is answered with 302 to /v1/checkout on the same host", observed(init).writing(), func(s *spec) {
		t := s.own()
		at := s.open(t, "order_invoice_number", s.invoice())
		home, err := url.Parse(s.target.Addresses["checkout"])
		if err != nil {
			s.fail("%v", err)
		}
		s.same([]string{at.Host, at.Path}, []string{home.Host, home.Path}, "host and path of the Location")
	})
	u.claim("the link carries the posted fields in their order, then order_id and a signature over all", observed(init).writing(), func(s *spec) {
		t := s.own()
		f := signed(t, "order_invoice_number", s.invoice())
		at, err := url.Parse(s.init(f).is(302).Header.Get("Location"))
		if err != nil {
			s.fail("%v", err)
		}
		var link form
		for part := range strings.SplitSeq(at.RawQuery, "&") {
			name, value, _ := strings.Cut(part, "=")
			plain, _ := url.QueryUnescape(value)
			link = append(link, field{name, plain})
		}
		names := []string{}
		for _, in := range link {
			names = append(names, in.name)
		}
		want := []string{}
		for _, in := range f[:len(f)-1] {
			want = append(want, in.name)
		}
		s.same(names[:len(want)], want, "the first fields of the link")
		q := at.Query()
		code := `^PAY\d{4}[0-9A-F]{13}$`
		if s.setting("ipn.order_ids") == "docs" {
			code = `^SEPAY-[0-9A-F]{13}$`
		}
		s.Expect(q.Get("order_id")).To(match(code), "order_id")
		if s.target.Kind() == "emulator" {
			s.same(q.Get("signature"), link.signature(t.Merchant.SecretKey, nil), "the link's signature")
		}
	})
	u.claim("the signature covers the fields in posted order, with commas, ampersands and Vietnamese as they are", documented(init).writing(), func(s *spec) {
		t := s.own()
		for _, description := range []string{"Mua 2 áo, 1 quần & hơn = đẹp", "a+b %41", " viền "} {
			s.init(signed(t, "order_invoice_number", s.invoice(), "order_description", description)).is(302)
		}
		f := unsigned(t, "order_invoice_number", s.invoice(), "customer_id", "")
		slices.Reverse(f)
		s.init(append(f, field{"custom_data", `{"cart":[1,2]}`}, field{"signature", f.signature(t.Merchant.SecretKey, nil)})).is(302)
	})
	for name, spoil := range sorted(wrongSignatures) {
		u.claim("a form is refused: "+name, documented(init).writing(), func(s *spec) {
			s.refused(s.init(spoil(s.own(), unsigned(s.own(), "order_invoice_number", s.invoice()))))
		})
	}
	for name, pairs := range sorted(map[string][]string{
		"amount 0":                  {"order_amount", "0"},
		"a negative amount":         {"order_amount", "-5"},
		"an amount with decimals":   {"order_amount", "1000.00"},
		"a currency other than VND": {"currency", "USD"},
		"an unknown merchant":       {"merchant", "SP-TEST-XX000000"},
		"an unknown operation":      {"operation", "REFUND"},
		"no invoice number":         {"order_invoice_number", ""},
		"an unknown method":         {"payment_method", "CASH"},
	}) {
		u.claim("a well signed form is refused for "+name, documented(init).writing(), func(s *spec) {
			s.refused(s.init(signed(s.own(), append([]string{"order_invoice_number", s.invoice()}, pairs...)...)))
		})
	}
	u.claim("order_description is required, or not, as the target is set", assumed(init).writing(), func(s *spec) {
		f := unsigned(s.own(), "order_invoice_number", s.invoice())
		f = slices.DeleteFunc(f, func(in field) bool { return in.name == "order_description" })
		a := s.init(append(f, field{"signature", f.signature(s.own().Merchant.SecretKey, nil)}))
		switch s.setting("checkout.order_description") {
		case "required":
			s.refused(a)
		case "optional":
			a.is(302)
		}
	})
	u.claim("a form posted twice opens one order; another amount for the same invoice is refused", assumed(init).writing(), func(s *spec) {
		t, invoice := s.own(), s.invoice()
		first, again := s.open(t, "order_invoice_number", invoice), s.open(t, "order_invoice_number", invoice)
		s.same(again.Query().Get("order_id"), first.Query().Get("order_id"), "order_id of the second form")
		s.refused(s.init(signed(t, "order_invoice_number", invoice, "order_amount", "1000")))
	})
	u.claim("a paid invoice number is not taken again", assumed(init).writing().with(needsControl), func(s *spec) {
		t := s.company(control.NewCompany{})
		s.open(t)
		s.pay(t, "DH1", control.NewPay{})
		s.refused(s.init(signed(t)))
	})
	u.claim("the older address takes the same form", observed(legacy).writing(), func(s *spec) {
		post := func(f form) answer {
			return s.request("checkout", http.MethodPost, strings.TrimSuffix(s.target.Addresses["checkout"], "/checkout")+"/init").form(f.encode()).send()
		}
		t := s.own()
		post(s.leaves(signed(t, "order_invoice_number", s.invoice()))).is(302)
		s.refused(post(signed(t, "order_invoice_number", s.invoice(), "order_amount", "0")))
	})
	u.claim("a signed link opens the page without a session, as often as one likes", observed(show).writing(), func(s *spec) {
		at := s.target.Addresses["checkout"] + "?" + s.leaves(signed(s.own(), "order_invoice_number", s.invoice())).encode()
		for range 2 {
			s.Expect(string(s.page("checkout", at).is(200).Body)).To(contain("185.000"), "the amount on the page")
		}
	})
	u.claim("a link that was changed is an invalid request", observed(show).writing(), func(s *spec) {
		at := s.target.Addresses["checkout"] + "?" + signed(s.own(), "order_invoice_number", s.invoice()).set("order_amount", "1000").encode()
		s.refused(s.page("checkout", at))
	})
	u.claim("GET of the form's address is no page", observed(init), func(s *spec) {
		s.request("", http.MethodGet, s.target.Addresses["checkout"]+"/init").send().is(404)
	})
}

// refused demands SePay's "invalid request": an error card, at once or after a
// redirect, as the target is set.
func (s *spec) refused(a answer) {
	want := map[string][]int{"400_page": {400}, "200_page": {200}, "302_page": {302, 200}, "": {200, 302, 400}}[s.setting("checkout.invalid")]
	a.is(want...)
	if s.target.Kind() == "emulator" {
		s.Expect(a.Header.Get("X-LocalSepay-Reason")).NotTo(beEmpty(), "the reason of the refusal")
	}
	if a.Status == http.StatusFound {
		at, err := url.Parse(a.Header.Get("Location"))
		if err != nil {
			s.fail("%s: %v", a.request, err)
		}
		a = s.page("checkout", at.String()).is(200, 400)
	}
	s.Expect(string(a.Body)).To(contain("Yêu cầu không hợp lệ"), a.request)
}

// wrongSignatures are the mistakes that clients of SePay are known to make.
var wrongSignatures = map[string]func(tenant, form) form{
	"without a signature": func(_ tenant, f form) form { return f },
	"signed over another amount": func(t tenant, f form) form {
		return append(f, field{"signature", f.set("order_amount", "1").signature(t.Merchant.SecretKey, nil)})
	},
	"signed in alphabetical order": func(t tenant, f form) form {
		return append(f, field{"signature", f.signature(t.Merchant.SecretKey, slices.Sorted(slices.Values(signedFields)))})
	},
	"signed in the order of the SDK's list": func(t tenant, f form) form {
		f = f.set("currency", "VND")
		slices.Reverse(f)
		return append(f, field{"signature", f.signature(t.Merchant.SecretKey, signedFields)})
	},
	"signed with another secret": func(_ tenant, f form) form {
		return append(f, field{"signature", f.signature("spsk_test_00000000000000000000000000000000", nil)})
	},
	"signed in hexadecimal": func(t tenant, f form) form {
		raw, _ := base64.StdEncoding.DecodeString(f.signature(t.Merchant.SecretKey, nil))
		return append(f, field{"signature", hex.EncodeToString(raw)})
	},
	"signed over percent-encoded values": func(t tenant, f form) form {
		e := slices.Clone(f)
		for i := range e {
			e[i].value = url.QueryEscape(e[i].value)
		}
		return append(f, field{"signature", e.signature(t.Merchant.SecretKey, nil)})
	},
	"signed, and changed afterwards": func(t tenant, f form) form {
		f = append(f, field{"signature", f.signature(t.Merchant.SecretKey, nil)})
		return f.set("order_description", "khac")
	},
	"signed, and a signed field added afterwards": func(t tenant, f form) form {
		return append(f, field{"signature", f.signature(t.Merchant.SecretKey, nil)}, field{"success_url", "https://evil.example/"})
	},
}
