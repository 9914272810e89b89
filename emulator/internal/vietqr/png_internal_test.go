package vietqr

import (
	"bytes"
	"image/color"
	"image/png"
	"testing"

	"pgregory.net/rapid"
)

// What is drawn is what another reader of PNG sees, pixel by pixel.
func TestAnotherReaderSeesThePixelsThatWereDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newCanvas(rapid.IntRange(1, 70).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height"))
		defer c.release()
		for range rapid.IntRange(0, 6).Draw(t, "rectangles") {
			x, y := rapid.IntRange(0, c.width-1).Draw(t, "x"), rapid.IntRange(0, c.height-1).Draw(t, "y")
			c.fill(x, y, rapid.IntRange(0, c.width-x).Draw(t, "wide"), rapid.IntRange(0, c.height-y).Draw(t, "high"), uint8(rapid.IntRange(0, 3).Draw(t, "colour")))
		}
		text, err := c.png()
		if err != nil {
			t.Fatal(err)
		}
		seen, err := png.Decode(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if b := seen.Bounds(); b.Dx() != c.width || b.Dy() != c.height {
			t.Fatalf("%v, want %d × %d", b, c.width, c.height)
		}
		for y := range c.height {
			for x, colour := range c.row(0, y, c.width) {
				want := color.RGBA{colours[3*colour], colours[3*colour+1], colours[3*colour+2], 0xFF}
				if got := color.RGBAModel.Convert(seen.At(x, y)); got != want {
					t.Fatalf("%d, %d is %v, want %v", x, y, got, want)
				}
			}
		}
	})
}
