package qr

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/localsepay/localsepay/emulator/surface"
	"github.com/localsepay/localsepay/emulator/vietqr"
)

// maxParameter is how much of a parameter is looked at, in bytes. It is more
// than any of them can show.
const maxParameter = 512

// image is GET /img (https://developer.sepay.vn/vi/tien-ich-khac/tao-qr-code).
func (s *Service) image(w http.ResponseWriter, r *http.Request) {
	x := surface.From(r)
	png, download, err := s.draw(x, readParams(r.URL.RawQuery))
	var f *failure
	switch {
	case errors.As(err, &f):
		s.noteRefused(x, f)
		s.refuse(w, f)
		return
	case err != nil:
		s.refuse(w, errInternal)
		return
	}
	if download != "" {
		w.Header().Set("Content-Disposition", `attachment; filename="`+download+`"`)
	}
	send(w, http.StatusOK, "image/png", cachable, png)
}

// draw makes the picture, and the name of the file if it is to be downloaded.
func (s *Service) draw(x *surface.Exchange, p params) (png []byte, download string, err error) {
	payload, bank, err := p.transfer(x)
	if err != nil {
		return nil, "", err
	}
	options := vietqr.ImageOptions{
		Template:    vietqr.Template(strings.ToLower(p.text("template"))),
		ShowInfo:    p.flag("showinfo"),
		FullAccount: p.flag("fullacc"),
		Bank:        bank.ShortName,
		Holder:      p.text("holder"),
		Store:       p.text("store"),
	}
	if !options.Template.Valid() {
		noteTemplate(x, p.text("template"))
		options.Template = vietqr.Framed
	}
	noteForeign(x, p)
	if png, err = payload.PNG(options); err != nil {
		return nil, "", fmt.Errorf("draw the QR code: %w", err)
	}
	if p.flag("download") {
		download = "vietqr-" + payload.Account + ".png"
	}
	return png, download, nil
}

// transfer reads what the code is to hold.
func (p params) transfer(x *surface.Exchange) (vietqr.Payload, vietqr.Bank, error) {
	account, name := strings.TrimSpace(p.text("acc")), strings.TrimSpace(p.text("bank"))
	if account == "" || name == "" {
		return vietqr.Payload{}, vietqr.Bank{}, errMissing(account, name)
	}
	bank, ok := vietqr.Lookup(name)
	if !ok {
		return vietqr.Payload{}, vietqr.Bank{}, errUnknownBank(name)
	}
	amount, err := p.amount(x)
	if err != nil {
		return vietqr.Payload{}, vietqr.Bank{}, err
	}
	memo := p.memo(x)
	payload := vietqr.Payload{
		Dynamic: amount > 0 || memo != "",
		BIN:     bank.BIN, Account: account, Service: vietqr.ToAccount, Amount: amount, Memo: memo,
	}
	if _, err := payload.Encode(); err != nil {
		return vietqr.Payload{}, vietqr.Bank{}, errAccount(err)
	}
	noteAlias(x, bank, name)
	noteBank(x, bank, memo)
	return payload, bank, nil
}

// amount reads whole VND; an empty one or 0 leaves it to the payer.
func (p params) amount(x *surface.Exchange) (int64, error) {
	text := strings.TrimSpace(p.text("amount"))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strings.Trim(text, "0123456789") != "" || len(strconv.FormatInt(n, 10)) > vietqr.MaxAmountDigits {
		return 0, errAmount(text)
	}
	if n == 0 {
		noteZero(x)
	}
	return n, nil
}

// memo reads what goes into tag 62-08: ASCII, and no more than fits, for a code
// with a longer one would not be taken by any bank.
func (p params) memo(x *surface.Exchange) string {
	des := p.text("des")
	memo := strings.TrimSpace(vietqr.Fold(des))
	if len(memo) > vietqr.MaxMemo {
		cut := strings.TrimSpace(memo[:vietqr.MaxMemo])
		noteCut(x, memo, cut)
		return cut
	}
	if memo != strings.TrimSpace(des) {
		noteFolded(x, des, memo)
	}
	return memo
}

// params are the query parameters.
type params struct{ query url.Values }

// readParams parses a query as PHP does: what is malformed is left out, and of
// a repeated name the last value counts.
func readParams(raw string) params {
	query, _ := url.ParseQuery(raw)
	return params{query}
}

// text returns a parameter, "" when it is absent.
func (p params) text(name string) string {
	values := p.query[name]
	if len(values) == 0 {
		return ""
	}
	return clip(values[len(values)-1], maxParameter)
}

// flag reads true; anything else is false.
func (p params) flag(name string) bool { return strings.EqualFold(p.text(name), "true") }

// clip shortens a text to so many bytes, between characters.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
