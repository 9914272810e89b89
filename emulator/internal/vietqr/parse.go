package vietqr

import (
	"fmt"
	"strconv"
	"strings"
)

// maxText bounds the text that Read accepts, in bytes: no QR code holds more.
const maxText = 4296

// Reading is the content of a code, with notes about what is unusual.
type Reading struct {
	Payload
	Notes []Note
}

// Parse is [Read] without the notes.
func Parse(text string) (Payload, error) {
	r, err := Read(text)
	return r.Payload, err
}

// Read reads the text of a QR code as banks' apps do. It refuses an invalid
// structure (00 is first, lengths fit, 63 is last), a wrong CRC, another
// country's code and one without a payee. Other deviations from NAPAS's format
// are read and noted. Tags without a field in [Payload] are ignored. The error
// is an [*Error].
func Read(text string) (Reading, error) {
	if len(text) > maxText {
		return Reading{}, malformed("", 0, fmt.Sprintf("the text has %d bytes, more than a QR code holds", len(text)))
	}
	out, err := read(text, false)
	if err == nil || ascii(text) {
		return out, err
	}
	// Lengths of texts with diacritics may count bytes; the error counts
	// characters, as the format does.
	if again, bytesErr := read(text, true); bytesErr == nil {
		again.Notes = append(again.Notes, Note{NoteBytes, "", "The lengths count bytes; NAPAS's format counts characters."})
		return again, nil
	}
	return out, err
}

func read(text string, bytes bool) (Reading, error) {
	root, err := split(text, "", 0, bytes)
	if err != nil {
		return Reading{}, err
	}
	r := reader{bytes: bytes}
	if err := r.frame(text, root); err != nil {
		return Reading{}, err
	}
	if err := r.root(r.tidy(root)); err != nil {
		return Reading{}, err
	}
	r.unusual()
	return Reading{r.p, r.notes}, nil
}

// reader fills a payload.
type reader struct {
	p     Payload
	notes []Note
	bytes bool
}

// split reads the nested objects of one, without empty and repeated ones.
func (r *reader) split(x part) ([]part, error) {
	parts, err := split(x.value, x.tag, x.offset, r.bytes)
	return r.tidy(parts), err
}

// frame checks what does not depend on the kind of payload.
func (r *reader) frame(text string, root []part) error {
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
	if last.value != want {
		r.note(NoteSmallCRC, "63", "The CRC is %q; the format has capitals.", last.value)
	}
	return nil
}

func (r *reader) root(root []part) error {
	if err := r.country(root); err != nil {
		return err
	}
	if err := r.payee(root); err != nil {
		return err
	}
	r.initiation(root)
	r.amount(root)
	for tag, into := range map[string]*string{
		"52": &r.p.Category, "59": &r.p.MerchantName, "60": &r.p.MerchantCity, "61": &r.p.PostalCode,
	} {
		x, _ := find(root, tag)
		*into = x.value
	}
	if x, ok := find(root, "62"); ok {
		return r.additional(x)
	}
	return nil
}

// initiation reads tag 01. One library writes 22 for dynamic.
func (r *reader) initiation(root []part) {
	x, ok := find(root, "01")
	r.p.Dynamic = x.value == "12" || x.value == "22"
	switch {
	case !ok:
		r.note(NoteInitiation, "01", "There is no point of initiation; the code is read as static.")
	case x.value != "11" && x.value != "12":
		r.note(NoteInitiation, "01", "The point of initiation is %q; NAPAS has 11 (static) and 12 (dynamic).", x.value)
	}
}

// country refuses a code in another currency, whose amount must not be read as
// VND.
func (r *reader) country(root []part) error {
	for _, must := range [...]struct{ tag, value, name string }{{"53", "704", "currency"}, {"58", "VN", "country"}} {
		x, ok := find(root, must.tag)
		if !ok {
			r.note(NoteMissing, must.tag, "There is no %s; it is read as %s.", must.name, must.value)
		} else if x.value != must.value {
			return &Error{Err: ErrUnsupported, Tag: must.tag, Offset: x.offset, Detail: fmt.Sprintf("the %s is %q, want %s", must.name, x.value, must.value)}
		}
	}
	return nil
}

// amount reads tag 54. EMVCo allows one dot, even at the end; VND has no
// fractions, so an amount with one is left to the payer.
func (r *reader) amount(root []part) {
	x, ok := find(root, "54")
	if !ok {
		return
	}
	whole, fraction, _ := strings.Cut(x.value, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	switch {
	case err != nil || strings.Trim(whole, "0123456789") != "" || strings.Trim(fraction, "0123456789") != "":
		r.note(NoteAmount, "54", "The amount is %q, which is no number of digits with at most one dot; the payer types it.", x.value)
		return
	case strings.Trim(fraction, "0") != "":
		r.note(NoteAmount, "54", "The amount is %q, and VND has no fractions; the payer types it.", x.value)
		return
	case n == 0:
		r.note(NoteAmount, "54", "The amount is %q; the payer types it.", x.value)
	case len(x.value) > PaperAmount:
		r.note(NoteLong, "54", "The amount has %d characters; NAPAS's format allows %d on paper. It is read whole.", len(x.value), PaperAmount)
	}
	r.p.Amount = n
}

func (r *reader) additional(x part) error {
	parts, err := r.split(x)
	if err != nil {
		return err
	}
	for i, into := range r.p.labels() {
		x, _ := find(parts, "62-0"+strconv.Itoa(i+1))
		*into = x.value
	}
	return nil
}
