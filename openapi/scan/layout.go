package scan

import (
	"math/bits"

	"rsc.io/qr/coding"
)

// layout is what all codes of a version have in common.
type layout struct {
	version, size int
	// fixed are the modules whose colour is known.
	fixed []known
}

// known is a point of a code whose colour is known.
type known struct {
	at   point
	dark bool
}

func layoutOf(version int) *layout {
	l := &layout{version: version, size: 17 + 4*version}
	for y, row := range planOf(version, coding.L, 0).Pixel {
		for x, p := range row {
			switch p.Role() {
			case coding.Position, coding.Alignment, coding.Timing, coding.PVersion:
				l.fixed = append(l.fixed, known{point{float64(x) + 0.5, float64(y) + 0.5}, p&coding.Black != 0})
			}
		}
	}
	return l
}

// planOf is where the bits of a code are. The arguments are in range.
func planOf(version int, level coding.Level, mask coding.Mask) *coding.Plan {
	p, err := coding.NewPlan(coding.Version(version), level, mask)
	if err != nil {
		panic("scan: " + err.Error())
	}
	return p
}

// plan finds the level and mask of a code by its format, which stands there twice;
// false when neither is near any format.
func (m bitmap) plan(l *layout, g grid) (*coding.Plan, bool) {
	var seen [2]uint32
	n := l.size
	for i := range 15 {
		x, y := 8, i // beside the first corner: down, then to the left
		switch {
		case i >= 9:
			x, y = 14-i, 8
		case i == 8:
			x, y = 7, 8
		case i >= 6:
			y = i + 1
		}
		if m.moduleAt(g, x, y) {
			seen[0] |= 1 << i
		}
		x, y = n-1-i, 8 // beside the other two
		if i >= 8 {
			x, y = 8, n-15+i
		}
		if m.moduleAt(g, x, y) {
			seen[1] |= 1 << i
		}
	}
	best, least := uint32(0), 4 // three bits can be corrected
	for f := range uint32(32) {
		for _, s := range seen {
			if off := bits.OnesCount32(s ^ formatOf(f)); off < least {
				best, least = f, off
			}
		}
	}
	if least > 3 {
		return nil, false
	}
	return planOf(l.version, coding.Level(best>>3)^1, coding.Mask(best&7)), true
}

// formatOf is the format of a level and mask as it stands in a code.
func formatOf(f uint32) uint32 {
	word := f << 10
	for i := 14; i >= 10; i-- {
		if word&(1<<i) != 0 {
			word ^= 0x537 << (i - 10)
		}
	}
	return (f<<10 | word) ^ 0x5412
}
