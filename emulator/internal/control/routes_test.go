package control_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/openapi"
)

func TestTheTableHasTheOperationsOfTheContract(t *testing.T) {
	contract, err := openapi.Load("control")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, name := range build(t).Operations() {
		have[name] = true
	}
	for _, op := range contract.Operations() {
		if !have[op.ID] {
			t.Errorf("no route has %s", op.ID)
		}
		delete(have, op.ID)
	}
	if len(have) > 0 {
		t.Errorf("the contract lacks %v", have)
	}
}

func TestTheStateHasCompaniesWithBothSides(t *testing.T) {
	h := build(t)
	got := h.call("GET", "/state", "").body(200)
	shop := got["companies"].([]any)[0].(map[string]any)
	live, _ := shop["live"].(map[string]any)
	if len(got["companies"].([]any)) != 1 || shop["id"] != "shop" || shop["environment"] != "sandbox" || live["id"] != "shop:live" || live["environment"] != "production" {
		t.Fatalf("%v", got["companies"])
	}
	ours, theirs := shop["merchant"].(map[string]any), live["merchant"].(map[string]any)
	if ours["secret_key"] != "spsk_test_Shop" || theirs["merchant_id"] == ours["merchant_id"] || theirs["secret_key"] == ours["secret_key"] {
		t.Errorf("%v and %v", ours, theirs)
	}
	if base := got["addresses"].(map[string]any)["base"]; base != "http://127.0.0.1:8787" {
		t.Errorf("address %v", base)
	}
	if n := len(got["settings"].([]any)); n < 20 {
		t.Errorf("%d settings", n)
	}
}

func TestACompanyIsMadeWithWhatItsBodySays(t *testing.T) {
	h := build(t)
	got := h.call("POST", "/companies", `{"id":"other","name":"CONG TY KHAC","environment":"production","rate_limit":7,"paycode":false,"settings":{"ipn.delay":"5s"},
		"bank_accounts":[{"bank":"ACB","account_number":"77","balance":5,"virtual_accounts":[{"official":true,"number":"VA77"}]}],
		"users":[{"email":"b@example.com","role":"User"}],
		"merchant":{"payment_methods":["CARD"],"ipn":{"url":"`+h.merchant.URL+`","auth_type":"SECRET_KEY"}},"webhooks":[{"webhook_url":"`+h.merchant.URL+`"}]}`)
	made := got.body(201)
	account := made["bank_accounts"].([]any)[0].(map[string]any)
	test := made["test"].(map[string]any)
	if made["name"] != "CONG TY KHAC" || made["rate_limit"] != 7.0 || made["paycode"] != false || account["account_number"] != "77" || account["balance"] != 5.0 || len(account["virtual_accounts"].([]any)) != 1 || test["id"] != "other:test" {
		t.Errorf("%v", made)
	}
	m := made["merchant"].(map[string]any)
	if ipn := m["ipn"].(map[string]any); ipn["secret"] != m["secret_key"] || fmt.Sprint(m["payment_methods"]) != "[CARD]" {
		t.Errorf("merchant %v", m)
	}
}

func TestWhatNoCompanyIsMadeOf(t *testing.T) {
	h := build(t)
	before := h.parts.Store.Facts().Last()
	for body, says := range map[string]string{
		`{"id":"shop"}`:   "shop",
		`{"id":"Bad Id"}`: "Bad Id",
		`{"id":"a","settings":{"ipn.dely":"5s"}}`:                                                                  `did you mean "ipn.delay"?`,
		`{"id":"a","bank_accounts":[{"bank":"Nobank"}]}`:                                                           "bank_accounts[0]",
		`{"id":"a","bank_accounts":[{"bank":"MBBank"},{"bank":"MBBank","virtual_accounts":[{"official":false}]}]}`: "bank_accounts[1].virtual_accounts[0]",
		`{"id":"a","webhooks":[{"webhook_url":"ftp://x"}]}`:                                                        "webhooks[0]",
		`{"id":"a","merchant":{"ipn":{"url":"ftp://x"}}}`:                                                          "merchant.ipn",
		`{"id":"a","merchant":{"ipn":{"auth_type":"BASIC"}}}`:                                                      "merchant.ipn",
		`{"id":"a","rate_limit":-1}`:                                                                               "rate_limit",
		`{"id":"a","payment_code_formats":[{"prefix":"1"}]}`:                                                       "payment_code_formats[0].suffix_from",
	} {
		a := h.call("POST", "/companies", body)
		if a.Code != 422 && a.Code != 404 && a.Code != 400 {
			t.Errorf("%s: %d %s", body, a.Code, a.Body)
			continue
		}
		a.problem(a.Code, says)
	}
	if after := h.parts.Store.Facts().Last(); after != before {
		t.Errorf("%d facts tell of what was refused", after-before)
	}
	for _, id := range []string{"b", "c"} {
		h.call("POST", "/companies", `{"id":"`+id+`"}`).body(201)
	}
	h.call("POST", "/companies", `{"id":"d"}`).problem(422, "there are 3 companies, which is the most")
}

