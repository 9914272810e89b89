package vietqr

// LogoShape is the shape of a bank's picture.
type LogoShape int

// The shapes: a wide one with the short name, a square one with the code.
const (
	LogoWide LogoShape = iota
	LogoIcon
)

// The sizes of logos in pixels. No page states SePay's.
const (
	logoWidth, logoHeight = 320, 120
	iconSide              = 96
	logoBorder            = 2
	// iconLetters is the number of letters of a code on an icon.
	iconLetters = 4
)

// Logo draws a plain tile with a bank's name, not the bank's own logo, which we
// may not copy.
func Logo(b Bank, shape LogoShape) ([]byte, error) {
	name, width, height := b.ShortName, logoWidth, logoHeight
	if shape == LogoIcon {
		name, width, height = reducedCode(b.Code), iconSide, iconSide
	}
	size := max(1, (width-2*gap)/(len(name)*glyphAdvance))
	size = min(size, height/(2*glyphHeight))
	c := newCanvas(width, height)
	defer c.release()
	c.fill(0, 0, width, height, grey)
	c.fill(logoBorder, logoBorder, width-2*logoBorder, height-2*logoBorder, white)
	c.text(line{name, size, black}, (height-(glyphHeight-1)*size)/2)
	return c.png()
}

// reducedCode returns the first letters of a code.
func reducedCode(code string) string { return code[:min(len(code), iconLetters)] }
