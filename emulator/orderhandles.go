package emulator

import (
	"context"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// Checkout is what a shop posts to open a payment; see
// https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/form-thanh-toan.
type Checkout struct {
	InvoiceNumber string
	// Amount is in VND.
	Amount int64
	// Method is CARD, BANK_TRANSFER or NAPAS_BANK_TRANSFER; empty lets the
	// customer choose.
	Method string
	// Description is a text of its own when empty.
	Description, CustomerID, CustomData string
	SuccessURL, ErrorURL, CancelURL     string
}

// Checkout opens a payment as a shop's signed form does.
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

// Order returns an order by SePay's order id or the shop's invoice number.
func (c *Company) Order(key string) *Order { return &Order{c, key} }

// SetIPN notifies the company's merchant at a URL; with a secret, the header
// X-Secret-Key carries it.
func (c *Company) SetIPN(url, secret string) {
	_, err := c.e.engine.Control().SetIPN(context.Background(), wire.IPNChange{Company: c.id, URL: url, AuthType: ipnAuth(secret), Secret: secret})
	if err != nil {
		c.e.fail("ipn: %v", err)
	}
}

// Order is an order of the payment gateway.
type Order struct {
	company *Company
	key     string
}

// State returns the order as it is now.
func (o *Order) State() wire.Order {
	return o.done(o.company.e.engine.Control().Order(context.Background(), o.company.id, o.key))
}

// Pay pays the order as its customer: by its method, in full.
func (o *Order) Pay() wire.Order { return o.PayWith(wire.NewPay{}) }

// PayByCard pays with a test card by its name, such as "visa", "declined" or
// "challenge". The challenge is passed.
func (o *Order) PayByCard(name string) wire.Order { return o.PayWith(wire.NewPay{Card: name}) }

// PayWith pays in any way, rightly or wrongly; see [wire.NewPay].
func (o *Order) PayWith(n wire.NewPay) wire.Order {
	n.Company = o.company.id
	return o.done(o.company.e.engine.Control().Pay(context.Background(), o.key, n))
}

// Leave is the customer's way back to the shop without paying. The order goes
// on waiting.
func (o *Order) Leave() wire.Order {
	return o.done(o.company.e.engine.Control().Leave(context.Background(), o.company.id, o.key))
}

// Expire ends the waiting order as time would.
func (o *Order) Expire() wire.Order {
	return o.done(o.company.e.engine.Control().Expire(context.Background(), o.company.id, o.key))
}

// IPNs returns the order's IPNs, oldest first, after everything that is due now
// was sent and answered.
func (o *Order) IPNs() []wire.Delivery {
	e := o.company.e
	e.Settle()
	all := e.Deliveries(wire.DeliveryFilter{Company: o.company.id, Subject: o.State().OrderID})
	out := make([]wire.Delivery, 0, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == wire.KindIPN {
			out = append(out, all[i])
		}
	}
	return out
}

func (o *Order) done(state wire.Order, err error) wire.Order {
	if err != nil {
		o.company.e.fail("order %s: %v", o.key, err)
	}
	return state
}