func TestATransferIsMadeOrSaysWhyNot(t *testing.T) {
	h := build(t)
	h.open("DH-1", "5000")
	got := h.call("POST", "/transfers", `{"amount":5000,"content":"khong co ma","reference":"FT1","at":"2026-03-01T08:00:00+07:00"}`).body(201)
	if got["recorded"] != true || got["amount"] != 5000.0 || got["reference"] != "FT1" || got["order"] != nil || len(got["webhooks"].([]any)) != 1 {
		t.Errorf("%v", got)
	}
	order := h.call("GET", "/orders/DH-1", "").body(200)
	memo := order["pay_to"].(map[string]any)["memo"]
	got = h.call("POST", "/transfers", fmt.Sprintf(`{"amount":5000,"content":%q}`, memo)).body(201)
	if matched := got["order"].(map[string]any); matched["verdict"] != "paid" || matched["order_id"] != order["order_id"] {
		t.Errorf("%v", got["order"])
	}
	for body, c := range map[string]struct {
		status int
		says   string
	}{
		`{"amount":0}`:                                          {422, "amount"},
		`{"amount":-5}`:                                         {422, "amount"},
		`{"amount":5,"company":"none"}`:                         {404, "none"},
		`{"amount":5,"account":"1"}`:                            {404, "1"},
		`{"amount":5,"direction":"sideways"}`:                   {422, "direction"},
		`{"amount":5,"at":"2026-03-04T00:00:00+07:00"}`:         {422, "advance the clock first"},
		`{"amount":5,"sent_from":"moon"}`:                       {422, "sent_from"},
		`{"amount":5,"sent_from":"wallet","bank_habits":false}`: {422, "sent_from"},
	} {
		h.call("POST", "/transfers", body).problem(c.status, c.says)
	}
}

func TestATransferThatTheBankKeepsToItselfIsAccepted(t *testing.T) {
	h := build(t)
	h.call("POST", "/companies", `{"id":"v","bank_accounts":[{"bank":"VietinBank","account_number":"88"}]}`).body(201)
	got := h.call("POST", "/transfers", `{"company":"v","amount":5000,"content":"x"}`).body(202)
	if reason, _ := got["reason"].(string); got["recorded"] != false || !strings.Contains(reason, "SEVQR") {
		t.Errorf("%v", got)
	}
	if texts := h.texts("type=transaction"); len(texts) != 1 || !strings.HasPrefix(texts[0], "transfer  not recorded: VietinBank") {
		t.Errorf("%v", texts)
	}
}

