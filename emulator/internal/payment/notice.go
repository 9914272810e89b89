package payment

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// NoticeType is the notification_type of an IPN.
type NoticeType string

// The types of an IPN (https://developer.sepay.vn/vi/cong-thanh-toan/IPN). The
// renewal is in pages of 2025 only.
const (
	NoticeOrderPaid   NoticeType = "ORDER_PAID"
	NoticeVoid        NoticeType = "TRANSACTION_VOID"
	NoticeRenewalPaid NoticeType = "RENEWAL_ORDER_PAID"
)

// Notice is the content of an IPN.
type Notice struct {
	Type    NoticeType
	At      time.Time
	Order   store.Order
	Payment store.Payment
	// DocsCard writes a card as in the page's example instead of as observed in
	// June 2026.
	DocsCard bool
	// DateAhead is added to the transaction's date.
	DateAhead time.Duration
	ids       noticeIDs
}

// noticeBody is the IPN in SePay's key order. Amounts are texts: the order's
// with two decimals, the transaction's without; dates are Vietnam's.
type noticeBody struct {
	Timestamp        int64             `json:"timestamp"`
	NotificationType NoticeType        `json:"notification_type"`
	Order            noticeOrder       `json:"order"`
	Transaction      noticeTransaction `json:"transaction"`
	Customer         *noticeCustomer   `json:"customer"`
	Agreement        json.RawMessage   `json:"agreement,omitempty"`
}

type noticeOrder struct {
	ID            string            `json:"id"`
	OrderID       string            `json:"order_id"`
	Status        store.OrderStatus `json:"order_status"`
	Currency      string            `json:"order_currency"`
	Amount        string            `json:"order_amount"`
	InvoiceNumber string            `json:"order_invoice_number"`
	CustomData    json.RawMessage   `json:"custom_data"`
	UserAgent     string            `json:"user_agent"`
	IPAddress     string            `json:"ip_address"`
	Description   string            `json:"order_description"`
}

type noticeTransaction struct {
	ID                   string              `json:"id"`
	PaymentMethod        store.PaymentMethod `json:"payment_method"`
	TransactionID        string              `json:"transaction_id"`
	TransactionType      store.PaymentType   `json:"transaction_type"`
	TransactionDate      string              `json:"transaction_date"`
	TransactionStatus    store.PaymentStatus `json:"transaction_status"`
	TransactionAmount    string              `json:"transaction_amount"`
	TransactionCurrency  string              `json:"transaction_currency"`
	AuthenticationStatus *string             `json:"authentication_status"`
	CardNumber           *string             `json:"card_number"`
	CardHolderName       *string             `json:"card_holder_name"`
	CardExpiry           *string             `json:"card_expiry"`
	CardFundingMethod    *string             `json:"card_funding_method"`
	CardBrand            *string             `json:"card_brand"`
}

type noticeCustomer struct {
	ID         string `json:"id"`
	CustomerID string `json:"customer_id"`
}

// EncodeNotice writes the body of an IPN.
func EncodeNotice(n Notice) []byte {
	o, p := &n.Order, &n.Payment
	body := noticeBody{
		Timestamp: n.At.Unix(), NotificationType: n.Type,
		Order: noticeOrder{
			ID: n.ids.order, OrderID: o.OrderID, Status: o.Status, Currency: o.Currency, Amount: Decimals(o.Amount),
			InvoiceNumber: o.InvoiceNumber, CustomData: customData(o), UserAgent: o.UserAgent, IPAddress: o.IPAddress, Description: o.Description,
		},
		Transaction: noticeTransaction{
			ID: n.ids.payment, PaymentMethod: p.Method, TransactionID: p.TransactionID, TransactionType: p.Type,
			TransactionDate: clock.Stamp(p.Date.Add(n.DateAhead)), TransactionStatus: p.Status,
			TransactionAmount: strconv.FormatInt(p.Amount, 10), TransactionCurrency: o.Currency, AuthenticationStatus: orNull(p.AuthenticationStatus),
		},
	}
	if o.CustomerID != "" {
		body.Customer = &noticeCustomer{ID: n.ids.customer, CustomerID: o.CustomerID}
	}
	body.Agreement = json.RawMessage("null")
	if c := p.Card; c != nil {
		t := &body.Transaction
		t.CardNumber, t.CardHolderName, t.CardExpiry = orNull(c.Number), orNull(c.Holder), orNull(c.Expiry)
		t.CardFundingMethod, t.CardBrand = orNull(c.Funding), orNull(c.Brand)
		if n.DocsCard {
			t.CardNumber, t.CardExpiry, body.Agreement = orNull(docsMask(c.Number)), orNull(docsExpiry(c.Expiry)), nil
		}
	}
	text, _ := phpjson.Encode(body) // texts, numbers and checked JSON always encode
	return text
}

// customData returns the shop's custom data: none as an empty array, a JSON
// object or array as itself, anything else as text. Assumed.
func customData(o *store.Order) json.RawMessage {
	if !o.HasCustomData {
		return json.RawMessage("[]")
	}
	raw := bytes.TrimSpace([]byte(o.CustomData))
	if len(raw) > 0 && utf8.Valid(raw) && (raw[0] == '{' || raw[0] == '[') && json.Valid(raw) {
		return raw
	}
	text, _ := phpjson.Encode(o.CustomData) // a text always encodes
	return text
}

// Decimals writes an amount in VND with two decimals, as orders show it.
func Decimals(vnd int64) string { return strconv.FormatInt(vnd, 10) + ".00" }

// docsMask formats a card number as in the page's example: four digits, eight
// X, four digits.
func docsMask(number string) string {
	if len(number) < 8 {
		return number
	}
	return number[:4] + "XXXXXXXX" + number[len(number)-4:]
}

// docsExpiry formats MMYY as MM/YY, as in the page's example.
func docsExpiry(mmyy string) string {
	if len(mmyy) != 4 {
		return mmyy
	}
	return mmyy[:2] + "/" + mmyy[2:]
}

// cardDateAhead is how far ahead of Vietnam's time the transaction_date of card
// payments was observed: the zone had been added twice.
const cardDateAhead = 7 * time.Hour

func cardDateFinding(o *store.Order) finding.Finding {
	return finding.Finding{
		Code: "ipn.card_date_ahead", Severity: finding.Note, Title: "The card's transaction_date is seven hours ahead",
		Detail: "The IPN about order " + o.OrderID + " was written so by the setting " + string(setting.IPNCardDate) + "=plus7h. The page says Vietnam's time; one card payment at SePay's sandbox had it seven hours later.",
		Hint:   "Take the moment of a payment from timestamp, and let no order depend on transaction_date.", Source: "observed in a card's IPN captured at SePay's sandbox, June 2026",
	}
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
