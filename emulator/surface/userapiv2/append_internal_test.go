package userapiv2

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/clock"
	"github.com/localsepay/localsepay/emulator/store"
)

func TestRowsWrittenByHandEqualThoseOfEncodingJSON(t *testing.T) {
	at := time.Date(2026, 7, 4, 8, 12, 33, 0, clock.Vietnam)
	for _, content := range []string{"", "DH1 thanh toan", "Thanh toán / <A> & \"B\" \\ \t\u2028 \x7f", "🇻🇳", "bad \xff utf-8"} {
		for _, row := range []store.Transaction{
			{XID: "x", Date: at, TransferType: store.In, Amount: 1, Content: content, HasWebhook: true, WebhookSuccess: 8},
			{XID: "x", Date: at, TransferType: store.Out, Amount: 2, Content: content, Code: content, VirtualAccountXID: "v", SubAccount: "s", Reference: content},
		} {
			for _, out := range []render{{layout: clock.Layout}, {layout: isoLayout, flag: true}} {
				var want bytes.Buffer
				enc := json.NewEncoder(&want)
				enc.SetEscapeHTML(false)
				if err := enc.Encode(out.transaction(&row)); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want.String(), string(out.appendTransaction(nil, &row))+"\n"); diff != "" {
					t.Errorf("%q (-want +got):\n%s", content, diff)
				}
			}
		}
	}
}
