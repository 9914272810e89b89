package qr_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	"github.com/localsepay/localsepay/emulator/internal/surface/qr"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	"github.com/localsepay/localsepay/openapi"
)

// ask sends a request to the surface of its path, holds the answer against the
// contract and returns it with the findings.
func ask(t testing.TB, s *qr.Service, target string) (*httptest.ResponseRecorder, []finding.Finding) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	at := s.Surface()
	if !at.Has(r.URL.Path) {
		at = s.Dashboard()
	}
	if !at.Has(r.URL.Path) {
		t.Fatalf("no surface has %s", r.URL.Path)
	}
	var noted []finding.Finding
	x := &surface.Exchange{Record: func(f finding.Finding) { noted = append(noted, f) }}
	w := httptest.NewRecorder()
	at.Router().ServeHTTP(w, surface.With(r, x))
	contract, err := openapi.Load("qr")
	if err != nil {
		t.Fatal(err)
	}
	if op, ok := contract.Operation(openapi.Request{Method: r.Method, URL: r.URL}); ok && op.ID != x.Operation {
		t.Errorf("%s: operation %q, the contract says %q", target, x.Operation, op.ID)
	}
	for _, v := range contract.CheckResponse(openapi.Request{Method: r.Method, URL: r.URL}, w.Code, w.Header(), w.Body.Bytes()) {
		t.Errorf("%s: %s", target, v)
	}
	if n := w.Header().Get("Content-Length"); n != strconv.Itoa(w.Body.Len()) {
		t.Errorf("%s: Content-Length %s for %d bytes", target, n, w.Body.Len())
	}
	return w, noted
}

// with is the service under a setting.
func with(t testing.TB, name setting.Name, value string) *qr.Service {
	t.Helper()
	v, err := setting.Values{}.With(map[string]string{string(name): value})
	if err != nil {
		t.Fatal(err)
	}
	return &qr.Service{Settings: v}
}

func codes(list []finding.Finding) []string {
	out := []string{}
	for _, f := range list {
		out = append(out, f.Code)
	}
	return out
}