func TestAnOrderIsPaidThroughTheCalls(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		status string
		state  string
		reason any
	}{
		"as the order says":         {`{}`, "CAPTURED", "paid", nil},
		"by transfer":               {`{"method":"BANK_TRANSFER"}`, "CAPTURED", "paid", nil},
		"too little":                {`{"method":"BANK_TRANSFER","outcome":"less"}`, "AUTHENTICATION_NOT_NEEDED", "waiting", nil},
		"by the usual card":         {`{"method":"CARD"}`, "CAPTURED", "paid", nil},
		"by a card that is refused": {`{"card":"declined"}`, "AUTHENTICATION_NOT_NEEDED", "failed", "declined"},
		"by a card with challenge":  {`{"card":"challenge"}`, "CAPTURED", "paid", nil},
		"and it is passed":          {`{"card":"challenge","outcome":"pass"}`, "CAPTURED", "paid", nil},
		"and it is failed":          {`{"card":"challenge","outcome":"fail"}`, "AUTHENTICATION_NOT_NEEDED", "failed", "authentication_failed"},
		"and it is abandoned":       {`{"card":"challenge","outcome":"abandon"}`, "AUTHENTICATION_NOT_NEEDED", "processing", nil},
		"by a silent card":          {`{"card":"timeout"}`, "AUTHENTICATION_NOT_NEEDED", "processing", nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			h.open("DH 1/ă", "50000")
			got := h.call("POST", "/orders/"+url.PathEscape("DH 1/ă")+"/pay", c.body).body(200)
			if got["order_status"] != c.status || got["state"] != c.state {
				t.Errorf("%v, %v", got["order_status"], got["state"])
			}
			list, _ := got["transactions"].([]any)
			if c.reason != nil && list[0].(map[string]any)["reason"] != c.reason {
				t.Errorf("transactions %v", list)
			}
		})
	}
}

func TestHowAnOrderIsNotPaid(t *testing.T) {
	h := build(t)
	h.open("DH-1", "50000")
	h.open("PAID", "60000")
	h.call("POST", "/orders/PAID/pay", `{}`).body(200)
	for call, c := range map[string]struct {
		status int
		says   string
	}{
		`DH-1 {"method":"CASH"}`:                           {400, "method cannot be"},
		`DH-1 {"card":"amex"}`:                             {400, "card cannot be"},
		`DH-1 {"outcome":"stolen"}`:                        {400, "outcome cannot be"},
		`DH-1 {"card":"visa","method":"BANK_TRANSFER"}`:    {400, "a card pays by method CARD only"},
		`DH-1 {"card":"visa","outcome":"less"}`:            {400, "a card's outcome is its own"},
		`DH-1 {"method":"BANK_TRANSFER","outcome":"pass"}`: {422, "outcome"},
		`DH-2 {}`:                         {404, "DH-2"},
		`DH-1 {"company":"none"}`:         {404, ""},
		`PAID {"method":"BANK_TRANSFER"}`: {409, "is CAPTURED"},
		`PAID {"card":"visa"}`:            {409, "is CAPTURED"},
	} {
		key, body, _ := strings.Cut(call, " ")
		h.call("POST", "/orders/"+key+"/pay", body).problem(c.status, c.says)
	}
}

func TestAnOrderIsLeftAndEnded(t *testing.T) {
	h := build(t)
	h.open("DH-1", "50000")
	if got := h.call("POST", "/orders/DH-1/cancel", ``).body(200); got["order_status"] != "AUTHENTICATION_NOT_NEEDED" || got["redirect"] != "https://shop.example/cancel" {
		t.Errorf("left: %v", got)
	}
	if got := h.call("POST", "/orders/DH-1/expire", `{"company":"shop"}`).body(200); got["order_status"] != "CANCELLED" || got["state"] != "expired" {
		t.Errorf("expired: %v", got)
	}
	h.call("POST", "/orders/DH-1/expire", ``).problem(409, "is CANCELLED")
	h.call("POST", "/orders/none/expire", ``).problem(404, "none")
	h.call("POST", "/orders/none/cancel", ``).problem(404, "none")
	h.call("POST", "/orders/DH-1/expire", `{"x":1}`).problem(400, `"x"`)
}

func TestAnOrderOfAFullHourEndsWithTheClock(t *testing.T) {
	h := build(t)
	h.open("DH-1", "50000")
	if got := h.call("GET", "/clock", "").body(200); got["next_due"] != nil && got["mode"] != "frozen" {
		t.Errorf("%v", got)
	}
	h.advance("1h")
	if got := h.call("GET", "/orders/DH-1", "").body(200); got["state"] != "expired" || got["updated_at"] != "2026-03-03T10:30:00+07:00" {
		t.Errorf("%v, %v", got["state"], got["updated_at"])
	}
}

