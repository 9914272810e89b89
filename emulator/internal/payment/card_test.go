package payment_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestEachCardHasItsOutcome(t *testing.T) {
	for _, c := range payment.TestCards() {
		t.Run(c.Name, func(t *testing.T) {
			h := build(t, nil)
			o := h.open("DH-1", 50_000)
			done := h.pay(o, c.Name)
			s := h.order(o.ID)
			want, status, notices := store.PaymentDeclined, store.OrderWaiting, 0
			reason, due := string(c.Outcome), time.Time{}
			switch c.Outcome {
			case payment.Approved:
				want, status, notices, reason = store.PaymentApproved, store.OrderCaptured, 1, ""
			case payment.Challenged:
				want, reason, due = store.PaymentPending, "", epoch.Add(10*time.Minute)
			case payment.ChallengeFails:
				want, reason, due = store.PaymentPending, payment.DeclineAuthentication, epoch.Add(10*time.Minute)
			case payment.TimesOut:
				want, reason, due = store.PaymentPending, "", epoch.Add(30*time.Second)
			}
			p := s.Payments[0]
			if len(s.Payments) != 1 || p.Status != want || p.Reason != reason || !p.DueAt.Equal(due) || p.Challenge != (due.Sub(epoch) == 10*time.Minute) {
				t.Errorf("payment %+v", p)
			}
			if done.Payment.Status != want || s.Order.Status != status || !s.Order.Listed && want != store.PaymentPending || len(h.notices()) != notices {
				t.Errorf("returned %s, order %+v, %d notices", done.Payment.Status, s.Order, len(h.notices()))
			}
			same(t, "card", &store.Card{Number: c.Number[:6] + "xxxxxx" + c.Number[12:], Holder: "NGUYEN VAN AN", Expiry: c.Expiry[:2] + c.Expiry[3:], Funding: c.Funding, Brand: c.Brand}, p.Card)
			if h.balance() != 0 {
				t.Error("a card moved money at the bank")
			}
		})
	}
}

func TestACardThatNobodyListedIsApprovedUnderItsBrand(t *testing.T) {
	for number, want := range map[string]struct{ brand, mask string }{
		"4242 4242 4242 4242": {"VISA", "424242xxxxxx4242"}, "5555-5555-5555-4444": {"MASTERCARD", "555555xxxxxx4444"}, "2223003122003222": {"MASTERCARD", "222300xxxxxx3222"},
		"3530111333300000": {"JCB", "353011xxxxxx0000"}, "378282246310005": {"UNKNOWN", "378282xxxxxx0005"}, "4222222222222": {"VISA", "422222xxxxxx2222"},
		"5018000000000009": {"UNKNOWN", "501800xxxxxx0009"},
	} {
		h := build(t, nil)
		o := h.open("DH-1", 50_000)
		done, err := h.PayByCard(context.Background(), o.ID, payment.CardInput{Number: number, Holder: " nguyen  van\tan ", Expiry: "12 / 30", CVV: " 1234 "})
		if err != nil {
			t.Fatalf("%s: %v", number, err)
		}
		if p := done.Payment; p.Status != store.PaymentApproved || p.Card.Brand != want.brand || p.Card.Number != want.mask || p.Card.Holder != "NGUYEN VAN AN" || p.Card.Expiry != "1230" {
			t.Errorf("%s: %s %+v", number, p.Status, p.Card)
		}
	}
}

func TestACardLastsUntilTheEndOfItsMonth(t *testing.T) {
	for expiry, want := range map[string]store.PaymentStatus{"02/26": store.PaymentDeclined, "03/26": store.PaymentApproved, "04/26": store.PaymentApproved} {
		h := build(t, nil)
		in := card("visa")
		in.Expiry = expiry
		done, err := h.PayByCard(context.Background(), h.open("DH-1", 50_000).ID, in)
		if err != nil || done.Payment.Status != want {
			t.Errorf("%s: %s, %v", expiry, done.Payment.Status, err)
		}
	}
}

func TestWhatIsWrongWithACardIsSaidFieldByField(t *testing.T) {
	good := card("visa")
	for name, c := range map[string]struct {
		change func(*payment.CardInput)
		want   payment.CardMistakes
		text   string
	}{
		"nothing is typed": {func(in *payment.CardInput) { *in = payment.CardInput{Holder: "  "} }, payment.CardMistakes{
			"card_number": "required", "card_holder_name": "required", "card_expiry": "required", "card_cvv": "required",
		}, "card_cvv required, card_expiry required, card_holder_name required, card_number required"},
		"a wrong check digit":   {func(in *payment.CardInput) { in.Number = "4111111111111112" }, payment.CardMistakes{"card_number": "invalid"}, "card_number invalid"},
		"twelve digits":         {func(in *payment.CardInput) { in.Number = "411111111113" }, payment.CardMistakes{"card_number": "invalid"}, "card_number invalid"},
		"twenty digits":         {func(in *payment.CardInput) { in.Number = "41111111111111111114" }, payment.CardMistakes{"card_number": "invalid"}, "card_number invalid"},
		"letters":               {func(in *payment.CardInput) { in.Number = "4111a11111111111" }, payment.CardMistakes{"card_number": "invalid"}, "card_number invalid"},
		"a month that is none":  {func(in *payment.CardInput) { in.Expiry = "13/30" }, payment.CardMistakes{"card_expiry": "invalid"}, "card_expiry invalid"},
		"a year of four digits": {func(in *payment.CardInput) { in.Expiry = "12/2030" }, payment.CardMistakes{"card_expiry": "invalid"}, "card_expiry invalid"},
		"a code of two digits":  {func(in *payment.CardInput) { in.CVV = "12" }, payment.CardMistakes{"card_cvv": "invalid"}, "card_cvv invalid"},
		"a code of letters":     {func(in *payment.CardInput) { in.CVV = "abc" }, payment.CardMistakes{"card_cvv": "invalid"}, "card_cvv invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			in := good
			c.change(&in)
			o := h.open("DH-1", 50_000)
			_, err := h.PayByCard(context.Background(), o.ID, in)
			var mistakes payment.CardMistakes
			if !errors.As(err, &mistakes) {
				t.Fatalf("error %v", err)
			}
			same(t, "mistakes", c.want, mistakes)
			same(t, "text", c.text, err.Error())
			if len(h.order(o.ID).Payments) > 0 {
				t.Error("a payment was made")
			}
		})
	}
}

