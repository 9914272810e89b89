package checkout

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/page"
	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// How long a result stays before the browser returns to the shop, in seconds:
// short for plain success, longer for a choice or for money to ask the shop
// about. Neither waits for the IPN.
const (
	redirectAfter = 1
	readingTime   = 10
)

// show is GET /v1/checkout: the page for the state of the order.
func (a *API) show(v *visit) error {
	chosen := store.PaymentMethod(v.query.Get(paramMethod))
	switch v.progress.State {
	case payment.StateProcessing:
		return a.wait(v)
	case payment.StateWaiting:
	case payment.StateFailed:
		if chosen == "" {
			return v.result()
		}
	default:
		return v.result()
	}
	offered := payment.Offered(v.Company, v.Order)
	if chosen == "" && len(offered) == 1 {
		chosen = offered[0]
	}
	if !slices.Contains(offered, chosen) {
		return a.choose(v, offered)
	}
	o, err := a.Gateway.Choose(v.r.Context(), v.Order, v.Company, chosen)
	if err != nil {
		return err
	}
	v.Order = o
	if chosen == store.MethodCard {
		return page.Write(v.w, http.StatusOK, a.cardPage(v))
	}
	return a.transferPage(v, chosen)
}

// wait shows that the payment waits for the card network or the challenge.
func (a *API) wait(v *visit) error {
	if v.progress.Last.Challenge {
		return v.see("/challenge", attempt(v.progress.Last.ID))
	}
	return page.Write(v.w, http.StatusOK, page.Processing{Frame: v.frame(""), Live: a.live(v), Order: v.order(), Refresh: v.address(""), Leave: v.exit(), Wait: a.due(v)})
}

// due returns how long the card network may take, nil without an end.
func (a *API) due(v *visit) *page.Live {
	at := v.progress.Last.DueAt
	if at.IsZero() {
		return nil
	}
	l := a.ticking(at)
	return &l
}

func attempt(id int64) payment.Field {
	return payment.Field{Name: paramAttempt, Value: strconv.FormatInt(id, 10)}
}

func method(m store.PaymentMethod) payment.Field {
	return payment.Field{Name: paramMethod, Value: string(m)}
}

// result shows the result; from there the browser returns to the shop.
func (v *visit) result() error {
	r := page.Result{
		Frame: v.frame(""), Order: v.order(), State: string(v.progress.State),
		Return: v.progress.Redirect, After: redirectAfter, Received: v.received(),
	}
	if v.progress.State != payment.StatePaid || len(r.Received) > 0 {
		r.After = readingTime
	}
	if v.progress.State == payment.StateFailed {
		r.Reason = v.progress.Last.Reason
		r.Retry = v.address("", method(v.progress.Last.Method))
	}
	return page.Write(v.w, http.StatusOK, r)
}

func (a *API) choose(v *visit, offered []store.PaymentMethod) error {
	c := page.Choose{Frame: v.frame(""), Leave: v.exit(), Live: a.live(v), Order: v.order()}
	for _, m := range offered {
		c.Methods = append(c.Methods, page.Method{Name: string(m), URL: v.address("", method(m))})
	}
	return page.Write(v.w, http.StatusOK, c)
}

// change returns the link back to the choice of methods, if there is one.
func (v *visit) change() string {
	if len(payment.Offered(v.Company, v.Order)) < 2 {
		return ""
	}
	return v.address("")
}

// imageSize is the side of the QR picture on the page, in pixels.
const imageSize = 240

func (a *API) transferPage(v *visit, m store.PaymentMethod) error {
	p := v.place
	payload, err := p.QR(v.Order)
	if err != nil {
		return err
	}
	here := method(m)
	picture := url.Values{"acc": {p.AccountNumber}, "bank": {p.Bank}, "amount": {strconv.FormatInt(v.Order.Amount, 10)}, "des": {p.Memo}}
	t := page.Transfer{
		Frame: v.frame("", here), Leave: v.exit(), Live: a.live(v), Order: v.order(), Napas: m == store.MethodNapas,
		Bank: p.Bank, BankName: p.BankName, AccountNumber: p.AccountNumber, AccountHolder: p.Holder, Memo: p.Memo,
		Image: base + "/img?" + picture.Encode(), ImageSize: imageSize, Payload: payload,
		Pay: v.address("/pay", here), Change: v.change(), Received: v.received(),
		Habits: a.Settings.Over(v.Company.Settings).Get(setting.BankMemo) == setting.MemoHabits,
	}
	if v.plain && a.Phone != "" {
		t.Phone = a.Phone + "?" + url.Values{"payload": {payload}, "back": {v.address("", here)}}.Encode()
	}
	return page.Write(v.w, http.StatusOK, t)
}

// pay handles the button "Giả lập thanh toán" and the developer's panel beside
// it.
func (a *API) pay(v *visit) error {
	form, err := readForm(v.r)
	if err != nil {
		return err
	}
	choice := payment.PayerChoice{Outcome: form.Get("outcome")}
	text, ticked := form.Lookup("bank_habits")
	if _, offered := form.Lookup("bank_habits_offered"); ticked || offered { // a browser does not post what is not ticked
		habits := text == "true"
		choice.Habits = &habits
	}
	_, err = a.Gateway.Simulate(v.r.Context(), v.Order.ID, choice)
	return a.after(v, err)
}

// after shows the page again, which explains an order that cannot be paid. The
// customer's method stays chosen while the order waits; a failure is shown as
// such.
func (a *API) after(v *visit, err error) error {
	switch {
	case errors.Is(err, payment.ErrInvalid):
		return &payment.Refusal{Reason: payment.ReasonField, Company: v.Company.ID, Detail: err.Error() + "."}
	case err != nil && !errors.Is(err, payment.ErrRefused):
		return err
	}
	if err := a.refresh(v); err != nil {
		return err
	}
	if chosen := v.query.Get(paramMethod); chosen != "" && v.progress.State == payment.StateWaiting {
		return v.see("", method(store.PaymentMethod(chosen)))
	}
	return v.see("")
}

// stateLeft is a state of the page only: the order's does not change.
const stateLeft = "left"

const cancelPage = "https://developer.sepay.vn/vi/cong-thanh-toan/API/don-hang/huy-don-hang"

// leave returns the customer to the shop without paying. The order keeps
// waiting: only POST /v1/order/cancel ends it (assumed).
func (a *API) leave(v *visit) error {
	surface.From(v.r).Note(finding.Finding{
		Code: "checkout.left_unpaid", Severity: finding.Note, Title: "The customer left, and the order still waits",
		Detail: "Order " + v.Order.OrderID + " (" + v.Order.InvoiceNumber + ") is not cancelled by leaving: it can still be paid.",
		Hint:   "A shop that wants it closed calls POST /v1/order/cancel.", Source: cancelPage,
	})
	if to := v.Order.CancelURL; to != "" {
		redirect(v.w, to)
		return nil
	}
	return v.left("")
}

// left shows that the customer is returning to the shop, if it has an address
// for that.
func (v *visit) left(to string) error {
	return page.Write(v.w, http.StatusOK, page.Result{
		Frame: v.frame("/cancel"), Order: v.order(), State: stateLeft, Return: to, After: readingTime, Retry: v.address(""),
	})
}
