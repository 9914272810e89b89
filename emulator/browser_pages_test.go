package emulator_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// gallery are the pages and how a customer gets to each; in is "&lang=en" or "".
var gallery = []struct {
	name  string
	reach func(t *tab, s *storefront, in string)
}{
	{"choose", func(t *tab, s *storefront, in string) { s.stand(t, in) }},
	{"transfer", func(t *tab, s *storefront, in string) { s.stand(t, in, "payment_method", "BANK_TRANSFER") }},
	{"transfer-long", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "NAPAS_BANK_TRANSFER", "order_amount", "499999999", "order_invoice_number", strings.Repeat("HD2026", 8), "order_description", strings.Repeat("Thanh toán đơn hàng ", 8)+strings.Repeat("W", 60))
	}},
	{"transfer-panel", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "BANK_TRANSFER")
		t.simulate("less")
		becomes[bool](t, `!!document.querySelector(".received")`, true)
		t.simulate("more")
		becomes[int](t, `document.querySelectorAll(".received li").length`, 2)
		t.click(".simulate summary")
	}},
	{"card", func(t *tab, s *storefront, in string) { s.stand(t, in, "payment_method", "CARD") }},
	{"card-mistakes", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "CARD")
		t.write("#card_number", "4111111111111112")
		t.click("#card .button")
		becomes[bool](t, `!!document.querySelector(".mistake")`, true)
	}},
	{"card-declined", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "CARD")
		t.charge("declined")
		t.click(`.narrow a.button[href*="method="]`)
		becomes[bool](t, `!!document.querySelector("[role=alert]")`, true)
	}},
	{"challenge", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "CARD")
		t.charge("challenge")
		t.write("#otp", "1")
		t.click(`button[value="pass"]`)
		becomes[bool](t, `!!document.querySelector(".mistake")`, true)
	}},
	{"processing", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "CARD")
		t.charge("timeout")
		becomes[bool](t, `!!document.querySelector(".mark .spin")`, true)
	}},
	{"result-paid", result("twice", "paid")},
	{"result-failed", result("failed", "failed")},
	{"result-expired", result("late", "expired")},
	{"left", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "BANK_TRANSFER")
		t.click(`.ways a[href*="/cancel"]`)
		becomes[bool](t, `!!document.querySelector(".narrow .mark")`, true)
	}},
	{"invalid", func(t *tab, s *storefront, in string) {
		t.visit(s.address() + "/v1/checkout?" + set(s.form("payment_method", "BANK_TRANSFER"), "order_amount", "1").Encode() + in)
		becomes[bool](t, `!!document.querySelector(".developer")`, true)
	}},
	{"phone", func(t *tab, s *storefront, in string) {
		t.visit(s.address() + "/_console/phone?a=b" + in)
		t.click("details summary")
	}},
	{"phone-filled", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "BANK_TRANSFER")
		t.visit(s.address() + eval[string](t, `document.querySelector("figcaption a").getAttribute("href")`) + in)
		becomes[bool](t, `!!document.querySelector("#amount")`, true)
	}},
	{"transfer-unmatched", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "NAPAS_BANK_TRANSFER")
		t.simulate("wrong_memo")
		becomes[bool](t, `!!document.querySelector(".received .alert")`, true)
	}},
	{"result-cancelled", func(t *tab, s *storefront, in string) {
		address := s.open("payment_method", "BANK_TRANSFER")
		s.cancel("DH1")
		t.visit(s.address() + address + in)
		becomes[bool](t, `!!document.querySelector("[data-state=cancelled]")`, true)
	}},
	{"result-leaving", func(t *tab, s *storefront, in string) {
		t.visit(s.address() + s.open(append(s.returns(), "payment_method", "CARD")...) + in)
		t.charge("declined")
		t.click("[data-leave] button")
	}},
	{"home", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "BANK_TRANSFER")
		t.simulate("less")
		becomes[bool](t, `!!document.querySelector(".received")`, true)
		t.visit(s.address() + "/?a=b" + in)
	}},
	{"login", func(t *tab, s *storefront, in string) {
		t.visit(s.address() + s.authorize() + in)
		t.write("#email", s.sepay.Company().State().Users[0].Email)
		t.write("#password", "wrong")
		t.click("button.button")
		becomes[bool](t, `!!document.querySelector("[role=alert]")`, true)
	}},
	{"consent", func(t *tab, s *storefront, in string) {
		t.visit(s.address() + s.authorize() + in)
		user := s.sepay.Company().State().Users[0]
		t.write("#email", user.Email)
		t.write("#password", user.Password)
		t.click("button.button")
		becomes[bool](t, `!!document.querySelector(".scopes")`, true)
	}},
	{"phone-receipt", func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "BANK_TRANSFER")
		t.visit(s.address() + eval[string](t, `document.querySelector("figcaption a").getAttribute("href")`) + in)
		t.click(".button")
		becomes[bool](t, `!!document.querySelector(".mark.good")`, true)
	}},
	{"phone-problem", func(t *tab, s *storefront, in string) {
		t.visit(s.address() + "/_console/phone?a=b" + in)
		t.write("#payload", "0002010102113800"+strings.Repeat("1", 90))
		t.click(".or ~ form .button")
		becomes[bool](t, `!!document.querySelector("[role=alert]")`, true)
	}},
}

