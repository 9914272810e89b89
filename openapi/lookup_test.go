package openapi_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi"
)

func TestAContractKnowsWhichHostsServeIt(t *testing.T) {
	want := map[string][]string{
		"checkout":   {"pay-sandbox.sepay.vn", "pay.sepay.vn", "sandbox.pay.sepay.vn"},
		"pgapi":      {"pgapi-sandbox.sepay.vn", "pgapi.sepay.vn"},
		"userapi_v1": {"my.dev.sepay.vn", "my.sepay.vn"},
		"userapi_v2": {"userapi-sandbox.sepay.vn", "userapi.sepay.vn"},
		"oauth":      {"my.sepay.vn"},
		"oauth_api":  {"my.sepay.vn"},
		"qr":         {"my.sepay.vn", "qr.sepay.vn", "vietqr.app"},
		"control":    {"127.0.0.1"},
		"webhook":    nil,
		"ipn":        nil,
	}
	for name, hosts := range want {
		c := load(t, name)
		if diff := cmp.Diff(hosts, c.Hosts()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if c.AnyHost() != (name == "webhook" || name == "ipn") {
			t.Errorf("%s: AnyHost is %t", name, c.AnyHost())
		}
	}
}

func TestASchemaIsFollowedThroughArraysAndProperties(t *testing.T) {
	c := load(t, "userapi_v2")
	top := c.ResponseSchema(get(t, "/v2/transactions"), 200, "application/json; charset=utf-8")
	data, named := top.Property("data")
	if !named {
		t.Fatal("data is not declared")
	}
	direction, named := data.Items().Property("transfer_type")
	if !named || !slices.Equal(direction.Enum(), []string{"in", "out"}) {
		t.Errorf("transfer_type has %v", direction.Enum())
	}
	if other, named := data.Items().Property("nothing"); named || other.Enum() != nil {
		t.Error("a property that is not declared has a schema")
	}
	if s := c.ResponseSchema(get(t, "/v2/transactions"), 200, "text/html"); s.Items().Enum() != nil {
		t.Error("another content type has a schema")
	}
}

func TestALongNameOfWordsIsShownAndACredentialIsNot(t *testing.T) {
	for name, want := range map[string]string{
		"webhook_verification_enabled":     "webhook_verification_enabled",
		"spsk_test_abc":                    "(a name of 13 characters)",
		"abcdefghijklmnopqrstuvwxyz":       "(a name of 26 characters)",
		"a_name_that_is_longer_than_any_x": "a_name_that_is_longer_than_any_x",
	} {
		if got := openapi.SafeName(name); got != want {
			t.Errorf("%s is shown as %s", name, got)
		}
	}
}
