package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/control"
)

func TestANewWebhookHasTheWizardsDefaults(t *testing.T) {
	list := store.Webhook{Name: "Webhook", EventType: store.EventIn, BankMode: store.BankAll, VAMode: store.VAAll, AuthenType: store.AuthNone, RequestContentType: store.ContentJSON, AlertThreshold: 3}
	for name, c := range map[string]struct{ given, want func(*store.Webhook) }{
		"nothing said": {func(*store.Webhook) {}, func(*store.Webhook) {}},
		"one account": {
			func(h *store.Webhook) { h.BankAccountIDs = []int64{1} },
			func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankSingle, []int64{1} },
		},
		"two accounts": {
			func(h *store.Webhook) { h.BankAccountIDs = []int64{1, 2} },
			func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankMulti, []int64{1, 2} },
		},
		"virtual accounts alone, and which": {
			func(h *store.Webhook) { h.OnlyVA, h.BankSubAccountIDs = true, []int64{7} },
			func(h *store.Webhook) { h.OnlyVA, h.BankSubAccountIDs, h.VAMode = true, []int64{7}, store.VAList },
		},
		"virtual accounts alone": {
			func(h *store.Webhook) { h.OnlyVA = true },
			func(h *store.Webhook) { h.OnlyVA = true },
		},
		"what is said stays": {
			func(h *store.Webhook) { h.Name, h.EventType, h.AlertThreshold = "A", store.EventAll, 7 },
			func(h *store.Webhook) { h.Name, h.EventType, h.AlertThreshold = "A", store.EventAll, 7 },
		},
	} {
		have, want := store.Webhook{}, list
		c.given(&have)
		c.want(&want)
		notify.Defaults(&have)
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAWebhookThatSePayWouldNotSaveIsRefusedByMember(t *testing.T) {
	s := build(t)
	s.update(func(w store.Writer) error {
		return errors.Join(
			store.BankAccounts.Put(w, store.BankAccount{ID: 2, XID: "a2", Company: "shop", Bank: "TPBank", AccountNumber: "2"}),
			store.BankAccounts.Put(w, store.BankAccount{ID: 3, XID: "a3", Company: "other", Bank: "TPBank", AccountNumber: "3"}),
			store.VirtualAccounts.Put(w, store.VirtualAccount{ID: 7, XID: "va7", Company: "shop", Number: "VA7"}),
			store.VirtualAccounts.Put(w, store.VirtualAccount{ID: 8, XID: "va8", Company: "other", Number: "VA8"}),
		)
	})
	for name, c := range map[string]struct {
		change func(*store.Webhook)
		want   string // a part of the refusal; empty: taken
	}{
		"as it is":                  {func(*store.Webhook) {}, ""},
		"no name":                   {func(h *store.Webhook) { h.Name = "" }, "name: want 1 to 300"},
		"300 letters with marks":    {func(h *store.Webhook) { h.Name = strings.Repeat("ế", 300) }, ""},
		"301 letters":               {func(h *store.Webhook) { h.Name = strings.Repeat("e", 301) }, "name: want 1 to 300"},
		"an unknown event":          {func(h *store.Webhook) { h.EventType = "Any" }, "event_type"},
		"an unknown bank mode":      {func(h *store.Webhook) { h.BankMode = "two" }, "bank_mode"},
		"an unknown VA mode":        {func(h *store.Webhook) { h.VAMode = "two" }, "va_mode"},
		"an unknown authentication": {func(h *store.Webhook) { h.AuthenType = "Basic" }, "authen_type"},
		"an unknown content type":   {func(h *store.Webhook) { h.RequestContentType = "Xml" }, "request_content_type"},
		"an alert after 0":          {func(h *store.Webhook) { h.AlertThreshold = 0 }, "alert_threshold"},
		"an alert after 20":         {func(h *store.Webhook) { h.AlertThreshold = 20 }, ""},
		"an alert after 21":         {func(h *store.Webhook) { h.AlertThreshold = 21 }, "alert_threshold"},
		"no key":                    {func(h *store.Webhook) { h.AuthenType = store.AuthAPIKey }, "api_key: needed"},
		"no secret for HMAC":        {func(h *store.Webhook) { h.AuthenType = store.AuthHMAC }, "secret_key: needed"},
		"no secret":                 {func(h *store.Webhook) { h.AuthenType = store.AuthSecret }, "secret_key: needed"},
		"a key that is no header":   {func(h *store.Webhook) { h.AuthenType, h.APIKey = store.AuthAPIKey, "a\r\nb" }, "api_key: want printable"},
		"OAuth2":                    {oauth("http://localhost/token"), ""},
		"OAuth2 without an address": {oauth(""), "oauth2_access_token_url"},
		"OAuth2 without a client":   {func(h *store.Webhook) { oauth("http://localhost/token")(h); h.OAuth2ClientID = "" }, "oauth2_client_id: needed"},
		"no address":                {func(h *store.Webhook) { h.URL = "" }, "webhook_url"},
		"300 characters of address": {func(h *store.Webhook) { h.URL = "http://localhost/" + strings.Repeat("a", 283) }, ""},
		"301 characters of address": {func(h *store.Webhook) { h.URL = "http://localhost/" + strings.Repeat("a", 284) }, "webhook_url: want 300"},
		"another scheme":            {func(h *store.Webhook) { h.URL = "ftp://localhost/" }, "webhook_url: want http or https"},
		"single without an account": {func(h *store.Webhook) { h.BankMode = store.BankSingle }, "bank_account_id: "},
		"single with two":           {func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankSingle, []int64{1, 2} }, "bank_account_id: "},
		"multi without one":         {func(h *store.Webhook) { h.BankMode = store.BankMulti }, "bank_account_ids: "},
		"an account of the company": {func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankMulti, []int64{1, 2} }, ""},
		"an account of another":     {func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankMulti, []int64{1, 3} }, "bank account 3"},
		"outgoing money at its bank": {func(h *store.Webhook) {
			h.EventType, h.BankMode, h.BankAccountIDs = store.EventOut, store.BankSingle, []int64{2}
		}, ""},
		"outgoing money at another": {func(h *store.Webhook) {
			h.EventType, h.BankMode, h.BankAccountIDs = store.EventOut, store.BankSingle, []int64{1}
		}, "not for MBBank"},
		"outgoing money of all banks": {func(h *store.Webhook) { h.EventType = store.EventOut }, ""},
		"a virtual account":           {func(h *store.Webhook) { h.BankSubAccountIDs = []int64{7} }, ""},
		"a virtual one of another":    {func(h *store.Webhook) { h.BankSubAccountIDs = []int64{8} }, "virtual account 8"},
		"a virtual one that is none":  {func(h *store.Webhook) { h.BankSubAccountIDs = []int64{9} }, "virtual account 9"},
	} {
		h := store.Webhook{Company: "shop", URL: "http://localhost/"}
		notify.Defaults(&h)
		c.change(&h)
		s.view(func(r store.Reader) error {
			err := notify.Check(r, h, notify.EgressTest)
			if (err == nil) != (c.want == "") || err != nil && (!errors.Is(err, notify.ErrInvalid) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
			return nil
		})
	}
}

