package payment

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
)

// The reasons of a refused checkout. SePay shows "Yêu cầu không hợp lệ" for all
// of them; the codes are the emulator's.
const (
	ReasonContentType      = "content_type"
	ReasonMerchantUnknown  = "merchant_unknown"
	ReasonSignatureMissing = "signature_missing"
	ReasonSignature        = "signature_mismatch"
	ReasonOperation        = "operation_unsupported"
	ReasonMethod           = "payment_method_unsupported"
	ReasonAmount           = "amount_invalid"
	ReasonCurrency         = "currency_unsupported"
	ReasonInvoiceMissing   = "invoice_missing"
	ReasonInvoiceDuplicate = "invoice_duplicate"
	ReasonDescription      = "description_missing"
	ReasonURL              = "url_invalid"
	ReasonField            = "field_invalid"
	ReasonOrderUnknown     = "order_unknown"
)

// Refusal is why a checkout is refused.
type Refusal struct {
	// Reason is one of the codes above.
	Reason, Detail, Hint string
	// Company is the merchant's, empty when unknown.
	Company string
	// Mismatch is set for a wrong signature.
	Mismatch *Mismatch
	// side is the [*store.WrongSide] behind the refusal, or nil.
	side error
}

// Unwrap returns the [*store.WrongSide] behind the refusal, or nil.
func (r *Refusal) Unwrap() error { return r.side }

// Error implements error.
func (r *Refusal) Error() string { return r.Reason + ": " + r.Detail }

func refusal(reason, hint, format string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Detail: fmt.Sprintf(format, args...), Hint: hint}
}

// Request is a checkout request.
type Request struct {
	Form Form
	// Environment is the host's; empty takes the merchant's.
	Environment store.Environment
	// UserAgent and IPAddress are the customer's, for the IPN.
	UserAgent, IPAddress string
}

// Checkout is an open payment.
type Checkout struct {
	Company store.Company
	Order   store.Order
	// Link is the signed query of the payment page: the posted fields in their
	// order, order_id, and the signature over them all.
	Link Form
}

// The bounds of a checkout are the emulator's own: SePay publishes none, and the
// PHP SDK's 100 characters of an invoice number are a check of that client's.
const (
	// maxLink is the maximum length of the page's query, in bytes: the browser
	// sends it twice, in its request and as the Referer.
	maxLink     = 24 << 10
	maxOrderVND = 9_999_999_999_999 // so that sums do not overflow
)

// Open checks a signed form and opens its order, or reuses the order of the
// same invoice number while that waits for the same amount (assumed). The error
// is a [*Refusal] for an invalid request.
func (g *Gateway) Open(ctx context.Context, r Request) (Checkout, error) {
	company, err := g.authenticate(ctx, r)
	if err != nil {
		return Checkout{}, err
	}
	rules := g.Settings.Over(company.Settings)
	wanted, bad := readOrder(r.Form, company, rules)
	if bad != nil {
		bad.Company = company.ID
		return Checkout{}, bad
	}
	wanted.UserAgent, wanted.IPAddress = r.UserAgent, r.IPAddress
	out := Checkout{Company: company}
	err = g.update(ctx, func(c *tx) (err error) {
		out.Order, err = g.open(c, company, rules, wanted)
		return err
	})
	out.Link = link(company, r.Form, out.Order.OrderID)
	return out, err
}

