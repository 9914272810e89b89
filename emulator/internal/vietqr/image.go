package vietqr

import (
	"fmt"
	"strconv"
	"strings"

	"rsc.io/qr"
)

// Template is a layout of the picture
// (https://developer.sepay.vn/vi/tien-ich-khac/tao-qr-code).
type Template string

// The templates. Their look and size in pixels are ours: no page states them.
const (
	// Framed has a frame, a heading and the transfer in words.
	Framed Template = ""
	// Compact has a thin frame, and the transfer in words if asked for.
	Compact Template = "compact"
	// QROnly is the code alone.
	QROnly Template = "qronly"
	// Standee is tall, for the counter of a shop.
	Standee Template = "standee"
)

// Valid returns whether the template exists.
func (t Template) Valid() bool {
	return t == Framed || t == Compact || t == QROnly || t == Standee
}

// ImageOptions sets the look of a picture. The zero value is the framed
// picture.
type ImageOptions struct {
	Template Template
	// ShowInfo prints the transfer below the code of [Compact]; [Framed] and
	// [Standee] always have it, [QROnly] never.
	ShowInfo bool
	// FullAccount prints the whole account number instead of its last digits.
	FullAccount bool
	// Bank is the name to print; empty takes the bank of the BIN.
	Bank string
	// Holder and Store are printed if given.
	Holder, Store string
}

const (
	// modulePixels is the width of a module. Six and more scan reliably.
	modulePixels = 8
	// quietZone is the white margin in modules (ISO/IEC 18004).
	quietZone = 4
)

// maxModules is the side of the largest code with correction level M: version
// 12. Longer texts use level L, so that the modules stay large enough for
// phones.
const maxModules = 17 + 4*12

func (p Payload) code() (*qr.Code, error) {
	text, err := p.Encode()
	if err != nil {
		return nil, err
	}
	code, err := qr.Encode(text, qr.M)
	if err == nil && code.Size > maxModules {
		code, err = qr.Encode(text, qr.L)
	}
	if err != nil {
		return nil, fmt.Errorf("vietqr: draw the code: %w", err)
	}
	return code, nil
}

// PNG draws the payload.
func (p Payload) PNG(o ImageOptions) ([]byte, error) {
	if !o.Template.Valid() {
		return nil, fmt.Errorf("vietqr: %w: %q, want one of compact, qronly, standee or nothing", ErrTemplate, clip(string(o.Template), maxValue))
	}
	code, err := p.code()
	if err != nil {
		return nil, err
	}
	c := p.lay(code, o)
	defer c.release()
	return c.png()
}

// line is a line of centred text; size is in pixels per dot.
type line struct {
	text   string
	size   int
	colour uint8
}

// gap is the space around lines and between frame and content, in pixels.
const gap = 12

func (l line) height() int { return glyphHeight*l.size + gap }

// layout is a template's arrangement around the code.
type layout struct {
	frame        int // thickness in pixels
	above, below []line
}

func (p Payload) layout(o ImageOptions) layout {
	switch o.Template {
	case Compact:
		if o.ShowInfo {
			return layout{frame: 2, below: p.words(o)}
		}
		return layout{frame: 2}
	case QROnly:
		return layout{}
	case Standee:
		title := o.Store
		if title == "" {
			title = "VietQR"
		}
		above := []line{{title, 4, brand}, {o.Holder, 3, black}}
		o.Store, o.Holder = "", ""
		return layout{10, above, append(p.words(o), line{"VietQR", 5, brand}, line{"localsepay", 1, grey})}
	}
	return layout{6, []line{{"VietQR", 5, brand}}, append(p.words(o), line{"localsepay", 1, grey})}
}

// prepare breaks texts into lines of a width in pixels, and returns their total
// height.
func prepare(texts []line, room int) (lines []line, height int) {
	for _, text := range texts {
		for _, l := range wrapped(text, room) {
			lines = append(lines, l)
			height += l.height()
		}
	}
	return lines, height
}

// lay draws the parts of a picture from top to bottom.
func (p Payload) lay(code *qr.Code, o ImageOptions) *canvas {
	l := p.layout(o)
	side := (code.Size + 2*quietZone) * modulePixels
	width := side + 2*l.frame
	above, over := prepare(l.above, side-gap)
	below, under := prepare(l.below, side-gap)
	height := over + width + under
	if below != nil {
		height += gap
	}
	spare := 0
	if o.Template == Standee {
		spare = max(0, width*8/5-height)
	}
	c := newCanvas(width, height+spare)
	c.frame(l.frame)
	y := c.lines(above, l.frame+spare/3) + spare/3
	c.code(code, l.frame+quietZone*modulePixels, y+quietZone*modulePixels)
	c.lines(below, y+side-gap)
	return c
}

// words returns the lines that describe the transfer.
func (p Payload) words(o ImageOptions) []line {
	lines := []line{{o.Store, 2, brand}, {o.Holder, 2, black}, {p.bank(o), 2, black}, {p.account(o), 3, black}}
	if p.Amount > 0 {
		lines = append(lines, line{thousands(p.Amount) + " VND", 3, brand})
	}
	return append(lines, line{p.Memo, 2, black})
}

func (p Payload) bank(o ImageOptions) string {
	if o.Bank != "" {
		return o.Bank
	}
	if b, ok := Lookup(p.BIN); ok {
		return b.ShortName
	}
	return p.BIN
}

// account masks all but the last four characters, and half of a short number.
func (p Payload) account(o ImageOptions) string {
	n := len(p.Account)
	if o.FullAccount {
		return p.Account
	}
	shown := min(4, n/2)
	return strings.Repeat("*", n-shown) + p.Account[n-shown:]
}

// thousands formats 100000 as 100,000.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
