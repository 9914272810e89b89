package vietqr

import (
	"strconv"
	"strings"
	"sync"

	"rsc.io/qr"
)

// The colours; white is 0, so that a cleared picture is white.
const (
	white uint8 = iota
	black
	brand
	grey
)

// colours has red, green and blue of each.
var colours = [...]byte{
	3 * white: 0xFF, 0xFF, 0xFF,
	3 * black: 0x00, 0x00, 0x00,
	3 * brand: 0x1D, 0x4E, 0xD8,
	3 * grey: 0x6B, 0x72, 0x80,
}

// canvas is a picture being drawn: a colour for each pixel, row after row.
type canvas struct {
	pix           []byte
	width, height int
}

// pixels pools the memory of pictures.
var pixels sync.Pool

func newCanvas(width, height int) *canvas {
	pix, _ := pixels.Get().(*[]byte)
	if pix == nil || cap(*pix) < width*height {
		fresh := make([]byte, width*height)
		pix = &fresh
	}
	c := &canvas{(*pix)[:width*height], width, height}
	clear(c.pix)
	return c
}

// release returns the picture's memory to the pool.
func (c *canvas) release() {
	pix := c.pix[:cap(c.pix)]
	c.pix = nil
	pixels.Put(&pix)
}

// row is the pixels of a line from x on, so many.
func (c *canvas) row(x, y, width int) []byte { return c.pix[y*c.width+x:][:width] }

// fill paints a rectangle, which must be inside the canvas.
func (c *canvas) fill(x, y, width, height int, colour uint8) {
	for ; height > 0; height-- {
		row := c.row(x, y, width)
		for i := range row {
			row[i] = colour
		}
		y++
	}
}

func (c *canvas) frame(thick int) {
	c.fill(0, 0, c.width, thick, brand)
	c.fill(0, c.height-thick, c.width, thick, brand)
	c.fill(0, 0, thick, c.height, brand)
	c.fill(c.width-thick, 0, thick, c.height, brand)
}

// code paints the modules: one line of pixels per row, copied down.
func (c *canvas) code(code *qr.Code, x, y int) {
	width := code.Size * modulePixels
	for row := range code.Size {
		first := c.row(x, y, width)
		for col := range code.Size {
			if !code.Black(col, row) {
				continue
			}
			module := first[col*modulePixels:][:modulePixels]
			for i := range module {
				module[i] = black
			}
		}
		for i := 1; i < modulePixels; i++ {
			copy(c.row(x, y+i, width), first)
		}
		y += modulePixels
	}
}

// lines paints texts below each other, and returns the y below them.
func (c *canvas) lines(lines []line, y int) int {
	for _, l := range lines {
		y += gap
		c.text(l, y)
		y += l.height() - gap
	}
	return y
}

// maxLines is the maximum number of lines of one text.
const maxLines = 4

// wrapped makes a text ASCII and fits it into a width in pixels: in a smaller
// size when it is too wide, and then in several lines. Text beyond [maxLines]
// lines is cut.
func wrapped(l line, room int) []line {
	rest := strings.TrimSpace(Fold(l.text))
	for l.size > 2 && len(rest)*glyphAdvance*l.size > room {
		l.size--
	}
	var out []line
	for most := room / (glyphAdvance * l.size); rest != ""; {
		end := min(most, len(rest))
		switch blank := strings.LastIndexByte(rest[:end], ' '); {
		case end == len(rest):
		case len(out) == maxLines-1:
			rest = rest[:end-2] + ".."
		case blank > end/2:
			end = blank
		}
		out = append(out, line{rest[:end], l.size, l.colour})
		rest = strings.TrimSpace(rest[end:])
	}
	return out
}

// text paints a centred line, which must fit.
func (c *canvas) text(l line, y int) {
	x := (c.width - len(l.text)*glyphAdvance*l.size) / 2
	for i := range len(l.text) {
		dots := &font()[l.text[i]-' ']
		for row, bits := range dots {
			for col := range glyphWidth {
				if bits>>col&1 != 0 {
					c.fill(x+col*l.size, y+row*l.size, l.size, l.size, l.colour)
				}
			}
		}
		x += glyphAdvance * l.size
	}
}

// SVGPath returns the code as the data of an SVG path to inline in a page: the
// black modules, each one unit wide, in a viewBox of "0 0 size size" that
// includes the white margin.
func (p Payload) SVGPath() (size int, path string, err error) {
	code, err := p.code()
	if err != nil {
		return 0, "", err
	}
	b := make([]byte, 0, 8<<10)
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			start := x
			for code.Black(x+1, y) {
				x++
			}
			run := int64(x - start + 1)
			b = append(b, 'M')
			b = strconv.AppendInt(b, int64(start+quietZone), 10)
			b = append(b, ' ')
			b = strconv.AppendInt(b, int64(y+quietZone), 10)
			b = append(b, 'h')
			b = strconv.AppendInt(b, run, 10)
			b = append(b, "v1h-"...)
			b = strconv.AppendInt(b, run, 10)
			b = append(b, 'z')
		}
	}
	return code.Size + 2*quietZone, string(b), nil
}
