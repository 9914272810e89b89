package emulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/vietqr"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// bankAtNoon is an emulator with one account, half a minute past twelve.
func bankAtNoon(bank, kind string, options ...emulator.Option) *emulator.Emulator {
	GinkgoHelper()
	at := time.Date(2026, 6, 8, 12, 0, 29, 0, clock.Vietnam)
	return emulator.StartT(GinkgoT(), append([]emulator.Option{
		emulator.WithClock(emulator.FrozenClock(at)),
		emulator.WithCompany(wire.NewCompany{ID: "shop", BankAccounts: []wire.NewBankAccount{{Bank: bank, AccountType: kind, AccountNumber: "0000054321"}}}),
	}, options...)...)
}

var _ = Describe("A bank with its habits", func() {
	It("writes notices as it does, and the answer says what it made of the memo", func() {
		s := newShop(accept)
		sepay := bankAtNoon("MBBank", "", emulator.WithWebhook(s.URL))
		paid := sepay.Company().Account().Move(wire.NewTransfer{Amount: 10_000, Content: new("HD-DH123456_77.A"), BankHabits: new(true)})
		paid.Wait()
		told := decode(s.requests()[0].Body)
		Expect(told["content"]).To(MatchRegexp(`^HDDH12345677A( FT\d{14})?   Ma giao dich  Trace(\d{6}) Trace \d{6}$`))
		Expect(told).To(HaveKeyWithValue("description", "BankAPINotify "+told["content"].(string)))
		Expect(told).To(HaveKeyWithValue("code", "DH12345677"))
		Expect(told["referenceCode"]).To(MatchRegexp(`^FT26159\d{9}$`))
		Expect(told).To(HaveKeyWithValue("transactionDate", "2026-06-08 12:00:00"))
		Expect(*paid.BankWrote).To(Equal(wire.BankWrote{
			Typed: "HD-DH123456_77.A", Content: told["content"].(string), Dropped: "-_.", Form: "trace behind",
			Summary: `MBBank dropped "-", "_" and "." and wrote the memo in its form "trace behind" and told the full minute.`,
		}))
		row := rows(api{sepay: sepay, token: sepay.Company().APIToken()}.json("/v2/transactions"))[0]
		Expect(row).To(HaveKeyWithValue("transaction_content", told["content"]))
		Expect(row).To(HaveKeyWithValue("reference_number", told["referenceCode"]))
		Expect(row).To(HaveKeyWithValue("transaction_date", "2026-06-08 12:00:00"))
	})

	It("is off where nothing asks for it", func() {
		s := newShop(accept)
		sepay := bankAtNoon("MBBank", "", emulator.WithWebhook(s.URL))
		paid := sepay.Company().Account().Receive(10_000, "HD-1_2.A")
		Expect(paid.BankWrote).To(BeNil())
		Expect(paid.Content).To(Equal("HD-1_2.A"))
		Expect(paid.At).To(HaveSuffix("12:00:29+07:00"))
		Expect(paid.Reference).To(HavePrefix("SB"))
		sepay.Settle()
	})

	DescribeTable("is a setting of the company, which a transfer overrides",
		func(settings map[string]string, habits *bool, mangled bool, at string) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithClock(emulator.FrozenClock(time.Date(2026, 6, 8, 12, 0, 29, 0, clock.Vietnam))),
				emulator.WithCompany(wire.NewCompany{Settings: settings}))
			paid := sepay.Company().Account().Move(wire.NewTransfer{Amount: 10_000, Content: new("A-1"), BankHabits: habits})
			Expect(strings.HasPrefix(paid.Content, "A1")).To(Equal(mangled), paid.Content)
			Expect(paid.BankWrote != nil).To(Equal(mangled))
			Expect(paid.At).To(Equal("2026-06-08T" + at + "+07:00"))
			if b := paid.BankWrote; b != nil {
				Expect(strings.Contains(b.Summary, "full minute")).To(Equal(at == "12:00:00"), b.Summary)
			}
		},
		Entry("neither", nil, nil, false, "12:00:29"),
		Entry("the setting", map[string]string{"bank.memo": "habits"}, nil, true, "12:00:00"),
		Entry("the setting, but not this transfer", map[string]string{"bank.memo": "habits"}, new(false), false, "12:00:29"),
		Entry("this transfer", nil, new(true), true, "12:00:00"),
		Entry("the bank's time alone", map[string]string{"bank.time": "bank"}, nil, false, "12:00:00"),
		Entry("the bank's memo alone", map[string]string{"bank.memo": "habits", "bank.time": "seconds"}, nil, true, "12:00:29"),
		Entry("seconds for this transfer too", map[string]string{"bank.time": "seconds"}, new(true), true, "12:00:29"),
	)

	It("is an option for all companies, and one company may stay out", func() {
		sepay := bankAtNoon("ACB", "", emulator.WithBankHabits())
		Expect(sepay.Company().Account().Receive(10_000, "DH-123").Content).To(MatchRegexp(`^DH123 FT\d{14} GD 6159IBT1[0-9A-Z]{8} 080626-12:00:29$`))
		other := sepay.NewCompany(wire.NewCompany{Settings: map[string]string{"bank.memo": "ideal"}})
		Expect(other.Account().Receive(10_000, "DH-123").Content).To(Equal("DH-123"))
	})

	It("tells Vietnam's time in its noise, whatever the zone of the order", func() {
		sepay := bankAtNoon("ACB", "")
		paid := sepay.Company().Account().Move(wire.NewTransfer{Amount: 10_000, Content: new("x"), At: "2026-06-08T03:20:29Z", BankHabits: new(true)})
		Expect(paid.Content).To(HaveSuffix(" 080626-10:20:29"))
		Expect(paid.At).To(Equal("2026-06-08T10:20:29+07:00"))
	})

	It("says what it knows of a payer who sends from elsewhere", func() {
		sepay := bankAtNoon("MBBank", "")
		account := sepay.Company().Account()
		Expect(account.Move(wire.NewTransfer{Amount: 10_000, Content: new("DH-123"), SentFrom: "wallet"}).Content).To(MatchRegexp(`^\d{12}-DH123-CHUYEN TIEN-OQCH[0-9A-Z]{8}-MOMO\d{12}MOMO$`))
		Expect(account.Move(wire.NewTransfer{Amount: 10_000, Content: new("DH-123"), SentFrom: "vietcombank"}).Content).To(MatchRegexp(`^MBVCB\.\d+\.\w{6}\.DH123\.CT tu `))
		for body, detail := range map[string]string{
			`{"amount":1,"sent_from":"walet"}`:                        `did you mean "wallet"?`,
			`{"amount":1,"sent_from":"wallet","bank_habits":false}`:   "bank_habits is false",
			`{"amount":1,"bank_habits":"yes"}`:                        "bank_habits",
			`{"amount":1,"account":"0000054321","bank_habit":true}`:   "bank_habit",
			`{"amount":1,"bank_habits":true,"sent_from":"elsewhere"}`: "want one of other_bank",
		} {
			status, answer := controlCall(sepay, "POST", "/transfers", body)
			Expect(status).To(BeElementOf(http.StatusBadRequest, http.StatusUnprocessableEntity), body)
			Expect(fmt.Sprint(answer["detail"], answer["hint"])).To(ContainSubstring(detail), body)
		}
		status, answer := controlCall(bankAtNoon("BIDV", "enterprise"), "POST", "/transfers", `{"amount":1,"sent_from":"wallet"}`)
		Expect(status).To(Equal(http.StatusUnprocessableEntity))
		Expect(answer["detail"]).To(ContainSubstring("BIDV"))
	})

	It("leaves money that goes out alone", func() {
		sepay := bankAtNoon("MBBank", "", emulator.WithBankHabits())
		out := sepay.Company().Account().Send(10_000, "A-1")
		Expect(out.Content).To(Equal("A-1"))
		Expect(out.At).To(HaveSuffix("12:00:29+07:00"))
		Expect(out.BankWrote).To(BeNil())
	})

	It("keeps the mark of a memo account and of VietinBank's SEVQR", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithBankHabits(), emulator.WithCompany(wire.NewCompany{BankAccounts: []wire.NewBankAccount{
			{Bank: "TPBank", AccountNumber: "00001111", VirtualAccounts: []wire.NewVirtualAccount{{Number: "ABC"}}}, {Bank: "VietinBank", AccountNumber: "00002222"},
		}}))
		tp := sepay.Company().AccountNumbered("00001111").Move(wire.NewTransfer{VA: "ABC", Amount: 5000, Content: new("HD-1")})
		Expect(tp.Content).To(Equal("TKPABC HD1"))
		Expect(*tp.SubAccount).To(Equal("ABC"))
		Expect(tp.Accumulated).To(BeEquivalentTo(5000))
		Expect(tp.Reference).To(HaveLen(16))
		vietin := sepay.Company().AccountNumbered("00002222")
		Expect(vietin.Receive(5000, "SEVQR HD-1").Content).To(MatchRegexp(`^([0-9A-Z]{12}|CT DEN:\d{12}) SEVQR HD1$`))
		Expect(vietin.Receive(5000, "HD-1").Recorded).To(BeFalse())
	})

	It("reports a balance or not, by the bank and by the account", func() {
		sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{BankAccounts: []wire.NewBankAccount{
			{Bank: "MBBank", AccountNumber: "00001111", Balance: 100}, {Bank: "MBBank", AccountNumber: "00002222", Balance: 100, ReportsBalance: new(true)},
			{Bank: "TPBank", AccountNumber: "00003333", Balance: 100}, {Bank: "TPBank", AccountNumber: "00004444", Balance: 100, ReportsBalance: new(false)},
			{Bank: "VietinBank", AccountNumber: "00005555", Balance: 100, AccountType: "enterprise"},
		}}))
		for number, want := range map[string]int64{"00001111": 0, "00002222": 150, "00003333": 150, "00004444": 0, "00005555": 0} {
			Expect(sepay.Company().AccountNumbered(number).Receive(50, "x").Accumulated).To(Equal(want), number)
		}
		for _, a := range sepay.Company().State().BankAccounts {
			Expect(a.ReportsBalance).To(Equal(a.Accumulated == 150), a.AccountNumber)
		}
	})

	It("has orders of the gateway found, from every bank and every sender", func() {
		for _, bank := range []string{"MBBank", "ACB", "VPBank", "BIDV", "VietinBank", "TPBank", "Sacombank", "OCB"} {
			for _, from := range []string{"", "vietcombank", "wallet"} {
				if from == "wallet" && bank != "MBBank" && bank != "ACB" && bank != "TPBank" {
					continue
				}
				sepay := bankAtNoon(bank, "personal", emulator.WithBankHabits())
				t := newTill(sepay)
				for _, method := range []string{"BANK_TRANSFER", "NAPAS_BANK_TRANSFER"} {
					t.open("payment_method", method, "order_invoice_number", method)
					paid, err := sepay.Control().Pay(GinkgoT().Context(), method, wire.NewPay{SentFrom: from})
					Expect(err).NotTo(HaveOccurred())
					Expect(paid.State).To(Equal("paid"), "%s from %q: %v", bank, from, paid.Received)
					Expect(vietqr.Fold(paid.PayTo.Memo)).To(MatchRegexp(`^[0-9A-Za-z ]+$`), "a memo that every bank leaves whole")
				}
			}
		}
	})
})

