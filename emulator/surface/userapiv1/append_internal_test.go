package userapiv1

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/store"
)

func TestRowsWrittenByHandEqualThoseOfEncodingJSON(t *testing.T) {
	at := time.Date(2026, 7, 4, 1, 12, 33, 0, time.UTC)
	for _, content := range []string{"", "DH1", "Thanh toán / <A> & \"B\" \\ \t\u2028 \x7f", "bad \xff utf-8"} {
		rows := listedRows{
			{ID: 7, Date: at, TransferType: store.In, Amount: 1, Content: content, BankAccountID: 3},
			{ID: 8, Date: at, TransferType: store.Out, Amount: 2, Code: content, SubAccount: content, Reference: content, Accumulated: 9},
		}
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode([]listed{row(&rows[0]), row(&rows[1])}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), string(rows.appendJSON(nil))+"\n"); diff != "" {
			t.Errorf("%q (-want +got):\n%s", content, diff)
		}
	}
}
