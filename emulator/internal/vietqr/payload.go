package vietqr

import (
	"fmt"
	"strconv"
)

// Service is the requested NAPAS service (tag 38-02). Other values exist, e.g.
// QRCASH, and are kept unchanged.
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

// The networks. VNPAY (tag 26) knows neither bank nor service; of a wallet's own
// network only its id and the merchant are read.
const (
	NAPAS Network = iota
	VNPAY
	Wallet
)

// The space in a code, in characters: lengths have two digits, and each object
// begins with four characters of tag and length.
const (
	maxValue   = 99
	headLength = 4
	// MaxMemo is the maximum length of a memo: tag 62 with nothing else in it.
	MaxMemo = maxValue - headLength
)

// The limits of NAPAS's format on paper, in characters. SePay transmits longer
// memos whole, and banks' apps read them (32 characters were observed in March
// 2026, 37 in April), so exceeding these limits only gives a [Note].
const (
	PaperMemo    = 25 // and each other object of tag 62
	PaperAccount = 19
	PaperAmount  = 13

	paperService    = 10
	paperName       = 25
	paperCity       = 15
	paperPostalCode = 10
	paperRequest    = 3
)

// Payload is the content of a VietQR code. The zero value of an optional field
// leaves it out. Texts are ASCII in the code: [Payload.Encode] folds them.
type Payload struct {
	// Dynamic codes are for one payment, others for many.
	Dynamic bool
	Network Network
	// Tag and GUID identify a wallet's network; empty for other networks, whose
	// values are fixed.
	Tag, GUID string
	// BIN is the bank's, six digits; only NAPAS has one.
	BIN string
	// Account is the number of an account, virtual account, card or merchant.
	Account string
	// Service may be empty in Encode and then means [ToAccount]; only NAPAS has one.
	Service Service
	// Category is the merchant's (ISO 18245), four digits; optional.
	Category string
	// Amount is in VND; 0 lets the payer type it.
	Amount int64

	// MerchantName, MerchantCity and PostalCode are optional.
	MerchantName, MerchantCity, PostalCode string

	// Memo is the text that the payer's bank puts into the transfer (62-08);
	// optional.
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

// String returns the payload's text, or its error.
func (p Payload) String() string {
	text, err := p.Encode()
	if err != nil {
		return "invalid " + err.Error()
	}
	return text
}

// Encode returns the text of the QR code. It folds names and labels to ASCII
// ([Fold]) and truncates nothing: a value that is too long is an [ErrField].
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
	b = appendObject(b, p.tag(), p.payee())
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

// tag returns the tag of the payee's data.
func (p *Payload) tag() string {
	switch p.Network {
	case VNPAY:
		return tagVNPAY
	case Wallet:
		return p.Tag
	}
	return tagNAPAS
}

// payee returns the payee's data.
func (p *Payload) payee() string {
	switch p.Network {
	case VNPAY:
		return object("00", guidVNPAY) + object("01", p.Account)
	case Wallet:
		return object("00", p.GUID) + object("01", p.Account)
	}
	return object("00", guidNAPAS) + object("01", p.beneficiary()) + object("02", string(p.Service))
}

func (p *Payload) beneficiary() string { return object("00", p.BIN) + object("01", p.Account) }

// labels returns the objects of tag 62 in their order.
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

// appendObject writes a tag, its length and its value; nothing for an empty
// value.
func appendObject(b []byte, tag, value string) []byte {
	if value == "" {
		return b
	}
	b = append(b, tag...)
	b = append(b, byte('0'+len(value)/10%10), byte('0'+len(value)%10))
	return append(b, value...)
}

func object(tag, value string) string { return string(appendObject(nil, tag, value)) }

// folded returns the payload with folded texts.
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
