package scan

import (
	"image"
	"image/color"
	"image/draw"
)

// gray is a picture in shades, 0 is black.
type gray struct {
	width, height int
	shades        []uint8
}

// grayOf converts a picture. What is transparent becomes white.
func grayOf(picture image.Image) gray {
	b := picture.Bounds()
	g := gray{b.Dx(), b.Dy(), nil}
	if y, is := picture.(*image.YCbCr); is {
		g.shades = make([]uint8, 0, g.width*g.height)
		for row := b.Min.Y; row < b.Max.Y; row++ {
			from := y.YOffset(b.Min.X, row)
			g.shades = append(g.shades, y.Y[from:from+g.width]...)
		}
		return g
	}
	to := image.NewGray(image.Rect(0, 0, g.width, g.height))
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(to, to.Bounds(), picture, b.Min, draw.Over)
	g.shades = to.Pix
	return g
}

// reduced is the picture at a fraction of its size.
func (g gray) reduced(by int) gray {
	if by == 1 {
		return g
	}
	small := gray{g.width / by, g.height / by, make([]uint8, (g.width/by)*(g.height/by))}
	for y := range small.height {
		for x := range small.width {
			sum := 0
			for dy := range by {
				row := g.shades[(y*by+dy)*g.width+x*by:]
				for _, s := range row[:by] {
					sum += int(s)
				}
			}
			small.shades[y*small.width+x] = uint8(sum / (by * by))
		}
	}
	return small
}

// bitmap is a picture in black and white.
type bitmap struct {
	width, height int
	dark          []bool
}

// at is whether a pixel is dark; those outside are not.
func (m bitmap) at(x, y int) bool {
	return x >= 0 && y >= 0 && x < m.width && y < m.height && m.dark[y*m.width+x]
}

// level is the shade that separates dark from light best in the whole picture, by Otsu.
func (g gray) level() int {
	var counts [256]int
	sum := 0
	for _, s := range g.shades {
		counts[s]++
		sum += int(s)
	}
	best, level := -1.0, 128
	below, belowSum := 0, 0
	for i, n := range counts {
		below += n
		belowSum += i * n
		above := len(g.shades) - below
		if below == 0 || above == 0 {
			continue
		}
		apart := float64(belowSum)/float64(below) - float64(sum-belowSum)/float64(above)
		if v := float64(below) * float64(above) * apart * apart; v > best {
			best, level = v, i
		}
	}
	return level
}

// byLevel separates dark from light by one shade: right for what was drawn.
func (g gray) byLevel() bitmap {
	m := bitmap{g.width, g.height, make([]bool, len(g.shades))}
	level := g.level()
	for i, s := range g.shades {
		m.dark[i] = int(s) <= level
	}
	return m
}

// byPlace separates dark from light by the mean of the surroundings, a part of the
// picture's size: right for a photo with a shadow or a glare.
func (g gray) byPlace(part int) bitmap {
	m := bitmap{g.width, g.height, make([]bool, len(g.shades))}
	stride := g.width + 1
	sums := make([]int, stride*(g.height+1))
	for y := range g.height {
		row := 0
		for x := range g.width {
			row += int(g.shades[y*g.width+x])
			sums[(y+1)*stride+x+1] = sums[y*stride+x+1] + row
		}
	}
	reach := max(4, max(g.width, g.height)/part/2)
	black := g.level() / 3 // dark anywhere
	for y := range g.height {
		top, bottom := max(0, y-reach), min(g.height, y+reach+1)
		for x := range g.width {
			left, right := max(0, x-reach), min(g.width, x+reach+1)
			sum := sums[bottom*stride+right] - sums[top*stride+right] - sums[bottom*stride+left] + sums[top*stride+left]
			s := int(g.shades[y*g.width+x])
			m.dark[y*g.width+x] = s < black || s*(bottom-top)*(right-left)*100 < sum*93
		}
	}
	return m
}
