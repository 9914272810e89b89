package control_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestAWebhookIsMadeChangedAndDeleted(t *testing.T) {
	h := build(t)
	made := h.call("POST", "/webhooks", `{"webhook_url":"`+h.merchant.URL+`/two","name":"Two","event_type":"Out_only","active":1}`).body(201)
	id := fmt.Sprint(made["id"])
	if made["company"] != "shop" || made["name"] != "Two" || made["event_type"] != "Out_only" || made["active"] != true {
		t.Errorf("%v", made)
	}
	if got := h.call("PATCH", "/webhooks/"+id, `{"name":"Zwei"}`).body(200); got["name"] != "Zwei" || got["event_type"] != "Out_only" {
		t.Errorf("%v", got)
	}
	if got := h.call("GET", "/webhooks/"+id, "").body(200); got["name"] != "Zwei" {
		t.Errorf("%v", got)
	}
	h.call("DELETE", "/webhooks/"+id, "").none()
	for _, a := range []answer{h.call("GET", "/webhooks/"+id, ""), h.call("PATCH", "/webhooks/"+id, "{}"), h.call("DELETE", "/webhooks/"+id, ""), h.call("POST", "/webhooks/"+id+"/test", "")} {
		a.problem(404, "")
	}
	same(t, "facts", []string{
		"webhook   " + id + " created  " + h.merchant.URL + "/two", "webhook   " + id + " changed  " + h.merchant.URL + "/two", "webhook   " + id + " deleted  " + h.merchant.URL + "/two",
	}, h.texts("type=webhook"))
	h.call("POST", "/webhooks", `{"webhook_url":"not a url"}`).problem(422, "webhook_url")
	h.call("POST", "/webhooks", `{"webhook_url":"`+h.merchant.URL+`","company":"none"}`).problem(404, "none")
	h.call("PATCH", "/webhooks/1", `{"bank_account_id":-1}`).problem(422, "bank_account_id")
	h.call("PATCH", "/webhooks/1", `{"Nom":"x"}`).problem(400, "name")
	h.call("PATCH", "/webhooks/x", `{}`).problem(404, "there is no id")
}

func TestAWebhookIsTestedAtOnce(t *testing.T) {
	h := build(t)
	got := h.call("POST", "/webhooks/1/test", "").body(200)
	if got["status"] != "succeeded" || len(h.got) != 1 || h.got[0].Header.Get("Authorization") != "Apikey "+secret {
		t.Errorf("%v, %d requests", got, len(h.got))
	}
	h.answers = 500
	if got := h.call("POST", "/webhooks/1/test", "").body(200); got["status"] == "succeeded" {
		t.Errorf("%v", got["status"])
	}
}

func TestDeliveriesAreSentAgain(t *testing.T) {
	h := build(t)
	h.call("POST", "/transfers", `{"amount":5}`).body(201)
	h.advance("1s")
	got := h.call("POST", "/deliveries/1/replay", "").body(201)
	if got["id"] == 1.0 || len(h.got) != 1 {
		t.Errorf("%v, %d requests", got["id"], len(h.got))
	}
	h.advance("1s")
	if len(h.got) != 2 {
		t.Errorf("%d requests", len(h.got))
	}
	if list, _ := h.call("POST", "/deliveries/replay", `{"ids":[1]}`).body(201)["data"].([]any); len(list) != 1 {
		t.Errorf("%v", list)
	}
	h.call("POST", "/deliveries/replay", `{}`).problem(400, "at least one")
	h.call("POST", "/deliveries/replay", `{"ids":[0]}`).problem(404, "delivery 0")
	h.call("POST", "/deliveries/99/replay", ``).problem(404, "")
	h.call("POST", "/deliveries/x/replay", ``).problem(404, "there is no id")
	refused := 0
	for range 12 {
		if a := h.call("POST", "/deliveries/1/replay", ""); a.Code == 429 {
			a.problem(429, "advance the clock by a minute")
			refused++
		}
	}
	if refused < 2 {
		t.Errorf("%d calls too many were refused", refused)
	}
	h.advance("61s")
	h.call("POST", "/deliveries/1/replay", "").body(201)
}

func TestADeliveryShowsItsAttemptsWithoutCredentials(t *testing.T) {
	h := build(t)
	h.answers = 503
	h.call("POST", "/transfers", `{"amount":5}`).body(201)
	h.advance("1s")
	a := h.call("GET", "/deliveries/1", "")
	got := a.body(200)
	attempts := got["attempts"].([]any)
	if got["status"] != "failed" || len(attempts) != 1 || strings.Contains(a.Body.String(), secret) {
		t.Errorf("%s", a.Body)
	}
	if response := attempts[0].(map[string]any)["response"].(map[string]any); response["status"] != 503.0 {
		t.Errorf("%v", response)
	}
}

