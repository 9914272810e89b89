package payment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// Outcome is the result of a test card.
type Outcome string

// The outcomes of the emulator's cards.
const (
	Approved       Outcome = "approved"
	Declined       Outcome = "declined"
	Insufficient   Outcome = "insufficient_funds"
	Expired        Outcome = "expired_card"
	Challenged     Outcome = "challenge"
	ChallengeFails Outcome = "challenge_fails"
	TimesOut       Outcome = "timeout"
)

// Why a payment was declined, besides the outcomes of the cards.
const (
	DeclineAuthentication = "authentication_failed"
	DeclineTimeout        = "timeout"
	DeclineTransfer       = "transfer_failed"
)

// TestCard is one of the emulator's own test cards. SePay publishes none; the
// Mastercard's mask is the one in its documentation.
type TestCard struct {
	// Name identifies the card in commands and scenarios.
	Name, Number string
	// Expiry is MM/YY.
	Expiry, CVV string
	// Brand is VISA, MASTERCARD, JCB or UNKNOWN, Funding DEBIT or CREDIT.
	Brand, Funding string
	Outcome        Outcome
}

var testCards = []TestCard{
	{"visa", "4111111111111111", "12/30", "123", "VISA", "CREDIT", Approved},
	{"mastercard", "5123450000000008", "12/30", "123", "MASTERCARD", "DEBIT", Approved},
	{"jcb", "3528000000000007", "12/30", "123", "JCB", "CREDIT", Approved},
	{"declined", "4000000000000002", "12/30", "123", "VISA", "CREDIT", Declined},
	{"insufficient_funds", "4000000000009995", "12/30", "123", "VISA", "DEBIT", Insufficient},
	{"expired", "4000000000000069", "01/24", "123", "VISA", "CREDIT", Expired},
	{"challenge", "4000000000003220", "12/30", "123", "VISA", "CREDIT", Challenged},
	{"challenge_fails", "4000008400001629", "12/30", "123", "VISA", "CREDIT", ChallengeFails},
	{"timeout", "5200000000000007", "12/30", "123", "MASTERCARD", "CREDIT", TimesOut},
	{"unknown_brand", "9704000000000018", "12/30", "123", brandUnknown, "CREDIT", Approved},
}

// TestCards returns the table.
func TestCards() []TestCard { return slices.Clone(testCards) }

// CardNamed returns the card of that name.
func CardNamed(name string) (TestCard, bool) {
	i := slices.IndexFunc(testCards, func(c TestCard) bool { return c.Name == name })
	if i < 0 {
		return TestCard{}, false
	}
	return testCards[i], true
}

// OTP is the one-time password of every 3-D Secure challenge.
const OTP = "123456"

// How long a pending payment lasts: the cardholder's time for the challenge,
// and the gateway's timeout for the card network. Assumed.
const (
	challengeTime = 10 * time.Minute
	networkTime   = 30 * time.Second
)

// CardInput is the customer's input.
type CardInput struct {
	// Number may hold blanks, Expiry is MM/YY.
	Number, Holder, Expiry, CVV string
}

// CardMistakes are the wrong fields, by their names in the form: required,
// invalid or expired.
type CardMistakes map[string]string

