package scan_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"rsc.io/qr"

	"github.com/localsepay/localsepay/openapi/scan"
)

// drawn is a code of modules of some pixels, with its quiet zone.
func drawn(t *testing.T, text string, level qr.Level, module int) *image.Gray {
	t.Helper()
	code, err := qr.Encode(text, level)
	if err != nil {
		t.Fatal(err)
	}
	side := (code.Size + 8) * module
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			shade := color.Gray{255}
			if code.Black(x/module-4, y/module-4) {
				shade.Y = 0
			}
			img.SetGray(x, y, shade)
		}
	}
	return img
}

func TestEveryKindOfTextIsRead(t *testing.T) {
	for _, text := range []string{
		"1", "0123456789", "HELLO WORLD $%*+-./:", "https://sepay.vn/?a=b", "Trà sen Tây Hồ 🍵", strings.Repeat("00020101", 40),
		strings.Repeat("A0", 300), strings.Repeat("chuyen tien ", 60),
	} {
		for _, level := range []qr.Level{qr.L, qr.M, qr.Q, qr.H} {
			got, err := scan.Text(drawn(t, text, level, 4))
			if err != nil || got != text {
				t.Errorf("level %d: %.40q, %v, want %.40q", level, got, err, text)
			}
		}
	}
}

// view shows a picture turned, tilted, blurred by its scale, grainy and in a shadow.
type view struct {
	turn, tilt, scale, grain, shadow float64
}

func (v view) of(img *image.Gray, random *rand.Rand) *image.Gray {
	w, h := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	side := int(v.scale * math.Hypot(w, h) * 1.1)
	out := image.NewGray(image.Rect(0, 0, side, side))
	sin, cos := math.Sincos(v.turn)
	for y := range side {
		for x := range side {
			sum := 0.0
			for sub := range 9 {
				px := (float64(x) + float64(sub%3)/3 - float64(side)/2) / v.scale
				py := (float64(y) + float64(sub/3)/3 - float64(side)/2) / v.scale
				d := 1 + v.tilt*py/h
				px, py = px/d, py/d
				sx, sy := int(math.Floor(px*cos+py*sin+w/2)), int(math.Floor(-px*sin+py*cos+h/2))
				shade := 150.0 // the table that it lies on
				if (image.Point{sx, sy}).In(img.Rect) {
					shade = float64(img.GrayAt(sx, sy).Y)*0.8 + 25
				}
				sum += shade
			}
			shade := sum/9*(1-v.shadow*float64(x)/float64(side)) + random.NormFloat64()*v.grain
			out.SetGray(x, y, color.Gray{uint8(max(0, min(255, shade)))})
		}
	}
	return out
}

// views are ways in which a code may be photographed.
var views = []view{
	{scale: 1}, {turn: 0.3, scale: 1}, {turn: math.Pi / 4, scale: 0.8}, {turn: 2, scale: 1.3, grain: 12}, {turn: math.Pi, scale: 1, shadow: 0.6},
	{tilt: 0.25, scale: 1}, {turn: 0.2, tilt: 0.2, scale: 1.2, grain: 8}, {turn: 5, tilt: 0.2, scale: 1, grain: 10, shadow: 0.5}, {scale: 0.6, turn: 0.1, grain: 5},
}

func TestPhotosAreRead(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for i, v := range views {
		for _, n := range []int{20, 90, 180} {
			t.Run(fmt.Sprint(i, " ", n), func(t *testing.T) {
				text := strings.Repeat("38570010A00000072701270006970436 ", 9)[:n]
				var photo bytes.Buffer
				if err := jpeg.Encode(&photo, v.of(drawn(t, text, qr.M, 6), random), &jpeg.Options{Quality: 70}); err != nil {
					t.Fatal(err)
				}
				img, err := jpeg.Decode(&photo)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := scan.Text(img); err != nil || got != text {
					t.Errorf("%q, %v", got, err)
				}
			})
		}
	}
}

func TestASpottedCodeIsCorrected(t *testing.T) {
	const text = "00020101021238570010A00000072701270006970436"
	random := rand.New(rand.NewPCG(1, 2))
	img := drawn(t, text, qr.H, 6)
	for range 14 { // on the data: the lower right
		x, y := 100+random.IntN(img.Rect.Dx()-160), 100+random.IntN(img.Rect.Dy()-160)
		for dy := range 12 {
			for dx := range 12 {
				img.SetGray(x+dx, y+dy, color.Gray{uint8(random.IntN(2) * 255)})
			}
		}
	}
	if got, err := scan.Text(img); err != nil || got != text {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPicturesWithoutACodeHaveNone(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, side := range []int{0, 1, 20, 21, 300} {
		img := image.NewGray(image.Rect(0, 0, side, side))
		for i := range img.Pix {
			img.Pix[i] = uint8(random.IntN(256))
		}
		for range 2 {
			if got, err := scan.Text(img); !errors.Is(err, scan.ErrNoCode) {
				t.Errorf("%d pixels: %q, %v", side, got, err)
			}
			clear(img.Pix)
		}
	}
}
