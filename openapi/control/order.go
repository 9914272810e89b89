package control

// Order is an order of the payment gateway.
type Order struct {
	// ID is the number that SePay's REST API shows.
	ID            int64  `json:"id"`
	OrderID       string `json:"order_id"`
	InvoiceNumber string `json:"order_invoice_number"`
	Company       string `json:"company"`
	// Operation is [OperationPurchase] or [OperationVerify].
	Operation string `json:"operation"`
	// PaymentMethod is the method chosen last; empty before that.
	PaymentMethod string `json:"payment_method"`
	// Status is SePay's: one of the values that begin with [OrderAuthenticationNotNeeded].
	// State is where the customer stands: one of those that begin with [StateWaiting].
	Status string `json:"order_status"`
	State  string `json:"state"`
	// Amount is in VND.
	Amount      int64  `json:"order_amount"`
	Description string `json:"order_description"`
	CustomerID  string `json:"customer_id"`
	// Listed says that SePay's REST API knows the order.
	Listed bool `json:"listed"`
	// Redirect is where the customer's browser is sent; null while it stays.
	Redirect *string `json:"redirect"`
	// CheckoutURL is the signed path and query of the payment page.
	CheckoutURL  string             `json:"checkout_url"`
	PayTo        PayTo              `json:"pay_to"`
	Transactions []OrderTransaction `json:"transactions"`
	Received     []ReceivedTransfer `json:"received"`
	OpenedAt     string             `json:"opened_at"`
	UpdatedAt    string             `json:"updated_at"`
	CapturedAt   *string            `json:"captured_at"`
	ExpiresAt    *string            `json:"expires_at"`
}

// PayTo says where a transfer for the order goes. All is empty when the order takes no
// transfer.
type PayTo struct {
	Bank          string `json:"bank"`
	AccountNumber string `json:"account_number"`
	AccountHolder string `json:"account_holder_name"`
	Memo          string `json:"memo"`
	// QR is the VietQR payload.
	QR string `json:"qr"`
}

// OrderTransaction is an attempt to pay an order, or a void.
type OrderTransaction struct {
	ID            int64  `json:"id"`
	TransactionID string `json:"transaction_id"`
	PaymentMethod string `json:"payment_method"`
	// Type is [TransactionPayment] or [TransactionVoid].
	Type string `json:"transaction_type"`
	// Status is [TransactionPending], [TransactionApproved] or [TransactionDeclined].
	Status string `json:"transaction_status"`
	// Amount is in VND.
	Amount int64 `json:"amount"`
	// Reason says why it was declined, in a word such as "insufficient_funds".
	Reason     string  `json:"reason"`
	CardNumber *string `json:"card_number"`
	// BankTransaction is the id of the [Transaction] at the company's bank; null for none.
	BankTransaction *int64 `json:"bank_transaction"`
	At              string `json:"at"`
}

// ReceivedTransfer is a transfer that named the order in its memo, or was meant for it.
type ReceivedTransfer struct {
	// Transaction is 0 when the money did not reach an account of the company. Amount is
	// in VND.
	Transaction int64  `json:"transaction"`
	Amount      int64  `json:"amount"`
	Memo        string `json:"memo"`
	// Verdict is one of the values that begin with [VerdictPaid]; unmatched when the memo
	// names no order.
	Verdict string `json:"verdict"`
	At      string `json:"at"`
}

// MatchedOrder is the order that a transfer named, and what the transfer did to it.
type MatchedOrder struct {
	OrderID       string `json:"order_id"`
	InvoiceNumber string `json:"order_invoice_number"`
	// Verdict is as in [ReceivedTransfer].
	Verdict string `json:"verdict"`
}

// NewPay is the body of POST /orders/{order}/pay: what the customer does on the payment
// page. All is optional.
type NewPay struct {
	Company string `json:"company,omitempty"`
	// Method is a value such as [MethodCard]; the order's own, or that of Card, when empty.
	Method string `json:"method,omitempty"`
	// Card is the name of a test card, such as [CardVisa] or [CardDeclined].
	Card string `json:"card,omitempty"`
	// Outcome is one of the values that begin with [OutcomePaid]; empty pays in full.
	Outcome string `json:"outcome,omitempty"`
	// BankHabits and SentFrom are those of [NewTransfer].
	BankHabits *bool  `json:"bank_habits,omitempty"`
	SentFrom   string `json:"sent_from,omitempty"`
}

// OrderChoice is the body of POST /orders/{order}/cancel and …/expire.
type OrderChoice struct {
	Company string `json:"company,omitempty"`
}

// Card is a test card of localsepay. SePay publishes none.
type Card struct {
	Name    string `json:"name"`
	Number  string `json:"number"`
	Expiry  string `json:"expiry"`
	CVV     string `json:"cvv"`
	Brand   string `json:"brand"`
	Outcome string `json:"outcome"`
}

// Size estimates the memory that the order takes, in bytes.
func (o Order) Size() int {
	n := 1024 + len(o.InvoiceNumber) + len(o.Description) + len(o.CustomerID) + len(o.CheckoutURL) + len(o.PayTo.Memo) + len(o.PayTo.QR) + 512*len(o.Transactions)
	if o.Redirect != nil {
		n += len(*o.Redirect)
	}
	for i := range o.Received {
		n += 128 + len(o.Received[i].Memo)
	}
	return n
}
