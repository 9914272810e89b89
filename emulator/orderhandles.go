package emulator

import (
	"context"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

// Checkout is the form that a shop posts to open a payment. See
// https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan.
type Checkout struct {
	// InvoiceNumber is the shop's own number of the order.
	InvoiceNumber string
	// Amount is in VND.
	Amount int64
	// Method is a payment method such as [control.MethodCard]; empty lets the customer choose.
	Method string
	// Description is made up when empty; CustomerID and CustomData are optional.
	Description, CustomerID, CustomData string
	// Where the customer's browser goes after paying, after a failure and on leaving.
	SuccessURL, ErrorURL, CancelURL string
}

// Checkout opens a payment with a form that is signed as a shop signs it. A form that
// SePay would refuse ends the test.
func (c *Company) Checkout(in Checkout) *Order {
	merchant := c.State().Merchant
	if in.Description == "" {
		in.Description = "Thanh toan " + in.InvoiceNumber
	}
	f := payment.Form{{Name: "merchant", Value: merchant.MerchantID}, {Name: "operation", Value: store.OperationPurchase}}
	for _, field := range []payment.Field{
		{Name: "payment_method", Value: in.Method}, {Name: "order_invoice_number", Value: in.InvoiceNumber},
		{Name: "order_amount", Value: strconv.FormatInt(in.Amount, 10)}, {Name: "currency", Value: "VND"},
		{Name: "order_description", Value: in.Description}, {Name: "customer_id", Value: in.CustomerID}, {Name: "custom_data", Value: in.CustomData},
		{Name: "success_url", Value: in.SuccessURL}, {Name: "error_url", Value: in.ErrorURL}, {Name: "cancel_url", Value: in.CancelURL},
	} {
		if field.Value != "" {
			f = append(f, field)
		}
	}
	f = append(f, payment.Field{Name: "signature", Value: payment.Sign(merchant.SecretKey, f)})
	opened, err := c.e.engine.Open(context.Background(), payment.Request{Form: f})
	if err != nil {
		c.e.fail("checkout: %v", err)
		return &Order{company: c}
	}
	return &Order{c, opened.Order.OrderID}
}

// Order returns the order with this key: the shop's own invoice number
// (order_invoice_number, [Checkout].InvoiceNumber), or SePay's order id (order_id,
// [control.Order].OrderID). The first use of the handle ends the test when the company
// has no such order.
func (c *Company) Order(key string) *Order { return &Order{c, key} }

// SetIPN sends the IPNs of the company's orders to a URL; an empty one switches them
// off. With a secret, the header X-Secret-Key carries it.
func (c *Company) SetIPN(url, secret string) {
	_, err := c.e.engine.Control().SetIPN(context.Background(), control.IPNChange{Company: c.id, URL: url, AuthType: ipnAuth(secret), Secret: secret})
	if err != nil {
		c.e.fail("ipn: %v", err)
	}
}

// Order is a handle of an order of the payment gateway.
type Order struct {
	company *Company
	key     string
}

// State returns the order as it is now.
func (o *Order) State() control.Order {
	return o.done(o.company.e.engine.Control().Order(context.Background(), o.company.id, o.key))
}

// Pay pays the order in full by its own method, as the customer does on the payment
// page.
func (o *Order) Pay() control.Order { return o.PayWith(control.NewPay{}) }

// PayByCard pays with a test card such as [control.CardVisa] or [control.CardDeclined]. The
// challenge of a card (3-D Secure) is passed.
func (o *Order) PayByCard(name string) control.Order { return o.PayWith(control.NewPay{Card: name}) }

// PayWith pays in the way that n says: too little, too late, with a wrong memo and so
// on.
func (o *Order) PayWith(n control.NewPay) control.Order {
	n.Company = o.company.id
	return o.done(o.company.e.engine.Control().Pay(context.Background(), o.key, n))
}

// Leave sends the customer back to the shop without paying. The order still waits.
func (o *Order) Leave() control.Order {
	return o.done(o.company.e.engine.Control().Leave(context.Background(), o.company.id, o.key))
}

// Expire ends the waiting order now, as the clock would later.
func (o *Order) Expire() control.Order {
	return o.done(o.company.e.engine.Control().Expire(context.Background(), o.company.id, o.key))
}

// IPNs waits until everything that is due now was sent and answered, and returns the
// order's IPNs, oldest first.
func (o *Order) IPNs() []control.Delivery {
	e := o.company.e
	e.Settle()
	all := e.Deliveries(control.DeliveryFilter{Company: o.company.id, Subject: o.State().OrderID})
	out := make([]control.Delivery, 0, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == control.KindIPN {
			out = append(out, all[i])
		}
	}
	return out
}

func (o *Order) done(state control.Order, err error) control.Order {
	if err != nil {
		o.company.e.fail("order %s: %v", o.key, err)
	}
	return state
}
