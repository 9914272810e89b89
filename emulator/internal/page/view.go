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

// ParamLanguage is the parameter of an address that has a page's language.
const ParamLanguage = "lang"

// LanguageOf is the language that the query of a page's address asks for.
func LanguageOf(query url.Values) Language {
	if query.Get(ParamLanguage) == string(English) {
		return English
	}
	return Vietnamese
}

// Other is the language that a page in this one offers.
func (l Language) Other() Language {
	if l == English {
		return Vietnamese
	}
	return English
}

// Frame is what every page has.
type Frame struct {
	Language Language
	// Switch is the address of the same page in the other language; empty on a
	// page that was the answer to a form.
	Switch string
	// Repost is the same page in the other language by posting its form again,
	// for a page that no address shows; nil when there is none.
	Repost *Repost
	// Merchant is the name of the shop; empty when it is not known.
	Merchant string
}

// Repost is a form that is posted once more.
type Repost struct {
	Action string
	Fields []Named
}

// Named is a field of a form.
type Named struct{ Name, Value string }

// Order is what a page shows of an order. The zero value shows none.
type Order struct {
	// OrderID is SePay's code, InvoiceNumber the shop's.
	OrderID, InvoiceNumber, Description string
	// Amount is in VND.
	Amount int64
}

// Live is how a page learns that something happened to the order.
type Live struct {
	// Status is polled for JSON, Events is a stream of the same.
	Status, Events string
	// State is the state that the page was drawn from. The page loads again when
	// Status or Events reports another one; any string will do.
	State string
	// Page is the address to load again, for a page that was the answer to a
	// form; empty means the address that the browser shows.
	Page string
	// Expires is the wait until the order expires; 0 means never. Ticking says
	// that the emulator's clock runs, Scale how fast.
	Expires time.Duration
	Ticking bool
	Scale   float64
}

// Leave is where the customer who gives up goes; empty hides the link.
type Leave struct{ Cancel string }

// Method is a way to pay that the page offers.
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

// Transfer shows what the customer has to transfer, with a QR code, and lets a
// developer simulate what comes in.
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
	// Pay takes a POST with the field "outcome": paid, less, more, wrong_memo,
	// twice, late or failed; and with "bank_habits": true or false.
	Pay string
	// Habits says that transfers arrive as real banks write them unless the
	// tester says otherwise.
	Habits bool
	// Phone is the emulator's banking app with this transfer filled in.
	Phone string
	// Change leads back to the choice of methods; empty when there is none.
	Change string
	// Received are transfers that reached the order and did not simply pay it.
	Received []Received
}

// Received is a transfer that named the order.
type Received struct {
	// Amount is in VND, At in Vietnam's zone.
	Amount int64
	At     time.Time
	Memo   string
	// Verdict is paid, less, more, twice, late, cancelled or unmatched.
	Verdict string
	// Difference is by how much it is less or more than the order, in VND.
	Difference int64
}

// Card is the form for a card.
type Card struct {
	Frame
	Leave
	Live
	Order Order
	// Action takes a POST with card_number, card_holder_name, card_expiry
	// (MM/YY) and card_cvv.
	Action string
	// Number, Holder and Expiry fill the form again after a mistake.
	Number, Holder, Expiry string
	// Mistakes are the fields that are wrong, by their names in the form; the
	// value is required, invalid or expired.
	Mistakes map[string]string
	// Declined is why the attempt before this one failed: declined,
	// insufficient_funds, expired_card, authentication_failed, timeout or
	// transfer_failed.
	Declined  string
	TestCards []TestCard
	Change    string
}

// TestCard is a row of the emulator's own table of cards.
type TestCard struct {
	// Name is how commands and scenarios call it, e.g. "visa" or "declined".
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
	// Action takes a POST with the field "answer": pass, fail or abandon; and
	// with "otp", whose right value is OTP.
	Action string
	OTP    string
	// Wrong says that the one-time password before was wrong.
	Wrong bool
}

// Processing waits for the card network.
type Processing struct {
	Frame
	Leave
	Live
	Order Order
	// Refresh is the address of this page: it loads again every few seconds
	// without JavaScript.
	Refresh string
	// Wait is how long the result may take; nil when that is not known.
	Wait *Live
}

// Result tells how it ended and leads back to the shop.
type Result struct {
	Frame
	Order Order
	// State is paid, failed, cancelled, expired or left; Reason, for failed, is one
	// of [Card.Declined] or empty.
	State, Reason string
	// Return is the shop's address; without one the page stays.
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
	// Reason is a word for machines such as signature_mismatch, Cause one for
	// what caused it; Title and Detail say it to the developer in English, Hint
	// what to do. A Vietnamese page has texts of its own for the two words.
	Reason, Cause, Title, Detail, Hint string
	// Values are the fields that it is about, as they came.
	Values []Named
	// Expected is the text that had to be signed, Signed the one that was, when
	// it is known.
	Expected, Signed string
}

// Phone is the payer's banking app.
type Phone struct {
	Frame
	// Action takes a POST with account, bank, amount (VND), memo, payload,
	// bank_habits and sent_from.
	Action string
	// Decode takes a POST of "payload", or of a picture as "picture", and
	// answers with this page filled in.
	Decode string
	// Filled: a payload was read into the fields below.
	Filled                                       bool
	Bank, BankName, AccountNumber, AccountHolder string
	Amount                                       int64
	Memo, Payload                                string
	// Notes are what is unusual about the payload, as codes of package vietqr.
	Notes []string
	// Habits says that the transfer arrives as a real bank writes it; SentFrom is
	// where the payer sends from, one of Sources or empty.
	Habits   bool
	SentFrom string
	Sources  []string
	// Problem says why the payload, the picture or the transfer was refused, nil
	// when nothing was.
	Problem *Problem
	// Again is the empty page, for another transfer; empty hides the link.
	Again string
	// Sent is what was sent, nil when nothing was.
	Sent *SentTransfer
}

// Problem is why the banking app refuses something.
type Problem struct {
	// Kind is a word such as checksum or amount, Value what it is about.
	Kind, Value string
	// Tag is the path of tags in a VietQR payload, At the place in it, from 1; 0
	// when it is about the whole.
	Tag string
	At  int
	// Detail says it in English, which only an English page shows.
	Detail string
}

// SentTransfer is the receipt of the banking app.
type SentTransfer struct {
	// Amount is in VND, At in Vietnam's zone.
	Amount                                         int64
	At                                             time.Time
	Bank, AccountNumber, AccountHolder, Memo, Code string
	// Wrote is the memo as the bank wrote it; empty when it was left as typed.
	Wrote string
	// Order is the order that it reached, Verdict as in [Received]; empty when
	// it reached none.
	Order, Verdict string
	// Back leads to the shop's payment page, if the payer came from there.
	Back string
}
