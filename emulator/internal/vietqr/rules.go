package vietqr

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// rule is the format rule of a field.
type rule struct {
	tag, name, value string
	least, most      int
	chars            func(byte) bool
	what             string // the characters, for a person
	// hard says that a code which breaks the rule is not written. Other rules
	// apply on paper only: such values are written and read whole.
	hard bool
}

func digit(c byte) bool     { return '0' <= c && c <= '9' }
func letter(c byte) bool    { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }
func alnum(c byte) bool     { return digit(c) || letter(c) }
func printable(c byte) bool { return ' ' <= c && c <= '~' }

// rules returns the rules of all texts of the payload.
func (p *Payload) rules() []rule {
	list := make([]rule, 0, 18)
	switch p.Network {
	case NAPAS:
		list = append(list,
			rule{"38-01-00", "BIN", p.BIN, 6, 6, digit, "digits", true},
			rule{"38-01-01", "account", p.Account, 1, PaperAccount, alnum, "letters and digits", false},
			rule{"38-02", "service code", string(p.Service), 1, paperService, alnum, "letters and digits", false})
	case VNPAY:
		list = append(list, rule{"26-01", "merchant id", p.Account, 1, maxValue, alnum, "letters and digits", false})
	case Wallet:
		list = append(list, rule{p.Tag + "-00", "network's id", p.GUID, 1, maxValue, printable, "printable ASCII", false})
	}
	if p.Category != "" {
		list = append(list, rule{"52", "merchant category", p.Category, 4, 4, digit, "digits", false})
	}
	list = append(list,
		rule{"59", "merchant name", p.MerchantName, 0, paperName, printable, "printable ASCII", false},
		rule{"60", "merchant city", p.MerchantCity, 0, paperCity, printable, "printable ASCII", false},
		rule{"61", "postal code", p.PostalCode, 0, paperPostalCode, printable, "printable ASCII", false})
	for i, value := range p.labels() {
		r := rule{"62-0" + strconv.Itoa(i+1), labelNames[i], *value, 0, PaperMemo, printable, "printable ASCII", false}
		if value == &p.DataRequest {
			r.most, r.chars, r.what = paperRequest, func(c byte) bool { return strings.IndexByte("AME", c) >= 0 }, "the letters A, M and E"
		}
		list = append(list, r)
	}
	return list
}

var labelNames = [...]string{
	"bill number", "mobile number", "store", "loyalty number", "reference", "customer", "terminal", "memo", "data request",
}

// validate returns the first reason why the payload cannot be written.
func (p *Payload) validate() error {
	switch p.Network {
	case NAPAS:
		if p.Tag != "" || p.GUID != "" {
			return field(tagNAPAS, "NAPAS's tag and id are fixed")
		}
	case VNPAY:
		if p.BIN != "" || p.Service != "" || p.Tag != "" || p.GUID != "" {
			return field(tagVNPAY, "a VNPAY code has neither BIN nor service, and its tag and id are fixed")
		}
	case Wallet:
		if p.BIN != "" || p.Service != "" || !merchantTag(p.Tag) {
			return field(p.Tag, "a wallet's code has neither BIN nor service, and a tag from 26 to 51")
		}
	default:
		return field("", fmt.Sprintf("there is no network %d", p.Network))
	}
	if p.Amount < 0 {
		return field("54", fmt.Sprintf("the amount is %d VND, want 1 or more, or 0 for none", p.Amount))
	}
	for _, r := range p.rules() {
		if err := r.form(); err != nil {
			return err
		}
	}
	for _, outer := range [...]struct{ tag, name, value string }{
		{p.tag(), "payee's data", p.payee()}, {"62", "additional data", p.additional()},
	} {
		if n := len(outer.value); n > maxValue {
			return field(outer.tag, fmt.Sprintf("the %s has %d characters with its tags, want %d at most", outer.name, n, maxValue))
		}
	}
	return nil
}

// merchantTag returns whether a tag is reserved for the networks of payment
// intermediaries.
func merchantTag(tag string) bool { return len(tag) == 2 && "26" <= tag && tag <= "51" }

// form checks that a value can be written: its length has two digits, its
// characters are ASCII.
func (r rule) form() *Error {
	if r.hard {
		return r.paper()
	}
	r.most, r.chars, r.what = maxValue, printable, "printable ASCII"
	return r.paper()
}

// paper checks a value against the rule itself.
func (r rule) paper() *Error {
	if n := utf8.RuneCountInString(r.value); n < r.least || n > r.most {
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
