package userapiv2

import (
	"slices"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/openapi/phpjson"
)

// transactionRows are the rows of a page, written without reflection and
// without a copy of each row: clients poll for pages of 20. A test compares the
// bytes with those of [transaction].
type transactionRows struct {
	rows []store.Transaction
	out  render
}

// bytesPerRow is the approximate size of an encoded row.
const bytesPerRow = 480

// AppendPHPJSON implements [phpjson.Appender].
func (t transactionRows) AppendPHPJSON(b []byte) []byte {
	b = append(slices.Grow(b, bytesPerRow*len(t.rows)), '[')
	for i := range t.rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = t.out.appendTransaction(b, &t.rows[i])
	}
	return append(b, ']')
}

func (r render) appendTransaction(b []byte, t *store.Transaction) []byte {
	text := func(name, value string) {
		b = append(b, name...)
		b = phpjson.AppendString(b, value)
	}
	orNull := func(name, value string) {
		b = append(b, name...)
		b = phpjson.AppendStringOrNull(b, value)
	}
	number := func(name string, value int64) {
		b = append(b, name...)
		b = strconv.AppendInt(b, value, 10)
	}
	text(`{"id":`, t.XID)
	b = append(b, `,"transaction_date":"`...)
	b = r.appendDate(b, t.Date)
	b = append(b, '"')
	text(`,"account_number":`, t.AccountNumber)
	text(`,"va":`, t.SubAccount)
	text(`,"transfer_type":`, string(t.TransferType))
	number(`,"amount_in":`, t.AmountIn())
	number(`,"amount_out":`, t.AmountOut())
	number(`,"accumulated":`, t.Accumulated)
	text(`,"transaction_content":`, t.Content)
	text(`,"reference_number":`, t.Reference)
	orNull(`,"code":`, t.Code)
	text(`,"bank_brand_name":`, t.Gateway)
	text(`,"bank_account_id":`, t.BankAccountXID)
	orNull(`,"va_id":`, t.VirtualAccountXID)
	if n := r.webhookSuccess(t); n != nil {
		number(`,"webhook_success":`, *n)
	} else {
		b = append(b, `,"webhook_success":null`...)
	}
	return append(b, '}')
}
