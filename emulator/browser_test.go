package emulator_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// storefront is a shop with pages: /buy has the signed form, the others are
// where a customer comes back.
type storefront struct {
	*httptest.Server
	till
	sent payment.Form
	mu   sync.Mutex
	came []*http.Request
}

// newStorefront opens a shop on another site than the emulator's.
func newStorefront(sepay *emulator.Emulator) *storefront {
	s := &storefront{till: newTill(sepay)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="vi"><link rel="icon" href="data:,"><title>Shop</title><h1>%s</h1>`, html.EscapeString(r.URL.Path))
		s.mu.Lock()
		defer s.mu.Unlock()
		s.came = append(s.came, r)
		if r.URL.Path != "/buy" {
			return
		}
		fmt.Fprintf(w, `<form method="post" action="%s/v1/checkout/init">`, s.address())
		for _, f := range s.sent {
			fmt.Fprintf(w, `<input type="hidden" name="%s" value="%s">`, html.EscapeString(f.Name), html.EscapeString(f.Value))
		}
		fmt.Fprint(w, `<button>Mua</button></form>`)
	}))
	s.URL = strings.Replace(s.URL, "127.0.0.1", "shop.test", 1)
	DeferCleanup(s.Close)
	return s
}

// address is where the emulator is, by the host of the till.
func (s *storefront) address() string {
	if s.host == "" {
		return s.sepay.URL()
	}
	return strings.Replace(s.sepay.URL(), "127.0.0.1", s.host, 1)
}

// returns are the fields of the ways back.
func (s *storefront) returns() []string {
	return []string{"success_url", s.URL + "/ok?order=DH1#/done", "error_url", s.URL + "/bad?a=1&b=2", "cancel_url", s.URL + "/cart"}
}

// buy goes the customer's way from the shop to the payment page.
func (s *storefront) buy(t *tab, pairs ...string) {
	GinkgoHelper()
	s.mu.Lock()
	s.sent = s.form(pairs...)
	s.mu.Unlock()
	t.visit(s.URL + "/buy")
	t.click("button")
	becomes[string](t, "location.href", HavePrefix(s.address()+"/v1/checkout?"))
	becomes[string](t, "document.readyState", "complete")
}

// bought is buy by a method with all the ways back.
func (s *storefront) bought(t *tab, method string) {
	GinkgoHelper()
	s.buy(t, append(s.returns(), "payment_method", method)...)
}

func (s *storefront) order() wire.Order { return s.sepay.Company().Order("DH1").State() }

const (
	payButton    = `form.simulate > button[value="paid"]`
	receivedRows = `[...document.querySelectorAll(".received .alert, .received li")].map((row) => row.innerText).join("\n")`
)

// simulate presses a button of the developer's panel and waits for the page
// after it, which may look like the one before.
func (t *tab) simulate(outcome string) {
	GinkgoHelper()
	t.click(".simulate summary")
	becomes[bool](t, "window.left = true", true)
	t.click(`.outcomes button[value="` + outcome + `"]`)
	becomes[bool](t, "window.left !== true", true)
}

var _ = Describe("In a browser, a customer", Label("browser"), func() {
	var (
		sepay *emulator.Emulator
		shop  *storefront
	)
	start := func(options ...emulator.Option) {
		GinkgoHelper()
		browser()
		sepay = emulator.StartT(GinkgoT(), options...)
		shop = newStorefront(sepay)
	}

	DescribeTable("pays by transfer and comes back to the shop",
		func(method, title string) {
			start()
			t := newTab()
			shop.bought(t, method)
			t.shows(title, "185.000 ₫", "Đang chờ nhận tiền", shop.order().PayTo.Memo)
			Expect(eval[string](t, `document.querySelector(".simulate > .button").textContent`)).To(Equal("Giả lập thanh toán"))
			t.click(payButton)
			t.shows("Thanh toán thành công")
			t.lands(shop.URL + "/ok?order=DH1#/done")
			Expect(shop.order().Status).To(Equal("CAPTURED"))
			shop.mu.Lock()
			defer shop.mu.Unlock()
			Expect(shop.came[len(shop.came)-1].Referer()).To(BeEmpty(), "the signed link stays here")
		},
		Entry("BANK_TRANSFER", "BANK_TRANSFER", "Chuyển khoản ngân hàng"),
		Entry("NAPAS_BANK_TRANSFER", "NAPAS_BANK_TRANSFER", "Chuyển khoản NAPAS"),
	)

	DescribeTable("chooses a method, may change it, and pays",
		func(method, title string) {
			start()
			t := newTab()
			shop.buy(t, shop.returns()...)
			t.shows("Chọn phương thức thanh toán")
			t.click(`a[data-method="` + method + `"]`)
			t.shows(title)
			t.click(`.ways li:first-child a`)
			t.shows("Chọn phương thức thanh toán")
			t.click(`a[data-method="` + method + `"]`)
			if method == "CARD" {
				t.click(`tr[data-name="visa"] .fill`)
				t.click("#card .button")
			} else {
				t.click(payButton)
			}
			t.lands(shop.URL + "/ok?order=DH1#/done")
			Expect(shop.order().PaymentMethod).To(Equal(method))
		},
		Entry("BANK_TRANSFER", "BANK_TRANSFER", "Chuyển khoản ngân hàng"),
		Entry("NAPAS_BANK_TRANSFER", "NAPAS_BANK_TRANSFER", "Chuyển khoản NAPAS"),
		Entry("CARD", "CARD", "Thanh toán bằng thẻ"),
	)

	DescribeTable("who pays wrongly sees what came",
		func(outcome, heading, row, back string) {
			start()
			t := newTab()
			shop.buy(t, "payment_method", "BANK_TRANSFER") // without ways back the page stays
			t.simulate(outcome)
			t.shows(heading)
			becomes[string](t, receivedRows, ContainSubstring(row))
			Expect(eval[string](t, "document.body.innerText")).NotTo(ContainSubstring("_"), "a word for machines")
			if back == "" { // the order takes the right transfer yet
				t.click(payButton)
				t.shows("Thanh toán thành công")
				return
			}
			start()
			t = newTab()
			shop.bought(t, "BANK_TRANSFER")
			t.simulate(outcome)
			t.returns(shop.URL + back)
		},
		Entry("less", "less", "Chuyển khoản ngân hàng", "Đã nhận 166.500 ₫, còn thiếu 18.500 ₫", ""),
		Entry("more", "more", "Chuyển khoản ngân hàng", "Đã nhận 203.500 ₫, thừa 18.500 ₫", ""),
		Entry("with a wrong memo", "wrong_memo", "Chuyển khoản ngân hàng", "Không khớp nội dung", ""),
		Entry("twice", "twice", "Thanh toán thành công", "Chuyển trùng", "/ok?order=DH1#/done"),
		Entry("late", "late", "Đơn hàng đã hết hạn", "Chuyển quá hạn", "/bad?a=1&b=2"),
		Entry("failed", "failed", "Thanh toán thất bại", "", "/bad?a=1&b=2"),
	)

	It("stays with the method of the choice after a wrong transfer", func() {
		start()
		t := newTab()
		shop.buy(t)
		t.click(`a[data-method="BANK_TRANSFER"]`)
		t.simulate("less")
		t.shows("Đang chờ nhận tiền", "Chuyển thiếu")
	})

	DescribeTable("pays by card as the card says",
		func(card, reason, back string) {
			start()
			t := newTab()
			shop.bought(t, "CARD")
			t.click(`tr[data-name="` + card + `"] .fill`)
			Expect(eval[string](t, `document.querySelector("#card_holder_name").value`)).To(Equal("NGUYEN VAN A"))
			t.click("#card .button")
			t.shows(reason)
			t.returns(shop.URL + back)
		},
		Entry("Visa", "visa", "Thanh toán thành công", "/ok?order=DH1#/done"),
		Entry("Mastercard", "mastercard", "Thanh toán thành công", "/ok?order=DH1#/done"),
		Entry("JCB", "jcb", "Thanh toán thành công", "/ok?order=DH1#/done"),
		Entry("declined", "declined", "Ngân hàng phát hành thẻ từ chối", "/bad?a=1&b=2"),
		Entry("insufficient funds", "insufficient_funds", "Thẻ không đủ số dư", "/bad?a=1&b=2"),
		Entry("expired", "expired", "Thẻ đã hết hạn", "/bad?a=1&b=2"),
	)

	It("types a card by hand, is told of mistakes, and tries again after a refusal", func() {
		start()
		t := newTab()
		shop.buy(t, "payment_method", "CARD")
		t.click("#card .button")
		t.shows("Vui lòng nhập số thẻ.", "Vui lòng nhập tên in trên thẻ.", "Vui lòng nhập ngày hết hạn (MM/YY).", "Vui lòng nhập mã CVV.")
		Expect(eval[int](t, `document.querySelectorAll("[aria-invalid=true]").length`)).To(Equal(4))
		for _, card := range []string{"4000000000000002", "4111111111111111"} {
			t.write("#card_number", card)
			t.write("#card_holder_name", "TRAN THI B")
			t.write("#card_expiry", "1230")
			Expect(eval[string](t, `document.querySelector("#card_expiry").value`)).To(Equal("12/30"))
			t.write("#card_cvv", "123")
			t.click("#card .button")
			if card[1] == '0' {
				t.shows("Ngân hàng phát hành thẻ từ chối giao dịch.")
				t.click(`a.button[href*="method="]`)
				t.shows("Thanh toán không thành công. Ngân hàng phát hành thẻ từ chối giao dịch.")
			}
		}
		t.shows("Thanh toán thành công", "Bạn có thể đóng trang này.")
	})

	DescribeTable("answers the challenge of the card's bank",
		func(card, answer, back string) {
			start()
			t := newTab()
			shop.bought(t, "CARD")
			t.click(`tr[data-name="` + card + `"] .fill`)
			t.click("#card .button")
			t.shows("Xác thực giao dịch", "123456")
			if answer == "pass" {
				t.write("#otp", "000000")
				t.click(`button[value="pass"]`)
				t.shows("Mã OTP không đúng.")
				t.write("#otp", "123456")
			}
			t.click(`button[value="` + answer + `"]`)
			t.returns(shop.URL + back)
			if answer == "abandon" {
				Expect(shop.order().State).To(Equal("processing"))
				sepay.Advance(10 * time.Minute)
				Expect(shop.order().State).To(Equal("failed"))
			}
		},
		Entry("rightly", "challenge", "pass", "/ok?order=DH1#/done"),
		Entry("by failing", "challenge", "fail", "/bad?a=1&b=2"),
		Entry("rightly, and fails", "challenge_fails", "pass", "/bad?a=1&b=2"),
		Entry("by walking away", "challenge", "abandon", "/cart"),
	)

	It("waits for a card network that is silent, and for a challenge that nobody answers", func() {
		for card, wait := range map[string]time.Duration{"timeout": 30 * time.Second, "challenge": 10 * time.Minute} {
			start()
			t := newTab()
			shop.bought(t, "CARD")
			t.click(`tr[data-name="` + card + `"] .fill`)
			t.click("#card .button")
			if card == "timeout" {
				t.shows("Đang xử lý thanh toán")
			} else {
				t.shows("Xác thực giao dịch")
			}
			sepay.Advance(wait)
			t.returns(shop.URL + "/bad?a=1&b=2")
		}
	})

	It("reads every page in either language", func() {
		start()
		t := newTab()
		shop.buy(t)
		both := func(vi, en string) {
			GinkgoHelper()
			for _, want := range [][2]string{{"vi", vi}, {"en", en}, {"vi", vi}} {
				becomes[string](t, `document.documentElement.lang`, want[0])
				t.shows(want[1])
				t.click(".bar .quiet")
			}
			becomes[string](t, `document.documentElement.lang`, "en")
			t.click(".bar .quiet")
			becomes[string](t, `document.documentElement.lang`, "vi")
		}
		both("Chọn phương thức thanh toán", "Choose how to pay")
		t.click(`a[data-method="BANK_TRANSFER"]`)
		both("Nội dung chuyển khoản", "Transfer memo")
		t.click(`.ways a:not([href*="/cancel"])`)
		t.click(`a[data-method="CARD"]`)
		both("Tên in trên thẻ", "Name on card")
		t.click(`tr[data-name="challenge"] .fill`)
		t.click("#card .button")
		both("Xác thực giao dịch", "Confirm the payment")
		t.click(`button[value="fail"]`)
		both("Thanh toán thất bại", "Payment failed")
	})

	It("needs no JavaScript", func() {
		start()
		t := newTab(noScript)
		shop.bought(t, "BANK_TRANSFER")
		t.shows("trang này không tự cập nhật")
		Expect(eval[bool](t, `document.querySelector(".copy").hidden`)).To(BeTrue(), "no button without a script")
		t.click(payButton)
		t.lands(shop.URL + "/ok?order=DH1#/done")
		for _, card := range [][3]string{{"4000000000003220", "challenge", "/ok?order=DH1#/done"}, {"5200000000000007", "timeout", "/bad?a=1&b=2"}} {
			start()
			t = newTab(noScript)
			shop.buy(t, shop.returns()...)
			t.click(`a[data-method="CARD"]`)
			t.write("#card_number", card[0])
			t.write("#card_holder_name", "TRAN THI B")
			t.write("#card_expiry", "12/30")
			t.write("#card_cvv", "123")
			t.click("#card .button")
			if card[1] == "challenge" {
				t.write("#otp", "123456")
				t.click(`button[value="pass"]`)
			} else {
				t.shows("Đang xử lý thanh toán")
				sepay.Advance(30 * time.Second) // the page loads again by itself
			}
			t.returns(shop.URL + card[2])
		}
	})

	DescribeTable("sees a transfer from outside on the open page",
		func(script string, method string) {
			start()
			t := newTab(beforeLoad(script))
			shop.buy(t, append(shop.returns(), "payment_method", method)...)
			sepay.Company().Account().Receive(185_000, shop.order().PayTo.Memo)
			t.lands(shop.URL + "/ok?order=DH1#/done")
		},
		Entry("by its stream alone", `window.fetch = () => Promise.reject(new Error("none"))`, "BANK_TRANSFER"),
		Entry("by polling, without streams", `delete window.EventSource`, "BANK_TRANSFER"),
		Entry("by NAPAS", ``, "NAPAS_BANK_TRANSFER"),
	)

	It("sees an order expire, on a clock that stands and on one that runs", func() {
		start(emulator.WithSetting("checkout.ttl", "15m"))
		t := newTab()
		shop.bought(t, "BANK_TRANSFER")
		t.shows("Hết hạn sau", "15:00", "(đồng hồ giả lập đang dừng)")
		sepay.Advance(15 * time.Minute)
		t.shows("Đơn hàng đã hết hạn")
		t.returns(shop.URL + "/bad?a=1&b=2")
		Expect(shop.order().State).To(Equal("expired"))

		start(emulator.WithSetting("checkout.ttl", "15m"), emulator.WithClock(emulator.ScaledClock(300)))
		t = newTab()
		shop.buy(t, "payment_method", "BANK_TRANSFER")
		becomes[string](t, `document.querySelector(".clock").textContent`, MatchRegexp(`^0\d:\d\d$`))
		Expect(eval[string](t, "document.body.innerText")).NotTo(ContainSubstring("đang dừng"))
		t.shows("Đơn hàng đã hết hạn")
	})

	It("leaves for the shop, or stays where there is no way", func() {
		start()
		t := newTab()
		shop.bought(t, "BANK_TRANSFER")
		t.click(`.ways a[href*="/cancel"]`)
		t.lands(shop.URL + "/cart")
		Expect(shop.order().State).To(Equal("waiting"))
		start()
		t = newTab()
		shop.buy(t, "payment_method", "CARD")
		t.click(`.ways a[href*="/cancel"]`)
		t.shows("Bạn chưa thanh toán. Đơn hàng không bị hủy")
		Expect(codes(sepay)).To(ContainElement("checkout.left_unpaid"))
		t.click(`.narrow a.button[href*="/v1/checkout?"]`) // back again
		t.shows("Thanh toán bằng thẻ")
	})

	It("pays on SePay's own host name too", func() {
		start()
		shop.host = "pay-sandbox.sepay.vn"
		t := newTab()
		shop.bought(t, "BANK_TRANSFER")
		Expect(eval[[]string](t, `[...document.querySelectorAll("main a")].map((a) => a.getAttribute("href")).filter((href) => !href.startsWith("/v1/checkout/cancel?"))`)).
			To(BeEmpty(), "the banking app is not on SePay's hosts")
		t.click(payButton)
		t.lands(shop.URL + "/ok?order=DH1#/done")
	})
})
