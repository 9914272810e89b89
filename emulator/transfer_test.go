package emulator_test

import (
	"fmt"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	wire "github.com/localsepay/localsepay/openapi/control"
)

var _ = Describe("A bank transfer", func() {
	It("is on both APIs and at the webhook, as one transaction with two ids", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL, emulator.SignedWith("whsec_x")))
		paid := sepay.Company().Account().Receive(150_000, "DH123456 thanh toán / đơn")
		Expect(paid.PaymentCode()).To(Equal("DH123456"))
		Expect(paid.Wait().Status).To(Equal("succeeded"))

		got := s.requests()
		Expect(got).To(HaveLen(1))
		Expect(notify.Verify("whsec_x", got[0].Header.Get("X-SePay-Signature"), got[0].Header.Get("X-SePay-Timestamp"), []byte(got[0].Body), emulator.Epoch, time.Minute)).To(Succeed())
		Expect(got[0].Body).To(ContainSubstring(`"content":"DH123456 thanh to\u00e1n \/ \u0111\u01a1n"`))
		told := decode(got[0].Body)
		Expect(told).To(HaveKeyWithValue("id", BeEquivalentTo(paid.ID)))
		Expect(told).To(HaveKeyWithValue("transactionDate", "2026-01-05 09:00:00"))

		client := api{sepay: sepay, token: sepay.Company().APIToken()}
		v2 := rows(client.json("/v2/transactions"))
		Expect(pluck(v2, "id")).To(Equal([]any{paid.XID}))
		Expect(v2[0]).To(HaveKeyWithValue("webhook_success", BeEquivalentTo(1)))
		v1 := client.json("/userapi/transactions/list")["transactions"].([]any)[0].(map[string]any)
		Expect(v1).To(HaveKeyWithValue("id", fmt.Sprint(paid.ID)))
		Expect(v1).To(HaveKeyWithValue("amount_in", "150000.00"))
		Expect(v1).To(HaveKeyWithValue("code", "DH123456"))
	})

	It("through a virtual account names it on each surface", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL), emulator.WithCompany(wire.NewCompany{
			ID: "shop", BankAccounts: []wire.NewBankAccount{
				{Bank: "BIDV", VirtualAccounts: []wire.NewVirtualAccount{{Official: true, Number: "963SHOP01"}}},
				{Bank: "TPBank", VirtualAccounts: []wire.NewVirtualAccount{{Number: "A1B"}}},
			},
		}))
		company := sepay.Company()
		official := company.Account().Move(wire.NewTransfer{VA: "963SHOP01", Amount: 10_000})
		official.Wait()
		Expect(decode(s.requests()[0].Body)).To(HaveKeyWithValue("subAccount", "963SHOP01"))
		row := rows(api{sepay: sepay, token: company.APIToken()}.json("/v2/transactions"))[0]
		Expect(row).To(HaveKeyWithValue("va", "963SHOP01"))
		Expect(row["va_id"]).To(Equal(company.State().BankAccounts[0].VirtualAccounts[0].XID))

		tp := company.AccountNumbered(company.State().BankAccounts[1].AccountNumber)
		Expect(*tp.Receive(10_000, "chuyen tien tkpA1B").SubAccount).To(Equal("A1B"))
		Expect(tp.Receive(10_000, "chuyen tien A1B").SubAccount).To(BeNil())
		sepay.Settle()
	})

	DescribeTable("keeps to the rules of the bank",
		func(account wire.NewBankAccount, transfer wire.NewTransfer, status int, detail string) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{BankAccounts: []wire.NewBankAccount{account}}))
			body := fmt.Sprintf(`{"amount":%d,"direction":%q,"content":%q,"at":%q}`, transfer.Amount, transfer.Direction, *transfer.Content, transfer.At)
			got, answer := controlCall(sepay, "POST", "/transfers", body)
			Expect(got).To(Equal(status), "%v", answer)
			if detail != "" {
				Expect(fmt.Sprint(answer["detail"], answer["hint"], answer["reason"])).To(ContainSubstring(detail))
			}
			kept := rows(api{sepay: sepay, token: sepay.Company().APIToken()}.json("/v2/transactions"))
			Expect(len(kept) == 1).To(Equal(status == http.StatusCreated), "a refused transfer must change nothing")
		},
		Entry("MBBank takes money", bankAt("MBBank", ""), in(1000, "x"), 201, ""),
		Entry("money may go out", bankAt("MBBank", ""), transfer(1000, "out", "x", ""), 201, ""),
		Entry("BIDV of a person needs a virtual account", bankAt("BIDV", "personal"), in(1000, "x"), 422, "virtual account"),
		Entry("BIDV of an enterprise does not", bankAt("BIDV", "enterprise"), in(1000, "x"), 201, ""),
		Entry("OCB always does", bankAt("OCB", "enterprise"), in(1000, "x"), 422, "virtual account"),
		Entry("VietinBank of a person is silent without SEVQR", bankAt("VietinBank", "personal"), in(1000, "x"), 202, "SEVQR"),
		Entry("VietinBank of a person tells with SEVQR", bankAt("VietinBank", "personal"), in(1000, "sevqr x"), 201, ""),
		Entry("VietinBank of an enterprise tells", bankAt("VietinBank", "enterprise"), in(1000, "x"), 201, ""),
		Entry("nothing is no transfer", bankAt("MBBank", ""), in(0, "x"), 422, "amount"),
		Entry("less than nothing neither", bankAt("MBBank", ""), in(-5, "x"), 422, "amount"),
		Entry("13 digits neither", bankAt("MBBank", ""), in(1_000_000_000_000, "x"), 422, "amount"),
		Entry("sideways neither", bankAt("MBBank", ""), transfer(1000, "sideways", "x", ""), 422, "direction"),
		Entry("the future neither", bankAt("MBBank", ""), transfer(1000, "in", "x", "2026-01-05 09:00:01"), 422, "advance the clock"),
		Entry("the past may be", bankAt("MBBank", ""), transfer(1000, "in", "x", "2026-01-01 00:00:00"), 201, ""),
	)

	It("moves the balance that the bank reports, and only where it reports one", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{BankAccounts: []wire.NewBankAccount{
			{Bank: "TPBank", Balance: 500_000}, {Bank: "MBBank", Balance: 500_000},
		}}))
		company := sepay.Company()
		reports := company.Account()
		Expect(reports.Receive(100_000, "x").Accumulated).To(BeEquivalentTo(600_000))
		Expect(reports.Send(900_000, "x").Accumulated).To(BeEquivalentTo(0), "SePay never shows less than nothing")
		silent := company.AccountNumbered(company.State().BankAccounts[1].AccountNumber)
		Expect(silent.Receive(100_000, "x").Accumulated).To(BeEquivalentTo(0))
		Expect(company.State().BankAccounts[1].Balance).To(BeEquivalentTo(600_000))
	})

	It("is held to the test mode's limits where the setting asks for them", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithSetting("bank.test_mode_quotas", "on"))
		status, _ := controlCall(sepay, "POST", "/transfers", `{"amount":999}`)
		Expect(status).To(Equal(422))
		for range 500 {
			sepay.Company().Account().Receive(1_000, "x")
		}
		status, answer := controlCall(sepay, "POST", "/transfers", `{"amount":1000}`)
		Expect(status).To(Equal(422))
		Expect(answer["detail"]).To(ContainSubstring("500 transfers a day"))
		sepay.Advance(15 * time.Hour) // midnight in Vietnam
		status, _ = controlCall(sepay, "POST", "/transfers", `{"amount":1000}`)
		Expect(status).To(Equal(201))
	})
})

func bankAt(name, kind string) wire.NewBankAccount {
	return wire.NewBankAccount{Bank: name, AccountType: kind}
}

func in(amount int64, memo string) wire.NewTransfer { return transfer(amount, "in", memo, "") }

func transfer(amount int64, direction, memo, at string) wire.NewTransfer {
	return wire.NewTransfer{Amount: amount, Direction: direction, Content: &memo, At: at}
}
