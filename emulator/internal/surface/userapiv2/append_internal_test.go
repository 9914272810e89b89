package userapiv2

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

func TestRowsWrittenByHandEqualTheirStructs(t *testing.T) {
	at := time.Date(2026, 7, 4, 8, 12, 33, 0, clock.Vietnam)
	for _, content := range []string{"", "DH1 thanh toan", "Thanh toán / <A> & \"B\" \\ \t\u2028 \x7f", "🇻🇳", "bad \xff utf-8"} {
		for _, row := range []store.Transaction{
			{XID: "x", Date: at, TransferType: store.In, Amount: 1, Content: content, HasWebhook: true, WebhookSuccess: 8},
			{XID: "x", Date: at, TransferType: store.Out, Amount: 2, Content: content, Code: content, VirtualAccountXID: "v", SubAccount: "s", Reference: content},
		} {
			for _, out := range []render{{}, {iso: true, flag: true}} {
				want, err := phpjson.Encode([]transaction{out.transaction(&row)})
				if err != nil {
					t.Fatal(err)
				}
				got := transactionRows{[]store.Transaction{row}, out}.AppendPHPJSON(nil)
				if diff := cmp.Diff(string(want), string(got)); diff != "" {
					t.Errorf("%q (-want +got):\n%s", content, diff)
				}
			}
		}
	}
}
