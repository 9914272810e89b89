package vietqr_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/vietqr"
)

func TestTheCapturedListHas23BanksInItsOrder(t *testing.T) {
	var got []string
	for _, b := range vietqr.Captured() {
		if !b.Supported {
			t.Errorf("%s is not supported", b.Code)
		}
		got = append(got, b.Code+" "+b.BIN)
	}
	want := strings.Split("ICB 970415,VCB 970436,MB 970422,ACB 970416,VPB 970432,TPB 970423,MSB 970426,LPB 970449,VCCB 970454,BIDV 970418,STB 970403,VIB 970441,"+
		"HDB 970437,SEAB 970440,SHBVN 970424,VBA 970405,TCB 970407,BAB 970409,ABB 970425,EIB 970431,PBVN 970439,OCB 970448,KLB 970452", ",")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	supported := map[string]bool{}
	for _, b := range vietqr.Banks() {
		if b.Supported {
			supported[b.Code] = true
		}
	}
	if len(supported) != 23 {
		t.Errorf("%d codes are supported, want 23", len(supported))
	}
}

func TestNamesThatChangedAreTheNewOnes(t *testing.T) {
	for code, want := range map[string]string{
		"LPB": "LienVietPostBank Ngân hàng TMCP Lộc Phát Việt Nam",
		"STB": "Sacombank Ngân hàng TMCP Sài Gòn Tài Lộc",
		"MSB": "MSB Ngân hàng TMCP Hàng Hải Việt Nam",
	} {
		if b, ok := vietqr.Lookup(code); !ok || b.ShortName+" "+b.Name != want {
			t.Errorf("%s is %+v, want %s", code, b, want)
		}
	}
}

func TestEveryBankIsFoundByItsOwnNames(t *testing.T) {
	for _, b := range vietqr.Banks() {
		for _, name := range []string{b.ShortName, strings.ToLower(b.ShortName), strings.ToUpper(b.ShortName)} {
			if got, ok := vietqr.Lookup(name); !ok || got.ShortName != b.ShortName || !got.Called(name) {
				t.Errorf("%q is %+v, want %+v", name, got, b)
			}
		}
		for _, name := range []string{b.Code, strings.ToLower(b.Code), b.BIN} {
			if got, ok := vietqr.Lookup(name); !ok || !got.Called(name) {
				t.Errorf("%q is %+v, %v", name, got, ok)
			}
		}
	}
}

func TestAliasesAreFoundWithoutCaseBlanksMarksAndTheWordBank(t *testing.T) {
	for name, want := range map[string]string{
		// Spellings that stand in public addresses.
		"MB Bank": "MBBank", "VTB": "VietinBank", "AGRI": "Agribank", "CTG": "VietinBank", "TECHCOMBANK": "Techcombank", "vietcombank": "Vietcombank",
		// Others that people write.
		"mb bank": "MBBank", "MBB": "MBBank", "Quân đội": "MBBank", "quan doi": "MBBank", "Military Bank": "MBBank",
		"VP": "VPBank", "VP Bank": "VPBank", "TP bank": "TPBank", "Tien Phong Bank": "TPBank", "Vietin": "VietinBank", "Vietin Bank": "VietinBank",
		"Vietcom": "Vietcombank", "Viet com bank": "Vietcombank", "Sacom": "Sacombank", "Sacom Bank": "Sacombank", "STP": "Sacombank",
		"ACB Bank": "ACB", "Á Châu": "ACB", "A Chau": "ACB", "Techcom": "Techcombank", "Kỹ Thương": "Techcombank", "Exim": "Eximbank", "BID": "BIDV", "BIDV Bank": "BIDV",
		"HD Bank": "HDBank", "SeA Bank": "SeABank", "SSB": "SeABank", "Lien Viet Post Bank": "LienVietPostBank", "LP Bank": "LPBank", "BV Bank": "BVBank", "Ban Viet": "VietCapitalBank",
		"Nam A Bank": "NamABank", "Bac A": "BacABank", "Viet A Bank": "VietABank", "Shinhan": "ShinhanBank", "Shinhan Bank": "ShinhanBank", "Kien Long": "KienLongBank",
		"Maritime Bank": "MSB", "Hàng Hải": "MSB", "Phương Đông": "OCB", "Agri bank": "Agribank", "Nông nghiệp": "Agribank", "Dong A Bank": "DongABank", "Public Bank": "PublicBank",
		"IBK Bank": "IBKHN", "Viettel Money": "ViettelMoney", "Ngân hàng TMCP Quân đội": "MBBank", "ngan hang quan doi": "MBBank", "VIB bank": "VIB", "PVcom Bank": "PVcomBank", "An Bình": "ABBANK",
	} {
		got, ok := vietqr.Lookup(name)
		if !ok || got.ShortName != want {
			t.Errorf("%q is %q, want %q", name, got.ShortName, want)
		}
		if got.Called(name) != strings.EqualFold(name, want) {
			t.Errorf("%q is SePay's own name: %v", name, got.Called(name))
		}
	}
}

func TestAnAliasTakesNoOtherBanksName(t *testing.T) {
	for _, b := range vietqr.Banks() {
		for _, name := range []string{b.ShortName, b.Code} {
			spaced := strings.Join(strings.Split(name, ""), " ")
			got, ok := vietqr.Lookup(spaced)
			if !ok || !strings.EqualFold(got.ShortName, b.ShortName) && !strings.EqualFold(got.Code, b.Code) {
				t.Errorf("%q is %q, want %q", spaced, got.ShortName, b.ShortName)
			}
		}
	}
}

func TestWhatIsNoBankStaysNone(t *testing.T) {
	for _, name := range []string{"", " ", "bank", "Bank", "ngân hàng", "MSCBVNVX", "BFTVVNVX", "Vietcombnk", "XYZ", "0", "97043", "K", "🏦", "Sài"} {
		if got, ok := vietqr.Lookup(name); ok {
			t.Errorf("%q is %q", name, got.ShortName)
		}
	}
}

func TestTheNearestBankIsSuggested(t *testing.T) {
	for name, want := range map[string]string{
		"Vietcombnk": "Vietcombank", "Vietcombannk": "Vietcombank", "Vietinbak": "VietinBank", "Techcombnak": "Techcombank", "MBBnak": "MBBank", "Sacomank": "Sacombank",
		"Agribnk": "Agribank", "Eximbnak": "Eximbank", "VTBB": "VietinBank", "Quan doii": "MBBank", "Shinhn": "ShinhanBank",
	} {
		if got := vietqr.Suggest(name); got != `did you mean "`+want+`"?` {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	for _, name := range []string{"", "Barclays Wealth Management", "🏦"} {
		if got := vietqr.Suggest(name); !strings.Contains(got, "such as MBBank") {
			t.Errorf("%q: %s", name, got)
		}
	}
}