func TestAChallengeIsAnsweredOnce(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		card, otp string
		pass      bool
		status    store.PaymentStatus
		reason    string
		err       error
	}{
		"the right password":              {"challenge", payment.OTP, true, store.PaymentApproved, "", nil},
		"a wrong password":                {"challenge", "000000", true, store.PaymentPending, "", payment.ErrWrongOTP},
		"no password":                     {"challenge", "", true, store.PaymentPending, "", payment.ErrWrongOTP},
		"the cardholder refuses":          {"challenge", "", false, store.PaymentDeclined, payment.DeclineAuthentication, nil},
		"a card whose challenge fails":    {"challenge_fails", payment.OTP, true, store.PaymentDeclined, payment.DeclineAuthentication, nil},
		"a card that waits for no one":    {"timeout", payment.OTP, true, store.PaymentPending, "", payment.ErrRefused},
		"a card that was declined before": {"declined", payment.OTP, true, store.PaymentDeclined, "declined", payment.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			o := h.open("DH-1", 50_000)
			p := h.pay(o, c.card).Payment
			if _, err := h.Answer(ctx, p.ID, c.pass, c.otp); !errors.Is(err, c.err) {
				t.Fatalf("error %v", err)
			}
			s := h.order(o.ID)
			paid := c.status == store.PaymentApproved
			if got := s.Payments[0]; got.Status != c.status || got.Reason != c.reason || (s.Order.Status == store.OrderCaptured) != paid || (len(h.notices()) == 1) != paid {
				t.Errorf("%+v of an order that is %s, %d notices", got, s.Order.Status, len(h.notices()))
			}
			if c.err == nil { // it is over
				if _, err := h.Answer(ctx, p.ID, true, payment.OTP); !errors.Is(err, payment.ErrRefused) {
					t.Errorf("a second answer: %v", err)
				}
			}
		})
	}
}

func TestAChallengeAsksAgainAfterAWrongPassword(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	p := h.pay(o, "challenge").Payment
	for range 3 {
		if _, err := h.Answer(context.Background(), p.ID, true, "wrong"); !errors.Is(err, payment.ErrWrongOTP) {
			t.Fatal(err)
		}
	}
	if _, err := h.Answer(context.Background(), p.ID, true, payment.OTP); err != nil {
		t.Fatal(err)
	}
	same(t, "notices", []string{"ORDER_PAID"}, h.kinds())
}

func TestAChallengeOfAnOrderThatIsPaidMeanwhileTakesNoMoney(t *testing.T) {
	h := build(t, nil)
	o := h.open("DH-1", 50_000)
	p := h.pay(o, "challenge").Payment
	h.pay(o, "visa")
	if _, err := h.Answer(context.Background(), p.ID, true, payment.OTP); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("error %v", err)
	}
	same(t, "notices", []string{"ORDER_PAID"}, h.kinds())
}

func TestAChallengeBelongsToItsOrder(t *testing.T) {
	h := build(t, nil)
	o, other := h.open("DH-1", 50_000), h.open("DH-2", 50_000)
	p := h.pay(o, "challenge").Payment
	h.view(func(r store.Reader) error {
		if got, err := payment.ChallengeOf(r, o.ID, p.ID); err != nil || got.ID != p.ID {
			t.Errorf("its own: %d, %v", got.ID, err)
		}
		for _, of := range [][2]int64{{other.ID, p.ID}, {o.ID, p.ID + 1}} {
			if _, err := payment.ChallengeOf(r, of[0], of[1]); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("payment %d of order %d: %v", of[1], of[0], err)
			}
		}
		return nil
	})
}

func TestWhatTakesNoCard(t *testing.T) {
	h := build(t, nil)
	paid, byTransfer := h.open("PAID", 50_000), h.open("T", 50_000, "payment_method", "BANK_TRANSFER")
	h.pay(paid, "visa")
	for name, o := range map[string]store.Order{"a paid order": paid, "an order by transfer": byTransfer} {
		if _, err := h.PayByCard(context.Background(), o.ID, card("visa")); !errors.Is(err, payment.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(h.order(paid.ID).Payments) + len(h.order(byTransfer.ID).Payments); n != 1 {
		t.Errorf("%d payments", n)
	}
}

func TestAVerificationMovesNoMoneyAndTellsNobody(t *testing.T) {
	h := build(t, nil)
	o := h.open("V", 0, "operation", "VERIFY")
	h.pay(o, "visa")
	s := h.order(o.ID)
	if s.Order.Status != store.OrderWaiting || s.Order.AuthenticationStatus != store.AuthenticationDone || s.Order.Listed || len(h.notices()) > 0 || h.balance() != 0 {
		t.Errorf("%+v", s.Order)
	}
	if p := payment.ProgressWith(s.Order, s.Payments); p.State != payment.StatePaid {
		t.Errorf("state %s", p.State)
	}
}
