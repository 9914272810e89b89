package vietqr_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

// vectors are payloads that other implementations made or checked.
var vectors = []struct {
	name, text string
	payload    vietqr.Payload
}{
	{"static", "00020101021138570010A00000072701270006970436011300100000003550208QRIBFTTA53037045802VN6304DDF7",
		vietqr.Payload{BIN: "970436", Account: "0010000000355", Service: vietqr.ToAccount}},
	{"dynamic", "00020101021238570010A00000072701270006970436011300100000003550208QRIBFTTA530370454061000005802VN62120808DH000123630416EF",
		vietqr.Payload{Dynamic: true, BIN: "970436", Account: "0010000000355", Service: vietqr.ToAccount, Amount: 100_000, Memo: "DH000123"}},
	{"virtual account with letters", "00020101021238560010A000000727012600069704480112VQRQ123456780208QRIBFTTA530370454062500005802VN62210817DH1709 thanh toan63049450",
		vietqr.Payload{Dynamic: true, BIN: "970448", Account: "VQRQ12345678", Service: vietqr.ToAccount, Amount: 250_000, Memo: "DH1709 thanh toan"}},
	{"VietinBank", "00020101021238540010A00000072701240006970415011001234567890208QRIBFTTA530370454061000005802VN62150811SEVQR DH0016304B7B4",
		vietqr.Payload{Dynamic: true, BIN: "970415", Account: "0123456789", Service: vietqr.ToAccount, Amount: 100_000, Memo: "SEVQR DH001"}},
	{"static to a card", "00020101021138630010A00000072701330006970422011997042292000123456780208QRIBFTTC53037045802VN6304D2BE",
		vietqr.Payload{BIN: "970422", Account: "9704229200012345678", Service: vietqr.ToCard}},
	// https://www.vietqr.io
	{"vietqr.io", "00020101021238560010A0000007270126000697041501121133666688880208QRIBFTTA53037045405790005802VN62220818Ung Ho Quy Vac Xin63043ACF",
		vietqr.Payload{Dynamic: true, BIN: "970415", Account: "113366668888", Service: vietqr.ToAccount, Amount: 79_000, Memo: "Ung Ho Quy Vac Xin"}},
	// https://github.com/subiz/vietqr
	{"subiz", "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN62170813ung ho lu lut6304C15C",
		vietqr.Payload{Dynamic: true, BIN: "970415", Account: "0011001932418", Service: vietqr.ToAccount, Amount: 120_000, Memo: "ủng hộ lũ lụt"}},
	// NAPAS, VietQR format v1.0, 6.1.1 with the length put right, 6.1.2 to 6.1.4
	{"NAPAS 6.1.1 corrected", "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
		vietqr.Payload{BIN: "970403", Account: "0011012345678", Service: vietqr.ToAccount}},
	{"NAPAS 6.1.2", "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52",
		vietqr.Payload{BIN: "970403", Account: "9704031101234567", Service: vietqr.ToCard}},
	{"NAPAS 6.1.3", "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E",
		vietqr.Payload{Dynamic: true, BIN: "970403", Account: "0011012345678", Service: vietqr.ToAccount, Amount: 180_000, Bill: "NPS6869", Memo: "thanh toan don hang"}},
	{"NAPAS 6.1.4", "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC530370454061800005802VN62340107NPS68690819thanh toan don hang6304A203",
		vietqr.Payload{Dynamic: true, BIN: "970403", Account: "9704031101234567", Service: vietqr.ToCard, Amount: 180_000, Bill: "NPS6869", Memo: "thanh toan don hang"}},
	{"payment to a merchant", "00020101021238520010A000000727012400069704360110MID00012340206QRPUSH52045812530370454061500005802VN5912CUA HANG MAU6011HO CHI MINH62420106HD00010705POS010819thanh toan don hang6304EFFE",
		vietqr.Payload{Dynamic: true, BIN: "970436", Account: "MID0001234", Service: vietqr.ToMerchant, Category: "5812", Amount: 150_000,
			MerchantName: "CỬA HÀNG MẪU", MerchantCity: "HỒ CHÍ MINH", Bill: "HD0001", Terminal: "POS01", Memo: "thanh toán đơn hàng"}},
	{"VNPAY", "00020101021226280010A0000007750110010123456752044829530370454061500005802VN5912CUA HANG MAU6005HANOI62270106HD00010304CH010705POS0163042F71",
		vietqr.Payload{Dynamic: true, Network: vietqr.VNPAY, Account: "0101234567", Category: "4829", Amount: 150_000,
			MerchantName: "CUA HANG MAU", MerchantCity: "HANOI", Bill: "HD0001", Store: "CH01", Terminal: "POS01"}},
	// https://github.com/xuannghia/vietnam-qr-pay
	{"VNPAY of a shop", "00020101021126280010A0000007750110010531314453037045408210900005802VN5910CELLPHONES62600312CPSHN ONLINE0517021908061613127850705ONLHN0810CellphoneS63047685",
		vietqr.Payload{Network: vietqr.VNPAY, Account: "0105313144", Amount: 21_090_000, MerchantName: "CELLPHONES",
			Store: "CPSHN ONLINE", Reference: "02190806161312785", Terminal: "ONLHN", Memo: "CellphoneS"}},
	{"a long amount", "00020101021138540010A00000072701240006970407011003865776720208QRIBFTTA5303704540710000005802VN62160812henry an cut6304A322",
		vietqr.Payload{BIN: "970407", Account: "0386577672", Service: vietqr.ToAccount, Amount: 1_000_000, Memo: "henry an cut"}},
	// Beyond 25 characters, as observed.
	{"a memo of 37", "00020101021238540010A00000072701240006970418011096247MAU010208QRIBFTTA53037045405450005802VN62410837HD20260608001 ban 12 tang 3 khu nha B63048083",
		vietqr.Payload{Dynamic: true, BIN: "970418", Account: "96247MAU01", Service: vietqr.ToAccount, Amount: 45_000, Memo: "HD20260608001 ban 12 tang 3 khu nha B"}},
	{"the longest memo", "00020101021238570010A00000072701270006970436011300100000003550208QRIBFTTA530370454041000" + "5802VN62990895K" + strings.Repeat("7", 93) + "Z6304BCEB",
		vietqr.Payload{Dynamic: true, BIN: "970436", Account: "0010000000355", Service: vietqr.ToAccount, Amount: 1000, Memo: "K" + strings.Repeat("7", 93) + "Z"}},
}

