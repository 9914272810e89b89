package vietqr

import (
	"fmt"
	"strconv"
	"strings"
)

// Service is what NAPAS is asked to do (tag 38-02). Others than these exist,
// e.g. QRCASH, and are kept as they are.
type Service string

// The services. QRPUSH is NAPAS's payment to a merchant: its account is a
// merchant id of the acquiring bank, and no memo reaches the statement.
const (
	ToAccount  Service = "QRIBFTTA"
	ToCard     Service = "QRIBFTTC"
	ToMerchant Service = "QRPUSH"
)

// Network is the payment network that the account belongs to.
type Network int

// The networks. VNPAY (tag 26) knows neither bank nor service.
const (
	NAPAS Network = iota
	VNPAY
)

// The limits of NAPAS's format, in characters.
const (
	MaxAccount      = 19
	MaxService      = 10
	MaxAmountDigits = 13
	MaxMemo         = 25
	MaxName         = 25
	MaxCity         = 15
	MaxPostalCode   = 10

	maxValue = 99 // of any object
	maxLabel = 25 // of each object in tag 62
)

// Payload is the content of a VietQR code. The zero value of an optional field
// leaves it out. Texts are ASCII in the code: [Payload.Encode] folds them.
type Payload struct {
	// Dynamic codes are for one payment, others for many.
	Dynamic bool
	Network Network
	// BIN is the bank's, six digits; VNPAY has none.
	BIN string
	// Account is the number of an account, virtual account, card or merchant.
	Account string
	// Service may be empty in Encode and then means [ToAccount]; VNPAY has none.
	Service Service
	// Category is the merchant's (ISO 18245), four digits; optional.
	Category string
	// Amount is in VND; 0 lets the payer type it.
	Amount int64

	// MerchantName, MerchantCity and PostalCode are optional.
	MerchantName, MerchantCity, PostalCode string

	// Memo is what the payer's bank puts into the transfer (62-08); optional.
	Memo string
	// The other additional data (62-01 to 62-07 and 62-09), all optional.
	Bill, Mobile, Store, Loyalty, Reference, Customer, Terminal string
	// DataRequest is any of the letters A, M and E.
	DataRequest string
}

const (
	guidNAPAS = "A000000727"
	guidVNPAY = "A000000775"
	tagNAPAS  = "38"
	tagVNPAY  = "26"
)

// String returns the payload's text, or why there is none.
func (p Payload) String() string {
	text, err := p.Encode()
	if err != nil {
		return "invalid " + err.Error()
	}
	return text
}

// Encode returns the text of the QR code. It folds names and labels to ASCII
// ([Fold]) and shortens nothing: what is too long is an [ErrField].
func (p Payload) Encode() (string, error) {
	p = p.folded()
	if err := p.validate(); err != nil {
		return "", err
	}
	b := make([]byte, 0, 256)
	b = append(b, "000201"...)
	if p.Dynamic {
		b = append(b, "010212"...)
	} else {
		b = append(b, "010211"...)
	}
	if p.Network == VNPAY {
		b = appendObject(b, tagVNPAY, object("00", guidVNPAY)+object("01", p.Account))
	} else {
		b = appendObject(b, tagNAPAS, p.beneficiary())
	}
	b = appendObject(b, "52", p.Category)
	b = append(b, "5303704"...)
	if p.Amount > 0 {
		b = appendObject(b, "54", strconv.FormatInt(p.Amount, 10))
	}
	b = append(b, "5802VN"...)
	b = appendObject(b, "59", p.MerchantName)
	b = appendObject(b, "60", p.MerchantCity)
	b = appendObject(b, "61", p.PostalCode)
	b = appendObject(b, "62", p.additional())
	b = append(b, "6304"...)
	return string(fmt.Appendf(b, "%04X", crc16(b))), nil
}

func (p *Payload) beneficiary() string {
	return object("00", guidNAPAS) + object("01", object("00", p.BIN)+object("01", p.Account)) + object("02", string(p.Service))
}

// labels are the objects of tag 62 in their order.
func (p *Payload) labels() [9]*string {
	return [9]*string{
		&p.Bill, &p.Mobile, &p.Store, &p.Loyalty, &p.Reference, &p.Customer, &p.Terminal, &p.Memo, &p.DataRequest,
	}
}

func (p *Payload) additional() string {
	var b []byte
	for i, value := range p.labels() {
		b = appendObject(b, "0"+strconv.Itoa(i+1), *value)
	}
	return string(b)
}

// appendObject writes a tag, its length and its value; nothing for no value.
func appendObject(b []byte, tag, value string) []byte {
	if value == "" {
		return b
	}
	b = append(b, tag...)
	b = append(b, byte('0'+len(value)/10%10), byte('0'+len(value)%10))
	return append(b, value...)
}

