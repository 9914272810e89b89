package notify_test

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

const secret = "whsec_0123456789abcdef0123456789abcdef"

var at = time.Date(2026, 9, 21, 21, 13, 18, 0, clock.Vietnam)

func plainTransfer() *store.Transaction {
	return &store.Transaction{
		ID: 90000001, Gateway: "MBBank", Date: at, AccountNumber: "0000012345", Code: "DH123456", Content: "DH123456 thanh toan",
		TransferType: store.In, Description: "BankAPINotify DH123456 thanh toan", Amount: 150000, Reference: "FT26264000000001",
	}
}

func accentedTransfer() *store.Transaction {
	return &store.Transaction{
		ID: 90000002, Gateway: "ACB", Date: at, AccountNumber: "0000012345", SubAccount: "SBSEPAY000000000001", Content: "Thanh toán / A & B",
		TransferType: store.In, Description: "Thanh toán / A & B", Amount: 1000, Reference: "SB0123456789AB", Accumulated: 1000,
	}
}

// The vectors were computed apart from this code.
func TestBodiesAndSignaturesEqualTheVectors(t *testing.T) {
	for name, c := range map[string]struct {
		transaction     *store.Transaction
		as              store.ContentType
		body, signature string
	}{
		"JSON without a virtual account": {
			plainTransfer(), store.ContentJSON,
			`{"gateway":"MBBank","transactionDate":"2026-09-21 21:13:18","accountNumber":"0000012345","subAccount":null,"code":"DH123456","content":"DH123456 thanh toan","transferType":"in","description":"BankAPINotify DH123456 thanh toan","transferAmount":150000,"referenceCode":"FT26264000000001","accumulated":0,"id":90000001}`,
			"sha256=269aaca6755d1ac0645ed8d8fed855d29a1c64405dbb08425446fe40b9bea299",
		},
		"JSON with accents and a slash": {
			accentedTransfer(), store.ContentJSON,
			`{"gateway":"ACB","transactionDate":"2026-09-21 21:13:18","accountNumber":"0000012345","subAccount":"SBSEPAY000000000001","code":null,"content":"Thanh to\u00e1n \/ A & B","transferType":"in","description":"Thanh to\u00e1n \/ A & B","transferAmount":1000,"referenceCode":"SB0123456789AB","accumulated":1000,"id":90000002}`,
			"sha256=ddb7c04d0fe749f28b40bce4ba888d74fa720ac6cb50d5a8bf74eb1e78344eba",
		},
		"a form, in which null vanishes": {
			plainTransfer(), store.ContentForm,
			`gateway=MBBank&transactionDate=2026-09-21+21%3A13%3A18&accountNumber=0000012345&code=DH123456&content=DH123456+thanh+toan&transferType=in&description=BankAPINotify+DH123456+thanh+toan&transferAmount=150000&referenceCode=FT26264000000001&accumulated=0&id=90000001`,
			"sha256=84481700b916544ea80e326fe04239edbb474f73443db5b21a2b5c1c1af40b62",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := notify.Encode(c.transaction, c.as, false, "")
			if diff := cmp.Diff(c.body, string(p.Body)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if got := notify.Sign(secret, 1790000000, p.Body); got != c.signature {
				t.Errorf("signature %s, want %s", got, c.signature)
			}
		})
	}
	if got := notify.Sign("secret", 1700000000, []byte("{}")); got != "sha256=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163" {
		t.Errorf("signature of {}: %s", got)
	}
}

