package contracts

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// webhookBody is a webhook of the control API: it retries, and is told of money
// that comes in unless change says otherwise.
func webhookBody(m *mailbox, change control.WebhookBody) control.WebhookBody {
	change.WebhookURL = &m.URL
	if change.RetryConditions == nil {
		change.RetryConditions = control.RetryConditions(`["non_2xx_status_code"]`)
	}
	return change
}

// waits are those before each of the eight attempts, in minutes
// (https://developer.sepay.vn/vi/sepay-webhooks/xu-ly-loi).
var waits = []time.Duration{0, 1, 1, 2, 3, 5, 8, 13}

// told sets a company up whose webhook leads to a mailbox, and lets money come in.
func (s *spec) told(m *mailbox, change control.WebhookBody, transfer control.NewTransfer) (tenant, control.Transfer) {
	t := s.company(control.NewCompany{Webhooks: []control.WebhookBody{webhookBody(m, change)}})
	transfer.Company, transfer.Account = t.ID, t.BankAccounts[0].AccountNumber
	transfer.Amount = cmp.Or(transfer.Amount, 150_000)
	if transfer.Content == nil {
		transfer.Content = new(memo("DH123456"))
	}
	done := s.transfer(transfer)
	s.settle()
	return t, done
}

// got demands so many notices.
func (s *spec) got(m *mailbox, n int, when string) []notice {
	all := m.all()
	if len(all) != n {
		s.fail("%s\nexpected %d notices\nseen     %d", when, n, len(all))
	}
	return all
}

func (n notice) json(s *spec) row {
	var r row
	if err := json.Unmarshal(n.Body, &r); err != nil {
		s.fail("the notice\nexpected JSON\nseen     %.300q (%v)", n.Body, err)
	}
	return r
}

