package store

import (
	"cmp"
	"strings"
	"time"
)

// OrderStatus is the state of a payment-gateway order
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/chi-tiet-don-hang).
type OrderStatus string

// The states of an order: waiting for payment, paid, and cancelled.
const (
	OrderWaiting   OrderStatus = "AUTHENTICATION_NOT_NEEDED"
	OrderCaptured  OrderStatus = "CAPTURED"
	OrderCancelled OrderStatus = "CANCELLED"
)

// PaymentMethod is a way to pay an order.
type PaymentMethod string

// The methods of the gateway.
const (
	MethodCard         PaymentMethod = "CARD"
	MethodTransfer     PaymentMethod = "BANK_TRANSFER"
	MethodNapas        PaymentMethod = "NAPAS_BANK_TRANSFER"
	AuthenticationDone               = "AUTHENTICATION_SUCCESSFUL"
	OperationPurchase                = "PURCHASE"
	OperationVerify                  = "VERIFY"
)

// PaymentMethods lists every method of the gateway.
func PaymentMethods() []PaymentMethod {
	return []PaymentMethod{MethodTransfer, MethodNapas, MethodCard}
}

// Order is an order of the payment gateway.
type Order struct {
	// ID is the number of the REST API, XID the UUID of the IPN, empty until the
	// REST API knows the order.
	ID      int64
	XID     string
	Company string
	// OrderID is SePay's code, e.g. PAY70016A2634F656811.
	OrderID       string
	InvoiceNumber string
	// Operation is PURCHASE or VERIFY.
	Operation string
	// PaymentMethod is the shop's choice, empty when the customer chooses; Method
	// is the latest choice.
	PaymentMethod, Method PaymentMethod
	Status                OrderStatus
	// AuthenticationStatus is empty until a payment was authenticated.
	AuthenticationStatus string
	// Amount is in VND.
	Amount      int64
	Currency    string
	Description string
	// CustomerID is the shop's id of the customer, CustomerXID SePay's UUID.
	CustomerID, CustomerXID string
	// CustomData is the shop's own text; HasCustomData is false when none was
	// posted.
	CustomData                      string
	HasCustomData                   bool
	SuccessURL, ErrorURL, CancelURL string
	Agreement                       Agreement
	UserAgent, IPAddress            string
	BankAccountID                   int64
	VirtualAccountXID               string
	// Memo is the text that the QR code asks the payer to transfer with.
	Memo string
	// Listed says that the REST API lists the order.
	Listed bool
	// Expired says that the order was cancelled because its time had passed.
	Expired bool
	// Received are the transfers for the order, oldest first.
	Received []Received
	// OpenedAt is when the checkout was opened, CreatedAt when the REST API first
	// listed the order, ExpiresAt when it is cancelled unless paid; zero is never.
	OpenedAt, CreatedAt, UpdatedAt, CapturedAt, ExpiresAt time.Time
}

// Agreement is an order's agreement on recurring payments.
type Agreement struct{ ID, Name, Type, PaymentFrequency, AmountPerPayment string }

// Verdict is the effect of a transfer on its order.
type Verdict string

// The verdicts: paid; less or more than the amount, which must match exactly;
// the order was paid before, had expired, or was cancelled; the transfer was
// meant for the order, but its memo names none.
const (
	VerdictPaid      Verdict = "paid"
	VerdictLess      Verdict = "less"
	VerdictMore      Verdict = "more"
	VerdictTwice     Verdict = "twice"
	VerdictLate      Verdict = "late"
	VerdictCancelled Verdict = "cancelled"
	VerdictUnmatched Verdict = "unmatched"
)

// Received is a transfer that named an order, or that was meant for it.
type Received struct {
	TransactionID int64
	// Amount is in VND.
	Amount  int64
	Memo    string
	At      time.Time
	Verdict Verdict
}

// PaymentStatus is the state of a gateway transaction.
type PaymentStatus string

// The states of a payment.
const (
	PaymentPending  PaymentStatus = "PENDING"
	PaymentApproved PaymentStatus = "APPROVED"
	PaymentDeclined PaymentStatus = "DECLINED"
)

// PaymentType is what a gateway transaction does with the money.
type PaymentType string

// The types of a payment.
const (
	TypePayment PaymentType = "PAYMENT"
	TypeVoid    PaymentType = "VOID"
)

// Payment is a transaction of the gateway: an attempt to pay an order, or its
// void.
type Payment struct {
	// ID is the number of the REST API, XID the UUID of the IPN.
	ID      int64
	XID     string
	Company string
	// Order is the id of the order.
	Order int64
	// TransactionID is the IPN's code: 13 hexadecimal digits, after trans- for a
	// card.
	TransactionID string
	Method        PaymentMethod
	Type          PaymentType
	Status        PaymentStatus
	// Amount is in VND.
	Amount               int64
	AuthenticationStatus string
	// Card is nil for a transfer.
	Card *Card
	// Reason is a code for why the payment was declined.
	Reason string
	// Challenge: it waits for the cardholder's one-time password.
	Challenge bool
	// DueAt is when a pending payment is declined.
	DueAt time.Time
	// BankTransaction is the transaction of the bank side, 0 when there is none.
	BankTransaction int64
	Date, UpdatedAt time.Time
}

// Card is the stored part of a card.
type Card struct {
	// Number is masked: the first six digits, six x, the last four.
	Number string
	Holder string
	// Expiry is MMYY.
	Expiry string
	// Funding is DEBIT or CREDIT, Brand VISA, MASTERCARD, JCB or UNKNOWN.
	Funding, Brand string
}

