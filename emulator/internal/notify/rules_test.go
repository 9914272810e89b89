package notify_test

import (
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestFiltersApplyInSePaysOrder(t *testing.T) {
	in := store.Transaction{BankAccountID: 1, TransferType: store.In, Code: "DH1"}
	base := store.Webhook{EventType: store.EventIn, BankMode: store.BankAll, VAMode: store.VAAll}
	with := func(change func(*store.Webhook)) store.Webhook {
		h := base
		change(&h)
		return h
	}
	noCode := in
	noCode.Code = ""
	out := in
	out.TransferType = store.Out
	for name, c := range map[string]struct {
		h    store.Webhook
		t    store.Transaction
		va   int64
		want string
	}{
		"all pass":                 {base, in, 0, ""},
		"the selected account":     {with(func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankSingle, []int64{1} }), in, 0, ""},
		"another account":          {with(func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankMulti, []int64{2, 3} }), in, 0, notify.SkipAccount},
		"account before direction": {with(func(h *store.Webhook) { h.BankMode, h.BankAccountIDs = store.BankSingle, []int64{2} }), out, 0, notify.SkipAccount},
		"VA only, without one":     {with(func(h *store.Webhook) { h.OnlyVA = true }), in, 0, notify.SkipVA},
		"VA only, with one":        {with(func(h *store.Webhook) { h.OnlyVA = true }), in, 7, ""},
		"a VA that is listed":      {with(func(h *store.Webhook) { h.VAMode, h.BankSubAccountIDs = store.VAList, []int64{7} }), in, 7, ""},
		"a VA that is not listed":  {with(func(h *store.Webhook) { h.VAMode, h.BankSubAccountIDs = store.VAList, []int64{8} }), in, 7, notify.SkipVA},
		"no VA wanted":             {with(func(h *store.Webhook) { h.VAMode = store.VANone }), in, 7, notify.SkipVA},
		"outgoing to In_only":      {base, out, 0, notify.SkipEvent},
		"incoming to Out_only":     {with(func(h *store.Webhook) { h.EventType = store.EventOut }), in, 0, notify.SkipEvent},
		"outgoing to All":          {with(func(h *store.Webhook) { h.EventType = store.EventAll }), out, 0, ""},
		"direction before code":    {with(func(h *store.Webhook) { h.SkipIfNoCode = true }), store.Transaction{TransferType: store.Out}, 0, notify.SkipEvent},
		"a code is needed":         {with(func(h *store.Webhook) { h.SkipIfNoCode = true }), noCode, 0, notify.SkipNoCode},
		"a code is not needed":     {base, noCode, 0, ""},
		"the prefix fits":          {with(func(h *store.Webhook) { h.PrefixFilters = []string{"XX", "DH"} }), in, 0, ""},
		"the prefix does not fit":  {with(func(h *store.Webhook) { h.PrefixFilters = []string{"HD"} }), in, 0, notify.SkipPrefix},
		"prefixes have a case":     {with(func(h *store.Webhook) { h.PrefixFilters = []string{"dh"} }), in, 0, notify.SkipPrefix},
		"a prefix needs a code":    {with(func(h *store.Webhook) { h.PrefixFilters = []string{"DH"} }), noCode, 0, notify.SkipPrefix},
	} {
		if got := notify.Skip(&c.h, &c.t, c.va); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhereAWebhookMayGo(t *testing.T) {
	for _, c := range []struct {
		url        string
		test, live bool
	}{
		{"http://localhost:3000/hook", true, false},
		{"https://127.0.0.1/hook", true, false},
		{"https://10.0.0.1/hook", true, false},
		{"https://192.168.1.5/hook", true, false},
		{"https://172.16.3.4/hook", true, false},
		{"https://169.254.169.254/latest", true, false},
		{"https://[::1]/hook", true, false},
		{"https://[::ffff:127.0.0.1]/hook", true, false},
		{"https://100.64.0.1/hook", true, false},
		{"https://0.0.0.0/hook", true, false},
		{"https://1.1.1.1/hook", true, true},
		{"http://1.1.1.1/hook", true, false},
		{"ftp://1.1.1.1/hook", false, false},
		{"https://user:pass@1.1.1.1/", false, false},
		{"/hook", false, false},
		{"", false, false},
		{"javascript:alert(1)", false, false},
		{"https://:443/hook", false, false},
		// odd spellings of loopback
		{"https://127.1/hook", true, false},
		{"https://2130706433/hook", true, false},
		{"https://0x7f000001/hook", true, false},
		{"https://0177.0.0.1/hook", true, false},
		{"https://127.0.0.1./hook", true, false},
		{"https://１２７.０.０.１/hook", true, false},
		// special ranges, and what carries an IPv4 address
		{"https://[::127.0.0.1]/hook", true, false},
		{"https://[2002:7f00:1::]/hook", true, false},
		{"https://[2001:0:7f00:1::]/hook", true, false},
		{"https://[64:ff9b::7f00:1]/hook", true, false},
		{"https://[64:ff9b:1::7f00:1]/hook", true, false},
		{"https://[fd00::1]/hook", true, false},
		{"https://[fe80::1%25eth0]/hook", true, false},
		{"https://[fec0::1]/hook", true, false},
		{"https://[2001:db8::1]/hook", true, false},
		{"https://[ff02::1]/hook", true, false},
		{"https://198.18.0.1/hook", true, false},
		{"https://255.255.255.255/hook", true, false},
		{"https://[2606:4700:4700::1111]/hook", true, true},
		// SePay's own, in any spelling and mode
		{"https://my.sepay.vn/hook", false, false},
		{"https://PGAPI.SePay.VN./hook", false, false},
		{"https://userapi。sepay。vn/hook", false, false},
		{"https://ｐａｙ．sepay.vn:443/hook", false, false},
		{"https://pay-sandbox.sepay.vn/hook", false, false},
		{"https://bankhub-api.sepay.vn/hook", false, false},
	} {
		for egress, want := range map[notify.Egress]bool{notify.EgressTest: c.test, notify.EgressLive: c.live} {
			if err := egress.CheckURL(c.url); (err == nil) != want {
				t.Errorf("%s under %s rules: %v", c.url, egress, err)
			}
		}
	}
}
