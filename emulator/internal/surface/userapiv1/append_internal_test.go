package userapiv1

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

func TestRowsWrittenByHandEqualTheirStructs(t *testing.T) {
	at := time.Date(2026, 7, 4, 1, 12, 33, 0, time.UTC)
	for _, content := range []string{"", "DH1", "Thanh toán / <A> & \"B\" \\ \t\u2028 \x7f", "bad \xff utf-8"} {
		rows := listedRows{
			{ID: 7, Date: at, TransferType: store.In, Amount: 1, Content: content, BankAccountID: 3},
			{ID: 8, Date: at, TransferType: store.Out, Amount: 2, Code: content, SubAccount: content, Reference: content, Accumulated: 9},
		}
		want, err := phpjson.Encode([]listed{row(&rows[0]), row(&rows[1])})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(rows.AppendPHPJSON(nil))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", content, diff)
		}
	}
}
