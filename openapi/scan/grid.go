package scan

import (
	"math"
	"slices"
)

// grid maps the modules of a code to the picture: the projection by which four modules
// stand at four points.
type grid struct {
	modules, points [4]point
	// f are the factors of x, y and what both are divided by.
	f [8]float64
}

// gridOf solves for the projection; false when the points are on a line.
func gridOf(modules, points [4]point) (grid, bool) {
	g := grid{modules: modules, points: points}
	var rows [8][9]float64
	for i, m := range modules {
		p := points[i]
		rows[2*i] = [9]float64{m.x, m.y, 1, 0, 0, 0, -m.x * p.x, -m.y * p.x, p.x}
		rows[2*i+1] = [9]float64{0, 0, 0, m.x, m.y, 1, -m.x * p.y, -m.y * p.y, p.y}
	}
	for i := range rows { // Gauss and Jordan
		pivot := i
		for k := i + 1; k < 8; k++ {
			if math.Abs(rows[k][i]) > math.Abs(rows[pivot][i]) {
				pivot = k
			}
		}
		rows[i], rows[pivot] = rows[pivot], rows[i]
		if math.Abs(rows[i][i]) < 1e-9 {
			return g, false
		}
		for k := range rows {
			if k == i {
				continue
			}
			f := rows[k][i] / rows[i][i]
			for j := i; j < 9; j++ {
				rows[k][j] -= f * rows[i][j]
			}
		}
	}
	for i := range g.f {
		g.f[i] = rows[i][8] / rows[i][i]
	}
	return g, true
}

// at is the place of a point of the code in the picture.
func (g grid) at(m point) point {
	f := g.f
	w := f[6]*m.x + f[7]*m.y + 1
	return point{(f[0]*m.x + f[1]*m.y + f[2]) / w, (f[3]*m.x + f[4]*m.y + f[5]) / w}
}

// moduleAt is whether the middle of a module is dark.
func (m bitmap) moduleAt(g grid, x, y int) bool {
	return m.darkAt(g.at(point{float64(x) + 0.5, float64(y) + 0.5}))
}

// versions lists what a code's version may be by the distance of its corners, the
// likeliest first.
func (m bitmap) versions(c corners) []int {
	along := (m.moduleAlong(c.a, c.b) + m.moduleAlong(c.b, c.a)) / 2
	down := (m.moduleAlong(c.a, c.c) + m.moduleAlong(c.c, c.a)) / 2
	size := (c.a.at.to(c.b.at)/along+c.a.at.to(c.c.at)/down)/2 + 7
	about := (size - 17) / 4
	var all []int
	for v := max(1, int(about)-1); v <= min(40, int(about)+2); v++ {
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b int) int {
		return int(1000 * (math.Abs(float64(a)-about) - math.Abs(float64(b)-about)))
	})
	return all
}

// moduleAlong is the size of a module of one finder in the direction of another, by
// where its dark ring ends on both sides.
func (m bitmap) moduleAlong(from, upto finder) float64 {
	step := upto.at.minus(from.at)
	step = step.times(0.25 / math.Hypot(step.x, step.y))
	length := m.ring(from.at, step) + m.ring(from.at, step.times(-1))
	if module := length / 7; alike(module, from.module, 2) {
		return module
	}
	return from.module
}

// ring is how far the dark ring around a finder's middle reaches in a direction.
func (m bitmap) ring(p, step point) float64 {
	from := p
	for _, dark := range []bool{true, false, true} {
		for !m.outside(p) && m.darkAt(p) == dark {
			p = p.plus(step)
		}
	}
	return from.to(p)
}

// good is how much of what every code of a version has must be in place, of 1.
const good = 0.8

// hopeful is how much is worth the search for more. By chance it is a half.
const hopeful = 0.6

// grids lists where the modules of a code may be, the best first.
func (m bitmap) grids(c corners, l *layout) []grid {
	n := float64(l.size)
	modules := [4]point{{3.5, 3.5}, {n - 3.5, 3.5}, {3.5, n - 3.5}, {n - 6.5, n - 6.5}}
	u, v := c.b.at.minus(c.a.at).times(1/(n-7)), c.c.at.minus(c.a.at).times(1/(n-7))
	guess := c.a.at.plus(u.plus(v).times(n - 10))
	fourth := []point{guess}
	if l.size > 21 {
		fourth = append(m.alignments(guess, u, v), guess)
	}
	type rated struct {
		grid
		fit float64
	}
	var all []rated
	for _, p := range fourth {
		g, ok := gridOf(modules, [4]point{c.a.at, c.b.at, c.c.at, p})
		if !ok {
			continue
		}
		if g, fit := m.fitted(g, l); fit >= good {
			all = append(all, rated{g, fit})
		}
	}
	slices.SortStableFunc(all, func(a, b rated) int { return int(1000 * (b.fit - a.fit)) })
	out := make([]grid, len(all))
	for i, r := range all {
		out[i] = r.grid
	}
	return out
}

// alignments lists the places around a guess that look most like the small square near
// the fourth corner.
func (m bitmap) alignments(guess, u, v point) []point {
	const reach, most = 7, 5
	type rated struct {
		at  point
		fit float64
	}
	var all []rated
	for i := -2 * reach; i <= 2*reach; i++ {
		for j := -2 * reach; j <= 2*reach; j++ {
			p := guess.plus(u.times(float64(i) / 2)).plus(v.times(float64(j) / 2))
			fit := -math.Hypot(float64(i), float64(j)) / 8 // of two that are alike, the nearer
			for x := -2; x <= 2; x++ {
				for y := -2; y <= 2; y++ {
					ring := max(x*x, y*y) != 1
					if m.darkAt(p.plus(u.times(float64(x))).plus(v.times(float64(y)))) == ring {
						fit++
					}
				}
			}
			all = append(all, rated{p, fit})
		}
	}
	slices.SortStableFunc(all, func(a, b rated) int { return int(1000 * (b.fit - a.fit)) })
	var out []point
	for _, r := range all[:most] {
		out = append(out, r.at)
	}
	return out
}

// fitted moves the four points as long as more of what every code has falls into
// place, and returns how much does, of 1.
func (m bitmap) fitted(g grid, l *layout) (grid, float64) {
	best := m.fit(g, l)
	if best < hopeful {
		return g, best
	}
	unit := g.at(point{4.5, 3.5}).to(g.at(point{3.5, 3.5}))
	for step := 2 * unit; step > unit/10 && best < 1; step /= 2 {
		for i := range g.points {
			for _, by := range []point{{step, 0}, {-step, 0}, {0, step}, {0, -step}} {
				points := g.points
				points[i] = points[i].plus(by)
				moved, ok := gridOf(g.modules, points)
				if !ok {
					continue
				}
				if fit := m.fit(moved, l); fit > best {
					g, best = moved, fit
				}
			}
		}
	}
	return g, best
}

// fit is how much of what every code of a version has is in place, of 1.
func (m bitmap) fit(g grid, l *layout) float64 {
	hits := 0
	for _, f := range l.fixed {
		if m.darkAt(g.at(f.at)) == f.dark {
			hits++
		}
	}
	return float64(hits) / float64(len(l.fixed))
}
