package emulator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
)

// scheme lets the tab prefer light or dark.
func (t *tab) scheme(name string) {
	GinkgoHelper()
	t.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
		return err
	}))
	becomes[bool](t, `matchMedia("(prefers-color-scheme: `+name+`)").matches`, true)
}

// faint are the texts of a page whose contrast with what is behind them is below
// that of WCAG 2.1, 1.4.3: 4.5, or 3 for large letters.
const faint = `(() => {
	const parts = (c) => { const n = c.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
	const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
	const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const behind = (e) => { let c = [0, 0, 0, 0]; for (; e && c[3] < 1; e = e.parentElement) { const own = parts(getComputedStyle(e).backgroundColor); c = c[3] === 0 ? own : over(c, own); } return c[3] < 1 ? over(c, matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1]) : c; };
	const found = [];
	for (const e of document.body.querySelectorAll("*")) {
		const own = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join(" ").trim();
		if (!own && !(e.matches("input, textarea, select") && e.type !== "hidden" && e.type !== "checkbox")) continue;
		if (!e.checkVisibility() || e.closest("script, style, noscript, .sr")) continue;
		const s = getComputedStyle(e), back = behind(e);
		const [a, b] = [light(over(parts(s.color), back)), light(back)].sort((x, y) => y - x);
		const size = parseFloat(s.fontSize), large = size >= 24 || (size >= 18.66 && s.fontWeight >= 700);
		const ratio = (a + 0.05) / (b + 0.05);
		if (ratio < (large ? 3 : 4.5)) found.push(ratio.toFixed(2) + " " + (own || e.outerHTML).slice(0, 60));
	}
	return found;
})()`

// authorize is the address at which an application of the company asks.
func (s *storefront) authorize() string {
	app := s.sepay.Company().State().OAuthApps[0]
	return "/oauth/authorize?" + url.Values{"response_type": {"code"}, "client_id": {app.ClientID}, "redirect_uri": app.RedirectURIs[:1], "state": {"x"}}.Encode()
}

// returns goes from the result back to the shop, without the wait for it. A
// paid order's page may be faster.
func (t *tab) returns(address string) {
	GinkgoHelper()
	becomes[bool](t, fmt.Sprintf(`location.href === %q || (document.querySelector(".narrow a[rel=noreferrer]")?.click(), false)`, address), true)
}

// cancel ends an order as the shop does.
func (s *storefront) cancel(invoice string) {
	GinkgoHelper()
	status, _, body := s.rest(http.MethodPost, "/v1/order/cancel", `{"order_invoice_number":"`+invoice+`"}`)
	Expect(status).To(Equal(http.StatusOK), body)
}