// Look returns the checkout of a signed link. A link without an order opens
// one, like the form.
func (g *Gateway) Look(ctx context.Context, r Request) (Checkout, error) {
	company, err := g.authenticate(ctx, r)
	if err != nil {
		return Checkout{}, err
	}
	out := Checkout{Company: company}
	id, named := r.Form.Lookup("order_id")
	amount, _ := strconv.ParseInt(r.Form.Get("order_amount"), 10, 64)
	err = g.Store.View(ctx, func(v store.Reader) error {
		if named {
			out.Order, err = store.OrderByOrderID.Find(v, id)
		} else {
			out.Order, err = store.OrderByInvoice.Find(v, store.Scope(company.ID, r.Form.Get("order_invoice_number")))
		}
		return err
	})
	unknown := errors.Is(err, store.ErrNotFound) || (err == nil && (out.Order.Company != company.ID || out.Order.Amount != amount))
	switch {
	case unknown && !named:
		return g.Open(ctx, r)
	case unknown:
		bad := refusal(ReasonOrderUnknown, "Post the form again: orders are gone after a restart or reset of the emulator.", "There is no order %q of this merchant and amount.", id)
		bad.Company = company.ID
		return Checkout{}, bad
	case err != nil:
		return Checkout{}, err
	}
	out.Link = link(company, r.Form, out.Order.OrderID)
	return out, nil
}

// link signs the page's query.
func link(c store.Company, f Form, orderID string) Form {
	out := append(f.Without(fieldSignature, "order_id"), Field{"order_id", orderID})
	return append(out, Field{fieldSignature, Sign(c.Merchant.SecretKey, out)})
}

// authenticate finds the merchant and checks the signature.
func (g *Gateway) authenticate(ctx context.Context, r Request) (company store.Company, err error) {
	id := r.Form.Get("merchant")
	err = g.Store.View(ctx, func(v store.Reader) error {
		company, err = store.CompanyByMerchant.Find(v, id)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound) && id == "":
		return company, refusal(ReasonMerchantUnknown, "The field is called merchant, not merchant_id.", "The form names no merchant.")
	case errors.Is(err, store.ErrNotFound):
		return company, refusal(ReasonMerchantUnknown, "GET /_control/v1/state shows the merchant ids that this emulator knows.", "There is no merchant %q.", id)
	case err != nil:
		return company, err
	}
	if side := store.AtSide("merchant id", company, r.Environment); side != nil {
		bad := refusal(ReasonMerchantUnknown, "Use the merchant id of the environment that the host belongs to.", "Merchant %q belongs to %s, the host to %s.", id, company.Environment, r.Environment)
		bad.side = side
		return company, bad
	}
	if Verify(company.Merchant.SecretKey, r.Form) {
		return company, nil
	}
	return company, g.mismatch(ctx, company, r.Form)
}

// mismatch explains a wrong signature.
func (g *Gateway) mismatch(ctx context.Context, company store.Company, f Form) error {
	var others []Key
	err := g.Store.View(ctx, func(v store.Reader) error {
		all, err := store.CompaniesList.All(v, store.AllCompanies)
		for _, c := range all {
			if c.ID != company.ID {
				others = append(others, keyOf(c))
			}
		}
		if err == nil {
			others, err = otherSecrets(v, company, others)
		}
		return err
	})
	if err != nil {
		return err
	}
	m := Diagnose(f, keyOf(company), others)
	r := &Refusal{Reason: ReasonSignature, Detail: m.Detail, Hint: m.Hint, Company: company.ID, Mismatch: &m}
	if m.Cause == CauseMissing {
		r.Reason = ReasonSignatureMissing
	}
	return r
}

// otherSecrets adds the company's secrets that are not for checkout forms.
func otherSecrets(v store.Reader, c store.Company, keys []Key) ([]Key, error) {
	add := func(name, secret string) {
		if secret != "" {
			keys = append(keys, Key{Company: c.ID, Environment: string(c.Environment), Secret: secret, Name: name})
		}
	}
	add("the IPN's secret", c.Merchant.IPN.Secret)
	hooks, err := store.WebhookByCompany.All(v, c.ID)
	for _, h := range hooks {
		add(fmt.Sprintf("the secret of webhook %d", h.ID), h.SecretKey)
		add(fmt.Sprintf("the API key of webhook %d", h.ID), h.APIKey)
	}
	if err != nil {
		return keys, err
	}
	tokens, err := store.APITokenByCompany.All(v, c.ID)
	for _, t := range tokens {
		add("an API token", t.Token)
	}
	add("the merchant id", c.Merchant.MerchantID)
	return keys, err
}