var _ = Describe("A memo", func() {
	It("is empty when it was said to be, and test mode's own when nothing was said", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		account := sepay.Company().Account()
		account.Receive(10_000, "").Wait()
		Expect(s.requests()[0].Body).To(ContainSubstring(`"content":"","transferType":"in","description":"BankAPINotify "`))
		Expect(account.Move(wire.NewTransfer{Amount: 10_000}).Content).To(Equal("Giao dich sandbox 05/01/2026 09:00:00"))
		status, answer := controlCall(sepay, "POST", "/transfers", `{"amount":10000,"content":""}`)
		Expect(status).To(Equal(http.StatusCreated))
		Expect(answer).To(HaveKeyWithValue("content", ""))
		_, answer = controlCall(sepay, "POST", "/transfers", `{"amount":10000,"content":null}`)
		Expect(answer["content"]).To(HavePrefix("Giao dich sandbox"))
		Expect(account.Move(wire.NewTransfer{Amount: 10_000, BankHabits: new(true)}).Content).To(MatchRegexp(`^MB 00\d{8} [A-Z ]+ chuyen tien- Ma GD ACSP/ R\d{7}$`))
		sepay.Settle()
		for _, surface := range []string{"/v2/transactions", "/userapi/transactions/list"} {
			api{sepay: sepay, token: sepay.Company().APIToken()}.json(surface)
		}
	})

	It("is as long as it is, and so is a reference", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		long, reference := strings.Repeat("Đơn hàng ", 300), strings.Repeat("FT", 100)
		paid := sepay.Company().Account().Move(wire.NewTransfer{Amount: 10_000, Content: &long, Reference: &reference})
		paid.Wait()
		told := decode(s.requests()[0].Body)
		Expect(told).To(HaveKeyWithValue("content", long))
		Expect(told).To(HaveKeyWithValue("referenceCode", reference))
	})

	It("comes with an empty reference, or with one that was there before", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithWebhook(s.URL))
		account := sepay.Company().Account()
		for _, reference := range []string{"", "4821", "4821"} {
			account.Move(wire.NewTransfer{Amount: 10_000, Content: new("x"), Reference: &reference, BankHabits: new(true)}).Wait()
		}
		var seen []any
		for _, r := range s.requests() {
			seen = append(seen, decode(r.Body)["referenceCode"])
		}
		Expect(seen).To(Equal([]any{"", "4821", "4821"}))
	})
})

