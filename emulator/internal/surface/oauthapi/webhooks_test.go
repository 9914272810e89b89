package oauthapi_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestAWebhookLives(t *testing.T) {
	h := build(t, nil)
	token := h.admin()
	a := h.call("POST", "/api/v1/webhooks", token, smallWebhook)
	a.want(t, http.StatusOK, `{"status":"success","data":{"id":10},"message":"Webhook created"}`)
	a.wantCodes(t)
	const shown = `{"id":10,"bank_account_id":1,"name":"Shop","event_type":"In_only","authen_type":"Api_Key","webhook_url":"https://shop.example/hook","is_verify_payment":true,"skip_if_no_code":false,"prefix_filters":[],"retry_conditions":{"non_2xx_status_code":0},"only_va":false,"va_mode":"all","bank_mode":"single","alert_threshold":3,"alert_event_types":[],"active":true,"created_at":"2026-03-01 09:30:00","api_key":"k-1","request_content_type":"Json"}`
	h.call("GET", "/api/v1/webhooks/10", token, "").want(t, 200, `{"status":"success","data":`+shown+`}`)
	h.call("GET", "/api/v1/webhooks", token, "").want(t, 200, `{"status":"success","data":[`+shown+`],"meta":{"pagination":{"total":1,"per_page":20,"current_page":1,"last_page":1}}}`)

	h.call("PATCH", "/api/v1/webhooks/10", token, `{"active":0}`).want(t, 200, `{"status":"success","message":"Webhook updated"}`)
	h.call("GET", "/api/v1/webhooks/10", token, "").want(t, 200, `{"status":"success","data":`+strings.Replace(shown, `"active":true`, `"active":false`, 1)+`}`)
	h.call("PATCH", "/api/v1/webhooks/10", token, `{"active":true,"bank_account_id":2}`).want(t, 200, "")
	if got := h.call("GET", "/api/v1/webhooks/10", token, "").data(t); got["bank_account_id"] != 2.0 || got["active"] != true || got["name"] != "Shop" {
		t.Errorf("changed to %v", got)
	}
	a = h.call("PATCH", "/api/v1/webhooks/10", token, `{"name":""}`)
	a.want(t, 400, `{"status":"error","message":"name: want 1 to 300 characters"}`)
	a.wantCodes(t, "refused")

	h.update(func(w store.Writer) error {
		return store.Deliveries.Put(w, store.Delivery{ID: 1, Kind: store.KindWebhook, Company: "shop", WebhookID: 10, Subject: "101", Status: store.Succeeded})
	})
	h.call("DELETE", "/api/v1/webhooks/10", token, "").want(t, 200, `{"status":"success","message":"Webhook deleted"}`)
	for _, method := range []string{"GET", "DELETE"} {
		h.call(method, "/api/v1/webhooks/10", token, "").want(t, http.StatusNotFound, "")
	}
	err := h.api.Store.View(context.Background(), func(r store.Reader) error {
		_, err := store.Deliveries.Get(r, 1)
		return err
	})
	if err != nil {
		t.Errorf("the delivery log did not stay: %v", err)
	}
}

