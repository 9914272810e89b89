package contracts

import "github.com/localsepay/localsepay/openapi/control"

// habitClaims are the claims about what banks make of a transfer before SePay
// tells of it. No page of SePay's has it: it was observed in webhook
// notices, May 2025 to October 2026.
func (u *suite) habitClaims() {
	const deliver = "webhook.deliver"
	u.claim("an empty memo and an empty referenceCode are empty texts", documented(deliver), func(s *spec) {
		m := s.hook()
		s.told(m, control.WebhookBody{}, control.NewTransfer{Content: new(""), Reference: new("")})
		r := s.got(m, 1, "a transfer without memo and reference")[0].json(s)
		s.same([]any{r["content"], r["referenceCode"], r["code"]}, []any{"", "", nil}, "content, referenceCode and code")
	})
	u.claim("references may come again, and the id tells payments apart", captured(deliver), func(s *spec) {
		m := s.hook()
		t, _ := s.told(m, control.WebhookBody{}, control.NewTransfer{Reference: new("4821")})
		s.transfer(control.NewTransfer{Company: t.ID, Amount: 10_000, Content: new(memo("DH123457")), Reference: new("4821")})
		s.settle()
		all := s.got(m, 2, "two transfers with one reference")
		one, two := all[0].json(s), all[1].json(s)
		s.same([]any{one["referenceCode"], two["referenceCode"]}, []any{"4821", "4821"}, "referenceCode")
		s.Expect(one["id"]).NotTo(equal(two["id"]))
	})
	for _, c := range []struct {
		bank, kind, va, typed string
		content, reference    string
		at                    string
	}{
		{"MBBank", "personal", "", "HD-DH123456_77.A", `^HDDH12345677A( FT\d{14})?   Ma giao dich  Trace\d{6} Trace \d{6}$`, `^FT26003\d{9}$`, "2026-01-03 10:20:00"},
		{"MBBank", "personal", "VQRQHD00123", "HD-DH123456_77.A", `^QHD00123  SEPAY\d{5} \d  HDDH12345677A$`, `^FT26003\d{9}$`, "2026-01-03 10:20:29"},
		{"ACB", "personal", "", "HD@DH123456.77", `^HDDH12345677 FT\d{14} GD 6003IBT1[0-9A-Z]{8} 030126-10:20:29$`, `^\d{4,5}$`, "2026-01-03 10:20:29"},
		{"VPBank", "personal", "", "DH123456", `^NHAN TU \d{13} TRACE \d{6} ND DH123456$`, `^FT26003\d{9}$`, "2026-01-03 10:20:00"},
		{"BIDV", "enterprise", "963HD01", "DH123456", `^QR - DH123456$`, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, "2026-01-03 10:20:29"},
		{"VietinBank", "personal", "", "SEVQR DH123456", `^([0-9A-Z]{12}|CT DEN:\d{12}) SEVQR DH123456$`, `^[0-9A-Za-z-]{15}$`, "2026-01-03 10:20:29"},
		{"TPBank", "enterprise", "", "DH-123456", `^DH123456$`, `^\d{3}[0-9A-Z]{4}26003\d{4}$`, "2026-01-03 10:20:29"},
	} {
		way := "to its accounts"
		if c.va != "" {
			way = "over virtual accounts"
		}
		u.claim("a notice of a transfer at "+c.bank+" "+way+" has its memo, time and reference as captured, when its habits are asked for", captured(deliver).with(needsControl), func(s *spec) {
			m := s.hook()
			account := control.NewBankAccount{Bank: c.bank, AccountType: c.kind}
			if c.va != "" {
				account.VirtualAccounts = []control.NewVirtualAccount{{Number: c.va, Official: true}}
			}
			t := s.company(control.NewCompany{
				Settings:     map[string]string{"bank.memo": "habits", "bank.time": "as_memo"},
				BankAccounts: []control.NewBankAccount{account}, Webhooks: []control.WebhookBody{webhookBody(m, control.WebhookBody{})},
			})
			// On a Saturday: a Sunday's references have the next day's date.
			done := s.transfer(control.NewTransfer{Company: t.ID, VA: c.va, Amount: 10_000, Content: &c.typed, At: "2026-01-03 10:20:29"})
			s.settle()
			r := s.got(m, 1, "a transfer")[0].json(s)
			s.Expect(r.text("content")).To(match(c.content))
			s.Expect(r.text("referenceCode")).To(match(c.reference))
			s.same([]any{r["transactionDate"], r["description"]}, []any{c.at, "BankAPINotify " + r.text("content")}, "transactionDate and description")
			s.same(done.Code != nil, true, "a payment code in "+r.text("content"))
		})
	}
}
