package emulator_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// madeAt is the moment that a UUID of version 1 tells.
func madeAt(id any) time.Time {
	GinkgoHelper()
	parts := strings.Split(id.(string), "-")
	Expect(parts).To(HaveLen(5))
	Expect(parts[2]).To(HavePrefix("1"), "the version of %s", id)
	ticks, ok := new(big.Int).SetString(parts[2][1:]+parts[1]+parts[0], 16)
	Expect(ok).To(BeTrue())
	return time.Unix(0, (ticks.Int64()-122192928000000000)*100)
}

// hostOf is the clock sequence and the node of a UUID of version 1.
func hostOf(id any) string { return id.(string)[19:] }

// started is the moment in the code of PHP's uniqid.
func started(code any) time.Time {
	GinkgoHelper()
	text := code.(string)
	var seconds, micros int64
	_, err := fmt.Sscanf(text[len(text)-13:], "%8x%5x", &seconds, &micros)
	Expect(err).NotTo(HaveOccurred())
	return time.Unix(seconds, micros*1000)
}

// keys are the members of a JSON object in their order.
func keys(object json.RawMessage) []string {
	GinkgoHelper()
	dec := json.NewDecoder(strings.NewReader(string(object)))
	_, err := dec.Token()
	Expect(err).NotTo(HaveOccurred())
	var out []string
	for dec.More() {
		name, err := dec.Token()
		Expect(err).NotTo(HaveOccurred())
		out = append(out, name.(string))
		var value json.RawMessage
		Expect(dec.Decode(&value)).To(Succeed())
	}
	return out
}