var _ = Describe("An invoice number", func() {
	It("is carried whole, and so are description and custom data", func() {
		s := newShop(accept)
		sepay := emulator.StartT(GinkgoT(), emulator.WithIPN(s.URL, ""))
		invoice, about := "HD-"+strings.Repeat("9", 500), strings.Repeat("Đơn hàng / ", 600)
		newTill(sepay).open("payment_method", "BANK_TRANSFER", "order_invoice_number", invoice, "order_description", about)
		_, err := sepay.Control().Pay(GinkgoT().Context(), invoice, wire.NewPay{})
		Expect(err).NotTo(HaveOccurred())
		sepay.Settle()
		order := decode(s.requests()[0].Body)["order"].(map[string]any)
		Expect(order).To(HaveKeyWithValue("order_invoice_number", invoice))
		Expect(order).To(HaveKeyWithValue("order_description", about))
	})

	It("and the rest of the form fit into the address of the page", func() {
		sepay := emulator.StartT(GinkgoT())
		t := newTill(sepay)
		status, h, _ := t.post("/v1/checkout/init", t.form("order_description", strings.Repeat("x", 25<<10)))
		Expect(status).To(Equal(http.StatusBadRequest))
		Expect(h.Get("X-LocalSepay-Reason")).To(Equal("field_invalid"))
	})
})

