package pgapi

import (
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// orderRows are the rows of a list, written without reflection and without a copy
// of each row. A test compares the bytes with those of [order].
type orderRows []store.Order

// bytesPerRow is the approximate size of an encoded row.
const bytesPerRow = 400

// AppendPHPJSON implements [phpjson.Appender].
func (rows orderRows) AppendPHPJSON(b []byte) []byte {
	return phpjson.AppendRows(b, rows, bytesPerRow, writeOrder)
}

func writeOrder(out *phpjson.Row, o *store.Order) {
	out.IntString("id", o.ID, "")
	out.StringOrNull("customer_id", o.CustomerID)
	out.String("order_id", o.OrderID)
	out.String("order_invoice_number", o.InvoiceNumber)
	out.String("order_status", string(o.Status))
	out.IntString("order_amount", o.Amount, ".00")
	out.String("order_currency", o.Currency)
	out.String("order_description", o.Description)
	out.StringOrNull("authentication_status", o.AuthenticationStatus)
	out.Time("created_at", clock.AppendStamp, o.CreatedAt)
	out.Time("updated_at", clock.AppendStamp, o.UpdatedAt)
}
