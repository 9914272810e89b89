package vietqr

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxText bounds what Parse looks at, in bytes: no QR code holds more.
const maxText = 4296

// Parse reads the text of a QR code, strictly: lengths must fit, every tag
// stands once, 00 is first, 63 is last and right, and the values keep to
// NAPAS's limits. Tags that a [Payload] has no field for are passed over. The
// error is an [*Error].
func Parse(text string) (Payload, error) {
	var p Payload
	if len(text) > maxText {
		return p, malformed("", 0, fmt.Sprintf("the text has %d bytes, more than a QR code holds", len(text)))
	}
	root, err := split(text, "", 0)
	if err != nil {
		return p, err
	}
	if err := checkFrame(text, root); err != nil {
		return p, err
	}
	read := reader{p: &p}
	if err := read.root(root); err != nil {
		return Payload{}, err
	}
	return p, nil
}

// part is one object of a payload.
type part struct {
	tag    string // with the tags around it: "38-01"
	value  string
	offset int // of the value
}

func malformed(tag string, offset int, detail string) *Error {
	return &Error{Err: ErrMalformed, Tag: tag, Offset: offset, Detail: detail}
}

// split reads the objects of a text. Lengths count characters.
func split(text, within string, offset int) ([]part, error) {
	path := func(tag string) string {
		if within == "" {
			return tag
		}
		return within + "-" + tag
	}
	var parts []part
	rest, at := text, offset
	for rest != "" {
		if len(rest) < 4 {
			return nil, malformed(within, at, shortRest(rest, parts))
		}
		for i := range 4 {
			if !digit(rest[i]) {
				return nil, malformed(within, at, fmt.Sprintf("%q should be two digits of a tag and two of a length%s", clip(rest, 4), after(parts)))
			}
		}
		tag, length := path(rest[:2]), int(rest[2]-'0')*10+int(rest[3]-'0')
		rest, at = rest[4:], at+4
		if length == 0 {
			return nil, malformed(tag, at-2, "its length is 00, want 01 to 99")
		}
		size, err := width(rest, length)
		if err != nil {
			return nil, malformed(tag, at, err.Error())
		}
		for _, other := range parts {
			if other.tag == tag {
				return nil, malformed(tag, at-4, "the tag stands twice")
			}
		}
		parts = append(parts, part{tag, rest[:size], at})
		rest, at = rest[size:], at+size
	}
	return parts, nil
}

// width returns how many bytes so many characters take.
func width(text string, length int) (int, error) {
	size := 0
	for i := range length {
		if size == len(text) {
			return 0, fmt.Errorf("it declares %d characters, but %d follow", length, i)
		}
		r, n := utf8.DecodeRuneInString(text[size:])
		if r == utf8.RuneError && n == 1 {
			return 0, fmt.Errorf("byte %d of its value is not UTF-8", size)
		}
		size += n
	}
	return size, nil
}

// shortRest explains a remainder that is no object: mostly the length before
// it is too small.
func shortRest(rest string, parts []part) string {
	if len(parts) == 0 {
		return fmt.Sprintf("%q is too short for a tag and a length", rest)
	}
	return fmt.Sprintf("%q is left over%s and is too short for a tag and a length: is the length before it too small?", rest, after(parts))
}

func after(parts []part) string {
	if len(parts) == 0 {
		return ""
	}
	last := parts[len(parts)-1]
	return fmt.Sprintf(" after tag %s with its %d characters", last.tag, utf8.RuneCountInString(last.value))
}

// clip returns the beginning of a text, for an error.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// checkFrame checks what does not depend on the kind of payload.
func checkFrame(text string, root []part) error {
	if len(root) == 0 {
		return malformed("", 0, "the text is empty")
	}
	if first := root[0]; first.tag != "00" || first.value != "01" {
		return malformed("00", 0, fmt.Sprintf("the text begins with %q, want 000201", clip(text, 6)))
	}
	last := root[len(root)-1]
	if last.tag != "63" || len(last.value) != 4 {
		return malformed("63", last.offset, "the last tag is "+last.tag+", want 63 with the four characters of the CRC")
	}
	want := fmt.Sprintf("%04X", crc16(text[:last.offset]))
	if !strings.EqualFold(last.value, want) {
		return &Error{Err: ErrChecksum, Tag: "63", Offset: last.offset, Detail: fmt.Sprintf("the CRC is %q, want %s", last.value, want)}
	}
	return nil
}

// reader fills a payload.
type reader struct{ p *Payload }

func find(parts []part, tag string) (part, bool) {
	for _, x := range parts {
		if x.tag == tag {
			return x, true
		}
	}
	return part{}, false
}

func (r reader) root(root []part) error {
	if err := r.fixed(root); err != nil {
		return err
	}
	if err := r.account(root); err != nil {
		return err
	}
	if err := r.amount(root); err != nil {
		return err
	}
	for tag, into := range map[string]*string{
		"52": &r.p.Category, "59": &r.p.MerchantName, "60": &r.p.MerchantCity, "61": &r.p.PostalCode,
	} {
		x, _ := find(root, tag)
		*into = x.value
	}
	if x, ok := find(root, "62"); ok {
		if err := r.additional(x); err != nil {
			return err
		}
	}
	return r.limits(root)
}