var _ = Describe("The tester's switches", func() {
	It("let the checkout's panel play the bank, or not", func() {
		sepay := bankAtNoon("ACB", "")
		t := newTill(sepay)
		for i, step := range []struct {
			ticked bool
			want   string
		}{{true, ` GD 6159IBT1`}, {false, `^[0-9A-Z]+$`}} {
			page := t.open("payment_method", "BANK_TRANSFER", "order_invoice_number", fmt.Sprintf("HD%d", i))
			_, _, html := t.look(page)
			Expect(html).To(ContainSubstring(`type="checkbox" name="bank_habits" value="true">`))
			form := payment.Form{{Name: "outcome", Value: "paid"}, {Name: "bank_habits", Value: fmt.Sprint(step.ticked)}}
			status, _, _ := t.post(action(page, "pay"), form)
			Expect(status).To(Equal(http.StatusSeeOther))
			paid, err := sepay.Control().Order(GinkgoT().Context(), "", fmt.Sprintf("HD%d", i))
			Expect(err).NotTo(HaveOccurred())
			Expect(paid.State).To(Equal("paid"))
			Expect(paid.Received[0].Memo).To(MatchRegexp(step.want))
		}
	})

	It("stand as the company's setting has them", func() {
		sepay := bankAtNoon("ACB", "", emulator.WithSetting(setting.BankMemo, setting.MemoHabits))
		t := newTill(sepay)
		_, _, html := t.look(t.open("payment_method", "BANK_TRANSFER"))
		Expect(html).To(ContainSubstring(`name="bank_habits" value="true" checked>`))
		_, html = phone(sepay, "?payload="+url.QueryEscape(payload("0000054321", "DH-1")), nil)
		Expect(html).To(ContainSubstring(`name="bank_habits" value="true" checked>`))
	})

	It("let the phone play the bank and the wallet", func() {
		sepay := bankAtNoon("ACB", "")
		for _, step := range []struct {
			form url.Values
			want string
		}{
			{url.Values{}, "DH-1"},
			{url.Values{"bank_habits": {"false"}}, "DH-1"},
			{url.Values{"bank_habits": {"false", "true"}}, `DH1 FT\d{14} GD 6159IBT1[0-9A-Z]{8} 080626-12:00:29`},
			{url.Values{"bank_habits": {"false"}, "sent_from": {"wallet"}}, `\d{11,12}[- ]0900\d{6}[- ]DH1`},
		} {
			for name, value := range map[string]string{"bank": "ACB", "account": "0000054321", "amount": "1000", "memo": "DH-1"} {
				step.form.Set(name, value)
			}
			status, html := phone(sepay, "", step.form)
			Expect(status).To(Equal(http.StatusOK), html)
			Expect(html).To(ContainSubstring("DH-1"), "the memo that was typed")
			row := rows(api{sepay: sepay, token: sepay.Company().APIToken()}.json("/v2/transactions"))[0]
			Expect(row["transaction_content"]).To(MatchRegexp("^" + step.want + "$"))
			Expect(html).To(ContainSubstring(row["transaction_content"].(string)))
		}
	})
})

