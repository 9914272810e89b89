package emulator_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
)

var _ = Describe("In a browser, an open payment page", Label("browser"), func() {
	const (
		refused  = `document.querySelector(".card")?.dataset.state === "error" && document.querySelector(".card").checkVisibility()`
		hidden   = `[...document.querySelectorAll("form")].every((form) => !form.checkVisibility())`
		noStream = `delete window.EventSource`
	)

	DescribeTable("shows SePay's error card when a reset took its order away",
		func(answers, script string) {
			browser()
			sepay := emulator.StartT(GinkgoT(), emulator.WithSetting("checkout.invalid", answers))
			shop := newStorefront(sepay)
			t := newTab(beforeLoad(script))
			shop.buy(t, "payment_method", "BANK_TRANSFER")
			t.shows("Đang chờ nhận tiền")
			if script == "" {
				becomes[bool](t, `performance.getEntriesByType("resource").some((r) => r.name.includes("/status"))`, true)
			}
			status, _ := controlCall(sepay, "POST", "/reset", "")
			Expect(status).To(Equal(204))
			becomes[bool](t, refused, true)
			Expect(eval[bool](t, hidden)).To(BeTrue())
			t.shows("Yêu cầu không hợp lệ")
			Expect(sepay.Findings()).To(BeEmpty(), "the page asks of itself")
		},
		Entry("which its stream tells", "400_page", ""),
		Entry("which its stream tells, whatever refusals look like", "302_page", ""),
		Entry("which it asks for", "400_page", noStream),
		Entry("which it asks for, answered with 200", "200_page", noStream),
	)

	It("goes back to the state that a restore brings", func() {
		browser()
		sepay := emulator.StartT(GinkgoT())
		shop := newStorefront(sepay)
		t := newTab()
		shop.buy(t, "payment_method", "CARD")
		_, snapshot := controlCall(sepay, "POST", "/snapshots", "")
		t.charge("timeout")
		t.shows("Đang xử lý thanh toán")
		status, _ := controlCall(sepay, "POST", "/snapshots/"+snapshot["id"].(string)+"/restore", "")
		Expect(status).To(Equal(204))
		becomes[bool](t, `!!document.querySelector("#card")`, true)
	})
})