var _ = Describe("In a browser, what a page says", Label("browser"), func() {
	var (
		sepay *emulator.Emulator
		shop  *storefront
	)
	BeforeEach(func() {
		browser()
		sepay = emulator.StartT(GinkgoT())
		shop = newStorefront(sepay)
	})

	It("stays readable after a failure: a countdown that can be stopped, and a second try", func() {
		t := newTab()
		shop.bought(t, "CARD")
		t.charge("declined")
		t.shows("Thanh toán thất bại")
		becomes[int](t, `Number(document.querySelector("[data-leave] span").textContent.match(/\d+/)[0])`, And(BeNumerically(">", 0), BeNumerically("<", 10)))
		t.click("[data-leave] button")
		t.shows("Đã dừng")
		t.click(`a.button[href*="method=CARD"]`)
		t.shows("Thanh toán bằng thẻ", "Ngân hàng phát hành thẻ từ chối giao dịch.")
	})

	It("leads to the shop by itself when the time is over, with JavaScript and without", func() {
		for _, setup := range [][]chromedp.Action[chromedp.Void]{nil, {noScript}} {
			sepay = emulator.StartT(GinkgoT())
			shop = newStorefront(sepay)
			shop.open(append(shop.returns(), "payment_method", "BANK_TRANSFER")...)
			shop.cancel("DH1")
			t := newTab(setup...)
			t.visit(shop.address() + shop.order().CheckoutURL)
			t.shows("Đơn hàng đã bị hủy")
			t.lands(shop.URL + "/cart")
		}
	})

	It("keeps its language link on the answer to a form", func() {
		t := newTab()
		shop.buy(t, "payment_method", "BANK_TRANSFER")
		app := shop.address() + "/_console/phone"
		both := func(vi, en string) {
			GinkgoHelper()
			t.shows(vi)
			t.click(".bar .quiet")
			t.shows(en)
			t.click(".bar .quiet")
			becomes[string](t, "document.documentElement.lang", "vi")
		}
		t.visit(app)
		t.write("#payload", strings.Replace(shop.order().PayTo.QR, "VN", "VM", 1))
		t.click(".or ~ form .button")
		both("Mã kiểm tra (CRC) của mã QR không khớp.", "The checksum (CRC) of the QR code is wrong.")
		t.shows("Mã kiểm tra (CRC) của mã QR không khớp.")
		t.visit(app + "?payload=" + url.QueryEscape(shop.order().PayTo.QR))
		t.click("button.button")
		both("Chuyển tiền thành công", "Transfer sent")
		t.shows("Chuyển tiền thành công", shop.order().OrderID)
		Expect(shop.order().Received).To(HaveLen(1), "the language moves no money")

		shop.mu.Lock()
		shop.sent = set(shop.form("order_invoice_number", "DH2"), "order_amount", "1")
		shop.mu.Unlock()
		t.visit(shop.URL + "/buy")
		t.click("button")
		both("Chữ ký không khớp với các trường đã gửi", "The signature does not match the posted fields")
	})

	It("has no English parser error on a Vietnamese page", func() {
		t := newTab()
		for _, payload := range []string{"hello", "", "00020101021138", "000201010212" + strings.Repeat("9", 80)} {
			t.visit(shop.address() + "/_console/phone")
			t.write("#payload", payload)
			t.click(".or ~ form .button")
			becomes[string](t, `document.querySelector("[role=alert]")?.innerText ?? ""`, And(Not(BeEmpty()), Not(MatchRegexp(`(?i)vietqr:|malformed|byte|payload|\bthe\b`))))
		}
	})

	It("shows the front page what happened, to local callers alone", func() {
		t := newTab()
		shop.buy(t, "payment_method", "BANK_TRANSFER")
		t.simulate("wrong_memo")
		for lang, want := range map[string][]string{"vi": {"Đơn hàng gần đây", "chờ thanh toán", "cảnh báo"}, "en": {"Recent orders", "waiting", "warning"}} {
			t.visit(shop.address() + "/?lang=" + lang)
			t.shows(append(want, "DH1", "CHUYEN TIEN", "localsepay orders", shop.address()+"/_control/v1/transfers")...)
		}
		for _, header := range []http.Header{{"Host": {"evil.example"}}, {"Origin": {"http://evil.example"}}, {"Sec-Fetch-Site": {"cross-site"}}} {
			req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/", nil)
			Expect(err).NotTo(HaveOccurred())
			req.Header = header
			if host := header.Get("Host"); host != "" {
				req.Host = host
			}
			status, _, body := do(req)
			Expect(status).To(Equal(http.StatusOK))
			Expect(body).NotTo(ContainSubstring("DH1<"), fmt.Sprint(header))
			Expect(body).NotTo(ContainSubstring("data-recent"), fmt.Sprint(header))
		}
	})

	DescribeTable("says it on an address where there is nothing to do",
		func(path string, status int, vi, en string) {
			t := newTab()
			t.visit(shop.address() + path)
			at, _, _ := strings.Cut(path, "?")
			Expect(t.met().statuses).To(HaveKeyWithValue(shop.address()+at, BeNumerically("==", status)))
			t.shows(vi, en)
			t.size(390, 844)
			Expect(eval[int](t, "document.documentElement.scrollWidth")).To(BeNumerically("<=", 390))
			for _, scheme := range []string{"light", "dark"} {
				t.scheme(scheme)
				Expect(eval[[]string](t, faint)).To(BeEmpty(), scheme)
			}
			t.picture("message-" + strings.Trim(strings.ReplaceAll(at, "/", "-"), "-"))
		},
		Entry("an unknown path", "/nope", http.StatusNotFound, "Không có trang này", "There is no such page"),
		Entry("an unknown page of ours", "/_console/nope", http.StatusNotFound, "Không có trang này", "There is no such page"),
		Entry("an address of SePay's that is not emulated", "/v1/nope", http.StatusNotFound, "localsepay không giả lập địa chỉ này", "localsepay does not emulate this address"),
		Entry("the checkout's form", "/v1/checkout/init", http.StatusNotFound, "Địa chỉ này nhận biểu mẫu thanh toán", "This address takes the payment form"),
		Entry("an unknown page of the checkout", "/v1/checkout/nope", http.StatusNotFound, "Không có trang này trên cổng thanh toán", "The payment gateway has no such page"),
		Entry("an unknown page of the authorization server", "/oauth/nope", http.StatusNotFound, "Không có trang này", "There is no such page"),
		Entry("an unknown bank", "/img?acc=1&bank=NOWHERE", http.StatusOK, "không có ngân hàng này", "there is no such bank"),
		Entry("a picture without a bank", "/img?acc=1", http.StatusOK, "thiếu tham số", "a parameter is missing"),
	)
})
