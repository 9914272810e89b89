package scan

import (
	"errors"
	"image"
)

// ErrNoCode says that no QR code was found, or none that can be read.
var ErrNoCode = errors.New("there is no QR code in the picture")

// enough is the longer side, in pixels, to which a large picture is reduced at first:
// that is quicker, and evens out the grain of a photo.
const enough = 1000

// Text returns the text of the code in a picture.
func Text(picture image.Image) (string, error) {
	b := picture.Bounds()
	whole := grayOf(picture)
	least := max(1, max(b.Dx(), b.Dy())/enough)
	for _, by := range []int{least, max(1, least/2), 2 * least, 4 * least} {
		g := whole.reduced(by)
		if g.width < leastSide || g.height < leastSide {
			continue
		}
		for _, dark := range []bitmap{g.byLevel(), g.byPlace(8), g.byPlace(24)} {
			if text, ok := dark.text(); ok {
				return text, nil
			}
		}
	}
	return "", ErrNoCode
}

// leastSide is that of the smallest code, in pixels.
const leastSide = 21

// text tries what may be a code's three corners.
func (m bitmap) text() (string, bool) {
	for _, c := range m.corners() {
		if text, ok := m.within(c); ok {
			return text, true
		}
	}
	return "", false
}

// within reads the code of which the corners are known.
func (m bitmap) within(c corners) (string, bool) {
	for _, v := range m.versions(c) {
		l := layoutOf(v)
		for _, g := range m.grids(c, l) {
			if text, ok := m.decode(l, g); ok {
				return text, true
			}
		}
	}
	return "", false
}
