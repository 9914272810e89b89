package userapiv1

import (
	"slices"
	"strconv"

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
	b = append(slices.Grow(b, bytesPerRow*len(rows)), '[')
	for i := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendListed(b, &rows[i])
	}
	return append(b, ']')
}

func appendListed(b []byte, t *store.Transaction) []byte {
	text := func(name, value string) {
		b = append(b, name...)
		b = phpjson.AppendString(b, value)
	}
	orNull := func(name, value string) {
		b = append(b, name...)
		b = phpjson.AppendStringOrNull(b, value)
	}
	quoted := func(name string, value int64, decimals string) {
		b = append(b, name...)
		b = append(b, '"')
		b = strconv.AppendInt(b, value, 10)
		b = append(b, decimals...)
		b = append(b, '"')
	}
	quoted(`{"id":`, t.ID, "")
	text(`,"bank_brand_name":`, t.Gateway)
	text(`,"account_number":`, t.AccountNumber)
	b = append(b, `,"transaction_date":"`...)
	b = clock.AppendStamp(b, t.Date)
	b = append(b, '"')
	quoted(`,"amount_out":`, t.AmountOut(), ".00")
	quoted(`,"amount_in":`, t.AmountIn(), ".00")
	quoted(`,"accumulated":`, t.Accumulated, ".00")
	text(`,"transaction_content":`, t.Content)
	text(`,"reference_number":`, t.Reference)
	orNull(`,"code":`, t.Code)
	orNull(`,"sub_account":`, t.SubAccount)
	quoted(`,"bank_account_id":`, t.BankAccountID, "")
	return append(b, '}')
}