// payload is a code for an account at ACB.
func payload(account, memo string) string {
	return vietqr.Payload{Dynamic: true, BIN: "970416", Account: account, Amount: 1000, Memo: memo}.String()
}

// phone opens the banking app, or posts a form to it.
func phone(sepay *emulator.Emulator, query string, form url.Values) (int, string) {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodGet, sepay.URL()+"/_console/phone"+query, nil)
	if form != nil {
		req, err = http.NewRequest(http.MethodPost, sepay.URL()+"/_console/phone"+query, strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	Expect(err).NotTo(HaveOccurred())
	status, _, body := do(req)
	return status, body
}

var _ = Describe("The phone", func() {
	// Codes that are in circulation; the CRCs are right.
	DescribeTable("reads codes that leave NAPAS's format, and says so",
		func(text, shown, code string) {
			sepay := emulator.StartT(GinkgoT(), emulator.WithCompany(wire.NewCompany{BankAccounts: []wire.NewBankAccount{{Bank: "Vietcombank", AccountNumber: "0010000000355"}}}))
			status, html := phone(sepay, "?payload="+url.QueryEscape(text), nil)
			Expect(status).To(Equal(http.StatusOK))
			Expect(html).To(ContainSubstring(`name="memo" value="` + shown + `"`))
			Expect(html).NotTo(ContainSubstring(`role="alert"`))
			Expect(html).To(ContainSubstring(`<p class="note">`))
			noted := []string{}
			for _, f := range sepay.Findings() {
				noted = append(noted, f.Code)
			}
			Expect(noted).To(Equal([]string{"qr." + code}))
		},
		Entry("an empty memo", vcb("62040800"), "", "empty_object"),
		Entry("empty additional data", vcb("6200"), "", "empty_object"),
		Entry("a memo of 60", vcb("62640860"+strings.Repeat("DH7 x", 12)), strings.Repeat("DH7 x", 12), "longer_than_paper"),
		Entry("spaces around it", vcb("62090805 DH1 "), " DH1 ", "memo_with_outer_space"),
		Entry("a small CRC", strings.Replace(vcb(""), "DDF7", "ddf7", 1), "", "crc_in_small_letters"),
		Entry("a wallet beside it", vcb("26240006VIMOMO01100900000000"), "", "several_merchant_tags"),
	)

	It("refuses a wrong CRC and a broken form alone", func() {
		sepay := emulator.StartT(GinkgoT())
		for _, text := range []string{strings.Replace(vcb(""), "DDF7", "DDF8", 1), vcb("6299")} {
			_, html := phone(sepay, "?payload="+url.QueryEscape(text), nil)
			Expect(html).To(ContainSubstring(`role="alert"`), text)
		}
		Expect(sepay.Findings()).To(BeEmpty())
	})
})

// vcb is a static code for Vietcombank with more objects in it, and its CRC.
func vcb(more string) string {
	text := "00020101021138570010A00000072701270006970436011300100000003550208QRIBFTTA53037045802VN" + more + "6304"
	crc := uint16(0xFFFF)
	for _, b := range []byte(text) {
		crc ^= uint16(b) << 8
		for range 8 {
			carry := crc&0x8000 != 0
			if crc <<= 1; carry {
				crc ^= 0x1021
			}
		}
	}
	return fmt.Sprintf("%s%04X", text, crc)
}
