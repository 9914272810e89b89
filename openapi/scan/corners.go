package scan

import (
	"cmp"
	"math"
	"slices"
)

// point is a place in a picture, in pixels, or in a code, in modules.
type point struct{ x, y float64 }

func (p point) plus(q point) point    { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point   { return point{p.x - q.x, p.y - q.y} }
func (p point) times(f float64) point { return point{p.x * f, p.y * f} }
func (p point) to(q point) float64    { return math.Hypot(p.x-q.x, p.y-q.y) }
func (p point) cross(q point) float64 { return p.x*q.y - p.y*q.x }
func (p point) pixel() (int, int)     { return int(math.Floor(p.x)), int(math.Floor(p.y)) }
func (m bitmap) darkAt(p point) bool  { return m.at(p.pixel()) }
func (m bitmap) outside(p point) bool {
	x, y := p.pixel()
	return x < 0 || y < 0 || x >= m.width || y >= m.height
}
func (f finder) near(at point) bool     { return f.at.to(at) < 2*f.module }
func alike(a, b, most float64) bool     { return a < b*most && b < a*most }
func middle(from, upto int) float64     { return float64(from+upto) / 2 }
func (f finder) weigh(g finder) float64 { return float64(f.seen) / float64(f.seen+g.seen) }

// finder is the centre of one of the three large squares of a code.
type finder struct {
	at     point
	module float64
	seen   int
}

// corners are the squares of one code: top left, top right, bottom left.
type corners struct{ a, b, c finder }

// mostFinders bounds what is tried in a picture full of squares.
const mostFinders = 14

// corners lists what may be the three corners of a code, the likeliest first.
func (m bitmap) corners() []corners {
	all := m.finders()
	slices.SortStableFunc(all, func(a, b finder) int { return cmp.Compare(b.seen, a.seen) })
	all = all[:min(len(all), mostFinders)]
	type likely struct {
		corners
		odd float64
	}
	var found []likely
	for i := range all {
		for j := range i {
			for k := range j {
				c, odd := arranged(all[i], all[j], all[k])
				if odd < 1.2 {
					found = append(found, likely{c, odd})
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b likely) int { return cmp.Compare(a.odd, b.odd) })
	out := make([]corners, 0, 12)
	for _, f := range found[:min(len(found), 12)] {
		out = append(out, f.corners)
	}
	return out
}

// arranged says which of three finders is which, and how odd they are for the corners
// of a square: 0 is not at all.
func arranged(a, b, c finder) (corners, float64) {
	if ab, bc, ca := a.at.to(b.at), b.at.to(c.at), c.at.to(a.at); ab >= bc && ab >= ca {
		a, c = c, a
	} else if ca >= ab && ca >= bc {
		a, b = b, a
	}
	if b.at.minus(a.at).cross(c.at.minus(a.at)) < 0 {
		b, c = c, b
	}
	ab, ac, bc := a.at.to(b.at), a.at.to(c.at), b.at.to(c.at)
	most, least := max(a.module, b.module, c.module), min(a.module, b.module, c.module)
	if min(ab, ac) < 10*least { // the smallest code has 14 modules between
		return corners{}, math.Inf(1)
	}
	return corners{a, b, c}, math.Abs(math.Log(ab/ac)) + math.Abs(bc*bc/(ab*ab+ac*ac)-1) + math.Log(most/least)
}

// finders lists what has the proportions of a large square in each direction.
func (m bitmap) finders() []finder {
	var all []finder
	for y := range m.height {
		var runs [5]int
		row := m.dark[y*m.width : (y+1)*m.width]
		was := false
		for x := 0; x <= m.width; x++ {
			is := x < m.width && row[x]
			if is == was && x < m.width {
				runs[4]++
				continue
			}
			if was && square(runs) {
				all = m.add(all, x, y, runs)
			}
			runs = [5]int{runs[1], runs[2], runs[3], runs[4], 1}
			was = is
		}
	}
	return all
}

// add adds a finder whose runs along a row end before x, if it has them upright, too.
func (m bitmap) add(all []finder, x, y int, runs [5]int) []finder {
	width := runs[0] + runs[1] + runs[2] + runs[3] + runs[4]
	right := x - runs[4] - runs[3]
	cx := middle(right-runs[2], right)
	cy, height, ok := m.across(int(cx), y, 0, 1, width)
	if !ok {
		return all
	}
	again, width, ok := m.across(int(cx), int(cy), 1, 0, width)
	if !ok {
		return all
	}
	f := finder{point{again, cy}, float64(width+height) / 14, 1}
	for i, other := range all {
		if other.near(f.at) && alike(other.module, f.module, 1.7) {
			w := other.weigh(f)
			all[i] = finder{
				other.at.times(w).plus(f.at.times(1 - w)), other.module*w + f.module*(1-w), other.seen + 1,
			}
			return all
		}
	}
	return append(all, f)
}

// across looks for the proportions through a dark pixel, in a direction, and returns
// the middle and length of all five runs there.
func (m bitmap) across(x, y, dx, dy, like int) (centre float64, length int, ok bool) {
	if !m.at(x, y) {
		return 0, 0, false
	}
	var runs [5]int
	var ends [2]int // of the run in the middle, both ways
	for side, step := range []int{-1, 1} {
		n := 0
		for part, dark := range []bool{true, false, true} {
			for {
				px, py := x+dx*step*(n+1), y+dy*step*(n+1)
				if px < 0 || py < 0 || px >= m.width || py >= m.height || m.at(px, py) != dark {
					break
				}
				if n++; n > 2*like {
					return 0, 0, false
				}
				runs[2+step*part]++
			}
			if part == 0 {
				ends[side] = n
			}
		}
	}
	runs[2]++
	for _, r := range runs {
		length += r
	}
	at := x*dx + y*dy
	return middle(at-ends[0], at+ends[1]+1), length, square(runs) && alike(float64(length), float64(like), 2.2)
}

// square says whether five runs, dark at both ends, are about 1:1:3:1:1.
func square(runs [5]int) bool {
	sum := 0
	for _, r := range runs {
		if r == 0 {
			return false
		}
		sum += r
	}
	module := float64(sum) / 7
	for i, r := range runs {
		want := module
		if i == 2 {
			want = 3 * module
		}
		if math.Abs(float64(r)-want) > max(want*0.6, 1) {
			return false
		}
	}
	return sum >= 7
}