func TestAMultipartBodyHasTheKeysInOrderAndIsSignedAsAForm(t *testing.T) {
	p := notify.Encode(plainTransfer(), store.ContentMultipart, false, "----x")
	_, params, err := mime.ParseMediaType(p.ContentType)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	values := map[string]string{}
	for r := multipart.NewReader(strings.NewReader(string(p.Body)), params["boundary"]); ; {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(part)
		names = append(names, part.FormName())
		values[part.FormName()] = string(text)
	}
	want := strings.Split("gateway transactionDate accountNumber subAccount code content transferType description transferAmount referenceCode accumulated id", " ")
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	if values["subAccount"] != "" || values["transferAmount"] != "150000" {
		t.Errorf("values %v", values)
	}
	form := notify.Encode(plainTransfer(), store.ContentForm, false, "")
	if diff := cmp.Diff(string(form.Body), string(p.Signed)); diff != "" {
		t.Errorf("signed text (-want +got):\n%s", diff)
	}
}

func TestPHPEscaping(t *testing.T) {
	for text, want := range map[string]string{
		"<b>&'":          `"content":"<b>&'"`,
		"a\"b\\c/d":      `"content":"a\"b\\c\/d"`,
		"\b\f\n\r\t\x01": `"content":"\b\f\n\r\t\u0001"`,
		"tiền 🇻":         `"content":"ti\u1ec1n \ud83c\uddfb"`,
		"\x7f":           "\"content\":\"\x7f\"",
	} {
		tr := plainTransfer()
		tr.Content = text
		if body := string(notify.Encode(tr, store.ContentJSON, false, "").Body); !strings.Contains(body, want) {
			t.Errorf("%q: %s lacks %s", text, body, want)
		}
	}
	tr := plainTransfer()
	tr.Content = "a~b+c d"
	if body := string(notify.Encode(tr, store.ContentForm, false, "").Body); !strings.Contains(body, "&content=a%7Eb%2Bc+d&") {
		t.Errorf("form: %s", body)
	}
	if body := string(notify.Encode(plainTransfer(), store.ContentJSON, true, "").Body); !strings.Contains(body, `"subAccount":""`) {
		t.Errorf("the setting for an empty sub-account: %s", body)
	}
}

func TestVerifyTellsWhyASignatureDoesNotHold(t *testing.T) {
	body, now := []byte("{}"), time.Unix(1700000000, 0)
	good := notify.Sign("secret", 1700000000, body)
	for name, c := range map[string]struct {
		signature, timestamp string
		body                 []byte
		now                  time.Time
		want                 error
	}{
		"a good one":            {good, "1700000000", body, now, nil},
		"within five minutes":   {good, "1700000000", body, now.Add(5 * time.Minute), nil},
		"six minutes old":       {good, "1700000000", body, now.Add(6 * time.Minute), notify.ErrSignatureOld},
		"from the future":       {good, "1700000000", body, now.Add(-6 * time.Minute), notify.ErrSignatureOld},
		"another body":          {good, "1700000000", []byte("{ }"), now, notify.ErrSignatureWrong},
		"another timestamp":     {good, "1700000001", body, now, notify.ErrSignatureWrong},
		"no prefix":             {good[7:], "1700000000", body, now, notify.ErrSignatureFormat},
		"upper case":            {strings.ToUpper(good), "1700000000", body, now, notify.ErrSignatureFormat},
		"upper-case hex":        {"sha256=" + strings.ToUpper(good[7:]), "1700000000", body, now, notify.ErrSignatureFormat},
		"a timestamp with plus": {good, "+1700000000", body, now, notify.ErrSignatureFormat},
		"nothing":               {"", "", body, now, notify.ErrSignatureFormat},
	} {
		if err := notify.Verify("secret", c.signature, c.timestamp, c.body, c.now, 5*time.Minute); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("sha256=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163", "1700000000", []byte("{}"))
	f.Add("sha256=", "-1", []byte(nil))
	f.Fuzz(func(t *testing.T, signature, timestamp string, body []byte) {
		now := time.Unix(1700000000, 0)
		if notify.Verify("secret", signature, timestamp, body, now, time.Minute) == nil && !strings.HasPrefix(signature, "sha256=") {
			t.Errorf("accepted %q", signature)
		}
		if notify.Verify("another secret", signature, timestamp, body, now, time.Minute) == nil {
			t.Errorf("accepted %q under a secret that it was not made with", signature)
		}
	})
}
