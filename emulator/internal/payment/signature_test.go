package payment_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/payment"
)

// The credentials of the vectors are made up; each signature was made by the
// official Node SDK, and where it can by the PHP SDK too.
const (
	vectorMerchant = "SP-TEST-EM000001"
	vectorSecret   = "spsk_test_EmulatorVectorKey000000000000001"
)

// vector is a signed text and its signature.
type vector struct{ name, text, signature string }

var vectors = []vector{
	{"V1 Node, quick start", "operation=PURCHASE,payment_method=BANK_TRANSFER,order_invoice_number=DH123,order_amount=10000,currency=VND,order_description=Thanh toan don hang DH123,success_url=https://shop.example/order/DH123?payment=success,error_url=https://shop.example/order/DH123?payment=error,cancel_url=https://shop.example/order/DH123?payment=cancel,merchant=SP-TEST-EM000001", "JbvTKXDJJ2bYsF3N+cIKTi4gP3FIU634KV4z0N7lH6o="},
	{"V3 the order of the page of 2026", "order_amount=100000,merchant=SP-TEST-EM000001,currency=VND,operation=PURCHASE,order_description=Thanh toán đơn hàng #12345,order_invoice_number=INV_20231201_001,success_url=https://yoursite.example/payment/success,error_url=https://yoursite.example/payment/error,cancel_url=https://yoursite.example/payment/cancel", "rjjG8cQLjWMu71IfFksbsJY1Kx1kPcJzol5w4RW4t6Q="},
	{"V5 Node, a null customer", "merchant=SP-TEST-EM000001,operation=PURCHASE,order_amount=50000,currency=VND,order_invoice_number=INV-5,order_description=n,customer_id=", "rTRM31/gtvot6Izovf94WIxhtf8+nqFT0uAkmr1k05o="},
	{"V5 PHP, no customer", "merchant=SP-TEST-EM000001,operation=PURCHASE,order_amount=50000,currency=VND,order_invoice_number=INV-5,order_description=n", "rkVKKGAslpXM1YaUJ2XcBY+aDQlphLMjcGGbgCD68Ps="},
	{"V6 Node, with order_id", "merchant=SP-TEST-EM000001,operation=PURCHASE,order_amount=1000,currency=VND,order_invoice_number=INV-6,order_description=resign,order_id=SEPAY-68BA83CE637C1", "3bs2yvJuAzk9H/Dnsz5cLY235br5txoFnb8ecHYLyR0="},
	{"V6 PHP, without order_id", "merchant=SP-TEST-EM000001,operation=PURCHASE,order_amount=1000,currency=VND,order_invoice_number=INV-6,order_description=resign", "RgyWW76gLyp7CKCjgNnwnztrTOjxu1D43ZrWQpybCls="},
}

// formOf splits a signed text whose values hold no comma.
func formOf(text string) payment.Form {
	var f payment.Form
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		f = append(f, payment.Field{Name: name, Value: value})
	}
	return f
}

func signedForm(v vector) payment.Form {
	return append(formOf(v.text), payment.Field{Name: "signature", Value: v.signature})
}

func TestSignatureVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			f := signedForm(v)
			if diff := cmp.Diff(v.text, payment.Signable(f)); diff != "" {
				t.Errorf("signed text (-want +got):\n%s", diff)
			}
			if !payment.Verify(vectorSecret, f) {
				t.Error("the signature is not accepted")
			}
			if payment.Verify(vectorSecret+"x", f) {
				t.Error("another key is accepted")
			}
			// The form survives its way over the wire, in its order.
			if diff := cmp.Diff(f, payment.ParseForm(f.Encode())); diff != "" {
				t.Errorf("encoded and parsed:\n%s", diff)
			}
		})
	}
}