// MemoCode returns an order code in the form that banks keep: letters and
// digits only, in upper case.
func MemoCode(orderID string) string {
	return strings.ToUpper(strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			return c
		}
		return -1
	}, orderID))
}

const scopePending = "pending"

// columnCreated is the number column of orders.
const columnCreated = 0

// compareGroups compares what orders are grouped by, the company first.
func (o *Order) compareGroups(p *Order) int {
	if c := cmp.Or(strings.Compare(o.Company, p.Company), strings.Compare(string(o.Status), string(p.Status))); c != 0 || o.Listed == p.Listed {
		return c
	}
	if o.Listed {
		return 1
	}
	return -1
}

// The kinds of the gateway.
var (
	Orders = withColumns(newKind("orders", 41, func(o *Order) int64 { return o.ID }),
		columnsOf[Order]{
			numbers: []func(*Order) int64{columnCreated: func(o *Order) int64 { return o.CreatedAt.UnixMicro() }},
			group:   (*Order).compareGroups,
			mark:    func(o *Order) string { return o.CustomerID },
			texts:   func(o *Order) [3]string { return [3]string{o.InvoiceNumber, o.OrderID, o.Description} },
		})
	OrderByOrderID = unique(Orders, "by_order_id", func(o *Order) string { return o.OrderID })
	OrderByInvoice = unique(Orders, "by_invoice", func(o *Order) string { return Scope(o.Company, o.InvoiceNumber) })
	OrderByVA      = unique(Orders, "by_va", func(o *Order) string { return o.VirtualAccountXID })
	// OrderWaitingFor finds the orders of a company that wait for an amount.
	orderWaitingFor = order(Orders, "waiting_amount", func(o *Order) (string, int64) {
		if o.Status != OrderWaiting || !o.Listed {
			return "", 0
		}
		return o.Company, o.Amount
	})
	ordersAll    = order(Orders, "all", func(o *Order) (string, int64) { return "all", 0 })
	ordersOf     = order(Orders, "by_company", func(o *Order) (string, int64) { return o.Company, 0 })
	ordersListed = order(Orders, "listed", func(o *Order) (string, int64) {
		if !o.Listed {
			return "", 0
		}
		return o.Company, o.CreatedAt.UnixMicro()
	})
	ordersExpiring = order(Orders, "expiring", func(o *Order) (string, int64) {
		if o.Status != OrderWaiting || o.ExpiresAt.IsZero() {
			return "", 0
		}
		return scopePending, o.ExpiresAt.UnixMicro()
	})
	orderByAgreement = order(Orders, "by_agreement", func(o *Order) (string, int64) {
		if o.CapturedAt.IsZero() {
			return "", 0
		}
		return Scope(o.Company, o.Agreement.ID), 0
	})

	Payments        = newKind("payments", 17, func(p *Payment) int64 { return p.ID })
	paymentsOf      = order(Payments, "by_order", func(p *Payment) (string, int64) { return orderScope(p.Order), 0 })
	paymentsPending = order(Payments, "pending", func(p *Payment) (string, int64) {
		if p.Status != PaymentPending || p.DueAt.IsZero() {
			return "", 0
		}
		return scopePending, p.DueAt.UnixMicro()
	})
)

// orderScope is an order's id as a scope.
func orderScope(id int64) string {
	var b [8]byte
	for i := range b {
		b[i] = byte(id >> (56 - 8*i))
	}
	return string(b[:])
}

// PaymentsOf returns the gateway transactions of an order, oldest first.
func PaymentsOf(r Reader, order int64) ([]Payment, error) {
	return paymentsOf.All(r, orderScope(order))
}

// OrdersWaitingFor returns the listed orders of a company that wait for exactly
// that amount in VND, at most limit.
func OrdersWaitingFor(r Reader, company string, amount int64, limit int) ([]Order, error) {
	s, err := orderWaitingFor.span(r, company, amount, amount)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(r, orderWaitingFor, s, false, Window{Limit: limit, NoTotal: true}, nil)
	return page.Rows, err
}

// AgreementPaid returns whether an order of that agreement was captured before.
func AgreementPaid(r Reader, company, agreement string) (bool, error) {
	n, err := orderByAgreement.Count(r, Scope(company, agreement))
	return n > 0, err
}

// ExpiringOrders returns the waiting orders that expire at or before now, the
// earliest first. A zero time returns all.
func ExpiringOrders(r Reader, now time.Time, limit int) ([]Order, error) {
	return dueOf(r, ordersExpiring, now, limit)
}

// OverduePayments returns the pending payments whose time has passed at now,
// the earliest first. A zero time returns all.
func OverduePayments(r Reader, now time.Time, limit int) ([]Payment, error) {
	return dueOf(r, paymentsPending, now, limit)
}

func dueOf[R any](r Reader, ix *Index[R], now time.Time, limit int) ([]R, error) {
	_, high := TimeRange{To: now}.majors()
	s, err := ix.span(r, scopePending, minMajor, high)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(r, ix, s, false, Window{Limit: limit, NoTotal: true}, nil)
	return page.Rows, err
}

// DueOrders are the indexes that change with the instant at which an order or
// payment becomes due.
func DueOrders() []*Ordering { return []*Ordering{&ordersExpiring.Ordering, &paymentsPending.Ordering} }