func TestTestModeAllows50Webhooks(t *testing.T) {
	for _, quotas := range []string{"on", setting.Off} {
		s := build(t, with(setting.BankQuotas, quotas))
		for range 50 {
			s.hook("http://localhost/")
		}
		err := s.store.Update(context.Background(), func(w store.Writer) error {
			_, err := s.n.Register(w, s.shop(w), store.Webhook{URL: "http://localhost/"})
			return err
		})
		if (quotas == "on") != errors.Is(err, notify.ErrInvalid) || quotas != "on" && err != nil {
			t.Errorf("the 51st with quotas %s: %v", quotas, err)
		}
	}
}

func TestAChangedWebhookIsCheckedAndADeletedOneIsGone(t *testing.T) {
	s := build(t)
	h := s.hook("http://localhost/")
	bad := h
	bad.URL = "nowhere"
	if err := s.store.Update(context.Background(), func(w store.Writer) error { return s.n.Change(w, bad) }); !errors.Is(err, notify.ErrInvalid) {
		t.Error(err)
	}
	remove := func() error {
		return s.store.Update(context.Background(), func(w store.Writer) error { return s.n.Delete(w, h.ID) })
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	if err := remove(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestTheFactsTellOfAWebhooksConfiguration(t *testing.T) {
	s := build(t)
	h := s.hook("http://localhost/a")
	h.URL = "http://localhost/b"
	s.update(func(w store.Writer) error { return s.n.Change(w, h) })
	s.update(func(w store.Writer) error { return s.n.Delete(w, h.ID) })
	told := []notify.Configured{}
	for _, f := range s.store.Facts().After(fact.Filter{Type: fact.Webhook}, 0, 10) {
		if f.Company != "shop" || f.Subject != "webhook 1" || !f.At.Equal(at) {
			t.Errorf("%+v", f)
		}
		told = append(told, f.Data.(notify.Configured))
	}
	s.same("told", []notify.Configured{{1, "http://localhost/a", "created"}, {1, "http://localhost/b", "changed"}, {1, "http://localhost/b", "deleted"}}, told)
}

func TestABodyChangesWhatItNamesAndNoMore(t *testing.T) {
	base := store.Webhook{Name: "A", URL: "http://localhost/", BankMode: store.BankAll, BankAccountIDs: nil, RetryNon2xx: true, Active: true, PrefixFilters: []string{"DH"}}
	for text, want := range map[string]func(*store.Webhook){
		`{}`:                                        func(*store.Webhook) {},
		`{"name":"B","event_type":"All"}`:           func(h *store.Webhook) { h.Name, h.EventType = "B", store.EventAll },
		`{"active":0,"only_va":1}`:                  func(h *store.Webhook) { h.Active, h.OnlyVA = false, true },
		`{"active":true,"skip_if_no_code":true}`:    func(h *store.Webhook) { h.SkipIfNoCode = true },
		`{"prefix_filters":[]}`:                     func(h *store.Webhook) { h.PrefixFilters = []string{} },
		`{"bank_account_id":3}`:                     func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankSingle, []int64{3} },
		`{"bank_account_id":0}`:                     func(*store.Webhook) {},
		`{"bank_account_id":3,"bank_mode":"multi"}`: func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankMulti, []int64{3} },
		`{"bank_account_ids":[3,4],"bank_account_id":3}`: func(h *store.Webhook) {
			h.BankAccountIDs = []int64{3, 4}
		},
		`{"retry_conditions":null}`:                      func(*store.Webhook) {},
		`{"retry_conditions":[]}`:                        func(h *store.Webhook) { h.RetryNon2xx = false },
		`{"retry_conditions":["non_2xx_status_code"]}`:   func(*store.Webhook) {},
		`{"retry_conditions":{"non_2xx_status_code":0}}`: func(h *store.Webhook) { h.RetryNon2xx = false },
		`{"retry_conditions":{}}`:                        func(h *store.Webhook) { h.RetryNon2xx = false },
	} {
		var b control.WebhookBody
		if err := json.Unmarshal([]byte(text), &b); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		have, wanted := base, base
		want(&wanted)
		if err := notify.Apply(b, &have); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(wanted, have); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestAFlagOrRetryConditionOfAnotherKindCannotBeRead(t *testing.T) {
	var b control.WebhookBody
	for _, text := range []string{`{"active":"1"}`, `{"active":2}`} {
		if err := json.Unmarshal([]byte(text), &b); err == nil {
			t.Errorf("%s is read", text)
		}
	}
	for _, text := range []string{`"non_2xx_status_code"`, `1`, `{"non_2xx_status_code":"yes"}`} {
		b := control.WebhookBody{RetryConditions: control.RetryConditions(text)}
		if err := notify.Apply(b, &store.Webhook{}); !errors.Is(err, control.ErrUnreadable) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