// webhookOf is smallWebhook with members in JSON changed; "" leaves one out.
func webhookOf(changes map[string]string) string {
	all := map[string]string{
		"bank_account_id": "1", "name": `"Shop"`, "event_type": `"In_only"`, "authen_type": `"No_Authen"`, "webhook_url": `"https://shop.example/hook"`,
		"is_verify_payment": "1", "skip_if_no_code": "0", "request_content_type": `"Json"`,
	}
	maps.Copy(all, changes)
	var members []string
	for name, value := range all {
		if value != "" {
			members = append(members, `"`+name+`":`+value)
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

type members = map[string]string

func TestWhatAWebhookKeeps(t *testing.T) {
	for name, c := range map[string]struct {
		sent members
		want map[string]any
		not  []string
	}{
		"the secret of HMAC, in full": {
			members{"authen_type": `"HMAC_SHA256"`, "secret_key": `"whsec_0123456789abcdef0123456789abcdef"`},
			map[string]any{"authen_type": "HMAC_SHA256", "secret_key": "whsec_0123456789abcdef0123456789abcdef"}, []string{"api_key", "oauth2_client_secret"},
		},
		"OAuth2.0 without a content type": {
			members{"authen_type": `"OAuth2.0"`, "request_content_type": "", "oauth2_access_token_url": `"https://shop.example/token"`, "oauth2_client_id": `"id"`, "oauth2_client_secret": `"s3"`},
			map[string]any{"request_content_type": "Json", "oauth2_access_token_url": "https://shop.example/token", "oauth2_client_id": "id", "oauth2_client_secret": "s3"}, []string{"api_key", "secret_key"},
		},
		"only the credential of its type": {
			members{"api_key": `"k"`, "secret_key": `"s"`}, map[string]any{"authen_type": "No_Authen"}, []string{"api_key", "secret_key"},
		},
		"account 0 is all accounts": {members{"bank_account_id": "0"}, map[string]any{"bank_mode": "all", "bank_account_id": 0.0}, []string{"bank_account_ids"}},
		"all accounts":              {members{"bank_account_id": "", "bank_mode": `"all"`}, map[string]any{"bank_mode": "all", "bank_account_id": 0.0}, nil},
		"several accounts":          {members{"bank_account_id": "", "bank_mode": `"multi"`, "bank_account_ids": "[1,2]"}, map[string]any{"bank_mode": "multi", "bank_account_id": 0.0, "bank_account_ids": []any{1.0, 2.0}}, nil},
		"several, and an account":   {members{"bank_mode": `"multi"`, "bank_account_ids": "[1,2]"}, map[string]any{"bank_account_ids": []any{1.0, 2.0}}, nil},
		"virtual accounts":          {members{"only_va": "1", "bank_sub_account_ids": "[1,2]"}, map[string]any{"only_va": true, "va_mode": "list", "bank_sub_account_ids": []any{1.0, 2.0}}, nil},
		"flags as booleans":         {members{"is_verify_payment": "true", "skip_if_no_code": "true", "active": "false"}, map[string]any{"is_verify_payment": true, "skip_if_no_code": true, "active": false}, nil},
		"filters and alerts": {
			members{"prefix_filters": `["DH"]`, "alert_threshold": "5", "alert_event_types": `["failure"]`, "alert_channel_ids": "[7]"},
			map[string]any{"prefix_filters": []any{"DH"}, "alert_threshold": 5.0, "alert_event_types": []any{"failure"}, "alert_channel_ids": []any{7.0}}, nil,
		},
		"null is absent": {members{"va_mode": "null", "retry_conditions": "null", "alert_threshold": "null"}, map[string]any{"va_mode": "all", "alert_threshold": 3.0}, []string{"bank_sub_account_ids", "alert_channel_ids"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			token := h.admin()
			h.call("POST", "/api/v1/webhooks", token, webhookOf(c.sent)).want(t, 200, "")
			got := h.call("GET", "/api/v1/webhooks/10", token, "").data(t)
			for name, value := range c.want {
				if diff := cmp.Diff(value, got[name]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			for _, name := range c.not {
				if value, there := got[name]; there {
					t.Errorf("%s is there: %v", name, value)
				}
			}
		})
	}
}

func TestWhatAWebhookMayNotBe(t *testing.T) {
	h := build(t, nil)
	token := h.admin()
	for name, c := range map[string]struct {
		sent members
		want string
	}{
		"no name, no flag":         {members{"name": "", "skip_if_no_code": ""}, "A webhook needs name, skip_if_no_code"},
		"no content type":          {members{"request_content_type": ""}, "A webhook needs request_content_type"},
		"no account":               {members{"bank_account_id": ""}, "A webhook needs bank_account_id"},
		"a null account":           {members{"bank_account_id": "null"}, "A webhook needs bank_account_id"},
		"no accounts":              {members{"bank_account_id": "", "bank_mode": `"multi"`}, "A webhook needs bank_account_ids"},
		"another's account":        {members{"bank_account_id": "9"}, "bank account 9 does not belong to the company"},
		"no address":               {members{"webhook_url": `"shop"`}, "webhook_url: want an absolute URL such as https://shop.example/hook"},
		"an unknown event":         {members{"event_type": `"Both"`}, `event_type: "Both": want All, In_only or Out_only`},
		"outgoing at ACB":          {members{"event_type": `"Out_only"`}, "event_type Out_only works for Sacombank, TPBank and VietinBank only, not for ACB"},
		"no credential":            {members{"authen_type": `"Api_Key"`}, "api_key: needed for authen_type Api_Key"},
		"a flag of 2":              {members{"active": "2"}, "active: want true, false, 1 or 0, not 2"},
		"a text for a number":      {members{"bank_account_id": `"1"`}, "bank_account_id: want an integer, not string"},
		"a number for a text":      {members{"api_key": "12345"}, "api_key: want a text, not number"},
		"an unknown alert":         {members{"alert_event_types": `["all"]`}, "alert_event_types: want failure or recovery"},
		"an empty prefix":          {members{"prefix_filters": `[""]`}, "prefix_filters: want no empty text"},
		"a channel 0":              {members{"alert_channel_ids": "[0]"}, "alert_channel_ids: want numbers from 1"},
		"a text for retries":       {members{"retry_conditions": `"non_2xx_status_code"`}, `retry_conditions: want ["non_2xx_status_code"] or {"non_2xx_status_code": 1}`},
		"another's sub-account":    {members{"only_va": "1", "bank_sub_account_ids": "[77]"}, "virtual account 77 does not belong to the company"},
		"an alert after no events": {members{"alert_threshold": "21"}, "alert_threshold: 21: want 1 to 20"},
	} {
		t.Run(name, func(t *testing.T) {
			h.t = t
			a := h.call("POST", "/api/v1/webhooks", token, webhookOf(c.sent))
			a.want(t, http.StatusBadRequest, fmt.Sprintf(`{"status":"error","message":%s}`, quoted(c.want)))
			a.wantCodes(t, "refused")
		})
	}
	ids, _ := h.call("GET", "/api/v1/webhooks", token, "").page(t)
	if len(ids) != 0 {
		t.Errorf("a refused webhook was kept: %v", ids)
	}
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func TestMembersThatMeanNothingAreNoted(t *testing.T) {
	h := build(t, nil)
	a := h.call("POST", "/api/v1/webhooks", h.admin(), webhookOf(members{"company": `"other"`, "url": `"https://x.example"`, "Active": "0"}))
	a.want(t, 200, "")
	a.wantCodes(t, "ignored_member")
	if d := a.noted[0].Detail; d != `The call does not know "Active", "company", "url".` {
		t.Errorf("detail: %s", d)
	}
}

func TestRetryConditionsComeInBothShapes(t *testing.T) {
	for shape, c := range map[string]struct {
		want  float64
		codes []string
	}{
		`["non_2xx_status_code"]`:        {want: 1},
		`[]`:                             {want: 0},
		`{"non_2xx_status_code": 1}`:     {1, []string{"retry_conditions"}},
		`{"non_2xx_status_code": false}`: {0, []string{"retry_conditions"}},
	} {
		h := build(t, nil)
		token := h.admin()
		a := h.call("POST", "/api/v1/webhooks", token, webhookOf(members{"retry_conditions": shape}))
		a.want(t, 200, "")
		a.wantCodes(t, c.codes...)
		for _, method := range []string{"POST", "PATCH"} {
			if method == "PATCH" {
				h.call(method, "/api/v1/webhooks/10", token, `{"retry_conditions":`+shape+`}`).want(t, 200, "")
			}
			got := h.call("GET", "/api/v1/webhooks/10", token, "").data(t)["retry_conditions"]
			if diff := cmp.Diff(map[string]any{"non_2xx_status_code": c.want}, got); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", method, shape, diff)
			}
		}
	}
}

func TestStrictRetryConditionsMakeTheServerFail(t *testing.T) {
	h := build(t, members{"oauth_api.retry_conditions": "strict"})
	token := h.admin()
	h.call("POST", "/api/v1/webhooks", token, webhookOf(members{"retry_conditions": `["non_2xx_status_code"]`})).want(t, 200, "")
	const body = `{"retry_conditions":{"non_2xx_status_code":0}}`
	for _, a := range []answer{
		h.call("POST", "/api/v1/webhooks", token, webhookOf(members{"retry_conditions": `{"non_2xx_status_code":1}`})),
		h.call("PATCH", "/api/v1/webhooks/10", token, body),
	} {
		a.want(t, http.StatusInternalServerError, `{"status":"error","message":"Internal server error"}`)
		a.wantCodes(t, "retry_conditions")
	}
	ids, _ := h.call("GET", "/api/v1/webhooks", token, "").page(t)
	if diff := cmp.Diff([]int64{10}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestTheIDOfANewWebhookMayStandAtTheRootToo(t *testing.T) {
	h := build(t, members{"oauth_api.create_id": "root"})
	h.call("POST", "/api/v1/webhooks", h.admin(), smallWebhook).want(t, 200, `{"status":"success","data":{"id":10},"message":"Webhook created","id":10}`)
}

func TestTestModeHasAQuotaOfWebhooks(t *testing.T) {
	h := build(t, members{"bank.test_mode_quotas": "on"})
	token := h.admin()
	for range 50 {
		h.call("POST", "/api/v1/webhooks", token, smallWebhook).want(t, 200, "")
	}
	h.call("POST", "/api/v1/webhooks", token, smallWebhook).want(t, 400, `{"status":"error","message":"test mode allows 50 webhooks"}`)
}

func TestAnAnswerMayBeSentBack(t *testing.T) {
	h := build(t, nil)
	token := h.admin()
	h.call("POST", "/api/v1/webhooks", token, webhookOf(members{"bank_account_id": "", "bank_mode": `"multi"`, "bank_account_ids": "[1,2]"})).want(t, 200, "")
	before := h.call("GET", "/api/v1/webhooks/10", token, "").Body.String()
	data := strings.TrimSuffix(strings.TrimPrefix(before, `{"status":"success","data":`), "}")
	a := h.call("PATCH", "/api/v1/webhooks/10", token, data)
	a.want(t, 200, "")
	a.wantCodes(t, "ignored_member", "retry_conditions")
	h.call("GET", "/api/v1/webhooks/10", token, "").want(t, 200, before)
}

func TestWebhooksAreFiltered(t *testing.T) {
	h := build(t, nil)
	token := h.admin()
	for _, sent := range []members{ // ids 10 to 12
		{"authen_type": `"Api_Key"`, "api_key": `"k-1"`},
		{"authen_type": `"Api_Key"`, "api_key": `"k-2"`, "webhook_url": `"https://crm.example/Hook"`},
		{"active": "0", "api_key": `"k-1"`, "webhook_url": `"https://crm.example/other"`},
	} {
		h.call("POST", "/api/v1/webhooks", token, webhookOf(sent)).want(t, 200, "")
	}
	for query, c := range map[string]struct {
		want  []int64
		codes []string
	}{
		"":                                {want: []int64{12, 11, 10}},
		"webhook_url=crm.example":         {want: []int64{12, 11}},
		"webhook_url=hook":                {want: []int64{11, 10}},
		"webhook_url=nowhere":             {},
		"api_key=k-1":                     {want: []int64{10}},
		"api_key=k":                       {},
		"active=1":                        {want: []int64{11, 10}},
		"active=0":                        {want: []int64{12}},
		"active=true":                     {[]int64{12, 11, 10}, []string{"invalid_parameter"}},
		"active=1&webhook_url=crm":        {want: []int64{11}},
		"limit=2":                         {want: []int64{12, 11}},
		"limit=2&page=2":                  {want: []int64{10}},
		"limit=2&page=3":                  {},
		"url=crm":                         {[]int64{12, 11, 10}, []string{"ignored_parameter"}},
		"webhook_url=crm&limit=1&page=02": {want: []int64{11}},
	} {
		a := h.call("GET", "/api/v1/webhooks?"+query, token, "")
		ids, _ := a.page(t)
		if diff := cmp.Diff(c.want, ids); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
		if diff := cmp.Diff(append([]string{}, c.codes...), a.codes()); diff != "" {
			t.Errorf("%s: findings (-want +got):\n%s", query, diff)
		}
	}
}

func TestAWebhookMadeElsewhereIsListedToo(t *testing.T) {
	h := withWebhook(t)
	got := h.call("GET", "/api/v1/webhooks/1", h.admin(), "").data(t)
	if got["bank_account_id"] != 0.0 || got["bank_mode"] != "all" {
		t.Errorf("webhook 1: %v", got)
	}
}
