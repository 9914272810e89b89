package qr

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// maxParameter is how much of a parameter is read, in bytes. It is more than a
// code can hold: a letter may be written with several marks.
const maxParameter = 4096

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
		s.failed(w, r, err)
		return
	}
	if download != "" {
		w.Header().Set("Content-Disposition", `attachment; filename="`+download+`"`)
	}
	send(w, http.StatusOK, "image/png", cachable, png)
}

// draw draws the picture and returns the file name for a download, if any.
func (s *Service) draw(x *surface.Exchange, p params) (png []byte, download string, err error) {
	payload, bank, err := s.transfer(x, p)
	if err != nil {
		return nil, "", err
	}
	options := vietqr.ImageOptions{
		Template:    vietqr.Template(strings.ToLower(p.text("template"))),
		ShowInfo:    p.flag(x, "showinfo"),
		FullAccount: p.flag(x, "fullacc"),
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
	if s.downloads(x, p) {
		download = "vietqr-" + fileName(payload.Account) + ".png"
	}
	return png, download, nil
}

// downloads returns whether the picture is a file download. The page names only
// true; the effect of its own placeholder DOWNLOAD, which clients copy, is
// unknown.
func (s *Service) downloads(x *surface.Exchange, p params) bool {
	switch text := p.text("download"); {
	case text == "true":
		return true
	case text == "" || text == "false":
		return false
	case s.Settings.Get(setting.QRDownload) == "any":
		return !strings.EqualFold(text, "false") && text != "0"
	default:
		noteDownload(x, text)
		return false
	}
}

// fileName keeps the letters and digits of an account number, which are safe in
// a header.
func fileName(account string) string {
	return strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
			return c
		}
		return -1
	}, account)
}

// transfer reads the content of the code.
func (s *Service) transfer(x *surface.Exchange, p params) (vietqr.Payload, vietqr.Bank, error) {
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
	memo := s.memo(x, bank, p.text("des"))
	payload := vietqr.Payload{
		Dynamic: amount > 0 || memo != "",
		BIN:     bank.BIN, Account: account, Service: vietqr.ToAccount, Amount: amount, Memo: memo,
	}
	if _, err := payload.Encode(); err != nil {
		return vietqr.Payload{}, vietqr.Bank{}, errAccount(err)
	}
	noteAlias(x, bank, name)
	noteAccount(x, account)
	noteBank(x, bank, memo)
	return payload, bank, nil
}

// amount reads whole VND; empty or 0 lets the payer type it.
func (p params) amount(x *surface.Exchange) (int64, error) {
	text := strings.TrimSpace(p.text("amount"))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strings.Trim(text, "0123456789") != "" {
		return 0, errAmount(text)
	}
	switch {
	case n == 0:
		noteZero(x)
	case len(strconv.FormatInt(n, 10)) > vietqr.PaperAmount:
		noteBeyondPaper(x, "amount", "The amount", len(strconv.FormatInt(n, 10)), vietqr.PaperAmount)
	}
	return n, nil
}

// memo reads the text of tag 62-08: ASCII, cut to its maximum length.
func (s *Service) memo(x *surface.Exchange, bank vietqr.Bank, des string) string {
	memo := vietqr.Fold(des)
	if memo != des {
		noteFolded(x, des, memo)
	}
	most := vietqr.MaxMemo
	if s.Settings.Get(setting.QRMemoLimit) == "25" {
		most = vietqr.PaperMemo
	}
	switch {
	case len(memo) > most:
		noteCut(x, memo, memo[:most])
		memo = memo[:most]
	case len(memo) > vietqr.PaperMemo:
		noteBeyondPaper(x, "memo", "The memo", len(memo), vietqr.PaperMemo)
	}
	noteStripped(x, bank, memo)
	return memo
}

// params are the query parameters.
type params struct{ query url.Values }

// readParams parses a query as PHP does: malformed parts are skipped, and of a
// repeated name the last value counts.
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

// flag reads a flag: true is true; other values are false, with a finding
// unless the page documents them.
func (p params) flag(x *surface.Exchange, name string) bool {
	text := p.text(name)
	if text != "" && text != "true" && text != "false" {
		noteFlag(x, name, text)
	}
	return text == "true"
}

// clip truncates a text to so many bytes, between characters.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