func scan(t testing.TB, body []byte) vietqr.Payload {
	t.Helper()
	text, err := vietqr.Scan(body)
	if err != nil {
		t.Fatalf("%v: %.200q", err, body)
	}
	p, err := vietqr.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPicturesHoldTheTransfer(t *testing.T) {
	account := vietqr.Payload{BIN: "970436", Account: "0010000000355", Service: vietqr.ToAccount}
	asking := func(amount int64, memo string) vietqr.Payload {
		p := account
		p.Dynamic, p.Amount, p.Memo = true, amount, memo
		return p
	}
	tests := []struct {
		name, query string
		want        vietqr.Payload
		noted       []string
	}{
		{"SePay's first example", "acc=0010000000355&bank=Vietcombank&amount=100000&des=ung%20ho%20quy%20bao%20tro%20tre%20em", asking(100_000, "ung ho quy bao tro tre em"), nil},
		{"SePay's second example", "acc=0010000000355&bank=Vietcombank", account, nil},
		{"by code", "bank=vcb&acc=0010000000355", account, nil},
		{"by BIN", "bank=970436&acc=0010000000355", account, nil},
		{"only a memo", "bank=VIETCOMBANK&acc=0010000000355&des=DH12345", asking(0, "DH12345"), nil},
		{"only an amount", "bank=VCB&acc=0010000000355&amount=1", asking(1, ""), nil},
		{"an empty amount", "bank=VCB&acc=0010000000355&amount=&des=&template=", account, nil},
		{"the last value counts", "bank=ACB&bank=VCB&acc=0010000000355", account, nil},
		{"a virtual account", "acc=VQRQ12345678&bank=OCB", vietqr.Payload{BIN: "970448", Account: "VQRQ12345678", Service: vietqr.ToAccount}, nil},
		{"a card's digits stay an account", "acc=9704229200012345678&bank=MB", vietqr.Payload{BIN: "970422", Account: "9704229200012345678", Service: vietqr.ToAccount}, nil},
		{"VietinBank", "acc=0123456789&bank=VietinBank&des=SEVQR+DH001", vietqr.Payload{Dynamic: true, BIN: "970415", Account: "0123456789", Service: vietqr.ToAccount, Memo: "SEVQR DH001"}, nil},
		{"every option", "acc=0010000000355&bank=VCB&template=standee&showinfo=true&fullacc=true&holder=NGUYEN+VAN+A&store=C%E1%BB%ADa+h%C3%A0ng", account, nil},

		{"VietinBank without SEVQR", "acc=0123456789&bank=VietinBank", vietqr.Payload{BIN: "970415", Account: "0123456789", Service: vietqr.ToAccount}, []string{"qr.memo_without_sevqr"}},
		{"an alias of ours", "bank=MB+Bank&acc=1", vietqr.Payload{BIN: "970422", Account: "1", Service: vietqr.ToAccount}, []string{"qr.bank_alias"}},
		{"a ticker", "bank=agri&acc=1", vietqr.Payload{BIN: "970405", Account: "1", Service: vietqr.ToAccount}, []string{"qr.bank_alias"}},
		{"a short name in capitals is SePay's own", "bank=TECHCOMBANK&acc=1", vietqr.Payload{BIN: "970407", Account: "1", Service: vietqr.ToAccount}, nil},
		{"amount 0", "bank=VCB&acc=0010000000355&amount=0", account, []string{"qr.zero_amount"}},
		{"a long memo", "bank=VCB&acc=0010000000355&des=thanh+to%C3%A1n+%C4%91%C6%A1n+h%C3%A0ng+DH12345", asking(0, "thanh toan don hang DH12345"), []string{"qr.memo_folded", "qr.memo_long"}},
		{"a memo of 26", "bank=VCB&acc=0010000000355&des=DH34567890123456789012345X", asking(0, "DH34567890123456789012345X"), []string{"qr.memo_long"}},
		{"a memo of 95", "bank=VCB&acc=0010000000355&des=K" + strings.Repeat("7", 93) + "Z", asking(0, "K"+strings.Repeat("7", 93)+"Z"), []string{"qr.memo_long"}},
		{"a memo of 96", "bank=VCB&acc=0010000000355&des=K" + strings.Repeat("7", 93) + "ZX", asking(0, "K"+strings.Repeat("7", 93)+"Z"), []string{"qr.memo_cut"}},
		{"a memo of 2000", "bank=VCB&acc=0010000000355&des=" + strings.Repeat("%E1%BB%99", 2000), asking(0, strings.Repeat("o", 95)), []string{"qr.memo_folded", "qr.memo_cut"}},
		{"spaces around the memo stay", "bank=VCB&acc=0010000000355&des=+DH1+", asking(0, " DH1 "), nil},
		{"characters that banks drop", "bank=MB&acc=0010000000355&des=BV-3382750A_X", vietqr.Payload{Dynamic: true, BIN: "970422", Account: "0010000000355", Service: vietqr.ToAccount, Memo: "BV-3382750A_X"}, []string{"qr.memo_stripped"}},
		{"a slash", "bank=VCB&acc=0010000000355&des=DH1/2", asking(0, "DH1/2"), []string{"qr.memo_stripped"}},
		{"an amount beyond NAPAS's paper", "bank=VCB&acc=0010000000355&amount=10000000000000", asking(10_000_000_000_000, ""), []string{"qr.amount_long"}},
		{"a long account", "acc=12345678901234567890&bank=VCB", vietqr.Payload{BIN: "970436", Account: "12345678901234567890", Service: vietqr.ToAccount}, []string{"qr.account_long"}},
		{"an account with a space", "acc=001+2&bank=VCB", vietqr.Payload{BIN: "970436", Account: "001 2", Service: vietqr.ToAccount}, []string{"qr.account_unusual"}},
		{"names of vietqr.io's API", "bank=VCB&acc=0010000000355&accountNo=1&acqId=970436&accountName=A&format=text&content=DH1", account,
			[]string{"qr.foreign_parameter", "qr.foreign_parameter", "qr.foreign_parameter", "qr.foreign_parameter", "qr.foreign_parameter"}},
		{"names in another case", "bank=VCB&acc=0010000000355&Des=DH1&AMOUNT=5", account, []string{"qr.unknown_parameter", "qr.unknown_parameter"}},
		{"a number against caches", "bank=VCB&acc=0010000000355&_=1699999999&v=2", account, nil},
		{"flags that are none", "bank=VCB&acc=0010000000355&showinfo=1&fullacc=yes", account, []string{"qr.flag_value", "qr.flag_value"}},
		{"flags that are false", "bank=VCB&acc=0010000000355&showinfo=false&fullacc=false&download=false", account, nil},
		{"a memo with marks", "bank=VCB&acc=0010000000355&des=%C4%91%C6%A1n+1", asking(0, "don 1"), []string{"qr.memo_folded"}},
		{"vietqr.io's names", "bank=VCB&acc=0010000000355&template=compact2&addInfo=x", account, []string{"qr.unknown_template", "qr.foreign_parameter"}},
		{"a bank without VietQR", "bank=HSBC&acc=1", vietqr.Payload{BIN: "458761", Account: "1", Service: vietqr.ToAccount}, []string{"qr.bank_not_supported"}},
		{"a broken query", "bank=VCB&acc=0010000000355&des=%zz&a;b=c", account, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, noted := ask(t, &qr.Service{}, "/img?"+test.query)
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || w.Header().Get("Content-Disposition") != "" {
				t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
			}
			if diff := cmp.Diff(test.want, scan(t, w.Body.Bytes())); diff != "" {
				t.Errorf("the code (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(append([]string{}, test.noted...), codes(noted)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			for _, f := range noted {
				if f.Severity == "" || f.Title == "" || f.Detail == "" || f.Hint == "" || !strings.HasPrefix(f.Source, "https://") {
					t.Errorf("unfinished finding: %+v", f)
				}
			}
		})
	}
}

func TestTheContractKnowsWhatClientsSend(t *testing.T) {
	contract, err := openapi.Load("qr")
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{
		"acc=0010000000355&bank=Vietcombank&amount=100000&des=DH1&template=qronly&download=true":           0,
		"acc=1&bank=VCB&amount=&des=&template=&showinfo=true&fullacc=true&holder=A&store=B&download=false": 0,
		"acc=1&bank=VCB&amount=10000000000000&download=DOWNLOAD&des=" + strings.Repeat("x", 120):           0,
		"bank=VCB":                 1,
		"acc=1&bank=VCB&amount=-1": 1,
		"acc=1&bank=VCB&template=compact2&addInfo=": 2,
	} {
		r := openapi.Request{Method: http.MethodGet, URL: &url.URL{Path: "/img", RawQuery: query}}
		if found := contract.CheckRequest(r); len(found) != want {
			t.Errorf("%s: %v, want %d violations", query, found, want)
		}
	}
}

func TestTemplatesDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, query := range []string{
		"", "&template=compact", "&template=qronly", "&template=standee", "&template=compact&showinfo=true",
		"&template=compact&showinfo=true&fullacc=true", "&fullacc=true", "&holder=A", "&store=B",
	} {
		w, _ := ask(t, &qr.Service{}, "/img?bank=VCB&acc=0010000000355"+query)
		if other, ok := seen[w.Body.String()]; ok {
			t.Errorf("%q and %q make the same picture", query, other)
		}
		seen[w.Body.String()] = query
	}
}

