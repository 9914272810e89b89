package emulator_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// values are texts that something is likely to trip over.
var values = []string{
	"", "0", "-1", "1", "10000", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e400", "NaN", "0x10", "1.5", "00", "true", "null", "[]", "{}",
	"1970-01-01", "2200-12-31", "9999-12-31", "2026-02-30", "2026-01-05 09:00:00", "0001-01-01T00:00:00Z", "javascript:alert(1)", "//evil.test", "\x00", "\xff\xfe", "\r\nX: y",
	"../../etc/passwd", "%", "%zz", "%00", "'\"><script>", "\u202e\u0000", strings.Repeat("A", 5000), strings.Repeat("ề", 300), "in", "out", "PURCHASE", "CARD", "desc", "frozen", "13m", "-5m",
}

// samples are bodies or queries of operations that are right, or nearly.
func (s *stage) samples() map[string]string {
	app := s.company.OAuthApps[0]
	client := url.Values{"client_id": {app.ClientID}, "client_secret": {app.ClientSecret}}
	ask := url.Values{"client_id": {app.ClientID}, "redirect_uri": {app.RedirectURIs[0]}, "response_type": {"code"}, "state": {"s"}, "scope": {"profile"}}.Encode()
	user := s.company.Users[0]
	return map[string]string{
		"authorize": ask, "authorizeWoo": ask, "consent": "decision=allow", "logout": "csrf=x",
		"login":        url.Values{"email": {user.Email}, "password": {user.Password}}.Encode(),
		"token":        client.Encode() + "&grant_type=refresh_token&refresh_token=" + s.refresh,
		"revoke":       client.Encode() + "&token=" + s.refresh,
		"initWoo":      "redirect_uri=https%3A%2F%2Fshop.example%2Fwoo&state=s",
		"initCheckout": s.links[0], "initCheckoutLegacy": s.links[1],
		"payCheckout": "outcome=paid", "payByCard": "card_number=4111111111111111&card_holder_name=A&card_expiry=12%2F30&card_cvv=123", "answerChallenge": "answer=pass&otp=123456",
		"cancelOrder": `{"order_invoice_number":"` + s.invoices[0] + `"}`, "voidTransaction": `{"order_invoice_number":"` + s.invoices[1] + `"}`,
		"checkoutImage": "bank=MBBank&acc=0123456789&amount=10000&des=x", "qr.image": "bank=MBBank&acc=0123456789&amount=10000&des=x",
		"createWebhook":            `{"name":"x","webhook_url":"http://127.0.0.1:1/x","event_type":"All","authen_type":"No_Authen","bank_mode":"all","active":1}`,
		"updateWebhook":            `{"name":"y","active":0}`,
		"control.webhooks.create":  `{"webhook_url":"http://127.0.0.1:1/x"}`,
		"control.webhooks.update":  `{"active":false}`,
		"control.users.update":     `{"first_name":"x"}`,
		"control.transfers.create": `{"amount":10000,"content":"DH123456"}`, "control.clock.advance": `{"by":"13m"}`,
		"control.deliveries.replay-batch": `{"ids":[1]}`, "control.oauth.authorize": `{"query":"` + ask + `"}`, "control.orders.pay": `{}`,
	}
}

// spoil replaces one value of a body.
func spoil(d dice, body []byte, value string) []byte {
	values := regexp.MustCompile(`(=[^&]*|:[^,}]*)`).FindAllIndex(body, -1)
	if len(values) == 0 {
		return []byte(value)
	}
	at := pick(d, values)
	return slices.Concat(body[:at[0]+1], []byte(value), body[at[1]:])
}
