package vietqr_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/vietqr"
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
		{"no network id", sealed(head + "380006970422" + tail), vietqr.ErrMalformed, "06", 20, "declares 97 characters"},
		{"no beneficiary", sealed(head + "38140010A000000727" + tail), vietqr.ErrUnsupported, "38-01", 16, "no beneficiary"},
		{"no account", sealed(head + "38400010A0000007270110000697043602" + "08QRIBFTTA" + tail), vietqr.ErrUnsupported, "38-01-01", 34, "there is no account"},

		{"empty", "", vietqr.ErrMalformed, "", 0, "empty"},
		{"another code", "https://example.com", vietqr.ErrMalformed, "", 0, `"http" should be two digits`},
		{"too short", "0002", vietqr.ErrMalformed, "00", 4, "declares 2 characters, but 0 follow"},
		{"another version", sealed("000202010211" + payee + tail), vietqr.ErrMalformed, "00", 0, "want 000201"},
		{"no CRC", head + payee + tail, vietqr.ErrMalformed, "63", 84, "the last tag is 58"},
		{"CRC not last", sealed(head+payee+tail) + "6403abc", vietqr.ErrMalformed, "63", 98, "the last tag is 64"},
		{"wrong CRC", head + payee + tail + "63040000", vietqr.ErrChecksum, "63", 90, "want DDF7"},
		{"a changed digit", strings.Replace(vectors[0].text, "0355", "0356", 1), vietqr.ErrChecksum, "63", 90, `the CRC is "DDF7"`},
		{"letters for a length", sealed(head + payee + "53x3704"), vietqr.ErrMalformed, "", 73, `"53x3" should be two digits of a tag and two of a length after tag 38`},
		{"not UTF-8", head + payee + tail + "5903a\xffb", vietqr.ErrMalformed, "59", 90, "byte 1 of its value is not UTF-8"},
		{"too long", strings.Repeat("9", 5000), vietqr.ErrMalformed, "", 0, "5000 bytes"},

		{"another country's", sealed(head + "26140010A000000615" + "5303458" + "5802MY"), vietqr.ErrUnsupported, "53", 34, `the currency is "458", want 704`},
		{"no account tag", sealed(head + tail), vietqr.ErrUnsupported, "", -1, "neither tag 38 (NAPAS) nor another one"},

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

