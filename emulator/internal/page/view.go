package page

import (
	"net/url"
	"time"
)

// Language is the language of a page.
type Language string

// The languages of the pages.
const (
	Vietnamese Language = "vi"
	English    Language = "en"
)

// ParamLanguage is the query parameter with a page's language.
const ParamLanguage = "lang"

// LanguageOf returns the language that a query asks for.
func LanguageOf(query url.Values) Language {
	if query.Get(ParamLanguage) == string(English) {
		return English
	}
	return Vietnamese
}

// Other returns the other language.
func (l Language) Other() Language {
	if l == English {
		return Vietnamese
	}
	return English
}

// Frame is common to all pages.
type Frame struct {
	Language Language
	// Switch is the address of the same page in the other language; empty for the
	// answer to a form.
	Switch string
	// Repost shows the page in the other language by posting its form again; nil
	// for a page with an address.
	Repost *Repost
	// Merchant is the name of the shop; empty when unknown.
	Merchant string
}

// Repost is a form to post again.
type Repost struct {
	Action string
	Fields []Named
}

// Named is a field of a form.
type Named struct{ Name, Value string }

// Order describes an order. The zero value shows none.
type Order struct {
	// OrderID is SePay's code, InvoiceNumber the shop's.
	OrderID, InvoiceNumber, Description string
	// Amount is in VND.
	Amount int64
}

// Live is how a page learns of changes of the order.
type Live struct {
	// Status is polled for JSON, Events is a stream of the same.
	Status, Events string
	// State is the state that the page shows. The page reloads when Status or
	// Events reports another one; any string will do.
	State string
	// Page is the address to reload, for the answer to a form; empty means the
	// browser's address.
	Page string
	// Expires is the wait until the order expires; 0 means never. Ticking says
	// that the emulator's clock runs, Scale how fast.
	Expires time.Duration
	Ticking bool
	Scale   float64
}

// Leave is where a customer who cancels goes; empty hides the link.
type Leave struct{ Cancel string }

// Method is a payment method on offer.
type Method struct {
	// Name is BANK_TRANSFER, NAPAS_BANK_TRANSFER or CARD.
	Name string
	URL  string
}

// Choose lets the customer choose a method.
type Choose struct {
	Frame
	Leave
	Live
	Order   Order
	Methods []Method
}

// Transfer shows the details of the transfer, with a QR code, and lets a
// developer simulate transfers.
type Transfer struct {
	Frame
	Leave
	Live
	Order Order
	// Napas: the method is NAPAS_BANK_TRANSFER.
	Napas bool
	// Bank is the short name, BankName the legal one.
	Bank, BankName, AccountNumber, AccountHolder, Memo string
	// Image is the address of the QR code, a square of ImageSize pixels;
	// Payload is the text in it.
	Image     string
	ImageSize int
	Payload   string
	// Pay accepts a POST with the field "outcome": paid, less, more, wrong_memo,
	// twice, late or failed; and with "bank_habits": true or false.
	Pay string
	// Habits says whether the bank's habits apply by default.
	Habits bool
	// Phone is the emulator's banking app with this transfer filled in.
	Phone string
	// Change leads back to the choice of methods; empty for none.
	Change string
	// Received are transfers for the order, unless one simply paid it.
	Received []Received
}

// Received is a transfer for the order.
type Received struct {
	// Amount is in VND, At in Vietnam's zone.
	Amount int64
	At     time.Time
	Memo   string
	// Verdict is paid, less, more, twice, late, cancelled or unmatched.
	Verdict string
	// Difference is the amount missing or in excess, in VND.
	Difference int64
}

// Card is the card form.
type Card struct {
	Frame
	Leave
	Live
	Order Order
	// Action accepts a POST with card_number, card_holder_name, card_expiry
	// (MM/YY) and card_cvv.
	Action string
	// Number, Holder and Expiry refill the form after a mistake.
	Number, Holder, Expiry string
	// Mistakes are the wrong fields, by their names in the form; the value is
	// required, invalid or expired.
	Mistakes map[string]string
	// Declined is why the previous attempt failed: declined, insufficient_funds,
	// expired_card, authentication_failed, timeout or transfer_failed.
	Declined  string
	TestCards []TestCard
	Change    string
}

