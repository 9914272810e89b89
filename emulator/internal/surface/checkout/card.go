package checkout

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func (a *API) cardPage(v *visit) page.Card {
	c := page.Card{
		Frame: v.frame("", method(store.MethodCard)), Leave: v.exit(), Live: a.live(v), Order: v.order(),
		Action: v.address("/card", method(store.MethodCard)), Change: v.change(),
	}
	if last := v.progress.Last; last != nil && last.Status == store.PaymentDeclined {
		c.Declined = last.Reason
	}
	for _, t := range payment.TestCards() {
		c.TestCards = append(c.TestCards, page.TestCard{Name: t.Name, Number: t.Number, Expiry: t.Expiry, CVV: t.CVV, Brand: t.Brand, Outcome: string(t.Outcome)})
	}
	return c
}

// card handles the card form. Mistakes are shown beside their fields; the
// number and the code are not written back.
func (a *API) card(v *visit) error {
	form, err := readForm(v.r)
	if err != nil {
		return err
	}
	in := payment.CardInput{
		Number: form.Get("card_number"), Holder: form.Get("card_holder_name"), Expiry: form.Get("card_expiry"), CVV: form.Get("card_cvv"),
	}
	_, err = a.Gateway.PayByCard(v.r.Context(), v.Order.ID, in)
	var mistakes payment.CardMistakes
	if errors.As(err, &mistakes) {
		c := a.cardPage(v)
		c.Holder, c.Expiry, c.Mistakes = in.Holder, in.Expiry, mistakes
		return page.Write(v.w, http.StatusBadRequest, c)
	}
	return a.after(v, err)
}

// attempted returns the payment of a challenge.
func (a *API) attempted(v *visit) (p store.Payment, err error) {
	id, _ := strconv.ParseInt(v.query.Get(paramAttempt), 10, 64)
	err = a.Store.View(v.r.Context(), func(r store.Reader) error {
		p, err = payment.ChallengeOf(r, v.Order.ID, id)
		return err
	})
	return p, err
}

// challenge shows the issuing bank's page. Without a waiting challenge it
// redirects to the payment page.
func (a *API) challenge(v *visit) error {
	p, err := a.attempted(v)
	if errors.Is(err, store.ErrNotFound) || (err == nil && !p.Challenge) {
		return v.see("")
	}
	if err != nil {
		return err
	}
	return a.showChallenge(v, p, http.StatusOK, false)
}

func (a *API) showChallenge(v *visit, p store.Payment, status int, wrong bool) error {
	return page.Write(v.w, status, page.Challenge{
		Frame: v.frame("/challenge", attempt(p.ID)), Live: a.live(v), Order: v.order(), CardNumber: p.Card.Number,
		Action: v.address("/challenge", attempt(p.ID)), OTP: payment.OTP, Wrong: wrong,
	})
}

// answer handles the cardholder's answer. Abandoning returns to the shop, and
// the challenge ends by itself.
func (a *API) answer(v *visit) error {
	p, err := a.attempted(v)
	if errors.Is(err, store.ErrNotFound) {
		return v.see("")
	}
	form, readErr := readForm(v.r)
	if err = errors.Join(err, readErr); err != nil {
		return err
	}
	given := form.Get("answer")
	if given == "abandon" {
		return v.left(v.Order.CancelURL) // a browser follows no redirect after a form to another host
	}
	if given != "pass" && given != "fail" {
		return &payment.Refusal{Reason: payment.ReasonField, Company: v.Company.ID, Detail: fmt.Sprintf("answer is %q: want pass, fail or abandon.", given)}
	}
	_, err = a.Gateway.Answer(v.r.Context(), p.ID, given == "pass", form.Get("otp"))
	if errors.Is(err, payment.ErrWrongOTP) {
		return a.showChallenge(v, p, http.StatusOK, true)
	}
	return a.after(v, err)
}