// V2 is given as the raw body: a comma in the description, blanks as +.
func TestSignatureOfARawBody(t *testing.T) {
	const body = "payment_method=BANK_TRANSFER&order_invoice_number=INV-2&order_amount=25000&currency=VND&order_description=Mua+2+ao%2C+1+quan&success_url=http%3A%2F%2Flocalhost%3A5173%2Fok&error_url=http%3A%2F%2Flocalhost%3A5173%2Ferr&cancel_url=http%3A%2F%2Flocalhost%3A5173%2Fcancel&merchant=SP-TEST-EM000001&operation=PURCHASE&signature=8qlazxele6SIjH3SsYVEQqY%2FxvBO6JCy1yqjIOFKx5o%3D"
	const text = "payment_method=BANK_TRANSFER,order_invoice_number=INV-2,order_amount=25000,currency=VND,order_description=Mua 2 ao, 1 quan,success_url=http://localhost:5173/ok,error_url=http://localhost:5173/err,cancel_url=http://localhost:5173/cancel,merchant=SP-TEST-EM000001,operation=PURCHASE"
	f := payment.ParseForm(body)
	if diff := cmp.Diff(text, payment.Signable(f)); diff != "" {
		t.Error(diff)
	}
	if !payment.Verify(vectorSecret, f) {
		t.Error("the signature is not accepted")
	}
}

// V4: an empty customer is signed, fields outside the list are not.
func TestSignatureWithUnsignedFields(t *testing.T) {
	f := payment.Form{
		{Name: "merchant", Value: vectorMerchant}, {Name: "operation", Value: "PURCHASE"}, {Name: "payment_method", Value: "CARD"},
		{Name: "order_amount", Value: "50000"}, {Name: "currency", Value: "VND"}, {Name: "order_invoice_number", Value: "INV-4"},
		{Name: "order_description", Value: "VISA, MC & JCB = ok"}, {Name: "customer_id"}, {Name: "custom_data", Value: `{"cart":[1,2]}`},
		{Name: "order_tax_amount", Value: "5000"}, {Name: "signature", Value: "EdjyFgrYp6vHj5rpH9nwUcdjdwZlic1dcMlPx0KV3gk="},
	}
	if !payment.Verify(vectorSecret, f) {
		t.Errorf("not accepted: %s", payment.Signable(f))
	}
}

// V7: what the PHP SDK posts, with a branch code that is not signed.
func TestSignatureOfThePHPSDK(t *testing.T) {
	const text = "merchant=SP-TEST-EM000001,currency=VND,order_amount=100000,operation=PURCHASE,order_description=Test payment,payment_method=BANK_TRANSFER,order_invoice_number=INV_001,customer_id=customer_001,success_url=https://shop.example/s,error_url=https://shop.example/e,cancel_url=https://shop.example/c"
	f := append(formOf(text), payment.Field{Name: "branch_code", Value: "HCM"}, payment.Field{Name: "signature", Value: "0KCtr3ncDfq8yt9zL7Nu//bhpIqgShMrLpyaG4hI+6w="})
	if !payment.Verify(vectorSecret, f) {
		t.Errorf("not accepted: %s", payment.Signable(f))
	}
}

func TestSignatureOverAnotherOrderIsRefusedAndExplained(t *testing.T) {
	for _, c := range []struct{ name, signature, says string }{
		{"the documentation's 2026 sample", "5WQ7DqorT0E0Ml3n7C6l+e3edMkdpizFmfWR/5wi2W0=", "documentation's 2026 sample"},
		{"the Node SDK's list", "zbxPz48kY62D/X76P8oAGbId0nSwG3fMA8DJdLbKxTQ=", "Node SDK's list"},
		{"alphabetical", "qN7wKliELMdyZs8Ek0htLX5BZ6+LJoHlWt9XFFJCj9A=", "alphabetical order"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := vectors[0]
			v.signature = c.signature
			f := signedForm(v)
			if payment.Verify(vectorSecret, f) {
				t.Fatal("accepted")
			}
			m := payment.Diagnose(f, vectorKey, nil)
			if m.Cause != payment.CauseOrder || !strings.Contains(m.Detail, c.says) || m.Signed == "" || m.Field != "operation" || m.Expected != v.text {
				t.Errorf("%+v", m)
			}
			if payment.Sign(vectorSecret, formOf(v.text)) == c.signature {
				t.Error("the vector is no negative one")
			}
		})
	}
}

var vectorKey = payment.Key{Company: "acme", Environment: "sandbox", Secret: vectorSecret}