func TestTheClockIsSetAndAdvanced(t *testing.T) {
	h := build(t)
	if got := h.advance("90s"); got["clock"].(map[string]any)["now"] != "2026-03-03T09:31:30+07:00" || got["attempts"] != 0.0 {
		t.Errorf("%v", got)
	}
	h.call("POST", "/transfers", `{"amount":5}`).body(201)
	if got := h.call("GET", "/clock", "").body(200); got["due"] != 1.0 || got["next_due"] != "2026-03-03T09:31:30+07:00" {
		t.Errorf("%v", got)
	}
	if got := h.advance("1s"); got["attempts"] != 1.0 {
		t.Errorf("%v", got)
	}
	if got := h.call("PUT", "/clock", `{"mode":"frozen","now":"2026-04-01T00:00:00+07:00"}`).body(200); got["now"] != "2026-04-01T00:00:00+07:00" || got["mode"] != "frozen" {
		t.Errorf("%v", got)
	}
	if got := h.call("PUT", "/clock", `{"mode":"scaled","scale":60}`).body(200); got["mode"] != "scaled" || got["scale"] != 60.0 {
		t.Errorf("%v", got)
	}
	for body, c := range map[string]struct {
		status int
		says   string
	}{
		`{"mode":"scaled"}`: {400, "scale: needed"}, `{"now":"soon"}`: {400, "now:"}, `{"mode":"warp"}`: {422, "warp"}, `{"mode":"scaled","scale":-1}`: {422, "scale"},
	} {
		h.call("PUT", "/clock", body).problem(c.status, c.says)
	}
	h.call("POST", "/clock/advance", `{"by":"-5s"}`).problem(422, "-5s")
	h.call("POST", "/clock/advance", `{"by":"soon"}`).problem(400, "by:")
	h.call("POST", "/clock/advance", `{}`).problem(400, "by:")
}

func TestAClockThatIsNotChangedHasNoFact(t *testing.T) {
	h := build(t)
	for _, c := range []struct {
		body  string
		facts int64
	}{
		{`{}`, 0}, {``, 0}, {`{"mode":"frozen"}`, 0}, {`{"now":"2026-03-03T09:30:00+07:00"}`, 0}, {`{"mode":"frozen","now":"2026-03-03 09:30:00"}`, 0},
		{`{"now":"2026-03-03T09:30:01+07:00"}`, 1}, {`{"mode":"real"}`, 1}, {`{"mode":"real"}`, 0}, {`{"mode":"scaled","scale":0.001}`, 1},
		{`{"mode":"scaled","scale":0.001}`, 0}, {`{"scale":0.001}`, 0}, {`{"scale":2}`, 1}, {`{"mode":"frozen"}`, 1},
	} {
		before := h.parts.Store.Facts().Last()
		h.call("PUT", "/clock", c.body).body(200)
		if made := h.parts.Store.Facts().Last() - before; made != c.facts {
			t.Errorf("%s: %d facts, want %d", c.body, made, c.facts)
		}
	}
	before := h.parts.Store.Facts().Last()
	if h.advance("0s"); h.parts.Store.Facts().Last() != before {
		t.Error("an advance by nothing has a fact")
	}
}

func TestAScaleBelongsToAScaledClock(t *testing.T) {
	h := build(t)
	for _, mode := range []string{"frozen", "real"} {
		h.call("PUT", "/clock", `{"mode":"`+mode+`"}`).body(200)
		for _, body := range []string{`{"scale":2}`, `{"scale":1}`, `{"mode":"frozen","scale":2}`, `{"mode":"real","scale":1}`} {
			h.refused(taken{method: "PUT", path: "/clock"}, body, "scale: a scale belongs to mode scaled")
		}
	}
	h.call("PUT", "/clock", `{"mode":"scaled","scale":60}`).body(200)
	if got := h.call("PUT", "/clock", `{"scale":30}`).body(200); got["scale"] != 30.0 || got["mode"] != "scaled" {
		t.Errorf("%v", got)
	}
	h.refused(taken{method: "PUT", path: "/clock"}, `{"mode":"frozen","scale":30}`, "scale")
}