// fixed reads the tags with one or two possible values.
func (r reader) fixed(root []part) error {
	x, _ := find(root, "01")
	switch x.value {
	case "11":
	case "12":
		r.p.Dynamic = true
	default:
		return invalid(x, "01", fmt.Sprintf("the point of initiation is %q, want 11 (static) or 12 (dynamic)", x.value))
	}
	for _, must := range [...]struct{ tag, value, name string }{{"53", "704", "currency"}, {"58", "VN", "country"}} {
		x, _ := find(root, must.tag)
		if x.value != must.value {
			bad := invalid(x, must.tag, fmt.Sprintf("the %s is %q, want %s", must.name, x.value, must.value))
			bad.Err = ErrUnsupported
			return bad
		}
	}
	return nil
}

// invalid reports a value; where a tag is missing there is no place.
func invalid(x part, tag, detail string) *Error {
	if x.tag == "" {
		return &Error{Err: ErrField, Tag: tag, Offset: -1, Detail: detail}
	}
	return &Error{Err: ErrField, Tag: tag, Offset: x.offset, Detail: detail}
}

func (r reader) account(root []part) error {
	napas, isNAPAS := find(root, tagNAPAS)
	vnpay, isVNPAY := find(root, tagVNPAY)
	switch {
	case isNAPAS:
		return r.napas(napas)
	case isVNPAY:
		return r.vnpay(vnpay)
	}
	return &Error{Err: ErrUnsupported, Offset: -1, Detail: "there is neither tag 38 (NAPAS) nor tag 26 (VNPAY)"}
}

func (r reader) napas(x part) error {
	parts, err := split(x.value, x.tag, x.offset)
	if err != nil {
		return err
	}
	if err := checkGUID(parts, tagNAPAS, guidNAPAS); err != nil {
		return err
	}
	beneficiary, ok := find(parts, "38-01")
	if !ok {
		return invalid(beneficiary, "38-01", "there is no beneficiary")
	}
	inner, err := split(beneficiary.value, beneficiary.tag, beneficiary.offset)
	if err != nil {
		return err
	}
	bin, _ := find(inner, "38-01-00")
	account, _ := find(inner, "38-01-01")
	service, _ := find(parts, "38-02")
	r.p.BIN, r.p.Account, r.p.Service = bin.value, account.value, Service(service.value)
	return nil
}

func (r reader) vnpay(x part) error {
	parts, err := split(x.value, x.tag, x.offset)
	if err != nil {
		return err
	}
	if err := checkGUID(parts, tagVNPAY, guidVNPAY); err != nil {
		return err
	}
	merchant, _ := find(parts, "26-01")
	r.p.Network, r.p.Account = VNPAY, merchant.value
	return nil
}

func checkGUID(parts []part, tag, want string) error {
	x, _ := find(parts, tag+"-00")
	if x.value == want {
		return nil
	}
	bad := invalid(x, tag+"-00", fmt.Sprintf("the network's id is %q, want %s", x.value, want))
	bad.Err = ErrUnsupported
	return bad
}

// amount reads tag 54. NAPAS allows one dot, even at the end; VND has no
// fractions, so only zeros may follow it.
func (r reader) amount(root []part) error {
	x, ok := find(root, "54")
	if !ok {
		return nil
	}
	whole, fraction, _ := strings.Cut(x.value, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	switch {
	case len(x.value) > MaxAmountDigits:
		return invalid(x, "54", fmt.Sprintf("the amount has %d characters, want %d at most", len(x.value), MaxAmountDigits))
	case err != nil || !digit(whole[0]) || strings.Trim(fraction, "0123456789") != "":
		return invalid(x, "54", fmt.Sprintf("the amount is %q, want digits", x.value))
	case strings.Trim(fraction, "0") != "":
		return invalid(x, "54", fmt.Sprintf("the amount is %q, and VND has no fractions", x.value))
	case n == 0:
		return invalid(x, "54", "the amount is 0; without an amount the tag is left out")
	}
	r.p.Amount = n
	return nil
}

func (r reader) additional(x part) error {
	parts, err := split(x.value, x.tag, x.offset)
	if err != nil {
		return err
	}
	for i, into := range r.p.labels() {
		x, _ := find(parts, "62-0"+strconv.Itoa(i+1))
		*into = x.value
	}
	return nil
}

// limits holds the values to NAPAS's rules. Templates cannot be too long: their
// length has two digits.
func (r reader) limits(root []part) error {
	for _, rule := range r.p.rules() {
		err := rule.check()
		if err == nil {
			continue
		}
		bad := err.(*Error)
		tag, _, _ := strings.Cut(rule.tag, "-")
		if x, ok := find(root, tag); ok {
			bad.Offset = x.offset
		}
		return bad
	}
	return nil
}