// The unusual forms that are in circulation, with a right CRC.
func TestReadTakesWhatIsInCirculationAndNotesIt(t *testing.T) {
	plain, err := vietqr.Parse(vectors[0].text)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*vietqr.Payload)) vietqr.Payload {
		p := plain
		change(&p)
		return p
	}
	memo := func(text string) vietqr.Payload { return with(func(p *vietqr.Payload) { p.Memo = text }) }
	long := "K" + strings.Repeat("7", 93) + "Z"
	wallet := func(tag, rest string) string { return head + tag + rest + tail }
	for _, test := range []struct {
		name, text string
		want       vietqr.Payload
		notes      string
	}{
		{"a memo of 37", "00020101021238540010A00000072701240006970418011096247MAU010208QRIBFTTA53037045405450005802VN62410837HD20260608001 ban 12 tang 3 khu nha B63048083",
			vietqr.Payload{Dynamic: true, BIN: "970418", Account: "96247MAU01", Service: vietqr.ToAccount, Amount: 45_000, Memo: "HD20260608001 ban 12 tang 3 khu nha B"}, "longer_than_paper 62-08"},
		{"a memo of 95", sealed(head + payee + tail + "62990895" + long), memo(long), "longer_than_paper 62-08"},
		{"an empty memo", sealed(head + payee + tail + "62040800"), plain, "empty_object 62-08"},
		{"empty additional data", sealed(head + payee + tail + "6200"), plain, "empty_object 62"},
		{"an empty amount and an empty name", sealed(head + payee + "5400" + tail + "5900"), plain, "empty_object 54, empty_object 59"},
		{"an empty memo beside a bill number", sealed(head + payee + tail + "62080800" + "0100"), plain, "empty_object 62-08, empty_object 62-01"},
		{"a CRC in small letters", strings.Replace(vectors[0].text, "DDF7", "ddf7", 1), plain, "crc_in_small_letters 63"},
		{"spaces around the memo", sealed(head + payee + tail + "62090805 DH1 "), memo(" DH1 "), "memo_with_outer_space 62-08"},
		{"a memo with marks", sealed(head + payee + tail + "62140810Thanh toán"), memo("Thanh toán"), "unusual_characters 62-08"},
		{"a memo with marks, lengths in bytes", sealed(head + payee + tail + "62150811Thanh toán"), memo("Thanh toán"), "unusual_characters 62-08, lengths_in_bytes "},
		{"a long bill number and a long reference", sealed(head + payee + tail + "62680130" + strings.Repeat("b", 30) + "0530" + strings.Repeat("r", 30)),
			with(func(p *vietqr.Payload) { p.Bill, p.Reference = strings.Repeat("b", 30), strings.Repeat("r", 30) }), "longer_than_paper 62-01, longer_than_paper 62-05"},
		{"a long name, city and postal code", sealed(head + payee + tail + "5930" + strings.Repeat("n", 30) + "6020" + strings.Repeat("c", 20) + "6112" + strings.Repeat("7", 12)),
			with(func(p *vietqr.Payload) {
				p.MerchantName, p.MerchantCity, p.PostalCode = strings.Repeat("n", 30), strings.Repeat("c", 20), strings.Repeat("7", 12)
			}), "longer_than_paper 59, longer_than_paper 60, longer_than_paper 61"},
		{"a long account", sealed(head + "38690010A00000072701390006970436012500100000003550010000000350208QRIBFTTA" + tail),
			with(func(p *vietqr.Payload) { p.Account = "0010000000355001000000035" }), "longer_than_paper 38-01-01"},
		{"amount 0", sealed(head + payee + "54010" + tail), plain, "amount_unreadable 54"},
		{"an amount with commas", sealed(head + payee + "5407100,000" + tail), plain, "amount_unreadable 54"},
		{"a negative amount", sealed(head + payee + "5404-100" + tail), plain, "amount_unreadable 54"},
		{"an amount with two dots", sealed(head + payee + "5405100.." + tail), plain, "amount_unreadable 54"},
		{"an amount with a fraction", sealed(head + payee + "5406100.50" + tail), plain, "amount_unreadable 54"},
		{"a long amount", sealed(head + payee + "541410000000000000" + tail), with(func(p *vietqr.Payload) { p.Amount = 10_000_000_000_000 }), "longer_than_paper 54"},
		{"an amount beyond every number", sealed(head + payee + "5420" + strings.Repeat("9", 20) + tail), plain, "amount_unreadable 54"},
		{"dynamic as 22", sealed("000201010222" + payee + tail), with(func(p *vietqr.Payload) { p.Dynamic = true }), "point_of_initiation 01"},
		{"no point of initiation", sealed("000201" + payee + tail), plain, "point_of_initiation 01"},
		{"no country and no currency", sealed(head + payee), plain, "missing_object 53, missing_object 58"},
		{"no service", sealed(head + "38450010A0000007270127000697043601130010000000355" + tail), with(func(p *vietqr.Payload) { p.Service = "" }), "missing_object 38-02"},
		{"a memo twice", sealed(head + payee + tail + "62140803DH10803DH2"), memo("DH1"), "tag_twice 62-08"},
		{"a tag twice", sealed(head + payee + tail + "5802VN"), plain, "tag_twice 58"},
		{"NAPAS beside VNPAY", sealed(head + "26280010A0000007750110010123456729" + "140010A000000001" + payee + tail), plain, "several_merchant_tags 38"},
		{"a wallet's tag 26", sealed(wallet("26", "240006VIMOMO01100900000000")),
			vietqr.Payload{Network: vietqr.Wallet, Tag: "26", GUID: "VIMOMO", Account: "0900000000"}, "wallet 26"},
		{"NAPAS's tag of another network", sealed(head + strings.Replace(payee, "0727", "0999", 1) + tail),
			vietqr.Payload{Network: vietqr.Wallet, Tag: "38", GUID: "A000000999", Account: "00069704360113001000000035" + "5"}, "wallet 38"},
		{"another scheme's card tag", sealed(head + "0215123456789012345" + payee + tail), plain, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := vietqr.Read(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Payload); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			var notes []string
			for _, n := range got.Notes {
				notes = append(notes, n.Code+" "+n.Tag)
				if n.Detail == "" || strings.Contains(n.Detail, "%!") {
					t.Errorf("%s: %q", n.Code, n.Detail)
				}
			}
			if seen := strings.Join(notes, ", "); seen != test.notes {
				t.Errorf("notes %q, want %q", seen, test.notes)
			}
		})
	}
}

// FuzzParse: any text is read or refused, and what was read without a note is
// written in a form that reads the same.
func FuzzParse(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.text)
		f.Add(strings.TrimSuffix(v.text, v.text[len(v.text)-8:])) // sealed below
	}
	f.Add("00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304F4E5")
	f.Add(head + payee + tail + "62140810Thanh toán")
	f.Add(head + payee + tail + "62040800")
	f.Add(head + "26240006VIMOMO01100900000000" + tail)
	f.Fuzz(func(t *testing.T, text string) {
		for _, text := range []string{text, sealed(text)} {
			read, err := vietqr.Read(text)
			if err != nil {
				var where *vietqr.Error
				if !errors.As(err, &where) || where.Offset > len(text) || err.Error() == "" {
					t.Fatalf("%q: %v", text, err)
				}
				continue
			}
			if len(read.Notes) > 0 {
				continue
			}
			p := read.Payload
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