func object(tag, value string) string { return string(appendObject(nil, tag, value)) }

// folded returns the payload as it can be written.
func (p Payload) folded() Payload {
	for _, text := range p.labels() {
		*text = Fold(*text)
	}
	p.MerchantName, p.MerchantCity, p.PostalCode = Fold(p.MerchantName), Fold(p.MerchantCity), Fold(p.PostalCode)
	if p.Service == "" && p.Network == NAPAS {
		p.Service = ToAccount
	}
	return p
}

// rule is what a field may hold.
type rule struct {
	tag, name, value string
	least, most      int
	chars            func(byte) bool
	what             string // the characters, for a person
}

func digit(c byte) bool     { return '0' <= c && c <= '9' }
func letter(c byte) bool    { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }
func alnum(c byte) bool     { return digit(c) || letter(c) }
func printable(c byte) bool { return ' ' <= c && c <= '~' }

// rules are the limits of every text of the payload.
func (p *Payload) rules() []rule {
	list := make([]rule, 0, 16)
	if p.Network == VNPAY {
		list = append(list, rule{"26-01", "merchant id", p.Account, 1, maxValue, alnum, "letters and digits"})
	} else {
		list = append(list,
			rule{"38-01-00", "BIN", p.BIN, 6, 6, digit, "digits"},
			rule{"38-01-01", "account", p.Account, 1, MaxAccount, alnum, "letters and digits"},
			rule{"38-02", "service code", string(p.Service), 1, MaxService, alnum, "letters and digits"})
	}
	if p.Category != "" {
		list = append(list, rule{"52", "merchant category", p.Category, 4, 4, digit, "digits"})
	}
	list = append(list,
		rule{"59", "merchant name", p.MerchantName, 0, MaxName, printable, "printable ASCII"},
		rule{"60", "merchant city", p.MerchantCity, 0, MaxCity, printable, "printable ASCII"},
		rule{"61", "postal code", p.PostalCode, 0, MaxPostalCode, printable, "printable ASCII"})
	for i, value := range p.labels() {
		r := rule{"62-0" + strconv.Itoa(i+1), labelNames[i], *value, 0, maxLabel, printable, "printable ASCII"}
		if value == &p.DataRequest {
			r.most, r.chars, r.what = 3, func(c byte) bool { return strings.IndexByte("AME", c) >= 0 }, "the letters A, M and E"
		}
		list = append(list, r)
	}
	return list
}

var labelNames = [...]string{
	"bill number", "mobile number", "store", "loyalty number", "reference", "customer", "terminal", "memo", "data request",
}

// validate returns the first rule that the payload breaks.
func (p *Payload) validate() error {
	if p.Network != NAPAS && p.Network != VNPAY {
		return field("", fmt.Sprintf("there is no network %d", p.Network))
	}
	if p.Network == VNPAY && (p.BIN != "" || p.Service != "") {
		return field(tagVNPAY, "a VNPAY code has neither BIN nor service")
	}
	if p.Amount < 0 || len(strconv.FormatInt(p.Amount, 10)) > MaxAmountDigits {
		return field("54", fmt.Sprintf("the amount is %d VND, want 1 or more in %d digits at most, or 0 for none", p.Amount, MaxAmountDigits))
	}
	for _, r := range p.rules() {
		if err := r.check(); err != nil {
			return err
		}
	}
	if p.Network == VNPAY {
		if n := len(object("00", guidVNPAY)) + len(object("01", p.Account)); n > maxValue {
			return field(tagVNPAY, fmt.Sprintf("the merchant's data has %d characters, want %d at most", n, maxValue))
		}
	}
	if n := len(p.additional()); n > maxValue {
		return field("62", fmt.Sprintf("the additional data has %d characters with its tags, want %d at most", n, maxValue))
	}
	return nil
}

func (r rule) check() error {
	if n := len(r.value); n < r.least || n > r.most {
		want := fmt.Sprintf("%d at most", r.most)
		switch {
		case r.least == r.most:
			want = strconv.Itoa(r.most)
		case r.least > 0:
			want = fmt.Sprintf("%d to %d", r.least, r.most)
		}
		return field(r.tag, fmt.Sprintf("the %s has %d characters, want %s", r.name, n, want))
	}
	for i := range len(r.value) {
		if !r.chars(r.value[i]) {
			return field(r.tag, fmt.Sprintf("the %s holds %q, want %s only", r.name, r.value[i], r.what))
		}
	}
	return nil
}

func field(tag, detail string) *Error {
	return &Error{Err: ErrField, Tag: tag, Offset: -1, Detail: detail}
}