var _ = Describe("The IPN as it was captured", func() {
	type form struct {
		body   string
		object map[string]any
		order  map[string]any
		paid   map[string]any
	}
	read := func(body string) form {
		GinkgoHelper()
		o := decode(body)
		return form{body, o, o["order"].(map[string]any), o["transaction"].(map[string]any)}
	}
	// notices pays one order with each of the cards, and one by transfer, and
	// returns the IPNs.
	notices := func(options ...emulator.Option) ([]form, *emulator.Emulator) {
		GinkgoHelper()
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), append([]emulator.Option{emulator.WithIPN(s.URL, "")}, options...)...)
		shop := sepay.Company()
		shop.Checkout(emulator.Checkout{InvoiceNumber: "T1", Amount: 45_000, Method: "BANK_TRANSFER", Description: "Trà sen / size L 🎉 \"A\" & <b>"}).Pay()
		sepay.Advance(30 * time.Second)
		card := shop.Checkout(emulator.Checkout{InvoiceNumber: "C1", Amount: 90_000, Method: "CARD", CustomerID: "KH/1"})
		sepay.Advance(30 * time.Second)
		card.PayByCard("visa")
		sepay.Advance(time.Second)
		shop.Checkout(emulator.Checkout{InvoiceNumber: "C2", Amount: 90_000, Method: "CARD", CustomerID: "KH/1", CustomData: "áo / 1"}).PayByCard("unknown_brand")
		sepay.Settle()
		var out []form
		for _, r := range s.requests() {
			out = append(out, read(r.Body))
		}
		Expect(out).To(HaveLen(3))
		return out, sepay
	}

	It("has the same members in the same order for a transfer and a card", func() {
		all, _ := notices()
		for _, n := range all {
			Expect(keys(json.RawMessage(n.body))).To(Equal([]string{"timestamp", "notification_type", "order", "transaction", "customer", "agreement"}))
			var parts struct{ Order, Transaction json.RawMessage }
			Expect(json.Unmarshal([]byte(n.body), &parts)).To(Succeed())
			Expect(keys(parts.Order)).To(Equal([]string{"id", "order_id", "order_status", "order_currency", "order_amount", "order_invoice_number", "custom_data", "user_agent", "ip_address", "order_description"}))
			Expect(keys(parts.Transaction)).To(Equal([]string{"id", "payment_method", "transaction_id", "transaction_type", "transaction_date", "transaction_status", "transaction_amount", "transaction_currency", "authentication_status",
				"card_number", "card_holder_name", "card_expiry", "card_funding_method", "card_brand"}))
			Expect(n.object).To(HaveKeyWithValue("agreement", BeNil()))
		}
	})

	It("is written as PHP writes it, to the byte", func() {
		all, _ := notices()
		Expect(all[0].body).To(ContainSubstring(`"custom_data":[],`))
		Expect(all[0].body).To(HaveSuffix(`"order_description":"Tr\u00e0 sen \/ size L \ud83c\udf89 \"A\" & <b>"},` + all[0].body[strings.Index(all[0].body, `"transaction":`):]))
		Expect(all[1].body).To(HaveSuffix(`"customer_id":"KH\/1"},"agreement":null}`))
		Expect(all[2].body).To(ContainSubstring(`"custom_data":"\u00e1o \/ 1",`))
	})

	It("masks a card as the REST API does, and knows no brand of other cards", func() {
		all, _ := notices()
		Expect(all[1].paid).To(And(HaveKeyWithValue("card_number", "411111xxxxxx1111"), HaveKeyWithValue("card_expiry", "1230"), HaveKeyWithValue("card_brand", "VISA"), HaveKeyWithValue("card_funding_method", "CREDIT")))
		Expect(all[2].paid).To(And(HaveKeyWithValue("card_number", "970400xxxxxx0018"), HaveKeyWithValue("card_brand", "UNKNOWN")))
	})

	It("has ids that tell their moments", func() {
		all, sepay := notices()
		merchant := sepay.Company().State().Merchant.MerchantID
		Expect(all[0].order["order_id"]).To(MatchRegexp(`^PAY\d{4}[0-9A-F]{13}$`))
		Expect(all[0].paid["transaction_id"]).To(MatchRegexp(`^[0-9a-f]{13}$`))
		for _, n := range all[1:] {
			Expect(n.order["order_id"]).To(MatchRegexp(`^` + merchant + `-[0-9A-F]{13}$`))
			Expect(n.paid["transaction_id"]).To(MatchRegexp(`^trans-[0-9a-f]{13}$`))
		}
		Expect(started(all[1].paid["transaction_id"]).Sub(started(all[1].order["order_id"])).Round(time.Second)).To(Equal(30 * time.Second))
		for _, n := range all {
			date, err := time.ParseInLocation(clock.Layout, n.paid["transaction_date"].(string), clock.Vietnam)
			Expect(err).NotTo(HaveOccurred())
			Expect(started(n.paid["transaction_id"]).Truncate(time.Second)).To(BeTemporally("==", date))
			Expect(madeAt(n.order["id"])).To(BeTemporally("~", started(n.paid["transaction_id"]), time.Second))
			Expect(madeAt(n.paid["id"])).To(BeTemporally("~", madeAt(n.order["id"]), 10*time.Millisecond))
			Expect([]string{hostOf(n.order["id"]), hostOf(n.paid["id"])}).To(HaveEach(hostOf(all[0].order["id"])), "one clock sequence and one node")
		}
		Expect(madeAt(all[2].order["id"])).To(BeTemporally(">", madeAt(all[1].order["id"])))
		Expect(all[2].object["customer"]).To(Equal(all[1].object["customer"]), "one customer, one row")
	})

	It("gives all orders of a merchant the same digits, and another seed others", func() {
		ids := func(options ...emulator.Option) (out []string) {
			shop := emulator.StartT(GinkgoT(), options...).Company()
			for i := range 5 {
				out = append(out, shop.Checkout(emulator.Checkout{InvoiceNumber: fmt.Sprint("DH", i), Amount: 1_000}).State().OrderID)
			}
			return out
		}
		first := ids(emulator.WithSeed(1))
		for _, id := range first {
			Expect(id[:7]).To(Equal(first[0][:7]))
		}
		Expect(ids(emulator.WithSeed(1))).To(Equal(first))
		Expect(ids(emulator.WithSeed(2))).NotTo(ContainElement(BeElementOf(first)))
	})

	It("has the page's form when that is chosen", func() {
		all, sepay := notices(emulator.WithSetting("ipn.card_shape", "docs"), emulator.WithSetting("ipn.order_ids", "docs"), emulator.WithSetting("ipn.ids", "uuid4"))
		Expect(all[1].paid).To(And(HaveKeyWithValue("card_number", "4111XXXXXXXX1111"), HaveKeyWithValue("card_expiry", "12/30"), HaveKeyWithValue("transaction_id", MatchRegexp(`^[0-9a-f]{13}$`))))
		Expect(all[1].object).NotTo(HaveKey("agreement"))
		Expect(all[0].object).To(HaveKeyWithValue("agreement", BeNil()))
		for _, n := range all {
			Expect(n.order["order_id"]).To(MatchRegexp(`^SEPAY-[0-9A-F]{13}$`))
			Expect(n.order["id"]).To(MatchRegexp(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]`))
		}
		// A transfer finds its order by either form of the code.
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "T2", Amount: 45_000})
		sepay.Company().Account().Receive(45_000, "ck "+order.State().PayTo.Memo+" cam on")
		Expect(order.State().Status).To(Equal("CAPTURED"))
	})

	It("finds the order of a transfer whose memo a bank has changed", func() {
		shop := emulator.StartT(GinkgoT()).Company()
		order := shop.Checkout(emulator.Checkout{InvoiceNumber: "T2", Amount: 45_000})
		Expect(order.State().PayTo.Memo).To(Equal(order.State().OrderID))
		shop.Account().Receive(45_000, "MBVCB.123.456."+strings.ToLower(order.State().OrderID)+".CT tu 0000012345")
		Expect(order.State().Status).To(Equal("CAPTURED"))
	})

	It("carries the code behind the word that VietinBank needs", func() {
		shop := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{ID: "shop", BankAccounts: []wire.NewBankAccount{{Bank: "VTB"}}})).Company()
		order := shop.Checkout(emulator.Checkout{InvoiceNumber: "T2", Amount: 45_000})
		to := order.State().PayTo
		Expect([]string{to.Bank, to.Memo}).To(Equal([]string{"VietinBank", "SEVQR " + order.State().OrderID}))
		code, err := vietqr.Parse(to.QR)
		Expect(err).NotTo(HaveOccurred())
		Expect(code.Memo).To(Equal(to.Memo))
		shop.Account().Receive(45_000, code.Memo)
		Expect(order.State().Status).To(Equal("CAPTURED"))
	})

	It("moves a card's date by seven hours when that is chosen, and says so", func() {
		usual, _ := notices()
		moved, sepay := notices(emulator.WithSetting("ipn.card_date", "plus7h"))
		Expect(moved[0].paid["transaction_date"]).To(Equal(usual[0].paid["transaction_date"]), "a transfer keeps its date")
		at := func(n form) time.Time {
			t, err := time.Parse(clock.Layout, n.paid["transaction_date"].(string))
			Expect(err).NotTo(HaveOccurred())
			return t
		}
		Expect(at(moved[1]).Sub(at(usual[1]))).To(Equal(7 * time.Hour))
		found := sepay.Findings()
		Expect(found).To(ContainElement(And(HaveField("Code", "ipn.card_date_ahead"), HaveField("Source", ContainSubstring("captured at")))))
	})
})
