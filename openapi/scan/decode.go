package scan

import (
	"strings"
	"unicode/utf8"

	"rsc.io/qr/coding"
	"rsc.io/qr/gf256"
)

// decode reads the code in a grid.
func (m bitmap) decode(l *layout, g grid) (string, bool) {
	p, ok := m.plan(l, g)
	if !ok {
		return "", false
	}
	words := make([]byte, p.DataBytes+p.CheckBytes)
	for y, row := range p.Pixel {
		for x, pixel := range row {
			if r := pixel.Role(); r != coding.Data && r != coding.Check {
				continue
			}
			if m.moduleAt(g, x, y) != (pixel&coding.Black != 0) { // Black has the mask
				words[pixel.Offset()/8] |= 0x80 >> (pixel.Offset() % 8)
			}
		}
	}
	data, checks := words[:p.DataBytes], words[p.DataBytes:]
	size, check := p.DataBytes/p.Blocks, p.CheckBytes/p.Blocks
	from := 0
	for i := range p.Blocks {
		if i == p.Blocks-p.DataBytes%p.Blocks {
			size++
		}
		block := append(data[from:from+size:from+size], checks[i*check:(i+1)*check]...)
		if !correct(block, check) {
			return "", false
		}
		from += copy(data[from:], block[:size])
	}
	return textOf(data, l.version)
}

// correct corrects a block by its check words, at its end; false when it has more
// mistakes than they can tell. It is Reed and Solomon's code, by Berlekamp, Massey and
// Forney.
func correct(block []byte, checks int) bool {
	f := coding.Field
	syndromes := make([]byte, checks)
	clean := true
	for i := range syndromes {
		syndromes[i] = value(f, block, f.Exp(i))
		clean = clean && syndromes[i] == 0
	}
	if clean {
		return true
	}
	locator := locatorOf(f, syndromes)
	mistakes := len(locator) - 1
	if 2*mistakes > checks {
		return false
	}
	// evaluator = syndromes × locator, of which the first terms are needed. Both
	// polynomials have their constant first.
	evaluator := make([]byte, mistakes)
	for i := range evaluator {
		for k := range i + 1 {
			evaluator[i] ^= f.Mul(syndromes[k], locator[i-k])
		}
	}
	slope := make([]byte, mistakes) // of the locator: its odd terms, a power less
	for k := 1; k < len(locator); k += 2 {
		slope[k-1] = locator[k]
	}
	found := 0
	for i := range block {
		power := len(block) - 1 - i
		inverse := f.Exp(255 - power%255)
		if valueUp(f, locator, inverse) != 0 {
			continue
		}
		found++
		steep := valueUp(f, slope, inverse)
		if steep == 0 {
			return false
		}
		block[i] ^= f.Mul(f.Exp(power), f.Mul(valueUp(f, evaluator, inverse), f.Inv(steep)))
	}
	return found == mistakes
}

// value is that of a polynomial whose constant comes last.
func value(f *gf256.Field, p []byte, x byte) byte {
	sum := byte(0)
	for _, c := range p {
		sum = f.Mul(sum, x) ^ c
	}
	return sum
}

// valueUp is that of a polynomial whose constant comes first.
func valueUp(f *gf256.Field, p []byte, x byte) byte {
	sum := byte(0)
	for i := len(p) - 1; i >= 0; i-- {
		sum = f.Mul(sum, x) ^ p[i]
	}
	return sum
}

// locatorOf is the polynomial whose roots tell where the mistakes are, constant first.
func locatorOf(f *gf256.Field, syndromes []byte) []byte {
	now, before := []byte{1}, []byte{1}
	length, since, last := 0, 1, byte(1)
	for n := range syndromes {
		off := syndromes[n]
		for i := 1; i <= length && i < len(now); i++ {
			off ^= f.Mul(now[i], syndromes[n-i])
		}
		if off == 0 {
			since++
			continue
		}
		by := f.Mul(off, f.Inv(last))
		next := make([]byte, max(len(now), len(before)+since))
		copy(next, now)
		for i, c := range before {
			next[i+since] ^= f.Mul(by, c)
		}
		if 2*length <= n {
			before, last, since, length = now, off, 1, n+1-length
		} else {
			since++
		}
		now = next
	}
	for len(now) > 1 && now[len(now)-1] == 0 {
		now = now[:len(now)-1]
	}
	return now
}

// capitals are the characters of the mode for digits and capitals.
const capitals = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// stream reads numbers of some bits. Beyond the end it reads zeros.
type stream struct {
	data []byte
	at   int
}

func (s *stream) bits(n int) int {
	v := 0
	for range n {
		v <<= 1
		if s.at < 8*len(s.data) && s.data[s.at/8]&(0x80>>(s.at%8)) != 0 {
			v |= 1
		}
		s.at++
	}
	return v
}

func (s *stream) left() int { return 8*len(s.data) - s.at }

// textOf is the text of the data words; false with a mode that this package does not
// read.
func textOf(data []byte, version int) (string, bool) {
	class := 0 // how long the counts are
	switch {
	case version >= 27:
		class = 2
	case version >= 10:
		class = 1
	}
	s := &stream{data: data}
	var text []byte
	for s.left() >= 4 {
		switch s.bits(4) {
		case 0:
			return utf8Of(text), true
		case 1:
			text = s.digits(text, s.bits([3]int{10, 12, 14}[class]))
		case 2:
			text = s.capitals(text, s.bits([3]int{9, 11, 13}[class]))
		case 4:
			for range s.bits([3]int{8, 16, 16}[class]) {
				text = append(text, byte(s.bits(8)))
			}
		case 7: // which character set follows; the bytes tell that, too
			if s.bits(1) == 1 {
				s.bits(7 + 8*s.bits(1))
			} else {
				s.bits(7)
			}
		case 5, 9: // the text is for an application, which does not matter here
			continue
		default:
			return "", false
		}
		if s.left() < 0 {
			return "", false
		}
	}
	return utf8Of(text), true
}

func (s *stream) digits(text []byte, n int) []byte {
	for ; n > 0; n -= 3 {
		few := min(n, 3)
		v := s.bits([4]int{0, 4, 7, 10}[few])
		for _, by := range []int{100, 10, 1}[3-few:] {
			text = append(text, byte('0'+v/by%10))
		}
	}
	return text
}

func (s *stream) capitals(text []byte, n int) []byte {
	for ; n > 1; n -= 2 {
		v := s.bits(11)
		text = append(text, capitals[v/45%45], capitals[v%45])
	}
	if n == 1 {
		text = append(text, capitals[s.bits(6)%45])
	}
	return text
}

// utf8Of takes bytes that are no UTF-8 for Latin-1.
func utf8Of(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	var b strings.Builder
	for _, c := range text {
		b.WriteRune(rune(c))
	}
	return b.String()
}