func keyOf(c store.Company) Key {
	return Key{Company: c.ID, Environment: string(c.Environment), Secret: c.Merchant.SecretKey}
}

// readOrder reads the fields of a form with a valid signature
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan).
func readOrder(f Form, c store.Company, rules setting.Values) (store.Order, *Refusal) {
	o := store.Order{
		Company: c.ID, Operation: f.Get("operation"), PaymentMethod: store.PaymentMethod(f.Get("payment_method")),
		InvoiceNumber: f.Get("order_invoice_number"), Currency: f.Get("currency"), Description: f.Get("order_description"),
		CustomerID: f.Get("customer_id"), SuccessURL: f.Get("success_url"), ErrorURL: f.Get("error_url"), CancelURL: f.Get("cancel_url"),
		Agreement: store.Agreement{
			ID: f.Get("agreement_id"), Name: f.Get("agreement_name"), Type: f.Get("agreement_type"),
			PaymentFrequency: f.Get("agreement_payment_frequency"), AmountPerPayment: f.Get("agreement_amount_per_payment"),
		},
	}
	o.CustomData, o.HasCustomData = f.Lookup("custom_data")
	verify := o.Operation == store.OperationVerify
	amount, err := strconv.ParseInt(f.Get("order_amount"), 10, 64)
	o.Amount = amount
	switch {
	case o.Operation != store.OperationPurchase && !verify:
		return o, refusal(ReasonOperation, "Post operation=PURCHASE.", "operation is %q; PURCHASE and VERIFY exist.", o.Operation)
	case err != nil || !digits(f.Get("order_amount")) || amount > maxOrderVND:
		return o, refusal(ReasonAmount, "Post whole VND in digits, without separators and decimals.", "order_amount %q is not an amount in VND.", f.Get("order_amount"))
	case verify && amount != 0:
		return o, refusal(ReasonAmount, "Post order_amount=0 with VERIFY.", "VERIFY moves no money, but order_amount is %d.", amount)
	case !verify && amount <= 0:
		return o, refusal(ReasonAmount, "Post an amount greater than 0.", "order_amount is %d.", amount)
	case o.Currency != "VND":
		return o, refusal(ReasonCurrency, "Post currency=VND.", "currency is %q; the gateway takes VND only.", o.Currency)
	case o.InvoiceNumber == "" && !verify:
		return o, refusal(ReasonInvoiceMissing, "Post a number that is unique among the shop's orders.", "order_invoice_number is missing.")
	case o.Description == "" && !verify && rules.Get(setting.CheckoutDescription) == "required":
		return o, refusal(ReasonDescription, "Post a text for the customer; the setting "+string(setting.CheckoutDescription)+"=optional lets it go.", "order_description is missing.")
	}
	if bad := checkMethod(o.PaymentMethod, c.Merchant.Methods, verify); bad != nil {
		return o, bad
	}
	for _, name := range []string{"success_url", "error_url", "cancel_url"} {
		if v := f.Get(name); v != "" && !webURL(v) {
			return o, refusal(ReasonURL, "Post an absolute http or https URL.", "%s is %q.", name, v)
		}
	}
	if n := len(f.Encode()); n > maxLink {
		return o, refusal(ReasonField, "Keep long texts at the shop, and post a short one.", "The form has %d bytes, all of which stand in the address of the payment page; %d are the most.", n, maxLink)
	}
	return o, nil
}