// Error implements error.
func (m CardMistakes) Error() string {
	names := make([]string, 0, len(m))
	for name, what := range m {
		names = append(names, name+" "+what)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// read normalises and checks the input.
func (in CardInput) read() (CardInput, CardMistakes) {
	in.Number = strings.NewReplacer(" ", "", "-", "").Replace(in.Number)
	in.Holder = strings.ToUpper(strings.Join(strings.Fields(in.Holder), " "))
	in.Expiry = strings.ReplaceAll(in.Expiry, " ", "")
	in.CVV = strings.TrimSpace(in.CVV)
	bad := CardMistakes{}
	check := func(name, value string, ok bool) {
		switch {
		case value == "":
			bad[name] = "required"
		case !ok:
			bad[name] = "invalid"
		}
	}
	check("card_number", in.Number, len(in.Number) >= 13 && len(in.Number) <= 19 && digits(in.Number) && luhn(in.Number))
	check("card_holder_name", in.Holder, true)
	_, err := time.Parse("01/06", in.Expiry)
	check("card_expiry", in.Expiry, err == nil)
	check("card_cvv", in.CVV, (len(in.CVV) == 3 || len(in.CVV) == 4) && digits(in.CVV))
	if len(bad) == 0 {
		return in, nil
	}
	return in, bad
}

// luhn checks the check digit of card numbers (ISO/IEC 7812).
func luhn(number string) bool {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// cardFor returns the test card with the number. A number outside the table is
// approved.
func cardFor(in CardInput, now time.Time) TestCard {
	i := slices.IndexFunc(testCards, func(c TestCard) bool { return c.Number == in.Number })
	card := TestCard{Number: in.Number, Expiry: in.Expiry, Funding: "CREDIT", Outcome: Approved, Brand: brandOf(in.Number)}
	if i >= 0 {
		card = testCards[i]
		card.Expiry = in.Expiry
	}
	month, _ := time.ParseInLocation("01/06", in.Expiry, now.Location()) // read before
	if !month.AddDate(0, 1, 0).After(now) {
		card.Outcome = Expired
	}
	return card
}

// brandUnknown was observed for the card of SePay's sandbox, June 2026.
const brandUnknown = "UNKNOWN"

func brandOf(number string) string {
	two, _ := strconv.Atoi(number[:2])
	four, _ := strconv.Atoi(number[:4])
	switch {
	case number[0] == '4':
		return "VISA"
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720:
		return "MASTERCARD"
	case four >= 3528 && four <= 3589:
		return "JCB"
	}
	return brandUnknown
}

// Attempt is a payment with its order.
type Attempt struct {
	Order   store.Order
	Payment store.Payment
}

// PayByCard tries to pay an order with a card. The error is [CardMistakes] for
// invalid input. A pending payment waits for its challenge or for the card
// network.
func (g *Gateway) PayByCard(ctx context.Context, order int64, in CardInput) (Attempt, error) {
	in, mistakes := in.read()
	if mistakes != nil {
		return Attempt{}, mistakes
	}
	card := cardFor(in, g.Clock.Now())
	var done Attempt
	err := g.update(ctx, func(c *tx) (err error) {
		if done.Order, err = store.Orders.Get(c, order); err != nil {
			return err
		}
		if err := payable(done.Order); err != nil {
			return err
		}
		company, err := store.CompanyByID.Find(c, done.Order.Company)
		if err != nil {
			return err
		}
		if !slices.Contains(Offered(company, done.Order), store.MethodCard) {
			return refused("order %s takes no card", done.Order.OrderID)
		}
		if done.Payment, err = g.newPayment(c, &done.Order, store.MethodCard); err != nil {
			return err
		}
		p := &done.Payment
		p.Card = &store.Card{Number: maskCard(in.Number), Holder: in.Holder, Expiry: in.Expiry[:2] + in.Expiry[3:], Funding: card.Funding, Brand: card.Brand}
		return g.charge(c, &done, card.Outcome)
	})
	return done, err
}

// charge applies the card's outcome to a payment.
func (g *Gateway) charge(c *tx, done *Attempt, outcome Outcome) error {
	p := &done.Payment
	switch outcome {
	case Approved:
		err := g.capture(c, &done.Order, *p)
		p.Status = store.PaymentApproved
		return err
	case Challenged, ChallengeFails:
		p.Challenge, p.DueAt = true, c.now.Add(challengeTime)
		if outcome == ChallengeFails {
			p.Reason = DeclineAuthentication // what every answer comes to
		}
	case TimesOut:
		p.DueAt = c.now.Add(networkTime)
	default:
		err := g.decline(c, *p, string(outcome))
		p.Status, p.Reason = store.PaymentDeclined, string(outcome)
		return err
	}
	if err := store.Payments.Put(c, *p); err != nil {
		return err
	}
	return c.put(&done.Order)
}

// decline ends a payment without money. The order keeps waiting, and no IPN is
// sent, as there is no type for it.
func (g *Gateway) decline(c *tx, p store.Payment, reason string) error {
	p.Status, p.Reason, p.Challenge, p.DueAt, p.UpdatedAt = store.PaymentDeclined, reason, false, time.Time{}, c.now
	if err := store.Payments.Put(c, p); err != nil {
		return err
	}
	o, err := store.Orders.Get(c, p.Order)
	if err != nil {
		return err
	}
	if o.Operation == store.OperationPurchase {
		g.list(c, &o)
	}
	return c.put(&o)
}

// payable returns why an order cannot be paid any more.
func payable(o store.Order) error {
	if o.Status != store.OrderWaiting {
		return refused("order %s is %s", o.OrderID, o.Status)
	}
	return nil
}

// maskCard keeps the first six and the last four digits, with six x between
// whatever the length
// (https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/chi-tiet-don-hang).
func maskCard(number string) string {
	return number[:6] + "xxxxxx" + number[len(number)-4:]
}

// Answer ends a 3-D Secure challenge: pass with the right one-time password, or
// fail. Without an answer the challenge ends by itself after ten minutes.
// [ErrWrongOTP] leaves it open.
func (g *Gateway) Answer(ctx context.Context, payment int64, pass bool, otp string) (Attempt, error) {
	var done Attempt
	err := g.update(ctx, func(c *tx) (err error) {
		if done.Payment, err = store.Payments.Get(c, payment); err != nil {
			return err
		}
		p := &done.Payment
		if done.Order, err = store.Orders.Get(c, p.Order); err != nil {
			return err
		}
		switch {
		case p.Status != store.PaymentPending || !p.Challenge:
			return refused("payment %d waits for no challenge", p.ID)
		case pass && otp != OTP:
			return ErrWrongOTP
		case !pass || p.Reason != "":
			return g.decline(c, *p, DeclineAuthentication)
		}
		if err := payable(done.Order); err != nil {
			return err
		}
		return g.capture(c, &done.Order, *p)
	})
	return done, err
}

// ErrWrongOTP: the one-time password is wrong.
var ErrWrongOTP = errors.New("wrong one-time password")

// ChallengeOf returns the order's payment that waits for its challenge.
func ChallengeOf(r store.Reader, order, payment int64) (store.Payment, error) {
	p, err := store.Payments.Get(r, payment)
	if err != nil || p.Order != order {
		return p, fmt.Errorf("payment %d of order %d: %w", payment, order, store.ErrNotFound)
	}
	return p, nil
}