// stand opens a payment without ways back, so that its last page stays.
func (s *storefront) stand(t *tab, in string, pairs ...string) {
	GinkgoHelper()
	t.visit(s.address() + s.open(pairs...) + in)
}

func (t *tab) charge(card string) {
	GinkgoHelper()
	t.click(`tr[data-name="` + card + `"] .fill`)
	t.click("#card .button")
}

func result(outcome, state string) func(*tab, *storefront, string) {
	return func(t *tab, s *storefront, in string) {
		s.stand(t, in, "payment_method", "BANK_TRANSFER")
		t.simulate(outcome)
		becomes[bool](t, `!!document.querySelector("[data-state=`+state+`]")`, true)
	}
}

var _ = Describe("In a browser, a page", Label("browser"), func() {
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

	for _, p := range gallery {
		It("fits a phone and a desk, in both languages, and cannot be framed: "+p.name, func() {
			for lang, in := range map[string]string{"vi": "", "en": "&lang=en"} {
				start(emulator.WithSetting("checkout.ttl", "15m"), emulator.WithCompany(wire.NewCompany{ID: "demo", OAuthApps: []wire.OAuthApp{{Name: "Shop app", RedirectURIs: []string{"http://app.test/cb"}}}}))
				t := newTab()
				p.reach(t, shop, in)
				becomes[string](t, "document.documentElement.lang", lang)
				for name, width := range map[string]int64{"desk": 1280, "phone": 390, "small": 320} {
					t.size(width, 844)
					becomes[int](t, "innerWidth", int(width))
					becomes[bool](t, "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))", true)
					Expect(eval[int](t, "document.documentElement.scrollWidth")).To(BeNumerically("<=", width), lang)
					if name != "small" {
						t.picture(p.name + "-" + lang + "-" + name)
					}
				}
				for _, scheme := range []string{"light", "dark"} {
					t.scheme(scheme)
					Expect(eval[[]string](t, faint)).To(BeEmpty(), "too faint to read, "+scheme)
				}
				t.picture(p.name + "-" + lang + "-dark")
				Expect(eval[string](t, `document.querySelector("link[rel=icon]").getAttribute("href")`)).To(HavePrefix("data:image/svg+xml"))
				Expect(eval[[]string](t, `[...document.querySelectorAll("button, .button, summary, select, input:not([type=hidden])")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 32).map((e) => e.outerHTML)`)).
					To(BeEmpty(), "too low for a finger")
				at := eval[string](t, "location.href")
				t.visit(shop.URL + "/")
				eval[bool](t, fmt.Sprintf(`new Promise((done) => { const f = document.createElement("iframe"); f.onload = () => done(true); f.src = %q; document.body.append(f) })`, at))
				Eventually(func() int { return t.met().blocked }, waitTime, "20ms").Should(Equal(1), "no other page shows it in a frame")
				t.forgive()
			}
		})
	}

	It("runs nothing that a shop wrote into its form", func() {
		const evil = `"><script>window.__pwned=1;alert(1)</script><img src=x onerror="window.__pwned=1">'--`
		browser()
		start(emulator.WithCompany(wire.NewCompany{Name: "Shop " + evil}))
		t := newTab()
		clean := func() {
			GinkgoHelper()
			becomes[bool](t, "document.readyState === 'complete' && window.__pwned === undefined && document.querySelectorAll('img[onerror], main script').length === 0", true)
		}
		pairs := []string{"order_description", evil, "customer_id", evil, "custom_data", evil, "buyer_" + evil, evil,
			"success_url", shop.URL + `/ok?x=%22onmouseover=%22alert(1)&y='><svg/onload=window.__pwned=1>`}
		for _, method := range []string{"", "BANK_TRANSFER", "CARD"} {
			more := append(pairs, "order_invoice_number", "DH"+method)
			if method != "" {
				more = append(more, "payment_method", method)
			}
			shop.buy(t, more...)
			t.shows(evil, "Shop "+evil)
			clean()
			for _, query := range []string{"&lang=", "&method=", "&attempt=", "&lang=en&"} {
				t.visit(shop.address() + shop.open(more...) + query + url.QueryEscape(evil))
				clean()
			}
		}
		t.charge("challenge")
		t.shows("Shop " + evil)
		clean()
		t.write("#otp", evil)
		t.click(`button[value="pass"]`)
		becomes[bool](t, `!!document.querySelector(".mistake")`, true)
		clean()
		t.write("#otp", "123456")
		t.click(`button[value="pass"]`)
		becomes[string](t, "location.href", HavePrefix(shop.URL+"/ok?x=%22onmouseover"))
		// What is refused is shown to the developer.
		for _, field := range []string{"order_invoice_number", "order_amount", "currency", "operation", "merchant", "payment_method", "signature"} {
			t.visit(shop.address() + "/v1/checkout?" + set(shop.form("order_description", evil), field, evil).Encode())
			t.shows("Yêu cầu không hợp lệ")
			clean()
		}
		t.visit(shop.address() + "/_console/phone?payload=" + url.QueryEscape(evil) + "&back=" + url.QueryEscape(`javascript:window.__pwned=1`))
		clean()
		for _, bad := range []string{"javascript:window.__pwned=1", "data:text/html,<script>alert(1)</script>"} {
			status, _, _ := shop.post("/v1/checkout/init", shop.form("order_invoice_number", "DH9", "success_url", bad))
			Expect(status).To(Equal(http.StatusBadRequest), bad)
		}
	})

	It("is light, and does not move while it loads", func() {
		start()
		t := newTab(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
				MatchedNetworkConditions: []*network.Conditions{{Latency: 150, DownloadThroughput: 40_000, UploadThroughput: 40_000}},
			})
			return err
		}))
		t.size(390, 844)
		was := t.met()
		t.visit(shop.address() + shop.open("payment_method", "BANK_TRANSFER"))
		becomes[bool](t, `document.querySelector(".qrcode").complete && document.querySelector(".qrcode").naturalWidth > 200`, true)
		Expect(eval[float64](t, `new Promise((done) => {
			if (!PerformanceObserver.supportedEntryTypes.includes("layout-shift")) done(-1);
			let sum = 0;
			new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; }).observe({ type: "layout-shift", buffered: true });
			requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
		})`)).To(BeZero())
		Eventually(func() float64 { return t.met().bytes }).Should(BeNumerically(">", 10_000))
		Expect(t.met().bytes - was.bytes).To(BeNumerically("<", 60_000))
		AddReportEntry("bytes of the transfer page", t.met().bytes-was.bytes)
		for _, request := range t.met().requests {
			Expect(request).To(Or(ContainSubstring(" "+shop.address()+"/"), ContainSubstring(" data:"), ContainSubstring(" "+shop.URL+"/")), "it loads nothing from elsewhere")
		}
	})

	It("shows the QR code of the order, to a camera and as a file", func() {
		start()
		t := newTab()
		for i, method := range []string{"BANK_TRANSFER", "NAPAS_BANK_TRANSFER"} {
			invoice := fmt.Sprint("DH", i)
			t.visit(shop.address() + shop.open("payment_method", method, "order_invoice_number", invoice))
			want := sepay.Company().Order(invoice).State().PayTo.QR
			Expect(want).NotTo(BeEmpty())
			for _, width := range []int64{1280, 390} {
				t.size(width, 844)
				becomes[bool](t, `document.querySelector(".qrcode").complete`, true)
				seen, err := chromedp.Run(t.ctx, chromedp.Screenshot(chromedp.CSS(".qrcode"), chromedp.NodeVisible))
				Expect(err).NotTo(HaveOccurred())
				Expect(vietqr.Scan(seen)).To(Equal(want), "photographed at %d px", width)
			}
			file := eval[string](t, `fetch(document.querySelector(".qrcode").src).then((r) => r.arrayBuffer()).then((b) => btoa(String.fromCharCode(...new Uint8Array(b))))`)
			data, err := base64.StdEncoding.DecodeString(file)
			Expect(err).NotTo(HaveOccurred())
			Expect(vietqr.Scan(data)).To(Equal(want))
		}
	})

	It("is a banking app that pays the order of the page it came from", func() {
		start()
		t := newTab()
		shop.bought(t, "BANK_TRANSFER")
		app := t.popup("figcaption a", shop.address()+"/_console/phone")
		app.shows("Xác nhận chuyển tiền", shop.order().PayTo.AccountNumber, shop.order().PayTo.AccountHolder)
		Expect(eval[string](app, `document.querySelector("#amount").value + " " + document.querySelector("#memo").value`)).To(Equal("185000 " + shop.order().PayTo.Memo))
		app.click(".button")
		app.shows("Chuyển tiền thành công", "185.000 ₫", "Tiền đã đến đơn hàng "+shop.order().OrderID, "Đã thanh toán")
		t.lands(shop.URL + "/ok?order=DH1#/done")
		Expect(shop.order().Status).To(Equal("CAPTURED"))
		app.click(".button") // back to the payment page, which leads to the shop
		app.lands(shop.URL + "/ok?order=DH1#/done")
	})

	It("is a banking app that reads a payload, a picture, and neither of nothing", func() {
		start()
		shop.open()
		pay := shop.order().PayTo
		t := newTab()
		app := shop.address() + "/_console/phone"
		t.visit(app)
		t.write("#payload", pay.QR)
		t.click(".or ~ form .button")
		t.shows("Xác nhận chuyển tiền", pay.AccountNumber)
		t.write("#amount", "1.000")
		t.click(".button")
		t.shows("Chuyển tiền thành công", "1.000 ₫", "Chuyển thiếu")

		_, _, picture := api{sepay: sepay}.get("/img?" + url.Values{"acc": {pay.AccountNumber}, "bank": {pay.Bank}, "amount": {"185000"}, "des": {pay.Memo}}.Encode())
		files := GinkgoT().TempDir()
		upload := func(name, content string) {
			GinkgoHelper()
			at := filepath.Join(files, name)
			Expect(os.WriteFile(at, []byte(content), 0o600)).To(Succeed())
			t.visit(app)
			t.do(chromedp.SetUploadFiles(chromedp.CSS("#picture"), []string{at}))
		}
		upload("qr.png", picture)
		t.shows("Xác nhận chuyển tiền", pay.AccountNumber)
		t.click(".button")
		t.shows("Chuyển tiền thành công", "Đã thanh toán")
		Expect(shop.order().Status).To(Equal("CAPTURED"))

		upload("notes.txt", "Không đọc được ảnh.")
		becomes[string](t, `document.querySelector("[role=alert]")?.innerText ?? ""`, ContainSubstring("Không đọc được ảnh."))
		for _, payload := range []string{pay.QR[:len(pay.QR)-1] + "!", "hello", ""} {
			t.visit(app)
			t.write("#payload", payload)
			t.click(".or ~ form .button")
			becomes[string](t, `document.querySelector("[role=alert]")?.innerText ?? ""`, Not(BeEmpty()))
		}
	})

	It("is a banking app that no other site can use", func() {
		start()
		shop.open()
		pay := shop.order().PayTo
		body := url.Values{"bank": {pay.Bank}, "account": {pay.AccountNumber}, "amount": {"185000"}, "memo": {pay.Memo}}
		app := sepay.URL() + "/_console/phone"
		for _, from := range []string{shop.URL, strings.Replace(shop.URL, "shop.test", "127.0.0.1", 1), strings.Replace(shop.URL, "shop.test", "localhost", 1)} {
			t := newTab()
			t.visit(from)
			for _, mode := range []string{"no-cors", "cors"} {
				Expect(eval[string](t, fmt.Sprintf(`fetch(%q, { method: "POST", mode: %q, body: new URLSearchParams(%q) }).then((r) => r.type, (e) => "refused")`, app, mode, body.Encode()))).
					To(Equal(map[string]string{"no-cors": "opaque", "cors": "refused"}[mode]))
			}
			Expect(t.met().statuses[app]).To(Equal(int64(http.StatusForbidden)))
			t.forgive() // the browser says that it was refused
			eval[bool](t, fmt.Sprintf(`(() => { const f = document.createElement("form"); f.method = "post"; f.action = %q; for (const [k, v] of new URLSearchParams(%q)) { const i = document.createElement("input"); i.name = k; i.value = v; f.append(i); } document.body.append(f); f.submit(); return true; })()`, app, body.Encode()))
			t.shows("Cross-origin request")
		}
		Expect(shop.order().State).To(Equal("waiting"))
		Expect(rows(api{sepay: sepay, token: sepay.Company().APIToken()}.json("/v2/transactions"))).To(BeEmpty())
	})

	It("is a banking app on a name that was allowed, without https", func() {
		start(emulator.WithAllowedHosts("sepay.test"))
		shop.host = "sepay.test"
		t := newTab()
		shop.bought(t, "BANK_TRANSFER")
		app := t.popup("figcaption a", shop.address()+"/_console/phone")
		app.click(".button")
		app.shows("Chuyển tiền thành công")
		t.lands(shop.URL + "/ok?order=DH1#/done")
	})
})
