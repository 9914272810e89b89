package emulator_test

import (
	"fmt"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// types lists the types of moments.
func types(line wire.Timeline) []string {
	out := []string{}
	for _, m := range line.Data {
		out = append(out, m.Type)
	}
	return out
}

var _ = Describe("The timeline", func() {
	It("tells in one line after the other what happened, on the emulator's clock", func() {
		s := newShop(refuse, accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		sepay.Company().Account().Receive(10_000, "DH123456")
		sepay.Settle()
		sepay.Advance(time.Minute)
		api{sepay: sepay, token: sepay.Company().APIToken()}.json("/v2/transactions")
		status, line := controlCall(sepay, http.MethodGet, "/timeline", "")
		Expect(status).To(Equal(200))
		data := rows(line)
		Expect(pluck(data, "type")).To(Equal([]any{"transaction", "delivery", "delivery", "clock", "request"}), fmt.Sprint(pluck(data, "text")))
		Expect(data[0]).To(HaveKeyWithValue("at", "2026-01-05T09:00:00+07:00"))
		Expect(data[0]).To(HaveKeyWithValue("text", ContainSubstring("transfer  in 10,000 VND")))
		Expect(data[len(data)-1]).To(And(HaveKeyWithValue("at", "2026-01-05T09:01:00+07:00"), HaveKeyWithValue("text", ContainSubstring("GET /v2/transactions"))))
		Expect(line).To(HaveKeyWithValue("dropped", 0.0))
		Expect(line["next"]).To(BeNil())
	})

	It("is cut by company, type, time and number", func() {
		sepay := emulator.StartT(GinkgoT())
		other := sepay.NewCompany(noCompany)
		sepay.Company().Account().Receive(10_000, "one")
		sepay.Advance(time.Hour)
		other.Account().Receive(20_000, "two")
		Expect(types(sepay.Timeline(wire.TimelineFilter{Company: other.ID()}))).To(Equal([]string{"company", "clock", "transaction"}))
		Expect(types(sepay.Timeline(wire.TimelineFilter{Type: "transaction"}))).To(HaveLen(2))
		Expect(types(sepay.Timeline(wire.TimelineFilter{From: sepay.Now(), Type: "transaction"}))).To(HaveLen(1))
		Expect(types(sepay.Timeline(wire.TimelineFilter{To: emulator.Epoch}))).To(Equal([]string{"company", "company", "transaction"}))
		_, first := controlCall(sepay, http.MethodGet, "/timeline?limit=1", "")
		_, rest := controlCall(sepay, http.MethodGet, fmt.Sprint("/timeline?after=", first["next"]), "")
		Expect(rows(rest)).To(HaveLen(4))
		status, _ := controlCall(sepay, http.MethodGet, "/timeline?from=yesterday", "")
		Expect(status).To(Equal(400))
	})
})

var _ = Describe("The clients' manners", func() {
	It("are counted with what SePay's own limit would have made of them", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithRateLimit("2"))
		a := api{sepay: sepay, token: sepay.Company().APIToken()}
		for range 3 {
			a.get("/v2/transactions")
		}
		a.get("/v2/transactions") // too early
		sepay.Advance(time.Second)
		a.get("/v2/transactions") // as told
		use := sepay.ClientUses()[0]
		Expect(use.Surface).To(Equal("userapi v2"))
		Expect(use.Company).To(Equal(sepay.Company().ID()))
		Expect([]int64{use.Calls, use.Refused, use.Early, use.Waited}).To(Equal([]int64{5, 2, 1, 1}))
		Expect(use.Limit).To(HaveValue(Equal(3)))
	})

	It("are told while no limit is in force, and forgotten by a reset", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithSetting("userapi_v2.rate_limit", "off"))
		a := api{sepay: sepay, token: sepay.Company().APIToken()}
		for range 40 {
			a.get("/v2/transactions")
		}
		_, list := controlCall(sepay, http.MethodGet, "/clients", "")
		use := rows(list)[0]
		Expect(use).To(HaveKeyWithValue("calls", 40.0))
		Expect(use).To(HaveKeyWithValue("refused", 0.0))
		Expect(use["would_be_refused"]).To(BeNumerically(">", 20), "forty calls do not take ten seconds")
		controlCall(sepay, http.MethodPost, "/reset", "")
		Expect(sepay.ClientUses()).To(BeEmpty())
	})

	It("are told rightly also after the clock was put back", func() {
		sepay := emulator.StartT(GinkgoT())
		a := api{sepay: sepay, token: sepay.Company().APIToken()}
		sepay.Advance(time.Hour)
		a.get("/v2/transactions")
		controlCall(sepay, http.MethodPost, "/reset", "")
		for range 9 {
			a.get("/v2/transactions")
			sepay.Advance(time.Second)
		}
		use := sepay.ClientUses()[0]
		Expect([]any{use.WouldBeRefused, use.PeakPerSecond}).To(Equal([]any{int64(0), 1}))
	})

	It("forgive a client that lets the emulator's time pass", func() {
		sepay := emulator.StartT(GinkgoT())
		a := api{sepay: sepay, token: sepay.Company().APIToken()}
		for range 9 {
			a.get("/v2/transactions")
			sepay.Advance(time.Second)
		}
		use := sepay.ClientUses()[0]
		Expect([]any{use.WouldBeRefused, use.PeakPerSecond}).To(Equal([]any{int64(0), 1}))
	})
})

var _ = Describe("A reset and a restore", func() {
	It("are facts, and what they took back stays readable", func() {
		sepay := emulator.StartT(GinkgoT())
		sepay.Company().Account().Receive(10_000, "one")
		_, kept := controlCall(sepay, http.MethodPost, "/snapshots", "")
		sepay.Company().Account().Receive(20_000, "two")
		status, _ := controlCall(sepay, http.MethodPost, fmt.Sprint("/snapshots/", kept["id"], "/restore"), "")
		Expect(status).To(Equal(http.StatusNoContent))
		sepay.Company().Account().Receive(30_000, "three")
		status, _ = controlCall(sepay, http.MethodPost, "/reset", "")
		Expect(status).To(Equal(http.StatusNoContent))
		var got []string
		last := int64(0)
		for _, m := range sepay.Timeline(wire.TimelineFilter{}).Data {
			got = append(got, fmt.Sprint(m.Type, map[bool]string{true: " undone"}[m.Undone]))
			Expect(m.Seq).To(BeNumerically(">", last), "numbers do not go back")
			last = m.Seq
		}
		Expect(got).To(Equal([]string{"transaction undone", "transaction undone", "restore undone", "clock undone", "transaction undone", "reset", "clock"}))
		one := sepay.Timeline(wire.TimelineFilter{Type: "restore"}).Data[0]
		Expect(one.Text).To(HaveSuffix("restore   back to snapshot " + fmt.Sprint(kept["id"])))
	})

	It("leaves a story of one order to be read by its subject", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""))
		shop := sepay.Company()
		order := shop.Checkout(emulator.Checkout{InvoiceNumber: "DH1", Amount: 50_000})
		shop.Checkout(emulator.Checkout{InvoiceNumber: "DH2", Amount: 60_000})
		order.Pay()
		sepay.Settle()
		id := order.State().OrderID
		story := sepay.Timeline(wire.TimelineFilter{Subject: "order " + id})
		Expect(types(story)).To(Equal([]string{"order", "order", "order", "delivery"}))
		Expect(story.Data[0].Data).To(ContainSubstring(`"order_status":"AUTHENTICATION_NOT_NEEDED"`), "as it was then")
		Expect(story.Data[3].Data).To(ContainSubstring(`"status":"succeeded"`))
	})
})