func TestPublishedPayloadsAreWrittenAndRead(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			text, err := v.payload.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.text, text); diff != "" {
				t.Errorf("Encode (-want +got):\n%s", diff)
			}
			got, err := vietqr.Parse(v.text)
			if err != nil {
				t.Fatal(err)
			}
			if again := got.String(); again != v.text {
				t.Errorf("the parsed payload is written as %s", again)
			}
			got.MerchantName, got.MerchantCity, got.Memo = v.payload.MerchantName, v.payload.MerchantCity, v.payload.Memo // unfolded here
			if diff := cmp.Diff(v.payload, got); diff != "" {
				t.Errorf("Parse (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWithoutAServiceTheTransferGoesToAnAccount(t *testing.T) {
	text := vietqr.Payload{BIN: "970436", Account: "0010000000355"}.String()
	if text != vectors[0].text {
		t.Errorf("got %s", text)
	}
}

func TestEncodeRefusesWhatTheFormatCannotHold(t *testing.T) {
	good := vietqr.Payload{BIN: "970436", Account: "0010000000355"}
	tests := []struct {
		name   string
		change func(*vietqr.Payload)
		tag    string
		says   string
	}{
		{"no BIN", func(p *vietqr.Payload) { p.BIN = "" }, "38-01-00", "0 characters, want 6"},
		{"a SWIFT code", func(p *vietqr.Payload) { p.BIN = "MSCBVN" }, "38-01-00", "digits only"},
		{"no account", func(p *vietqr.Payload) { p.Account = "" }, "38-01-01", "want 1 to 99"},
		{"long account", func(p *vietqr.Payload) { p.Account = strings.Repeat("1", 56) }, "38", "100 characters with its tags, want 99 at most"},
		{"account with marks", func(p *vietqr.Payload) { p.Account = "số 2" }, "38-01-01", "printable ASCII only"},
		{"negative amount", func(p *vietqr.Payload) { p.Amount = -1 }, "54", "-1 VND"},
		{"long name", func(p *vietqr.Payload) { p.MerchantName = strings.Repeat("Ộ", 100) }, "59", "100 characters, want 99 at most"},
		{"long city", func(p *vietqr.Payload) { p.MerchantCity = strings.Repeat("x", 100) }, "60", "want 99 at most"},
		{"long memo", func(p *vietqr.Payload) { p.Memo = strings.Repeat("m", 96) }, "62", "the additional data has 100 characters with its tags, want 99 at most"},
		{"additional data", func(p *vietqr.Payload) {
			p.Memo, p.Bill, p.Store, p.Customer = strings.Repeat("m", 25), strings.Repeat("b", 25), strings.Repeat("s", 25), "1234567890"
		}, "62", "101 characters"},
		{"VNPAY with a bank", func(p *vietqr.Payload) { p.Network = vietqr.VNPAY }, "26", "neither BIN"},
		{"VNPAY with a long id", func(p *vietqr.Payload) {
			*p = vietqr.Payload{Network: vietqr.VNPAY, Account: strings.Repeat("1", 90)}
		}, "26", "want 99 at most"},
		{"network", func(p *vietqr.Payload) { p.Network = 7 }, "", "no network 7"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := good
			test.change(&p)
			text, err := p.Encode()
			var where *vietqr.Error
			if !errors.Is(err, vietqr.ErrField) || !errors.As(err, &where) || text != "" {
				t.Fatalf("got %q, %v", text, err)
			}
			if where.Tag != test.tag || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v", err)
			}
			if s := p.String(); s != "invalid "+err.Error() {
				t.Errorf("String is %q", s)
			}
		})
	}
}