func TestTheIPNIsSetAndSwitchedOff(t *testing.T) {
	h := build(t)
	got := h.call("PUT", "/ipn", `{"url":"`+h.merchant.URL+`/new?token=very-secret-token","auth_type":"SECRET_KEY"}`).body(200)
	if got["secret"] != "spsk_test_Shop" || got["auth_type"] != "SECRET_KEY" {
		t.Errorf("%v", got)
	}
	if got := h.call("PUT", "/ipn", `{"url":""}`).body(200); got["url"] != nil || got["secret"] != nil {
		t.Errorf("%v", got)
	}
	texts := h.texts("type=ipn")
	if len(texts) != 2 || !strings.HasPrefix(texts[0], "ipn       shop changed  http://127.0.0.1") || strings.Contains(texts[0], "very-secret-token") || texts[1] != "ipn       shop changed" {
		t.Errorf("%q", texts)
	}
	h.call("PUT", "/ipn", `{"url":"ftp://x"}`).problem(422, "url")
	h.call("PUT", "/ipn", `{"url":"","auth_type":"BASIC"}`).problem(422, "auth_type")
	h.call("PUT", "/ipn", `{"company":"none","url":""}`).problem(404, "none")
	h.call("POST", "/companies", `{"id":"other"}`).body(201)
	h.call("PUT", "/ipn", `{"url":""}`).problem(400, "there are several companies")
}

func TestFaultsAreArmedAndDisarmed(t *testing.T) {
	h := build(t)
	made := h.call("POST", "/faults", `{"name":"down","when":{"surface":"pgapi","header":{"name":"Authorization","value":"`+secret+`"}},"do":{"status":503,"body":"`+secret+`"}}`)
	if got := made.body(201); got["id"] != 1.0 || strings.Contains(made.Body.String(), secret) {
		t.Errorf("%s", made.Body)
	}
	h.call("POST", "/faults", `{"when":{"surface":"pgapi"},"do":{"drop":true}}`).body(201)
	if a := h.call("GET", "/faults", ""); len(a.rows()) != 2 || strings.Contains(a.Body.String(), secret) {
		t.Errorf("%s", a.Body)
	}
	h.call("DELETE", "/faults/1", "").none()
	h.call("DELETE", "/faults/1", "").problem(404, "there is no fault 1")
	h.call("DELETE", "/faults/x", "").problem(404, "there is no id")
	same(t, "names left", []any{2.0}, pluck(h.call("GET", "/faults", "").rows(), "id"))
	h.call("DELETE", "/faults", "").none()
	if n := len(h.call("GET", "/faults", "").rows()); n != 0 {
		t.Errorf("%d are left", n)
	}
	h.call("POST", "/faults", `{"when":{"surface":"pgapy"},"do":{"drop":true}}`).problem(400, "pgapi")
	h.call("POST", "/faults", `{"when":{},"do":{}}`).problem(400, "")
}

func TestCardsAndKeysAreListed(t *testing.T) {
	h := build(t)
	if rows := h.call("GET", "/cards", "").rows(); rows[0]["name"] != "visa" || rows[0]["number"] != "4111111111111111" || rows[0]["outcome"] != "approved" {
		t.Errorf("%v", rows[0])
	}
	keys := h.call("GET", "/oauth/jwks", "").body(200)["keys"].([]any)
	if len(keys) != 1 || keys[0].(map[string]any)["kty"] != "RSA" {
		t.Errorf("%v", keys)
	}
}

func TestOnlyHandingOutShowsCredentials(t *testing.T) {
	h := build(t)
	h.call("POST", "/transfers", `{"amount":5,"content":"memo `+secret+`"}`).body(201)
	h.advance("1s")
	for path, shown := range map[string]bool{"/state": true, "/webhooks": true, "/webhooks/1": true, "/timeline": false, "/deliveries": false, "/deliveries/1": false, "/faults": false} {
		a := h.call("GET", path, "")
		if a.Code != http.StatusOK || strings.Contains(a.Body.String(), secret) != shown {
			t.Errorf("%s: %d, has the key: %v", path, a.Code, !shown)
		}
	}
}
