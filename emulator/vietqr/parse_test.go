package vietqr_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/vietqr"
)

// sealed adds the right CRC to a text.
func sealed(text string) string {
	crc := uint16(0xFFFF)
	text += "6304"
	for i := range len(text) {
		crc ^= uint16(text[i]) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return fmt.Sprintf("%s%04X", text, crc)
}

const (
	head  = "000201010211"
	payee = "38570010A00000072701270006970436011300100000003550208QRIBFTTA"
	tail  = "53037045802VN"
)

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	tests := []struct {
		name, text string
		reason     error
		tag        string
		offset     int
		says       string
	}{
		// The samples that NAPAS's format prints wrongly.
		{"NAPAS 6.1.1", "00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304F4E5", vietqr.ErrMalformed, "38-01", 60,
			`"8" is left over after tag 38-01-01 with its 12 characters and is too short for a tag and a length: is the length before it too small?`},
		{"NAPAS 6.1.4 as printed", "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN6304A203", vietqr.ErrChecksum, "63", 93, `the CRC is "A203", want 4F52`},
		{"no network id", sealed(head + "380006970422" + tail), vietqr.ErrMalformed, "38", 14, "length is 00"},
		{"no beneficiary", sealed(head + "38140010A000000727" + tail), vietqr.ErrField, "38-01", -1, "no beneficiary"},
		{"no account", sealed(head + "38400010A0000007270110000697043602" + "08QRIBFTTA" + tail), vietqr.ErrField, "38-01-01", 16, "0 characters"},
		{"no service", sealed(head + "38450010A0000007270127000697043601130010000000355" + tail), vietqr.ErrField, "38-02", 16, "0 characters"},
		{"dynamic as 22", sealed("000201010222" + payee + tail), vietqr.ErrField, "01", 10, `"22", want 11 (static) or 12 (dynamic)`},
		{"no point of initiation", sealed("000201" + payee + tail), vietqr.ErrField, "01", -1, `is ""`},

		{"empty", "", vietqr.ErrMalformed, "", 0, "empty"},
		{"another code", "https://example.com", vietqr.ErrMalformed, "", 0, `"http" should be two digits`},
		{"too short", "0002", vietqr.ErrMalformed, "00", 4, "declares 2 characters, but 0 follow"},
		{"another version", sealed("000202010211" + payee + tail), vietqr.ErrMalformed, "00", 0, "want 000201"},
		{"no CRC", head + payee + tail, vietqr.ErrMalformed, "63", 84, "the last tag is 58"},
		{"CRC not last", sealed(head+payee+tail) + "6403abc", vietqr.ErrMalformed, "63", 98, "the last tag is 64"},
		{"wrong CRC", head + payee + tail + "63040000", vietqr.ErrChecksum, "63", 90, "want DDF7"},
		{"a changed digit", strings.Replace(vectors[0].text, "0355", "0356", 1), vietqr.ErrChecksum, "63", 90, `the CRC is "DDF7"`},
		{"a tag twice", sealed(head + payee + tail + "5802VN"), vietqr.ErrMalformed, "58", 86, "stands twice"},
		{"letters for a length", sealed(head + payee + "53x3704"), vietqr.ErrMalformed, "", 73, `"53x3" should be two digits of a tag and two of a length after tag 38`},
		{"not UTF-8", head + payee + tail + "5903a\xffb", vietqr.ErrMalformed, "59", 90, "byte 1 of its value is not UTF-8"},
		{"too long", strings.Repeat("9", 5000), vietqr.ErrMalformed, "", 0, "5000 bytes"},

		{"another country's", sealed(head + "26140010A000000615" + "5303458" + "5802MY"), vietqr.ErrUnsupported, "53", 34, `the currency is "458", want 704`},
		{"no country", sealed(head + payee + "5303704"), vietqr.ErrUnsupported, "58", -1, "want VN"},
		{"no account tag", sealed(head + tail), vietqr.ErrUnsupported, "", -1, "neither tag 38 (NAPAS) nor tag 26 (VNPAY)"},
		{"another network", sealed(head + strings.Replace(payee, "0727", "0999", 1) + tail), vietqr.ErrUnsupported, "38-00", 20, "want A000000727"},

		{"amount 0", sealed(head + payee + "54010" + tail), vietqr.ErrField, "54", 77, "amount is 0"},
		{"amount with commas", sealed(head + payee + "5407100,000" + tail), vietqr.ErrField, "54", 77, "want digits"},
		{"negative amount", sealed(head + payee + "5404-100" + tail), vietqr.ErrField, "54", 77, "want digits"},
		{"two dots", sealed(head + payee + "5405100.." + tail), vietqr.ErrField, "54", 77, "want digits"},
		{"a fraction", sealed(head + payee + "5406100.50" + tail), vietqr.ErrField, "54", 77, "VND has no fractions"},
		{"long amount", sealed(head + payee + "541410000000000000" + tail), vietqr.ErrField, "54", 77, "14 characters, want 13"},
		{"long memo", sealed(head + payee + tail + "62300826" + strings.Repeat("m", 26)), vietqr.ErrField, "62-08", 90, "26 characters, want 25"},
		{"memo with marks", sealed(head + payee + tail + "62140810Thanh toán"), vietqr.ErrField, "62-08", 90, "printable ASCII only"},
		{"a broken label", sealed(head + payee + tail + "62070805abc"), vietqr.ErrMalformed, "62-08", 94, "declares 5 characters, but 3 follow"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := vietqr.Parse(test.text)
			var where *vietqr.Error
			if !errors.As(err, &where) {
				t.Fatalf("got %+v, %v", p, err)
			}
			if !errors.Is(err, test.reason) || where.Tag != test.tag || where.Offset != test.offset || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v (tag %q, offset %d)", err, where.Tag, where.Offset)
			}
			if (p != vietqr.Payload{}) {
				t.Errorf("a payload came with the error: %+v", p)
			}
		})
	}
}