// TestCard is a row of the emulator's own table of cards.
type TestCard struct {
	// Name identifies the card in commands and scenarios, e.g. "visa" or
	// "declined".
	Name, Number, Expiry, CVV, Brand string
	// Outcome is approved, declined, insufficient_funds, expired_card,
	// challenge, challenge_fails or timeout.
	Outcome string
}

// Challenge is the page of the bank that issued the card, for 3-D Secure.
type Challenge struct {
	Frame
	Live
	Order Order
	// CardNumber is masked.
	CardNumber string
	// Action accepts a POST with the field "answer": pass, fail or abandon; and
	// with "otp", whose right value is OTP.
	Action string
	OTP    string
	// Wrong says that the previous one-time password was wrong.
	Wrong bool
}

// Processing waits for the card network.
type Processing struct {
	Frame
	Leave
	Live
	Order Order
	// Refresh is the address of this page: without JavaScript it reloads every few
	// seconds.
	Refresh string
	// Wait is how long the result may take; nil when unknown.
	Wait *Live
}

// Result shows the result and leads back to the shop.
type Result struct {
	Frame
	Order Order
	// State is paid, failed, cancelled, expired or left; Reason, for failed, is one
	// of [Card.Declined] or empty.
	State, Reason string
	// Return is the shop's address; empty stays on the page.
	Return string
	// After is how long the page stays, in whole seconds.
	After int
	// Retry leads back to the payment; empty when it is over.
	Retry string
	// Received are transfers that came for the order.
	Received []Received
}

// Invalid is SePay's error card, with the reasons for the developer.
type Invalid struct {
	Frame
	// Reason is a code such as signature_mismatch, Cause a code for its cause;
	// Title, Detail and Hint explain them to the developer in English. A
	// Vietnamese page has its own texts for the two codes.
	Reason, Cause, Title, Detail, Hint string
	// Values are the fields in question, as received.
	Values []Named
	// Expected is the text that had to be signed, Signed the text that was, when
	// it is known.
	Expected, Signed string
}

// Phone is the payer's banking app.
type Phone struct {
	Frame
	// Action accepts a POST with account, bank, amount (VND), memo, payload,
	// bank_habits and sent_from.
	Action string
	// Decode accepts a POST of "payload", or of a picture as "picture", and
	// answers with this page filled in.
	Decode string
	// Filled: a payload was read into the fields below.
	Filled                                       bool
	Bank, BankName, AccountNumber, AccountHolder string
	Amount                                       int64
	Memo, Payload                                string
	// Notes are findings about the payload, as codes of package vietqr.
	Notes []string
	// Habits says that the bank's habits apply; SentFrom is the payer's source,
	// one of Sources or empty.
	Habits   bool
	SentFrom string
	Sources  []string
	// Problem says why the payload, the picture or the transfer was refused; nil
	// when it was not.
	Problem *Problem
	// Again is the empty page, for another transfer; empty hides the link.
	Again string
	// Sent is the transfer made, nil for none.
	Sent *SentTransfer
}

// Problem is why the banking app refuses an input.
type Problem struct {
	// Kind is a code such as checksum or amount, Value the value in question.
	Kind, Value string
	// Tag is the path of tags in a VietQR payload, At the position in it, from 1;
	// 0 for the whole payload.
	Tag string
	At  int
	// Detail explains it in English, on an English page only.
	Detail string
}

// SentTransfer is the receipt of the banking app.
type SentTransfer struct {
	// Amount is in VND, At in Vietnam's zone.
	Amount                                         int64
	At                                             time.Time
	Bank, AccountNumber, AccountHolder, Memo, Code string
	// Wrote is the memo as the bank wrote it; empty when it is unchanged.
	Wrote string
	// Order is the order that it named, Verdict as in [Received]; empty when it
	// named none.
	Order, Verdict string
	// Back leads to the shop's payment page, if the payer came from there.
	Back string
}
