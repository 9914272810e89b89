package pgapi

import (
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// order is an order of the list, in SePay's key order. Every value is a text
// or null; the amount has two decimals, dates are Vietnam's.
type order struct {
	ID                   string            `json:"id"`
	CustomerID           *string           `json:"customer_id"`
	OrderID              string            `json:"order_id"`
	InvoiceNumber        string            `json:"order_invoice_number"`
	Status               store.OrderStatus `json:"order_status"`
	Amount               string            `json:"order_amount"`
	Currency             string            `json:"order_currency"`
	Description          string            `json:"order_description"`
	AuthenticationStatus *string           `json:"authentication_status"`
	CreatedAt            string            `json:"created_at"`
	UpdatedAt            string            `json:"updated_at"`
}

// detail is one order with its transactions.
type detail struct {
	order
	Transactions []transaction `json:"transactions"`
}

// transaction is a payment or void. Its amount has no decimals.
type transaction struct {
	ID                   string              `json:"id"`
	PaymentMethod        store.PaymentMethod `json:"payment_method"`
	Type                 store.PaymentType   `json:"transaction_type"`
	Amount               string              `json:"transaction_amount"`
	Currency             string              `json:"transaction_currency"`
	Status               store.PaymentStatus `json:"transaction_status"`
	AuthenticationStatus *string             `json:"authentication_status"`
	CardNumber           *string             `json:"card_number"`
	CardHolderName       *string             `json:"card_holder_name"`
	CardExpiry           *string             `json:"card_expiry"`
	CardFundingMethod    *string             `json:"card_funding_method"`
	CardBrand            *string             `json:"card_brand"`
	Date                 string              `json:"transaction_date"`
	LastUpdatedDate      string              `json:"transaction_last_updated_date"`
}

// one is the envelope of a single record, list that of a page.
type one struct {
	Data any `json:"data"`
}

type list struct {
	Data orderRows `json:"data"`
	Meta meta      `json:"meta"`
}

type meta struct {
	PerPage     int  `json:"per_page"`
	Total       int  `json:"total"`
	HasMore     bool `json:"has_more"`
	CurrentPage int  `json:"current_page"`
	PageCount   int  `json:"page_count"`
}

// done is the answer of cancel and void.
type done struct {
	Message string `json:"message"`
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func showOrder(o *store.Order) order {
	return order{
		ID: strconv.FormatInt(o.ID, 10), CustomerID: orNull(o.CustomerID), OrderID: o.OrderID, InvoiceNumber: o.InvoiceNumber,
		Status: o.Status, Amount: payment.Decimals(o.Amount), Currency: o.Currency, Description: o.Description,
		AuthenticationStatus: orNull(o.AuthenticationStatus), CreatedAt: clock.Stamp(o.CreatedAt), UpdatedAt: clock.Stamp(o.UpdatedAt),
	}
}

func showTransaction(p *store.Payment, currency string) transaction {
	t := transaction{
		ID: strconv.FormatInt(p.ID, 10), PaymentMethod: p.Method, Type: p.Type, Amount: strconv.FormatInt(p.Amount, 10), Currency: currency,
		Status: p.Status, AuthenticationStatus: orNull(p.AuthenticationStatus), Date: clock.Stamp(p.Date), LastUpdatedDate: clock.Stamp(p.UpdatedAt),
	}
	if c := p.Card; c != nil {
		t.CardNumber, t.CardHolderName, t.CardExpiry = orNull(c.Number), orNull(c.Holder), orNull(c.Expiry)
		t.CardFundingMethod, t.CardBrand = orNull(c.Funding), orNull(c.Brand)
	}
	return t
}