func TestParseTakesWhatTheFormatAllows(t *testing.T) {
	want, err := vietqr.Parse(vectors[0].text)
	if err != nil {
		t.Fatal(err)
	}
	withAmount := want
	withAmount.Amount = 50_000
	tests := []struct {
		name, text string
		want       vietqr.Payload
	}{
		{"a CRC in small letters", strings.Replace(vectors[0].text, "DDF7", "ddf7", 1), want},
		{"any order", sealed("000201" + tail + payee + "010211"), want},
		{"an amount with a dot", sealed(head + payee + "540650000." + tail), withAmount},
		{"an amount with zeros", sealed(head + payee + "540850000.00" + tail), withAmount},
		{"tags of others", sealed(head + payee + tail + "64140002vi0104Bánh" + "8006xyz123"), want},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := vietqr.Parse(test.text)
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// FuzzParse: any text is read or refused, and what was read is written in a
// form that reads the same.
func FuzzParse(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.text)
		f.Add(strings.TrimSuffix(v.text, v.text[len(v.text)-8:])) // sealed below
	}
	f.Add("00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304F4E5")
	f.Add(head + payee + tail + "62140810Thanh toán")
	f.Fuzz(func(t *testing.T, text string) {
		for _, text := range []string{text, sealed(text)} {
			p, err := vietqr.Parse(text)
			if err != nil {
				var where *vietqr.Error
				if !errors.As(err, &where) || where.Offset > len(text) || err.Error() == "" {
					t.Fatalf("%q: %v", text, err)
				}
				continue
			}
			again, err := p.Encode()
			if err != nil {
				t.Fatalf("%q was read but is not written: %v", text, err)
			}
			if q, err := vietqr.Parse(again); err != nil || q != p {
				t.Fatalf("%q: %+v became %+v, %v", text, p, q, err)
			}
		}
	})
}

func ExampleParse() {
	p, err := vietqr.Parse("00020101021238570010A00000072701270006970436011300100000003550208QRIBFTTA530370454061000005802VN62120808DH000123630416EF")
	fmt.Println(p.BIN, p.Account, p.Amount, p.Memo, err)
	_, err = vietqr.Parse("00020101021138570010A00000072701270006970436011300100000003550208QRIBFTTA53037045802VN63040000")
	fmt.Println(errors.Is(err, vietqr.ErrChecksum), err)
	// Output:
	// 970436 0010000000355 100000 DH000123 <nil>
	// true vietqr: wrong checksum: tag 63 at byte 90: the CRC is "0000", want DDF7
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vietqr.Parse(vectors[2].text); err != nil {
			b.Fatal(err)
		}
	}
}
