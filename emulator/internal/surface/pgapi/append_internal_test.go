package pgapi

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

func TestRowsWrittenByHandEqualTheirStructs(t *testing.T) {
	at := time.Date(2026, 7, 4, 1, 12, 33, 0, time.UTC)
	for _, text := range []string{"", "INV1", "Đơn hàng / <A> & \"B\" \\ \t\u2028 \x7f", "bad \xff utf-8"} {
		rows := orderRows{
			{ID: 7, InvoiceNumber: text, Amount: 1, Status: store.OrderCaptured, CreatedAt: at, UpdatedAt: at.Add(time.Hour)},
			{ID: 8, CustomerID: text, OrderID: text, Currency: "VND", Description: text, AuthenticationStatus: text, Status: store.OrderStatus(text)},
		}
		want, err := phpjson.Encode([]order{showOrder(&rows[0]), showOrder(&rows[1])})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(rows.AppendPHPJSON(nil))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