// webhookClaims are the claims about what SePay sends when money moves
// (https://developer.sepay.vn/vi/sepay-webhooks/tich-hop-webhook).
func (u *suite) webhookClaims() {
	const deliver = "webhook.deliver"
	u.claim("a transfer is told with the twelve fields of the payload", documented(deliver), func(s *spec) {
		m := s.hook()
		t, done := s.told(m, control.WebhookBody{}, control.NewTransfer{Reference: new("FT26005000001")})
		r := s.got(m, 1, "a transfer")[0].json(s)
		sub := map[string]any{"null": nil, "empty": ""}[s.setting("webhook.empty_sub_account")]
		s.same(map[string]any(r), map[string]any{
			"gateway": t.BankAccounts[0].Bank, "transactionDate": r["transactionDate"], "accountNumber": t.BankAccounts[0].AccountNumber, "subAccount": sub,
			"code": "DH123456", "content": memo("DH123456"), "transferType": "in", "description": r["description"], "transferAmount": 150_000.0,
			"referenceCode": "FT26005000001", "accumulated": r["accumulated"], "id": float64(done.ID),
		}, "the payload")
		s.Expect(r.text("transactionDate")).To(match(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`))
	})
	u.claim("its members come in SePay's order, gateway first and id last", captured(deliver), func(s *spec) {
		m := s.hook()
		s.told(m, control.WebhookBody{}, control.NewTransfer{})
		s.Expect(string(s.got(m, 1, "a transfer")[0].Body)).To(match(`^\{"gateway":.*,"transactionDate":.*,"accountNumber":.*,"subAccount":.*,"code":.*,"content":.*,"transferType":.*,"description":.*,"transferAmount":.*,"referenceCode":.*,"accumulated":.*,"id":\d+\}$`))
	})
	u.claim("a notice, and a test of it, is written as PHP writes JSON", captured(deliver), func(s *spec) {
		m := s.hook()
		t, _ := s.told(m, control.WebhookBody{}, control.NewTransfer{Content: new(phpText)})
		s.php(s.got(m, 1, "a transfer")[0].Body, 1)
		s.Expect(string(s.got(m, 1, "a transfer")[0].Body)).To(contain(`"description":"BankAPINotify ` + phpEscaped[1:]))
		ask(s, func(c *control.Client, ctx context.Context) (control.Delivery, error) {
			return c.TestWebhook(ctx, t.Webhooks[0].ID)
		})
		s.php(s.got(m, 2, "a test")[1].Body, 0)
	})
	u.claim("code is null without a payment code, subAccount names the virtual account", documented(deliver), func(s *spec) {
		m := s.hook()
		t := s.company(control.NewCompany{Webhooks: []control.WebhookBody{webhookBody(m, control.WebhookBody{})}})
		va := t.BankAccounts[0].VirtualAccounts[0].Number
		s.transfer(control.NewTransfer{Company: t.ID, VA: va, Amount: 10_000, Content: new(memo("khong co ma"))})
		s.settle()
		r := s.got(m, 1, "a transfer to a virtual account")[0].json(s)
		s.same([]any{r["code"], r["subAccount"]}, []any{nil, va}, "code and subAccount")
	})
	u.claim("an API key comes as Authorization: Apikey KEY", documented(deliver), func(s *spec) {
		m := s.hook()
		s.told(m, control.WebhookBody{AuthenType: new("Api_Key"), APIKey: new("contract-key")}, control.NewTransfer{})
		s.same(s.got(m, 1, "a transfer")[0].Header.Get("Authorization"), "Apikey contract-key", "Authorization")
	})
	u.claim("a webhook without authentication carries no credential", documented(deliver), func(s *spec) {
		m := s.hook()
		s.told(m, control.WebhookBody{}, control.NewTransfer{})
		h := s.got(m, 1, "a transfer")[0].Header
		s.same([]string{h.Get("Authorization"), h.Get("X-Secret-Key"), h.Get("X-SePay-Signature")}, []string{"", "", ""}, "Authorization, X-Secret-Key, X-SePay-Signature")
	})
	u.claim("a signature is sha256= of HMAC over timestamp, a dot and the raw body", documented(deliver), func(s *spec) {
		const secret = "whsec_0123456789abcdef0123456789abcdef"
		s.secret(secret)
		m := s.hook(broken, accepted)
		s.told(m, control.WebhookBody{AuthenType: new("HMAC_SHA256"), SecretKey: new(secret)}, control.NewTransfer{Content: new(memo("A & B <x>"))})
		s.advance(time.Minute)
		all := s.got(m, 2, "a transfer and a retry")
		for _, n := range all {
			mac := hmac.New(sha256.New, []byte(secret))
			fmt.Fprintf(mac, "%s.%s", n.Header.Get("X-SePay-Timestamp"), n.Body)
			s.same(n.Header.Get("X-SePay-Signature"), "sha256="+hex.EncodeToString(mac.Sum(nil)), "X-SePay-Signature")
		}
		first, _ := strconv.Atoi(all[0].Header.Get("X-SePay-Timestamp"))
		second, _ := strconv.Atoi(all[1].Header.Get("X-SePay-Timestamp"))
		s.same(second-first, 60, "seconds between the timestamps of an attempt and its retry")
	})
	u.claim("a retry repeats body and id byte for byte", documented(deliver), func(s *spec) {
		m := s.hook(broken, accepted)
		s.told(m, control.WebhookBody{}, control.NewTransfer{})
		s.advance(time.Minute)
		all := s.got(m, 2, "a transfer and a retry")
		s.same(string(all[1].Body), string(all[0].Body), "the body of the retry")
	})
	u.claim("an answer of 500 is tried eight times, after 1, 1, 2, 3, 5, 8 and 13 minutes, and then no more", documented(deliver), func(s *spec) {
		m := s.hook(broken)
		s.told(m, control.WebhookBody{}, control.NewTransfer{})
		for i, wait := range waits {
			if i > 0 {
				s.advance(wait*time.Minute - time.Second)
				s.got(m, i, fmt.Sprintf("a second before attempt %d", i+1))
				s.advance(time.Second)
			}
			s.got(m, i+1, fmt.Sprintf("attempt %d", i+1))
		}
		s.advance(6 * time.Hour)
		s.got(m, len(waits), "six hours later")
	})
	u.claim("without retry_conditions a failure is not tried again", documented(deliver), func(s *spec) {
		m := s.hook(broken)
		s.told(m, control.WebhookBody{RetryConditions: control.RetryConditions(`[]`)}, control.NewTransfer{})
		s.advance(time.Hour)
		s.got(m, 1, "an hour later")
	})
	u.claim("success is 200 or 201 with success true, whatever else the body has", documented(deliver), func(s *spec) {
		for _, good := range []reply{accepted, {201, `{"success": true, "order": 7}`}} {
			m := s.hook(good)
			t, done := s.told(m, control.WebhookBody{}, control.NewTransfer{})
			s.same(s.v2(t, "/transactions/"+done.XID).is(200).number("data.webhook_success"), 1.0, fmt.Sprintf("webhook_success after %d %s", good.status, good.body))
			s.advance(time.Hour)
			s.got(m, 1, "an hour after a success")
		}
	})
	u.claim("any other body or status is a failure, also with 200", documented(deliver), func(s *spec) {
		for _, bad := range []reply{{200, ``}, {200, `{"success":"true"}`}, {200, `{"status":"ok"}`}, {202, `{"success":true}`}, {204, ``}, {404, ``}} {
			m := s.hook(bad)
			t, done := s.told(m, control.WebhookBody{}, control.NewTransfer{})
			s.same(s.v2(t, "/transactions/"+done.XID).is(200).number("data.webhook_success"), 0.0, fmt.Sprintf("webhook_success after %d %s", bad.status, bad.body))
		}
	})
	u.claim("a 2xx with a wrong body is not tried again, or is, as the target is set", assumed(deliver), func(s *spec) {
		m := s.hook(reply{200, `{"success":false}`})
		s.told(m, control.WebhookBody{}, control.NewTransfer{})
		s.advance(time.Minute)
		s.got(m, map[string]int{"non_2xx": 1, "any_failure": 2}[s.setting("webhook.retry_on")], "a minute later")
	})
	u.claim("filters keep a webhook to its direction, account, code and prefix", documented(deliver), func(s *spec) {
		for _, f := range []struct {
			change   control.WebhookBody
			transfer control.NewTransfer
			want     int
		}{
			{control.WebhookBody{EventType: new("In_only")}, control.NewTransfer{Direction: "out"}, 0},
			{control.WebhookBody{EventType: new("Out_only")}, control.NewTransfer{}, 0},
			{control.WebhookBody{EventType: new("All")}, control.NewTransfer{Direction: "out"}, 1},
			{control.WebhookBody{SkipIfNoCode: new(control.Flag(true))}, control.NewTransfer{Content: new(memo("khong co ma"))}, 0},
			{control.WebhookBody{SkipIfNoCode: new(control.Flag(true))}, control.NewTransfer{}, 1},
			{control.WebhookBody{PrefixFilters: []string{"HD"}}, control.NewTransfer{}, 0},
			{control.WebhookBody{PrefixFilters: []string{"DH"}}, control.NewTransfer{}, 1},
			{control.WebhookBody{Active: new(control.Flag(false))}, control.NewTransfer{}, 0},
		} {
			m := s.hook()
			s.told(m, f.change, f.transfer)
			s.got(m, f.want, fmt.Sprintf("webhook %s, transfer %s", asJSON(f.change), asJSON(f.transfer)))
		}
	})
	u.claim("forms carry the same fields as JSON", documented(deliver), func(s *spec) {
		for kind, read := range map[string]func(*spec, notice) url.Values{
			"application_x-www-form-urlencoded": readForm, "multipart_form-data": readMultipart,
		} {
			m := s.hook()
			_, done := s.told(m, control.WebhookBody{RequestContentType: new(kind)}, control.NewTransfer{})
			f := read(s, s.got(m, 1, kind)[0])
			s.same([]string{f.Get("id"), f.Get("transferAmount"), f.Get("code"), f.Get("content")}, []string{strconv.FormatInt(done.ID, 10), "150000", "DH123456", memo("DH123456")}, "id, transferAmount, code and content as "+kind)
		}
	})
	u.claim("two webhooks of a company are told once each", documented(deliver), func(s *spec) {
		one, two := s.hook(), s.hook()
		t := s.company(control.NewCompany{Webhooks: []control.WebhookBody{webhookBody(one, control.WebhookBody{}), webhookBody(two, control.WebhookBody{})}})
		s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000})
		s.settle()
		s.got(one, 1, "the first webhook")
		s.got(two, 1, "the second webhook")
	})
	u.claim("a payment code is found whatever its case, between its lengths, and only with the company's prefix", documented(deliver), func(s *spec) {
		m := s.hook()
		t := s.company(control.NewCompany{
			Webhooks:           []control.WebhookBody{webhookBody(m, control.WebhookBody{})},
			PaymentCodeFormats: []control.PaymentCodeFormat{{Prefix: "DH", SuffixFrom: 6, SuffixTo: 8, CharacterType: "NumberOnly", IsActive: true}},
		})
		for i, c := range []struct {
			memo string
			code any
		}{{"dh999999 thanh toan", "DH999999"}, {"DH123 x", nil}, {"HD123456", nil}, {"ck DH12345678 x", "DH12345678"}} {
			s.transfer(control.NewTransfer{Company: t.ID, Account: t.BankAccounts[0].AccountNumber, Amount: 10_000, Content: new(memo(c.memo))})
			s.settle()
			s.same(s.got(m, i+1, c.memo)[i].json(s)["code"], c.code, "the code of "+c.memo)
		}
	})
	u.claim("no secret of the merchant's is in what the emulator shows of its deliveries and requests", assumed(deliver), func(s *spec) {
		const key = "contract-api-key-that-must-not-show"
		m := s.hook()
		t, _ := s.told(m, control.WebhookBody{AuthenType: new("Api_Key"), APIKey: new(key)}, control.NewTransfer{})
		s.v2(t, "/transactions").is(200)
		for _, path := range []string{"/requests?limit=5", "/deliveries?limit=5&company=" + t.ID} {
			a := s.request("", http.MethodGet, s.target.Addresses.Control()+path).once().is(200)
			for _, r := range a.rows("data") {
				shown := s.request("", http.MethodGet, s.target.Addresses.Control()+strings.Split(path, "?")[0]+"/"+r.text("id")).once().is(200)
				for what, secret := range map[string]string{"the API token": t.token(), "the API key of the webhook": key} {
					s.Expect(strings.Contains(string(shown.Body), secret)).NotTo(beTrue(), what+" in "+path)
				}
			}
		}
	})
}

func readForm(s *spec, n notice) url.Values {
	s.Expect(n.Header.Get("Content-Type")).To(contain("application/x-www-form-urlencoded"))
	f, err := url.ParseQuery(string(n.Body))
	if err != nil {
		s.fail("the form: %v", err)
	}
	return f
}

func readMultipart(s *spec, n notice) url.Values {
	_, params, err := mime.ParseMediaType(n.Header.Get("Content-Type"))
	if err != nil {
		s.fail("the content type: %v", err)
	}
	f, err := multipart.NewReader(bytes.NewReader(n.Body), params["boundary"]).ReadForm(answerSize)
	if err != nil {
		s.fail("the multipart body: %v", err)
	}
	return url.Values(f.Value)
}

// asJSON shows what a claim gave the control API.
func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
