package payment

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/derive"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// uniqid is PHP's: 8 hexadecimal digits of Unix seconds and 5 of microseconds.
// The emulator's microseconds are a permutation of the number, so that no two
// numbers that are less than a million apart get the same code in one second.
func (g *Gateway) uniqid(purpose string, number int64, at time.Time) string {
	const million, stride = 1_000_000, 618_033
	micros := (uint64(number)*stride + g.Seed.Uint64("uniqid."+purpose, 0)) % million
	return fmt.Sprintf("%08x%05x", at.Unix(), micros)
}

// The prefixes of order ids. IPNs observed in June 2026 have PAY and four digits
// of the merchant's before the 13 digits of an order by transfer, and the
// merchant id before those of an order by card; the pages' examples have a word.
const (
	prefixTransfer = "PAY"
	prefixDocs     = "SEPAY-"
	prefixNapas    = "NPSE"
	// payDigits is how many digits of the merchant's follow PAY. Their meaning is
	// unknown.
	payDigits    = 4
	uniqidDigits = 13
)

// newOrderID makes SePay's code of an order from the time at which it was
// opened. An order without a method yet has the code of a transfer (assumed),
// unless the merchant accepts cards only.
func (g *Gateway) newOrderID(company store.Company, rules setting.Values, o *store.Order) string {
	if o.PaymentMethod == store.MethodNapas {
		return prefixNapas + g.Seed.Text("napas", o.ID, derive.Upper, 3) + fmt.Sprintf("%012d", o.ID%1_000_000_000_000)
	}
	code := strings.ToUpper(g.uniqid("order", o.ID, o.OpenedAt))
	switch offered := Offered(company, *o); {
	case rules.Get(setting.IPNOrderIDs) == "docs":
		return prefixDocs + code
	case len(offered) == 1 && offered[0] == store.MethodCard:
		return company.Merchant.MerchantID + "-" + code
	}
	return prefixTransfer + g.Seed.Text("merchant.pay."+company.ID, 0, derive.Digits, payDigits) + code
}

// newTransactionID makes the IPN's code of a payment from its time. A card
// payment was observed with a word before it.
func (g *Gateway) newTransactionID(rules setting.Values, number int64, method store.PaymentMethod, at time.Time) string {
	code := g.uniqid("payment", number, at)
	if method == store.MethodCard && rules.Get(setting.IPNOrderIDs) != "docs" {
		return "trans-" + code
	}
	return code
}

// The kinds of rows whose ids an IPN shows.
const (
	rowOrder = iota
	rowPayment
	rowKinds
)

// rowID makes a row's id as the database does, from the time at which the row
// is written.
func (g *Gateway) rowID(kind, number int64, at time.Time) string {
	return g.Seed.UUID1(at, number*rowKinds+kind)
}

// customerID returns the id of a customer's row, the same for all orders of the
// customer; it dates from some time before.
func (g *Gateway) customerID(company store.Company, customer string) string {
	const month = 30 * 24 * time.Hour
	before := time.Duration(g.Seed.Uint64("customer."+company.ID+"."+customer, 0) % uint64(month))
	return g.Seed.UUID1(company.CreatedAt.Add(-before), 0)
}

// noticeIDs are the ids of the three rows that an IPN shows.
type noticeIDs struct{ order, payment, customer string }

// noticeIDs writes the ids of an IPN's rows as the setting says.
func (g *Gateway) noticeIDs(rules setting.Values, o *store.Order, p *store.Payment) noticeIDs {
	customer := "customer." + o.Company + "." + o.CustomerID
	switch rules.Get(setting.IPNIDs) {
	case "uuid4":
		return noticeIDs{g.Seed.UUID4("order", o.ID), g.Seed.UUID4("payment", p.ID), g.Seed.UUID4(customer, 0)}
	case "decimal":
		const customers = 100_000
		return noticeIDs{strconv.FormatInt(o.ID, 10), strconv.FormatInt(p.ID, 10), strconv.FormatUint(1+g.Seed.Uint64(customer, 0)%customers, 10)}
	}
	return noticeIDs{o.XID, p.XID, o.CustomerXID}
}
