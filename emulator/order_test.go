package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
)

var (
	noFilter  store.OrderFilter
	noCompany wire.NewCompany
)

var _ = Describe("Paying an order", func() {
	DescribeTable("by transfer ends as the amount and the memo say",
		func(outcome, status, state string, verdicts []string, finding string, ipns int) {
			s := newShop(accept)
			sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""))
			shop := sepay.Company()
			order := shop.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 200_000, Method: "BANK_TRANSFER", ErrorURL: "https://shop.example/e", SuccessURL: "https://shop.example/s"})
			order.PayWith(wire.NewPay{Outcome: outcome})
			now := order.State()
			Expect(now.Status).To(Equal(status))
			Expect(now.State).To(Equal(state))
			got := []string{}
			for _, r := range now.Received {
				got = append(got, r.Verdict)
			}
			Expect(got).To(Equal(verdicts))
			Expect(order.IPNs()).To(HaveLen(ipns))
			if finding == "" {
				Expect(codes(sepay)).To(BeEmpty())
			} else {
				Expect(codes(sepay)).To(Equal([]string{finding}))
			}
		},
		Entry("in full", "paid", "CAPTURED", "paid", []string{"paid"}, "", 1),
		Entry("less", "less", "AUTHENTICATION_NOT_NEEDED", "waiting", []string{"less"}, "payment.transfer_less", 0),
		Entry("more", "more", "AUTHENTICATION_NOT_NEEDED", "waiting", []string{"more"}, "payment.transfer_more", 0),
		Entry("with a wrong memo", "wrong_memo", "AUTHENTICATION_NOT_NEEDED", "waiting", []string{"unmatched"}, "payment.memo_without_code", 0),
		Entry("twice", "twice", "CAPTURED", "paid", []string{"paid", "twice"}, "payment.transfer_twice", 1),
		Entry("late", "late", "CANCELLED", "expired", []string{"late"}, "payment.transfer_late", 0),
		Entry("failed", "failed", "AUTHENTICATION_NOT_NEEDED", "failed", []string{}, "", 0),
	)

	It("keeps each transfer with a wrong memo with the order that it was meant for", func() {
		for _, collects := range []string{"gateway", "company"} {
			sepay := emulator.StartT(GinkgoT(), emulator.WithSetting("checkout.collects", collects))
			shop := sepay.Company()
			order := shop.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 200_000, Method: "BANK_TRANSFER"})
			for _, waiting := range []string{"DH2", "DH3"} {
				order.PayWith(wire.NewPay{Outcome: "wrong_memo"})
				shop.Checkout(emulator.Checkout{InvoiceNumber: waiting, Amount: 200_000, Method: "BANK_TRANSFER"})
			}
			order.PayWith(wire.NewPay{Outcome: "wrong_memo"})
			Expect(order.State().Received).To(HaveLen(3), collects)
		}
	})

	It("tells the open page and the timeline of a transfer that it kept without a code", func() {
		sepay := emulator.StartT(GinkgoT())
		shop := sepay.Company()
		order := shop.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 200_000, Method: "BANK_TRANSFER"})
		moments := func() int {
			_, list := controlCall(sepay, http.MethodGet, "/timeline?type=order", "")
			return len(list["data"].([]any))
		}
		before := moments()
		shop.Account().Receive(200_000, "tien hang")
		Expect(order.State().Received).To(HaveLen(1))
		Expect(moments()).To(Equal(before + 1))
	})

	It("finds the order code in a memo that a bank has mangled, and nowhere else", func() {
		sepay := emulator.StartT(GinkgoT())
		shop := sepay.Company()
		for i, mangle := range []func(string) string{
			func(m string) string { return m },
			strings.ToLower,
			func(m string) string { return "MBVCB.123.456." + m + ".CT tu 0123" },
			func(m string) string { return "NGUYEN VAN A chuyen tien" + m + "cam on" },
			func(m string) string { return m[:5] + "-" + m[5:] },
			func(m string) string { return m[:9] + " " + m[9:] },
		} {
			invoice := fmt.Sprint("DH", i)
			order := shop.Checkout(emulator.Checkout{InvoiceNumber: invoice, Amount: 50_000})
			shop.Account().Receive(50_000, mangle(order.State().PayTo.Memo))
			Expect(order.State().Status).To(Equal("CAPTURED"), invoice)
		}
		cut := shop.Checkout(emulator.Checkout{InvoiceNumber: "CUT", Amount: 50_000})
		memo := cut.State().PayTo.Memo
		paid := shop.Account().Receive(50_000, memo[:len(memo)-1])
		Expect(cut.State().Status).To(Equal("AUTHENTICATION_NOT_NEEDED"))
		Expect(paid.Order).To(BeNil())
		// Another company's account does not pay it.
		other := sepay.NewCompany(noCompany)
		other.Account().Receive(50_000, memo)
		Expect(cut.State().Status).To(Equal("AUTHENTICATION_NOT_NEEDED"))
	})

	It("takes money through a virtual account of its own where the bank demands one", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{BankAccounts: []wire.NewBankAccount{{Bank: "OCB"}}}))
		shop := sepay.Company()
		order := shop.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 70_000})
		va := order.State().PayTo.AccountNumber
		Expect(va).To(HavePrefix("SBSEPAY"))
		shop.Account().Move(wire.NewTransfer{Direction: "in", VA: va, Amount: 69_000, Content: new("tien hang")})
		Expect(order.State().Received).To(HaveLen(1))
		Expect(order.State().Status).To(Equal("AUTHENTICATION_NOT_NEEDED"))
		done := shop.Account().Move(wire.NewTransfer{Direction: "in", VA: va, Amount: 70_000, Content: new("tien hang")})
		Expect(done.Order).To(HaveValue(HaveField("Verdict", "paid")))
		Expect(order.State().Status).To(Equal("CAPTURED"))
	})

	It("collects on the gateway's own account when it is asked to, and then the bank side knows nothing", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""), emulator.WithSetting("checkout.collects", "gateway"))
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 70_000})
		order.PayWith(wire.NewPay{Outcome: "less"})
		order.Pay()
		Expect(order.State().Status).To(Equal("CAPTURED"))
		Expect(order.IPNs()).To(HaveLen(1))
		Expect(rows(api{sepay: sepay, token: sepay.Company().APIToken()}.json("/v2/transactions"))).To(BeEmpty())
		Expect(codes(sepay)).To(Equal([]string{"payment.transfer_less"}))
	})

	It("offers the merchant's methods only, and goes straight to a single one", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{Merchant: wire.NewMerchant{PaymentMethods: []string{"CARD"}}}))
		t := newTill(sepay)
		at := t.open()
		_, _, body := t.look(at)
		Expect(body).To(ContainSubstring("card_number"))
		status, h, _ := t.post("/v1/checkout/init", t.form("order_invoice_number", "DH2", "payment_method", "BANK_TRANSFER"))
		Expect([]any{status, h.Get("X-LocalSepay-Reason")}).To(Equal([]any{400, "payment_method_unsupported"}))
		// Neither a form nor a transfer gets around it.
		status, _, _ = t.post(action(at, "pay"), payment.Form{{Name: "outcome", Value: "paid"}})
		Expect(status).To(Equal(http.StatusSeeOther))
		sepay.Company().Account().Receive(185_000, strings.ReplaceAll(sepay.Company().Order("DH1").State().OrderID, "-", ""))
		Expect(sepay.Company().Order("DH1").State().Status).To(Equal("AUTHENTICATION_NOT_NEEDED"))
		transfersOnly := sepay.NewCompany(wire.NewCompany{Merchant: wire.NewMerchant{PaymentMethods: []string{"BANK_TRANSFER"}}})
		order := transfersOnly.Checkout(emulator.Checkout{InvoiceNumber: "DH9", Amount: 1_000})
		_, err := sepay.Control().Pay(GinkgoT().Context(), "DH9", wire.NewPay{Company: transfersOnly.ID(), Card: "visa"})
		Expect(err).To(MatchError(ContainSubstring("not on offer")))
		Expect(order.State().Status).To(Equal("AUTHENTICATION_NOT_NEEDED"))
	})

	It("goes on by the method that the form was posted with last", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		t.open("payment_method", "BANK_TRANSFER")
		_, _, body := t.look(t.open("payment_method", "CARD"))
		Expect(body).To(ContainSubstring("card_number"))
	})

	It("is captured once by 200 payers at the same time", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""))
		shop := sepay.Company()
		order := shop.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 10_000})
		memo := order.State().PayTo.Memo
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				defer GinkgoRecover()
				if i%2 == 0 {
					shop.Account().Receive(10_000, memo)
				} else { // refused once it is paid
					_, _ = sepay.Control().Pay(GinkgoT().Context(), "DH1", wire.NewPay{Company: shop.ID(), Card: "visa"})
				}
			})
		}
		all.Wait()
		now := order.State()
		approved := 0
		for _, t := range now.Transactions {
			if t.Status == "APPROVED" {
				approved++
			}
		}
		Expect(approved).To(Equal(1))
		Expect(now.Status).To(Equal("CAPTURED"))
		Expect(order.IPNs()).To(HaveLen(1))
		Expect(now.Received).To(HaveLen(50), "what an order remembers is bounded")
	})

	DescribeTable("by card ends as the card says",
		func(card, state, reason, redirect string) {
			sepay := emulator.StartT(GinkgoT())
			t := newTill(sepay)
			at := t.open("payment_method", "CARD", "success_url", "https://shop.example/ok", "error_url", "https://shop.example/bad")
			status, _, body := t.look(at)
			Expect(status).To(Equal(http.StatusOK))
			Expect(body).To(ContainSubstring("5123450000000008"), "the test cards are on the page")
			status, h, _ := t.post(action(at, "card"), cardForm(card))
			Expect(status).To(Equal(http.StatusSeeOther))
			status, h, body = t.look(h.Get("Location"))
			if status == http.StatusSeeOther { // a challenge waits
				challenge := h.Get("Location")
				_, _, body = t.look(challenge)
				Expect(body).To(ContainSubstring("123456"))
				_, _, body = t.post(challenge, payment.Form{{Name: "answer", Value: "pass"}, {Name: "otp", Value: "000000"}})
				Expect(body).To(ContainSubstring("123456"), "a wrong password may be typed again")
				_, h, _ = t.post(challenge, payment.Form{{Name: "answer", Value: "pass"}, {Name: "otp", Value: "123456"}})
				_, _, body = t.look(h.Get("Location"))
			}
			now := sepay.Company().Order("DH1").State()
			if state == "processing" {
				sepay.Advance(30 * time.Second)
				now = sepay.Company().Order("DH1").State()
				_, _, body = t.look(at)
				state = "failed"
			}
			Expect(now.State).To(Equal(state))
			last := now.Transactions[len(now.Transactions)-1]
			Expect(last.Reason).To(Equal(reason))
			Expect(body).To(ContainSubstring(redirect))
			Expect(body).To(ContainSubstring(`http-equiv="refresh"`))
		},
		Entry("Visa", "visa", "paid", "", "https://shop.example/ok"),
		Entry("Mastercard", "mastercard", "paid", "", "https://shop.example/ok"),
		Entry("JCB", "jcb", "paid", "", "https://shop.example/ok"),
		Entry("declined", "declined", "failed", "declined", "https://shop.example/bad"),
		Entry("insufficient funds", "insufficient_funds", "failed", "insufficient_funds", "https://shop.example/bad"),
		Entry("expired", "expired", "failed", "expired_card", "https://shop.example/bad"),
		Entry("a challenge that is passed", "challenge", "paid", "", "https://shop.example/ok"),
		Entry("a challenge that fails", "challenge_fails", "failed", "authentication_failed", "https://shop.example/bad"),
		Entry("a silent network", "timeout", "processing", "timeout", "https://shop.example/bad"),
	)

	It("leaves an abandoned challenge open for ten minutes, and takes another card then", func() {
		sepay := emulator.StartT(GinkgoT())
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000, Method: "CARD"})
		Expect(order.PayWith(wire.NewPay{Card: "challenge", Outcome: "abandon"}).State).To(Equal("processing"))
		sepay.Advance(10*time.Minute - time.Second)
		Expect(order.State().State).To(Equal("processing"))
		sepay.Advance(time.Second)
		Expect(order.State().Transactions[0].Reason).To(Equal("authentication_failed"))
		Expect(order.PayByCard("visa").Status).To(Equal("CAPTURED"))
	})

	DescribeTable("by card says which field is wrong",
		func(field, value, says string) {
			t := newTill(emulator.StartT(GinkgoT()))
			at := t.open("payment_method", "CARD")
			status, _, body := t.post(action(at, "card"), set(cardForm("visa"), field, value))
			Expect(status).To(Equal(http.StatusBadRequest))
			Expect(body).To(MatchRegexp(`aria-invalid="true"`))
			Expect(body).To(ContainSubstring(says))
		},
		Entry("a wrong check digit", "card_number", "4111111111111112", "card_number"),
		Entry("a short number", "card_number", "41", "card_number"),
		Entry("no holder", "card_holder_name", " ", "card_holder_name"),
		Entry("a month 13", "card_expiry", "13/30", "card_expiry"),
		Entry("a short code", "card_cvv", "1", "card_cvv"),
	)

	It("expires an order when its time is set, and not otherwise", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithSetting("checkout.ttl", "15m"))
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000, ErrorURL: "https://shop.example/bad"})
		sepay.Advance(15*time.Minute - time.Second)
		Expect(order.State().State).To(Equal("waiting"))
		sepay.Advance(time.Second)
		now := order.State()
		Expect([]any{now.State, now.Status, *now.Redirect}).To(Equal([]any{"expired", "CANCELLED", "https://shop.example/bad"}))
		forever := emulator.StartT(GinkgoT()).Company()
		patient := forever.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000})
		Expect(patient.State().ExpiresAt).To(BeNil())
	})

	It("expires an order by itself on a clock that runs", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithClock(emulator.ScaledClock(36_000)), emulator.WithSetting("checkout.ttl", "1h"))
		order := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 90_000})
		Eventually(func() string { return order.State().State }).Should(Equal("expired"))
	})

	It("gives an order a code that tells when it was opened", func() {
		sepay := emulator.StartT(GinkgoT())
		seen := map[string]bool{}
		for i := range 300 {
			id := sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: fmt.Sprint("DH", i), Amount: 1_000}).State().OrderID
			Expect(id).To(MatchRegexp(`^PAY[0-9]{4}%08X[0-9A-F]{5}$`, emulator.Epoch.Unix()))
			Expect(seen[id]).To(BeFalse())
			seen[id] = true
		}
	})

	It("lets the customer leave, and the order waits on", func() {
		t := newTill(emulator.StartT(GinkgoT()))
		status, h, _ := t.look(action(t.open("cancel_url", "https://shop.example/cart?x=1"), "cancel"))
		Expect([]any{status, h.Get("Location")}).To(Equal([]any{302, "https://shop.example/cart?x=1"}))
		Expect(t.order("DH1")).To(HaveKeyWithValue("order_status", "AUTHENTICATION_NOT_NEEDED"))
		status, _, body := t.look(action(t.open("order_invoice_number", "DH2"), "cancel"))
		Expect(status).To(Equal(http.StatusOK))
		Expect(body).NotTo(ContainSubstring(`http-equiv="refresh"`))
	})

	It("tells an open page at once, by its stream and by its status", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		at := t.open("payment_method", "BANK_TRANSFER", "success_url", "https://shop.example/ok")
		stream := listen(sepay, action(at, "events"))
		Expect(stream()).To(ContainSubstring(`"state":"waiting"`))
		sepay.Company().Account().Receive(185_000, sepay.Company().Order("DH1").State().PayTo.Memo)
		Expect(stream()).To(ContainSubstring(`"state":"paid"`))
		_, _, body := t.look(action(at, "status"))
		Expect(decode(body)).To(Equal(map[string]any{
			"order_id": sepay.Company().Order("DH1").State().OrderID, "order_status": "CAPTURED", "state": "paid", "redirect": "https://shop.example/ok",
		}))
	})
})

// listen opens a stream of events and returns a function that reads the data of
// the next one.
func listen(sepay *emulator.Emulator, path string) func() string {
	GinkgoHelper()
	res, err := http.Get(sepay.URL() + path)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(res.Body.Close)
	Expect(res.Header.Get("Content-Type")).To(Equal("text/event-stream"))
	buffer := make([]byte, 64<<10)
	return func() string {
		n, err := res.Body.Read(buffer)
		Expect(err).NotTo(HaveOccurred())
		return string(buffer[:n])
	}
}
