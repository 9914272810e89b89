package page_test

import (
	"time"

	"github.com/localsepay/localsepay/emulator/internal/page"
)

// sample is a view with every part of its page shown.
type sample struct {
	name string
	view page.View
}

var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// samples are all pages in a language. Each says something in every field; the
// states that exclude one another come one by one.
func samples(lang page.Language) []sample {
	at := time.Date(2026, 3, 2, 9, 41, 7, 0, vietnam)
	frame := page.Frame{Language: lang, Switch: "/v1/checkout?order=1&lang=en", Merchant: "Cửa hàng Hoa Sen"}
	leave := page.Leave{Cancel: "https://shop.example/cancel?order=DH1024#/basket"}
	live := page.Live{Status: "/v1/checkout/status?s=abc", Events: "/v1/checkout/events?s=abc", State: "waiting",
		Page: "/v1/checkout?order=1", Expires: 14*time.Minute + 59*time.Second, Ticking: true, Scale: 1}
	order := page.Order{OrderID: "SEPAY-68BA83CE637C1", InvoiceNumber: "DH1024", Description: "Đơn hàng DH1024, 2 áo thun", Amount: 185000}
	received := []page.Received{
		{Amount: 100000, At: at, Memo: "SEPAY68BA83CE637C1", Verdict: "less", Difference: 85000},
		{Amount: 185000, At: at.Add(time.Minute), Memo: "SEPAY68BA83CE637C1 DH1024", Verdict: "paid"},
		{Amount: 185000, At: at.Add(2 * time.Minute), Memo: "SEPAY68BA83CE637C1", Verdict: "twice"},
	}
	transfer := page.Transfer{
		Frame: frame, Leave: leave, Live: live, Order: order,
		Bank: "Vietcombank", BankName: "Ngân hàng TMCP Ngoại Thương Việt Nam", AccountNumber: "0123456789", AccountHolder: "CONG TY TNHH HOA SEN",
		Memo: "SEPAY68BA83CE637C1", Image: "/v1/checkout/qr.png?s=abc", ImageSize: 480, Payload: payload,
		Pay: "/v1/checkout/pay?s=abc", Phone: "/_phone?payload=000201", Change: "/v1/checkout?s=abc&change=1",
	}
	full := transfer
	full.Napas, full.Received, full.Ticking = true, received, false
	card := page.Card{
		Frame: frame, Leave: leave, Live: live, Order: order, Action: "/v1/checkout/card?s=abc", Change: "/v1/checkout?s=abc&change=1",
		TestCards: []page.TestCard{
			{Name: "mastercard", Number: "5123450000000008", Expiry: "01/39", CVV: "100", Brand: "Mastercard", Outcome: "approved"},
			{Name: "visa", Number: "4508750015741019", Expiry: "01/39", CVV: "100", Brand: "Visa", Outcome: "approved"},
			{Name: "declined", Number: "5111111111111118", Expiry: "05/39", CVV: "100", Brand: "Mastercard", Outcome: "declined"},
			{Name: "insufficient_funds", Number: "4012000033330026", Expiry: "01/39", CVV: "100", Brand: "Visa", Outcome: "insufficient_funds"},
			{Name: "challenge", Number: "5123456789012346", Expiry: "01/39", CVV: "100", Brand: "Mastercard", Outcome: "challenge"},
			{Name: "timeout", Number: "3528000000000007", Expiry: "01/39", CVV: "100", Brand: "JCB", Outcome: "timeout"},
		},
	}
	mistaken := card
	mistaken.Number, mistaken.Holder, mistaken.Expiry = "5123", "", "01/20"
	mistaken.Mistakes = map[string]string{"card_number": "invalid", "card_holder_name": "required", "card_expiry": "expired", "card_cvv": "required"}
	declined := card
	declined.Declined = "insufficient_funds"
	challenge := page.Challenge{Frame: frame, Live: live, Order: order, CardNumber: "512345xxxxxx0008", Action: "/v1/checkout/challenge?s=abc", OTP: "123456"}
	wrong := challenge
	wrong.Wrong = true
	result := page.Result{Frame: frame, Order: order, State: "paid", Return: "https://shop.example/done?order=DH1024#/thanks", After: 3, Received: received}
	failed := result
	failed.State, failed.Reason, failed.Retry, failed.Received = "failed", "insufficient_funds", "/v1/checkout?s=abc", nil
	cancelled, expired := result, result
	cancelled.State, cancelled.Received = "cancelled", nil
	expired.State, expired.Return, expired.Received = "expired", "", nil
	phone := page.Phone{Frame: frame, Action: "/_phone/send", Decode: "/_phone", Again: "/_phone"}
	problem := phone
	problem.Problem, problem.Payload = &page.Problem{Kind: "checksum", Tag: "63", At: 100, Detail: "vietqr: wrong checksum"}, payload
	filled := phone
	filled.Filled, filled.Bank, filled.BankName, filled.AccountNumber, filled.AccountHolder = true, transfer.Bank, transfer.BankName, transfer.AccountNumber, transfer.AccountHolder
	filled.Amount, filled.Memo, filled.Payload = 185000, transfer.Memo, payload
	sent := phone
	sent.Sent = &page.SentTransfer{Amount: 185000, At: at, Bank: transfer.Bank, AccountNumber: transfer.AccountNumber, AccountHolder: transfer.AccountHolder,
		Memo: transfer.Memo, Code: "FT26061345678", Order: order.OrderID, Verdict: "paid", Back: "/v1/checkout?s=abc"}
	return []sample{
		{"choose", page.Choose{Frame: frame, Leave: leave, Live: live, Order: order, Methods: []page.Method{
			{Name: "BANK_TRANSFER", URL: "/v1/checkout?s=abc&m=1"}, {Name: "NAPAS_BANK_TRANSFER", URL: "/v1/checkout?s=abc&m=2"}, {Name: "CARD", URL: "/v1/checkout?s=abc&m=3"}}}},
		{"transfer", transfer},
		{"transfer-received", full},
		{"card", card},
		{"card-mistakes", mistaken},
		{"card-declined", declined},
		{"challenge", challenge},
		{"challenge-wrong", wrong},
		{"processing", page.Processing{Frame: frame, Leave: leave, Wait: &live, Live: live, Order: order, Refresh: "/v1/checkout?s=abc"}},
		{"result-paid", result},
		{"result-failed", failed},
		{"result-cancelled", cancelled},
		{"result-expired", expired},
		{"invalid", page.Invalid{Frame: frame, Reason: "signature_mismatch", Title: "The signature does not match", Detail: "The fields were signed in another order, or with another secret key.",
			Hint:     "Sign the fields in the order of the expected string.",
			Expected: "merchant=SP-TEST-HS1,operation=PURCHASE,payment_method=BANK_TRANSFER,order_amount=185000,currency=VND",
			Signed:   "merchant=SP-TEST-HS1,operation=PURCHASE,order_amount=185000,payment_method=BANK_TRANSFER,currency=VND"}},
		{"phone", phone},
		{"message", page.Message{Frame: frame, Kind: "unknown_bank", Value: "There is no bank \"Nowhere\".", Home: "/"}},
		{"home", page.Home{Frame: frame, Curl: "curl -d '{}' http://127.0.0.1:9999/_control/v1/transfers", Places: []page.Place{{Name: "phone", Path: "/_console/phone", Link: "/_console/phone"}},
			Recent: []page.Recent{{Kind: "orders", Verb: "localsepay orders", Rows: []page.RecentRow{{Title: "DH1024", Text: "PAY1", Amount: 185000, Group: "home.state", Status: "waiting", At: "09:41:07 02/03"}}}, {Kind: "findings", Verb: "localsepay timeline"}}}},
		{"login", page.Login{Frame: frame, Target: page.Target{RedirectURI: "http://localhost:3000/callback"}, Application: "Shop app",
			Action: "/oauth/login?client_id=1", Users: []page.LoginUser{{Email: "an@demo.test", Password: "password"}}}},
		{"login-wrong", page.Login{Frame: frame, Application: "Shop app", Action: "/oauth/login?client_id=1", Email: "an@demo.test", Wrong: true}},
		{"consent", page.Consent{Frame: frame, Application: "Shop app", User: "An Tran (an@demo.test)", Company: "CONG TY TNHH TEST DEMO", Scopes: []string{"bank-account:read", "webhook:write", "company"},
			Action: "/oauth/consent?client_id=1", Token: "t0k3n", Logout: "/oauth/logout?client_id=1"}},
		{"phone-problem", problem},
		{"phone-filled", filled},
		{"phone-sent", sent},
	}
}

const payload = "00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA53037045406185000" +
	"5802VN62220818SEPAY68BA83CE637C16304ABCD"