func TestTextsAreFoldedToASCII(t *testing.T) {
	decomposed := "Đo\u031b\u0303 thanh toa\u0301n"
	for in, want := range map[string]string{
		"":                       "",
		"DH001 thanh toan":       "DH001 thanh toan",
		"Nguyễn Đình Chiểu":      "Nguyen Dinh Chieu",
		"ỦNG HỘ QUỸ BẢO TRỢ":     "UNG HO QUY BAO TRO",
		decomposed:               "Do thanh toan",
		"cà phê \u201csữa\u201d": `ca phe "sua"`,
		"a\u00a0b\tc\nd":         "a b c d",
		"🎉 DH1\x00\u200b":        " DH1",
		"中文 … x":                 " ... x",
		"\xff\xfe":               "",
	} {
		if got := vietqr.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	// Every letter of Vietnamese has an ASCII one.
	for _, r := range "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ" {
		for _, s := range []string{string(r), strings.ToUpper(string(r))} {
			if got := vietqr.Fold(s); len(got) != 1 {
				t.Errorf("Fold(%q) = %q", s, got)
			}
		}
	}
}

// anyPayload draws a payload that can be written.
func anyPayload(t *rapid.T) vietqr.Payload {
	text := func(name string, most int) string {
		return rapid.StringMatching(fmt.Sprintf(`[ -~]{0,%d}`, most)).Draw(t, name)
	}
	p := vietqr.Payload{
		Dynamic:      rapid.Bool().Draw(t, "dynamic"),
		Amount:       rapid.Int64Range(0, math.MaxInt64).Draw(t, "amount"),
		Category:     rapid.StringMatching(`([0-9]{4})?`).Draw(t, "category"),
		MerchantName: text("name", 99), MerchantCity: text("city", 99), PostalCode: text("postal code", 99),
		Memo: text("memo", 40), Bill: text("bill", 25), Terminal: text("terminal", 22),
		DataRequest: rapid.StringMatching(`[AME]{0,3}`).Draw(t, "request"),
	}
	if rapid.Bool().Draw(t, "vnpay") {
		p.Network = vietqr.VNPAY
		p.Account = rapid.StringMatching(`[0-9A-Za-z]{1,81}`).Draw(t, "merchant")
		return p
	}
	p.BIN = rapid.StringMatching(`[0-9]{6}`).Draw(t, "bin")
	p.Account = rapid.StringMatching(`[0-9A-Za-z]{1,55}`).Draw(t, "account")
	p.Service = vietqr.Service(rapid.SampledFrom([]string{"QRIBFTTA", "QRIBFTTC", "QRPUSH", "QRCASH"}).Draw(t, "service"))
	return p
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPayload(t)
		text, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := vietqr.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got != p {
			t.Fatalf("%s: %s", text, cmp.Diff(p, got))
		}
	})
}

func ExamplePayload_Encode() {
	text, err := vietqr.Payload{Dynamic: true, BIN: "970415", Account: "0123456789", Amount: 100_000, Memo: "SEVQR ĐH001"}.Encode()
	fmt.Println(text, err)
	// Output: 00020101021238540010A00000072701240006970415011001234567890208QRIBFTTA530370454061000005802VN62150811SEVQR DH0016304B7B4 <nil>
}

func BenchmarkEncode(b *testing.B) {
	p := vectors[2].payload
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}
