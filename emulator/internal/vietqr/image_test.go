package vietqr_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// scan reads the code in a picture, as a bank's app would.
func scan(t testing.TB, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatalf("the picture does not scan: %v", err)
	}
	return result.GetText()
}

var looks = []struct {
	name    string
	options vietqr.ImageOptions
}{
	{"framed", vietqr.ImageOptions{}},
	{"framed with all", vietqr.ImageOptions{ShowInfo: true, FullAccount: true, Bank: "VietinBank", Holder: "NGUYỄN VĂN A", Store: "Cửa hàng Mẫu"}},
	{"compact", vietqr.ImageOptions{Template: vietqr.Compact}},
	{"compact with info", vietqr.ImageOptions{Template: vietqr.Compact, ShowInfo: true, Holder: strings.Repeat("DAI ", 40)}},
	{"qronly", vietqr.ImageOptions{Template: vietqr.QROnly, ShowInfo: true}},
	{"standee", vietqr.ImageOptions{Template: vietqr.Standee}},
	{"standee with all", vietqr.ImageOptions{Template: vietqr.Standee, FullAccount: true, Holder: "NGUYEN VAN A", Store: "Quán Phở 🍜 24 giờ ngon nhất Hà Nội"}},
}

func TestEveryPictureScans(t *testing.T) {
	for _, look := range looks {
		for _, v := range vectors {
			t.Run(look.name+"/"+v.name, func(t *testing.T) {
				t.Parallel() // the memory that pictures share is not shared at once
				data, err := v.payload.PNG(look.options)
				if err != nil {
					t.Fatal(err)
				}
				keep(t, look.name+" "+v.name, data)
				img, err := png.Decode(bytes.NewReader(data))
				if err != nil {
					t.Fatal(err)
				}
				if got := scan(t, img); got != v.text {
					t.Errorf("it scans as %s, want %s", got, v.text)
				}
			})
		}
	}
}

// keep writes a picture to the directory in VIETQR_PICTURES, for a person to see.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if dir := os.Getenv("VIETQR_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, " ", "_")+".png"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheSamePayloadMakesTheSameBytes(t *testing.T) {
	p := vectors[1].payload
	first, err := p.PNG(vietqr.ImageOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := vectors[2].payload.PNG(vietqr.ImageOptions{Template: vietqr.Standee}); err != nil { // its memory is used again
			t.Fatal(err)
		}
		again, err := p.PNG(vietqr.ImageOptions{})
		if err != nil || !bytes.Equal(first, again) {
			t.Fatalf("other bytes, %v", err)
		}
	}
}

func TestPicturesFollowTheirOptions(t *testing.T) {
	p := vectors[1].payload
	size := func(o vietqr.ImageOptions) (width, height int) {
		data, err := p.PNG(o)
		if err != nil {
			t.Fatal(err)
		}
		c, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return c.Width, c.Height
	}
	width, height := size(vietqr.ImageOptions{Template: vietqr.QROnly})
	if width != height || width%8 != 0 {
		t.Errorf("qronly is %d by %d", width, height)
	}
	w, h := size(vietqr.ImageOptions{Template: vietqr.Compact})
	if w != width+4 || h != w {
		t.Errorf("compact is %d by %d", w, h)
	}
	if _, taller := size(vietqr.ImageOptions{Template: vietqr.Compact, ShowInfo: true}); taller <= h {
		t.Error("showinfo adds nothing to compact")
	}
	if w, h := size(vietqr.ImageOptions{Template: vietqr.Standee}); h < w*3/2 {
		t.Errorf("the standee is %d by %d", w, h)
	}
	masked, _ := p.PNG(vietqr.ImageOptions{})
	full, _ := p.PNG(vietqr.ImageOptions{FullAccount: true})
	if bytes.Equal(masked, full) {
		t.Error("the account number is never masked")
	}
}

func TestWhatCannotBeDrawnIsAnError(t *testing.T) {
	if _, err := vectors[0].payload.PNG(vietqr.ImageOptions{Template: "compact2"}); !errors.Is(err, vietqr.ErrTemplate) {
		t.Errorf("got %v", err)
	}
	if _, err := (vietqr.Payload{}).PNG(vietqr.ImageOptions{}); !errors.Is(err, vietqr.ErrField) {
		t.Errorf("got %v", err)
	}
	if _, _, err := (vietqr.Payload{}).SVGPath(); !errors.Is(err, vietqr.ErrField) {
		t.Errorf("got %v", err)
	}
}

