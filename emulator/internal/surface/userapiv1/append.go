package userapiv1

import (
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// listedRows are the rows of a list, written without reflection, as a poll may
// return 5000. A test compares the bytes with those of [listed].
type listedRows []store.Transaction

// bytesPerRow is the approximate size of an encoded row.
const bytesPerRow = 420

// AppendPHPJSON implements [phpjson.Appender].
func (rows listedRows) AppendPHPJSON(b []byte) []byte {
	return phpjson.AppendRows(b, rows, bytesPerRow, writeListed)
}

func writeListed(out *phpjson.Row, t *store.Transaction) {
	out.IntString("id", t.ID, "")
	out.String("bank_brand_name", t.Gateway)
	out.String("account_number", t.AccountNumber)
	out.Time("transaction_date", clock.AppendStamp, t.Date)
	out.IntString("amount_out", t.AmountOut(), ".00")
	out.IntString("amount_in", t.AmountIn(), ".00")
	out.IntString("accumulated", t.Accumulated, ".00")
	out.String("transaction_content", t.Content)
	out.String("reference_number", t.Reference)
	out.StringOrNull("code", t.Code)
	out.StringOrNull("sub_account", t.SubAccount)
	out.IntString("bank_account_id", t.BankAccountID, "")
}
