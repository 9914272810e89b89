package userapiv2

import (
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// transactionRows are the rows of a page, written without reflection and
// without a copy of each row: clients poll for pages of 20. A test compares the
// bytes with those of [transaction].
type transactionRows struct {
	rows []store.Transaction
	as   render
}

// bytesPerRow is the approximate size of an encoded row.
const bytesPerRow = 480

// AppendPHPJSON implements [phpjson.Appender].
func (t transactionRows) AppendPHPJSON(b []byte) []byte {
	return phpjson.AppendRows(b, t.rows, bytesPerRow, t.as.writeTransaction)
}

func (r render) writeTransaction(out *phpjson.Row, t *store.Transaction) {
	out.String("id", t.XID)
	if r.iso {
		out.Time("transaction_date", clock.AppendISO, t.Date)
	} else {
		out.Time("transaction_date", clock.AppendStamp, t.Date)
	}
	out.String("account_number", t.AccountNumber)
	out.String("va", t.SubAccount)
	out.String("transfer_type", string(t.TransferType))
	out.Int("amount_in", t.AmountIn())
	out.Int("amount_out", t.AmountOut())
	out.Int("accumulated", t.Accumulated)
	out.String("transaction_content", t.Content)
	out.String("reference_number", t.Reference)
	out.StringOrNull("code", t.Code)
	out.String("bank_brand_name", t.Gateway)
	out.String("bank_account_id", t.BankAccountXID)
	out.StringOrNull("va_id", t.VirtualAccountXID)
	if n := r.webhookSuccess(t); n != nil {
		out.Int("webhook_success", *n)
	} else {
		out.Null("webhook_success")
	}
}
