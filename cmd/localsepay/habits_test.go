package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi/control"
)

func TestATransferArrivesAsTheBankWritesIt(t *testing.T) {
	sepay := emulator.StartT(t)
	sent := func(args ...string) control.Transfer {
		t.Helper()
		code, out, errOut := verb(t, append([]string{"transfer", "--json", "--url", sepay.URL()}, args...)...)
		var done control.Transfer
		if err := json.Unmarshal([]byte(out), &done); code != 0 || err != nil {
			t.Fatalf("%v: exit %d, %v, %s%s", args, code, err, out, errOut)
		}
		return done
	}
	for _, c := range []struct {
		about         string
		args          []string
		content, bank string
	}{
		{"as typed", []string{"1000", "DH-123456"}, "DH-123456", ""},
		{"as the bank writes it", []string{"1000", "DH-123456", "--bank-habits"}, "DH123456 ", "trace behind"},
		{"from a wallet", []string{"1000", "DH-123456", "--sent-from", "wallet"}, "-DH123456-CHUYEN TIEN-OQCH", "from a wallet"},
		{"not as the bank writes it", []string{"1000", "DH-123456", "--no-bank-habits"}, "DH-123456", ""},
	} {
		done := sent(c.args...)
		if !strings.Contains(done.Content, c.content) || (done.BankWrote == nil) != (c.bank == "") || (c.bank != "" && done.BankWrote.Form != c.bank) {
			t.Errorf("%s: %q, %+v", c.about, done.Content, done.BankWrote)
		}
	}
	if done := sent("1000", "", "--reference", ""); done.Content != "" || done.Reference != "" {
		t.Errorf("empty memo and reference: %q, %q", done.Content, done.Reference)
	}
	if done := sent("1000"); !strings.HasPrefix(done.Content, "Giao dich sandbox") || !strings.HasPrefix(done.Reference, "SB") {
		t.Errorf("neither: %q, %q", done.Content, done.Reference)
	}
	_, out, _ := verb(t, "transfer", "--url", sepay.URL(), "1000", "DH-123456", "--bank-habits")
	for _, want := range []string{`typed   "DH-123456"`, `content "DH123456`, `MBBank dropped "-"`, "payment code DH123456"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
	if code, _, errOut := verb(t, "transfer", "--url", sepay.URL(), "1000", "x", "--sent-from", "cash"); code != exitUsage || !strings.Contains(errOut, "cash") {
		t.Errorf("an unknown source: exit %d, %s", code, errOut)
	}
	sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000})
	code, out, errOut := verb(t, "pay", "DH1", "--bank-habits", "--json", "--url", sepay.URL())
	var order control.Order
	if err := json.Unmarshal([]byte(out), &order); code != 0 || err != nil || order.State != "paid" || !strings.Contains(order.Received[0].Memo, "Ma giao dich") {
		t.Errorf("pay: exit %d, %v, %s%s", code, err, out, errOut)
	}
}

func TestExplainTellsWhatIsKnownOfBanks(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"explain"}, []string{"bank.memo = ideal   (or habits)", "bank.time = as_memo   (or bank, seconds)", "qr.memo_limit = 95   (or 25)", "qr.download = true_only   (or any)", "explain habits"}},
		{[]string{"explain", "habits"}, []string{"MBBank", "{memo}   Ma giao dich  Trace{digits:6} Trace {=1}", "sent from vietcombank", "observed in\ncaptured webhook notices", "captured, 5", "client code", "assumed"}},
		{[]string{"explain", "bank.memo"}, []string{"bank.memo = ideal", "TPBank"}},
		{[]string{"explain", "MB"}, []string{"MBBank", "12 of 13"}},
		{[]string{"explain", "OCB"}, []string{"OCB", "nothing is known"}},
	} {
		code, out, errOut := verb(t, c.args...)
		if code != 0 {
			t.Errorf("%v: exit %d, %s", c.args, code, errOut)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%v: no %q in\n%s", c.args, want, out)
			}
		}
	}
	if _, out, _ := verb(t, "explain", "MB"); strings.Contains(out, "TPBank") {
		t.Error("one bank shows another")
	}
	var table struct {
		Banks []struct{ Bank string }
	}
	if _, out, _ := verb(t, "explain", "habits", "--json"); json.Unmarshal([]byte(out), &table) != nil || len(table.Banks) < 7 {
		t.Errorf("JSON: %+v", table)
	}
	if code, _, errOut := verb(t, "explain", "moods"); code != exitUsage || !strings.Contains(errOut, "moods") {
		t.Errorf("exit %d, %s", code, errOut)
	}
}

func TestQRCodesAreReadAndWritten(t *testing.T) {
	picture := filepath.Join(t.TempDir(), "code.png")
	memo := "K" + strings.Repeat("7", 93) + "Z"
	code, text, errOut := verb(t, "qr", "encode", "0010000000355", "--bank", "Vietcombank", "--amount", "1.000", "--memo", memo, "--out", picture)
	want := "00020101021238570010A00000072701270006970436011300100000003550208QRIBFTTA530370454041000" + "5802VN62990895" + memo + "6304BCEB\n"
	if code != 0 || text != want {
		t.Fatalf("encode: exit %d, %s%s", code, text, errOut)
	}
	written := filepath.Join(t.TempDir(), "code.txt")
	if err := os.WriteFile(written, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, given := range []string{strings.TrimSpace(text), picture, written} {
		code, out, errOut := verb(t, "qr", "decode", given, "--json")
		var read decoded
		if err := json.Unmarshal([]byte(out), &read); code != 0 || err != nil {
			t.Fatalf("decode %.20s: exit %d, %v, %s", given, code, err, errOut)
		}
		if read.Memo != memo || read.Bank != "Vietcombank" || read.Account != "0010000000355" || read.Amount != 1000 || len(read.Notes) != 1 || read.Notes[0].Code != "longer_than_paper" {
			t.Errorf("%.20s: %+v", given, read)
		}
	}
	_, out, _ := verb(t, "qr", "decode", "00020101021138570010A00000072701270006970436011300100000003550208QRIBFTTA53037045802VN62090805A-1.26304", "--json")
	if out != "" {
		t.Errorf("a code without a CRC: %s", out)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no file":            {[]string{"qr", "decode", "nope.png"}, exitUsage, "nope.png"},
		"a wrong CRC":        {[]string{"qr", "decode", strings.Replace(strings.TrimSpace(text), "BCEB", "0000", 1)}, exitFailed, "checksum"},
		"a bank that is not": {[]string{"qr", "encode", "1", "--bank", "Vietcombnk"}, exitUsage, "did you mean Vietcombank?"},
		"decimals":           {[]string{"qr", "encode", "1", "--bank", "VCB", "--amount", "10.5"}, exitUsage, "--amount"},
		"a memo of 96":       {[]string{"qr", "encode", "1", "--bank", "VCB", "--memo", strings.Repeat("x", 96)}, exitUsage, "99 at most"},
	} {
		if code, _, errOut := verb(t, c.args...); code != c.code || !strings.Contains(errOut, c.want) {
			t.Errorf("%s: exit %d, %s", name, code, errOut)
		}
	}
	_, text, _ = verb(t, "qr", "encode", "1", "--bank", "MB", "--memo", "BV-3382750A_X")
	if _, out, _ := verb(t, "qr", "decode", strings.TrimSpace(text)); !strings.Contains(out, `Banks drop "-" and "_"`) || !strings.Contains(out, `"BV3382750AX" arrives`) {
		t.Errorf("what banks drop: %s", out)
	}
}