func checkMethod(m store.PaymentMethod, enabled []store.PaymentMethod, verify bool) *Refusal {
	known := false
	for _, k := range store.PaymentMethods() {
		known = known || k == m
	}
	switch {
	case m == "":
		return nil
	case !known || (verify && m != store.MethodCard):
		return refusal(ReasonMethod, "CARD, BANK_TRANSFER and NAPAS_BANK_TRANSFER exist.", "payment_method is %q.", m)
	}
	for _, k := range enabled {
		if k == m {
			return nil
		}
	}
	return refusal(ReasonMethod, "Enable the method for the merchant, or leave payment_method out.", "The merchant has not enabled %s.", m)
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// webURL returns whether a browser can be sent there.
func webURL(s string) bool {
	_, err := guard.WebURL(s)
	return err == nil
}

// open finds the order of the invoice number or makes one.
func (g *Gateway) open(c *tx, company store.Company, rules setting.Values, o store.Order) (store.Order, error) {
	if o.InvoiceNumber != "" {
		known, err := store.OrderByInvoice.Find(c, store.Scope(company.ID, o.InvoiceNumber))
		if err == nil {
			return g.reopen(c, rules, known, o)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return o, err
		}
	}
	id, err := store.Orders.NextID(c)
	if err != nil {
		return o, err
	}
	o.ID, o.Status, o.OpenedAt = id, store.OrderWaiting, c.now
	o.OrderID = g.newOrderID(company, rules, &o)
	if o.CustomerID != "" {
		o.CustomerXID = g.customerID(company, o.CustomerID)
	}
	if ttl := rules.Get(setting.CheckoutTTL); ttl != setting.Off && o.Operation == store.OperationPurchase {
		d, _ := input.Duration(ttl) // checked when it was set
		o.ExpiresAt = c.now.Add(d)
	}
	if o.Operation == store.OperationVerify {
		o.PaymentMethod = store.MethodCard
	}
	g.begin(c, rules, &o)
	if err := g.place(c, company, rules, &o); err != nil {
		return o, err
	}
	return o, c.put(&o)
}

// begin sets the method that the form asks for, and lists the order in the REST
// API unless it is for cards only.
func (g *Gateway) begin(c *tx, rules setting.Values, o *store.Order) {
	o.Method = o.PaymentMethod
	if o.Operation == store.OperationPurchase && (o.PaymentMethod != store.MethodCard || rules.Get(setting.CheckoutCardOrder) == "at_init") {
		g.list(c, o)
	}
}

// reopen reuses a waiting order, with the form's new values.
func (g *Gateway) reopen(c *tx, rules setting.Values, known, o store.Order) (store.Order, error) {
	if known.Status != store.OrderWaiting || known.Amount != o.Amount {
		return known, &Refusal{
			Reason: ReasonInvoiceDuplicate, Company: o.Company,
			Detail: fmt.Sprintf("Invoice number %q was used before: order %s is %s over %d VND.", o.InvoiceNumber, known.OrderID, known.Status, known.Amount),
			Hint:   "Use a new order_invoice_number for each order; only an unpaid one with the same amount can be opened again.",
		}
	}
	known.PaymentMethod, known.Description = o.PaymentMethod, o.Description
	known.CustomData, known.HasCustomData = o.CustomData, o.HasCustomData
	known.SuccessURL, known.ErrorURL, known.CancelURL = o.SuccessURL, o.ErrorURL, o.CancelURL
	known.UserAgent, known.IPAddress = o.UserAgent, o.IPAddress
	g.begin(c, rules, &known)
	return known, c.put(&known)
}

// LinkOf signs a link to the page of an existing order.
func LinkOf(c store.Company, o store.Order) Form {
	f := Form{{"merchant", c.Merchant.MerchantID}, {"operation", o.Operation}}
	add := func(name, value string) {
		if value != "" {
			f = append(f, Field{name, value})
		}
	}
	add("payment_method", string(o.PaymentMethod))
	add("order_invoice_number", o.InvoiceNumber)
	add("order_amount", strconv.FormatInt(o.Amount, 10))
	add("currency", o.Currency)
	add("order_description", o.Description)
	return link(c, f, o.OrderID)
}
