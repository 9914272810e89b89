package control

// Order is an order of the payment gateway with its transactions.
type Order struct {
	// ID is the number of SePay's REST API.
	ID            int64  `json:"id"`
	OrderID       string `json:"order_id"`
	InvoiceNumber string `json:"order_invoice_number"`
	Company       string `json:"company"`
	// Operation is PURCHASE or VERIFY.
	Operation string `json:"operation"`
	// PaymentMethod is the one that was chosen last; empty before.
	PaymentMethod string `json:"payment_method"`
	// Status is SePay's, State where the customer stands: waiting, processing,
	// paid, failed, cancelled or expired.
	Status string `json:"order_status"`
	State  string `json:"state"`
	// Amount is in VND.
	Amount      int64  `json:"order_amount"`
	Description string `json:"order_description"`
	CustomerID  string `json:"customer_id"`
	// Listed says that SePay's REST API knows the order.
	Listed bool `json:"listed"`
	// Redirect is where the customer's browser goes; null while it stays.
	Redirect *string `json:"redirect"`
	// CheckoutURL is the signed address of the payment page, from "/".
	CheckoutURL  string             `json:"checkout_url"`
	PayTo        PayTo              `json:"pay_to"`
	Transactions []OrderTransaction `json:"transactions"`
	Received     []ReceivedTransfer `json:"received"`
	OpenedAt     string             `json:"opened_at"`
	UpdatedAt    string             `json:"updated_at"`
	CapturedAt   *string            `json:"captured_at"`
	ExpiresAt    *string            `json:"expires_at"`
}

// PayTo is where a transfer for the order has to go. All of it is empty when the
// order takes no transfer.
type PayTo struct {
	Bank          string `json:"bank"`
	AccountNumber string `json:"account_number"`
	AccountHolder string `json:"account_holder_name"`
	Memo          string `json:"memo"`
	// QR is the VietQR payload.
	QR string `json:"qr"`
}

// OrderTransaction is an attempt to pay an order, or its void.
type OrderTransaction struct {
	ID            int64  `json:"id"`
	TransactionID string `json:"transaction_id"`
	PaymentMethod string `json:"payment_method"`
	Type          string `json:"transaction_type"`
	Status        string `json:"transaction_status"`
	// Amount is in VND.
	Amount int64 `json:"amount"`
	// Reason says in a word why it was declined.
	Reason     string  `json:"reason"`
	CardNumber *string `json:"card_number"`
	// BankTransaction is the id of the transaction at the company's bank; null
	// when there is none.
	BankTransaction *int64 `json:"bank_transaction"`
	At              string `json:"at"`
}

// ReceivedTransfer is a transfer that named the order, or was meant for it.
type ReceivedTransfer struct {
	// Transaction is 0 when the money did not reach an account of the company.
	Transaction int64  `json:"transaction"`
	Amount      int64  `json:"amount"`
	Memo        string `json:"memo"`
	// Verdict is paid, less, more, twice, late or cancelled; unmatched when the
	// transfer was meant for the order and its memo names none.
	Verdict string `json:"verdict"`
	At      string `json:"at"`
}

// MatchedOrder is the order that a transfer named, and what it did to it.
type MatchedOrder struct {
	OrderID       string `json:"order_id"`
	InvoiceNumber string `json:"order_invoice_number"`
	// Verdict is as in [ReceivedTransfer].
	Verdict string `json:"verdict"`
}

// NewPay is the body of POST /orders/{order}/pay: what the payer does on the
// hosted page. Everything is optional.
type NewPay struct {
	Company string `json:"company,omitempty"`
	// Method is BANK_TRANSFER, NAPAS_BANK_TRANSFER or CARD; the order's own, or
	// that of the card, when empty.
	Method string `json:"method,omitempty"`
	// Card is the name of a test card, such as visa or declined.
	Card string `json:"card,omitempty"`
	// Outcome of a transfer is paid, less, more, wrong_memo, twice, late or
	// failed; that of a card's challenge pass, fail or abandon.
	Outcome string `json:"outcome,omitempty"`
	// BankHabits and SentFrom are those of [NewTransfer].
	BankHabits *bool  `json:"bank_habits,omitempty"`
	SentFrom   string `json:"sent_from,omitempty"`
}

// OrderChoice is the body of POST /orders/{order}/cancel and …/expire.
type OrderChoice struct {
	Company string `json:"company,omitempty"`
}

// Card is a row of the emulator's own table of test cards.
type Card struct {
	Name    string `json:"name"`
	Number  string `json:"number"`
	Expiry  string `json:"expiry"`
	CVV     string `json:"cvv"`
	Brand   string `json:"brand"`
	Outcome string `json:"outcome"`
}

// Size estimates how much memory the order holds, in bytes.
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
