package checkout_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/payment"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

func TestACardPaysOrFailsAsItsTableSays(t *testing.T) {
	for _, c := range payment.TestCards() {
		t.Run(c.Name, func(t *testing.T) {
			h := build(t, nil)
			o, link := h.open("DH-1", 50_000, "payment_method", "CARD")
			a := h.post(below(link, "/card", "method", "CARD"), cardForm(c.Name))
			status, shows := store.OrderWaiting, "Thanh toán thất bại"
			switch c.Outcome {
			case payment.Approved:
				status, shows = store.OrderCaptured, "Thanh toán thành công"
			case payment.Challenged, payment.ChallengeFails:
				to := h.follow(a)
				if to.Code != 303 || !strings.HasPrefix(to.Header().Get("Location"), base+"/challenge?") {
					t.Fatalf("%d to %s", to.Code, to.Header().Get("Location"))
				}
				a, shows = to, `name="otp"`
			case payment.TimesOut:
				shows = "Đang xử lý thanh toán"
			}
			h.follow(a).shows(t, 200, shows)
			if got := h.order(o.OrderID).Status; got != status {
				t.Errorf("the order is %s", got)
			}
		})
	}
}

func TestMistakesAreShownAndTheNumberIsNot(t *testing.T) {
	h := build(t, nil)
	o, link := h.open("DH-1", 50_000)
	body := url.Values{"card_number": {"4111 1111 1111 1112"}, "card_holder_name": {"Nguyễn <An>"}, "card_expiry": {"13/30"}, "card_cvv": {"987"}}.Encode()
	a := h.post(below(link, "/card"), body)
	a.shows(t, 400, `name="card_number"`, "Nguyễn <An>", "13/30")
	for _, text := range []string{"4111 1111 1111 1112", "987", "<An>"} {
		if strings.Contains(a.Body.String(), text) {
			t.Errorf("the page has %q", text)
		}
	}
	if n := strings.Count(main(a.Body.String()), `aria-invalid="true"`); n != 2 {
		t.Errorf("%d fields are marked", n)
	}
	if got := h.order(o.OrderID); got.Listed && got.Method == store.MethodCard {
		t.Errorf("%+v", got)
	}
}

func TestADeclinedCardIsSaidOnTheWayToTheNext(t *testing.T) {
	h := build(t, nil)
	o, link := h.open("DH-1", 50_000)
	h.post(below(link, "/card"), cardForm("declined"))
	h.get(below(link, "", "method", "CARD")).shows(t, 200, `name="card_number"`, "Ngân hàng phát hành thẻ từ chối giao dịch.")
	h.follow(h.post(below(link, "/card"), cardForm("jcb"))).shows(t, 200, "Thanh toán thành công")
	if got := h.order(o.OrderID).Status; got != store.OrderCaptured {
		t.Error(got)
	}
}

// challenged opens an order whose card waits for its challenge, and returns the
// address of the issuing bank's page.
func (h *house) challenged(card string) (store.Order, string) {
	h.t.Helper()
	o, link := h.open("DH-1", 50_000)
	return o, h.follow(h.post(below(link, "/card"), cardForm(card))).Header().Get("Location")
}

func TestTheCardholderAnswersTheChallenge(t *testing.T) {
	for name, c := range map[string]struct {
		card, body string
		shows      string
		status     store.OrderStatus
		stays      bool
	}{
		"the right password":            {"challenge", "answer=pass&otp=123456", "Thanh toán thành công", store.OrderCaptured, false},
		"a wrong password":              {"challenge", "answer=pass&otp=1", "Mã OTP không đúng.", store.OrderWaiting, true},
		"no":                            {"challenge", "answer=fail", "Xác thực chủ thẻ không thành công.", store.OrderWaiting, false},
		"a card that fails in any case": {"challenge_fails", "answer=pass&otp=123456", "Xác thực chủ thẻ không thành công.", store.OrderWaiting, false},
		"the cardholder walks away":     {"challenge", "answer=abandon", "Bạn đã rời trang thanh toán", store.OrderWaiting, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			o, at := h.challenged(c.card)
			a := h.post(at, c.body)
			if !c.stays {
				a = h.follow(a)
			}
			a.shows(t, 200, c.shows)
			if got := h.order(o.OrderID).Status; got != c.status {
				t.Errorf("the order is %s", got)
			}
		})
	}
}

func TestTheChallengeShowsTheMaskedCard(t *testing.T) {
	h := build(t, nil)
	_, at := h.challenged("challenge")
	a := h.get(at)
	a.shows(t, 200, "400000xxxxxx3220", payment.OTP)
	if strings.Contains(a.Body.String(), "4000000000003220") {
		t.Error("the page has the whole number")
	}
	h.post(at, "answer=perhaps").shows(t, 400, "field_invalid")
	h.post(at, "answer=fail")
	for _, again := range []answer{h.get(at), h.post(at, "answer=pass&otp=123456")} { // it is over
		h.follow(again).shows(t, 200, "Thanh toán thất bại")
	}
}

func TestAChallengeOfAnotherOrderLeadsToThePage(t *testing.T) {
	h := build(t, nil)
	o, at := h.challenged("challenge")
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	_, link := h.open("DH-2", 70_000)
	foreign := below(link, "/challenge", "attempt", u.Query().Get("attempt"))
	h.follow(h.get(foreign)).shows(t, 200, "DH-2")
	h.follow(h.post(foreign, "answer=pass&otp=123456")).shows(t, 200, "DH-2")
	h.follow(h.get(below(link, "/challenge", "attempt", "none"))).shows(t, 200, "DH-2")
	if got := h.order(o.OrderID).Status; got != store.OrderWaiting {
		t.Errorf("the order is %s", got)
	}
}

func TestAnAbandonedChallengeEndsByItself(t *testing.T) {
	h := build(t, nil)
	o, at := h.challenged("challenge")
	h.post(at, "answer=abandon").shows(t, 200, `data-leave="https://shop.example/cancel?a=1&b=2"`)
	h.get(at).shows(t, 200, `name="otp"`)
	h.advance(10 * time.Minute)
	h.follow(h.get(at)).shows(t, 200, "Xác thực chủ thẻ không thành công.")
	err := h.api.Store.View(context.Background(), func(r store.Reader) error {
		list, err := store.PaymentsOf(r, o.ID)
		if len(list) != 1 || list[0].Status != store.PaymentDeclined {
			t.Errorf("payments %+v", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestASilentNetworkKeepsTheCustomerWaiting(t *testing.T) {
	h := build(t, nil)
	_, link := h.open("DH-1", 50_000)
	h.post(below(link, "/card"), cardForm("timeout"))
	h.get(link).shows(t, 200, "Đang xử lý thanh toán", "localsepay advance 30s")
	h.advance(30 * time.Second)
	h.get(link).shows(t, 200, "Thanh toán thất bại", "Ngân hàng phát hành thẻ không phản hồi kịp thời.")
}