var run = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// draw paints an SVG path of runs.
func draw(t *testing.T, size int, path string) image.Image {
	t.Helper()
	const scale = 6
	img := image.NewGray(image.Rect(0, 0, size*scale, size*scale))
	for i := range img.Pix {
		img.Pix[i] = 0xFF
	}
	seen := 0
	for _, m := range run.FindAllStringSubmatch(path, -1) {
		seen += len(m[0])
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		n, _ := strconv.Atoi(m[3])
		for px := x * scale; px < (x+n)*scale; px++ {
			for py := y * scale; py < (y+1)*scale; py++ {
				img.Set(px, py, color.Black)
			}
		}
	}
	if seen != len(path) {
		t.Fatalf("the path has more than runs in it")
	}
	return img
}

func TestTheSVGPathScans(t *testing.T) {
	for _, v := range vectors {
		size, path, err := v.payload.SVGPath()
		if err != nil {
			t.Fatal(err)
		}
		if got := scan(t, draw(t, size, path)); got != v.text {
			t.Errorf("%s: it scans as %s", v.name, got)
		}
	}
}

func ExamplePayload_SVGPath() {
	p := vietqr.Payload{BIN: "970436", Account: "0010000000355"}
	size, path, err := p.SVGPath()
	if err != nil {
		fmt.Println(err)
		return
	}
	svg := fmt.Sprintf(`<svg viewBox="0 0 %d %d"><path d="%s"/></svg>`, size, size, path)
	fmt.Println(svg[:46])
	// Output: <svg viewBox="0 0 45 45"><path d="M4 4h7v1h-7z
}

func BenchmarkPNG(b *testing.B) {
	p := vectors[2].payload
	for _, look := range looks {
		b.Run(strings.ReplaceAll(look.name, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.PNG(look.options); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSVGPath(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := vectors[2].payload.SVGPath(); err != nil {
			b.Fatal(err)
		}
	}
}

// The last digits of a long memo are printed too, in further lines, as long as
// four are enough.
func TestALongMemoIsPrintedWhole(t *testing.T) {
	p := vectors[1].payload
	height := func(memo string) int {
		p.Memo = memo
		data, err := p.PNG(vietqr.ImageOptions{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return c.Height - c.Width // without what a larger code adds
	}
	if one, three := height("DH1"), height(strings.Repeat("m", 95)); three <= one {
		t.Errorf("a memo of 95 letters takes no more lines than one of 3: %d and %d pixels", three, one)
	}
}

func TestTheLongestPayloadsScanInEveryLook(t *testing.T) {
	for _, look := range looks {
		for _, memo := range []int{26, 32, 37, 60, 94, 95} {
			p := vietqr.Payload{
				Dynamic: true, BIN: "970422", Account: "VQRQ" + strings.Repeat("9", 15), Amount: 999_999_999_999, Memo: strings.Repeat("DH7 x", 19)[:memo-1] + "Z",
			}
			want := p.String()
			data, err := p.PNG(look.options)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := vietqr.Scan(data); err != nil || got != want {
				t.Errorf("%s with a memo of %d: %q, %v", look.name, memo, got, err)
			}
			config, err := png.DecodeConfig(bytes.NewReader(data))
			if err != nil || (look.name == "qronly" && config.Width > (65+8)*8) {
				t.Errorf("%s with a memo of %d: %d pixels wide, more than version 12 has", look.name, memo, config.Width)
			}
		}
	}
}

// A decoder that looks at a picture once misses about three in a hundred.
func TestAnyTransferScans(t *testing.T) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	random := rand.New(rand.NewPCG(1, 2))
	text := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[random.IntN(len(letters))]
		}
		return string(b)
	}
	for range 150 {
		p := vietqr.Payload{
			Dynamic: true, BIN: "970436", Account: text(1 + random.IntN(19)), Service: vietqr.ToAccount,
			Amount: random.Int64N(10_000_000), Memo: text(random.IntN(vietqr.MaxMemo + 1)),
		}
		look := looks[random.IntN(len(looks))]
		picture, err := p.PNG(look.options)
		if err != nil {
			t.Fatal(err)
		}
		want, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := vietqr.Scan(picture); err != nil || got != want {
			t.Errorf("%s: it scans as %q, %v, want %s", look.name, got, err, want)
		}
	}
}