func TestDownloadIsAnAttachment(t *testing.T) {
	w, _ := ask(t, &qr.Service{}, "/img?bank=VCB&acc=0010000000355&download=true")
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="vietqr-0010000000355.png"` {
		t.Errorf("got %q", got)
	}
	if w, _ := ask(t, &qr.Service{}, "/img?bank=VCB&acc=a%22%0Ab&download=true"); w.Code != http.StatusOK || strings.ContainsAny(w.Header().Get("Content-Disposition"), "\n") {
		t.Errorf("%d %q", w.Code, w.Header().Get("Content-Disposition"))
	}
	file := `attachment; filename="vietqr-1.png"`
	for value, want := range map[string]struct{ byDefault, any, noted string }{
		"true": {file, file, ""}, "false": {"", "", ""}, "": {"", "", ""},
		"TRUE": {"", file, "qr.download_value"}, "DOWNLOAD": {"", file, "qr.download_value"}, "1": {"", file, "qr.download_value"},
		"FALSE": {"", "", "qr.download_value"}, "0": {"", "", "qr.download_value"},
	} {
		w, noted := ask(t, &qr.Service{}, "/img?bank=VCB&acc=1&download="+value)
		if got := w.Header().Get("Content-Disposition"); got != want.byDefault || strings.Join(codes(noted), " ") != want.noted {
			t.Errorf("download=%s: %q, %v", value, got, codes(noted))
		}
		w, noted = ask(t, with(t, setting.QRDownload, "any"), "/img?bank=VCB&acc=1&download="+value)
		if got := w.Header().Get("Content-Disposition"); got != want.any || len(noted) != 0 {
			t.Errorf("any: download=%s: %q, %v", value, got, codes(noted))
		}
	}
}

func TestTheMemoLimitOfThePaperIsASetting(t *testing.T) {
	w, noted := ask(t, with(t, setting.QRMemoLimit, "25"), "/img?bank=VCB&acc=1&des="+strings.Repeat("7", 26))
	if memo := scan(t, w.Body.Bytes()).Memo; memo != strings.Repeat("7", 25) || strings.Join(codes(noted), " ") != "qr.memo_cut" {
		t.Errorf("%q, %v", memo, codes(noted))
	}
	if w, noted = ask(t, with(t, setting.QRMemoLimit, "25"), "/img?bank=VCB&acc=1&des="+strings.Repeat("7", 25)); len(noted) != 0 || len(scan(t, w.Body.Bytes()).Memo) != 25 {
		t.Errorf("25 characters: %v", codes(noted))
	}
}

// The captured vectors, byte for byte.
func TestLongMemosMakeTheCapturedCodes(t *testing.T) {
	for query, want := range map[string]string{
		"acc=96247MAU01&bank=BIDV&amount=45000&des=HD20260608001+ban+12+tang+3+khu+nha+B":      "00020101021238540010A00000072701240006970418011096247MAU010208QRIBFTTA53037045405450005802VN62410837HD20260608001 ban 12 tang 3 khu nha B63048083",
		"acc=0010000000355&bank=Vietcombank&amount=1000&des=K" + strings.Repeat("7", 93) + "Z": "00020101021238570010A00000072701270006970436011300100000003550208QRIBFTTA530370454041000" + "5802VN62990895K" + strings.Repeat("7", 93) + "Z6304BCEB",
	} {
		for _, template := range []string{"", "compact", "qronly", "standee"} {
			w, _ := ask(t, &qr.Service{}, "/img?"+query+"&template="+template)
			if got, err := vietqr.Scan(w.Body.Bytes()); err != nil || got != want {
				t.Errorf("%s: %s, %v", template, got, err)
			}
		}
	}
}

// A finding about dropped characters says which bank is known for it.
func TestDroppedCharactersAreToldByBank(t *testing.T) {
	for query, want := range map[string][]string{
		"bank=MB&acc=1&des=A-1.2":  {`"A-1.2"`, `"A12"`, `"-" and "."`, `At MBBank they show it for "-".`},
		"bank=ACB&acc=1&des=A-1@2": {`At ACB they show it for "@".`},
		"bank=OCB&acc=1&des=A%231": {`"A1"`, `"#" may not.`},
	} {
		_, noted := ask(t, &qr.Service{}, "/img?"+query)
		if len(noted) != 1 || noted[0].Severity != finding.Note {
			t.Errorf("%s: %+v", query, noted)
			continue
		}
		for _, text := range want {
			if !strings.Contains(noted[0].Detail, text) {
				t.Errorf("%s: %q has no %s", query, noted[0].Detail, text)
			}
		}
	}
}

func TestWhatCannotBeDrawn(t *testing.T) {
	tests := []struct{ name, query, code, says string }{
		{"nothing", "", "missing_parameter", "There is no acc and no bank."},
		{"no account", "bank=VCB", "missing_parameter", "There is no acc."},
		{"no bank", "acc=1&bank=+", "missing_parameter", "There is no bank."},
		{"a SWIFT code", "acc=1&bank=MSCBVNVX", "unknown_bank", `There is no bank "MSCBVNVX" (`},
		{"a script", "acc=1&bank=%3Cscript%3Ealert(1)%3C/script%3E", "unknown_bank", `"<script>alert(1)</script>"`},
		{"a long name", "acc=1&bank=" + strings.Repeat("%E1%BB%99", 5000), "unknown_bank", "…"},
		{"an account with marks", "acc=s%E1%BB%91+2&bank=VCB", "invalid_account", "printable ASCII only"},
		{"an account that no code holds", "acc=" + strings.Repeat("1", 56) + "&bank=VCB", "invalid_account", "100 characters with its tags"},
		{"a negative amount", "acc=1&bank=VCB&amount=-5", "invalid_amount", "it is below zero"},
		{"separators", "acc=1&bank=VCB&amount=100,000", "invalid_amount", "it has separators; 100000 is meant"},
		{"points", "acc=1&bank=VCB&amount=100.000", "invalid_amount", "it has separators; 100000 is meant"},
		{"a currency", "acc=1&bank=VCB&amount=100000%C4%91", "invalid_amount", "it has a currency behind it; 100000 is meant"},
		{"null", "acc=1&bank=VCB&amount=null", "invalid_amount", "it is a word"},
		{"NaN", "acc=1&bank=VCB&amount=NaN", "invalid_amount", "it is a word"},
		{"undefined", "acc=1&bank=VCB&amount=undefined", "invalid_amount", "it is a word"},
		{"an exponent", "acc=1&bank=VCB&amount=1e5", "invalid_amount", "it has an exponent"},
		{"a sign", "acc=1&bank=VCB&amount=%2B5", "invalid_amount", "it is not made of digits"},
		{"other digits", "acc=1&bank=VCB&amount=%EF%BC%91%EF%BC%92", "invalid_amount", "it is not made of digits"},
		{"a fraction", "acc=1&bank=VCB&amount=100000.00", "invalid_amount", "it has decimals, and dong has none"},
		{"too much for any number", "acc=1&bank=VCB&amount=99999999999999999999", "invalid_amount", "it is larger than any number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, noted := ask(t, &qr.Service{}, "/img?"+test.query)
			h := w.Header()
			if w.Code != http.StatusOK || h.Get("Content-Type") != "text/html; charset=utf-8" {
				t.Fatalf("%d %v", w.Code, h)
			}
			if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" {
				t.Errorf("headers %v", h)
			}
			if w.Body.Len() > 4096 || strings.Contains(w.Body.String(), "<script") {
				t.Errorf("body %s", w.Body)
			}
			if len(noted) != 1 || noted[0].Code != "qr."+test.code || noted[0].Severity != finding.Error ||
				!strings.Contains(noted[0].Detail, test.says) || !strings.Contains(noted[0].Detail, "200") || noted[0].Hint == "" {
				t.Errorf("findings %+v", noted)
			}

			w, noted = ask(t, with(t, setting.QRInvalid, "json"), "/img?"+test.query)
			var body struct {
				Error struct{ Code, Message string }
			}
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatal(err)
			}
			if w.Code != http.StatusBadRequest || body.Error.Code != test.code || !strings.Contains(body.Error.Message, test.says) {
				t.Errorf("strict: %d %s", w.Code, w.Body)
			}
			if len(noted) != 1 || noted[0].Code != "qr."+test.code || strings.Contains(noted[0].Detail, "status 200") {
				t.Errorf("strict: findings %+v", noted)
			}
		})
	}
}

func TestOtherPathsAndMethodsAreNotFound(t *testing.T) {
	for _, strict := range []bool{false, true} {
		s := &qr.Service{}
		if strict {
			s = with(t, setting.QRInvalid, "json")
		}
		sf := s.Surface()
		for _, prefix := range sf.Paths {
			for _, r := range []*http.Request{
				httptest.NewRequest(http.MethodGet, prefix+"x", nil),
				httptest.NewRequest(http.MethodPost, prefix, nil),
			} {
				w := httptest.NewRecorder()
				sf.Router().ServeHTTP(w, r)
				if w.Code != http.StatusNotFound {
					t.Errorf("%s %s: %d", r.Method, r.URL, w.Code)
				}
				if json.Valid(w.Body.Bytes()) != strict {
					t.Errorf("strict %v: %s", strict, w.Body)
				}
			}
		}
	}
}

func TestTheTableAndTheContractAgree(t *testing.T) {
	contract, err := openapi.Load("qr")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, o := range contract.Operations() {
		want[o.ID] = o.Method + " " + o.Path
	}
	got := map[string]string{}
	s := &qr.Service{}
	for _, sf := range []*surface.Surface{s.Surface(), s.Dashboard()} {
		if sf.Document != "qr" || len(sf.Hosts) != 2 {
			t.Errorf("%+v", sf)
		}
		for _, r := range sf.Routes {
			got[r.Operation] = r.Method + " " + r.Path
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-contract +table:\n%s", diff)
	}
}

// FuzzImage sends any parameters: the answer is a picture that scans as asked,
// or a page.
func FuzzImage(f *testing.F) {
	f.Add("0010000000355", "VCB", "100000", "DH1", "compact")
	f.Add("", "x", "-1", "\xff", "compact2")
	f.Add("VQRQ1", "ocb", "0", strings.Repeat("ộ", 40), "standee")
	f.Fuzz(func(t *testing.T, acc, bank, amount, des, template string) {
		q := url.Values{"acc": {acc}, "bank": {bank}, "amount": {amount}, "des": {des}, "template": {template}, "holder": {des}, "store": {bank}}
		w, _ := ask(t, &qr.Service{}, "/img?"+q.Encode())
		if w.Header().Get("Content-Type") == "image/png" {
			if p := scan(t, w.Body.Bytes()); p.Account != strings.TrimSpace(acc) {
				t.Errorf("account %q, want %q", p.Account, acc)
			}
		}
	})
}

func BenchmarkImage(b *testing.B) {
	sf := (&qr.Service{}).Surface().Router()
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		sf.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/img?acc=0010000000355&bank=Vietcombank&amount=100000&des=DH12345", nil))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