func TestUsersAreChangedAndDeleted(t *testing.T) {
	h := build(t)
	users := h.call("GET", "/state", "").body(200)["companies"].([]any)[0].(map[string]any)["users"].([]any)
	id := fmt.Sprintf("%.0f", users[0].(map[string]any)["id"])
	got := h.call("PATCH", "/users/"+id, `{"first_name":"Binh","role":"User","permissions":[]}`).body(200)
	if got["first_name"] != "Binh" || got["role"] != "User" || got["email"] != "an@example.com" || len(got["permissions"].([]any)) != 0 {
		t.Errorf("%v", got)
	}
	h.call("PATCH", "/users/"+id, `{"role":"King"}`).problem(422, "role")
	h.call("PATCH", "/users/"+id, `{"nme":"x"}`).problem(400, `"nme"`)
	h.call("PATCH", "/users/999", `{}`).problem(404, "")
	h.call("PATCH", "/users/x", `{}`).problem(404, "there is no id")
	h.call("DELETE", "/users/"+id, "").none()
	h.call("DELETE", "/users/"+id, "").problem(404, "")
	h.call("DELETE", "/users/x", "").problem(404, "there is no id")
	texts := h.texts("type=user")
	if len(texts) != 2 || !strings.HasPrefix(texts[0], "user      "+id+" changed") || !strings.HasPrefix(texts[1], "user      "+id+" deleted") {
		t.Errorf("%q", texts)
	}
}

func TestTokensAreGivenWithoutALogin(t *testing.T) {
	h := build(t)
	got := h.call("POST", "/oauth/tokens", `{"scopes":["profile"]}`).body(201)
	if got["access_token"] == "" || got["token_type"] != "Bearer" {
		t.Errorf("%v", got)
	}
	h.call("POST", "/oauth/tokens", `{"email":"AN@example.com","client_id":"app"}`).body(201)
	h.call("POST", "/oauth/tokens", `{"email":"nobody@example.com"}`).problem(404, "no such user")
	h.call("POST", "/oauth/tokens", `{"client_id":"none"}`).problem(404, "no such application")
	h.call("POST", "/oauth/tokens", `{"scopes":["everything"]}`).problem(422, "")
	h.call("POST", "/oauth/tokens", `{"scope":"profile"}`).problem(400, "scopes")
	h.call("POST", "/companies", `{"id":"other","oauth_apps":[{"client_id":"theirs","client_secret":"their-secret","redirect_uris":["https://app.example/cb"]}]}`).body(201)
	h.call("POST", "/oauth/tokens", `{"company":"shop","client_id":"theirs"}`).problem(404, "no such application")
	texts := h.texts("type=oauth")
	if len(texts) == 0 || !strings.HasPrefix(texts[0], "oauth     app ") {
		t.Errorf("%q", texts)
	}
}

func TestAnAuthorizationIsDecidedWithoutPages(t *testing.T) {
	h := build(t)
	query := url.Values{"response_type": {"code"}, "client_id": {"app"}, "redirect_uri": {"https://app.example/cb"}, "scope": {"profile"}, "state": {"abcdefgh12345678"}}
	decide := func(more string, q url.Values) answer {
		return h.call("POST", "/oauth/authorize", fmt.Sprintf(`{"query":%q%s}`, q.Encode(), more))
	}
	location := func(a answer) url.Values {
		t.Helper()
		to, _ := a.body(200)["location"].(string)
		u, err := url.Parse(to)
		if err != nil || u.Host != "app.example" {
			t.Fatalf("%s: %v", to, err)
		}
		return u.Query()
	}
	if got := location(decide(`,"email":"an@example.com"`, query)); got.Get("code") == "" || got.Get("state") != "abcdefgh12345678" {
		t.Errorf("allowed: %v", got)
	}
	if got := location(decide("", query)); got.Get("code") == "" {
		t.Errorf("allowed by the first user: %v", got)
	}
	if got := location(decide(`,"deny":true`, query)); got.Get("error") != "access_denied" || got.Has("code") {
		t.Errorf("denied: %v", got)
	}
	query.Set("scope", "everything")
	if got := location(decide("", query)); got.Get("error") == "" || got.Has("code") {
		t.Errorf("refused: %v", got)
	}
	query.Set("redirect_uri", "https://evil.example/cb")
	decide("", query).problem(422, "")
	h.call("POST", "/oauth/authorize", `{"query":"%zz"}`).problem(400, "query:")
	h.call("POST", "/oauth/authorize", `{"email":5}`).problem(400, "email")
}
