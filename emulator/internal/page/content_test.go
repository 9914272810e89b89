package page_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/page"
)

// pick is the page of a sample.
func pick(t *testing.T, name string, lang page.Language) string {
	t.Helper()
	for _, s := range samples(lang) {
		if s.name == name {
			return render(t, s.view)
		}
	}
	t.Fatalf("no sample %q", name)
	return ""
}

func TestCheckoutPagesKeepWhatClientsScrape(t *testing.T) {
	const initial = `<div class="card" data-state="init" hidden><div class="message">Yêu cầu không hợp lệ</div></div>`
	each(t, func(t *testing.T, _ page.Language, s sample, html string) {
		name, _, _ := strings.Cut(s.name, "-")
		if name == "message" {
			return // small, and no page of the checkout
		}
		checkout := slices.Contains([]string{"choose", "transfer", "card", "processing", "result"}, name)
		if strings.Contains(html, initial) != checkout {
			t.Errorf("the initial card is there: %v", !checkout)
		}
		for _, want := range []string{
			`const INVALID_SESSION = document.body.dataset.invalidSession === "true"`, "function displayErrorCard(message)",
		} {
			if !strings.Contains(html, want) {
				t.Errorf("no %q", want)
			}
		}
		if want := map[bool]string{true: "true", false: "false"}[name == "invalid"]; !strings.Contains(html, ` data-invalid-session="`+want+`"`) {
			t.Errorf("the session is not marked %s", want)
		}
	})
}

func TestTransferHasThePictureTheButtonAndTheOutcomes(t *testing.T) {
	for lang, label := range map[page.Language]string{page.Vietnamese: "Giả lập thanh toán", page.English: "Simulate payment"} {
		html := pick(t, "transfer", lang)
		if !regexp.MustCompile(`<img class="qrcode" src="/v1/checkout/qr.png\?s=abc" width="480" height="480" alt="[^"]+">`).MatchString(html) {
			t.Error("no picture of the QR code")
		}
		var outcomes []string
		for _, button := range elements(t, html, "button") {
			if attr(button, "name") == "outcome" {
				outcomes = append(outcomes, attr(button, "value"))
				if attr(button, "value") == "paid" && words(button) != label {
					t.Errorf("the button reads %q", words(button))
				}
			}
			if strings.Contains(words(button), label) && attr(button, "value") != "paid" {
				t.Errorf("another button has the name: %q", words(button))
			}
		}
		if want := []string{"paid", "less", "more", "wrong_memo", "twice", "late", "failed"}; !slices.Equal(outcomes, want) {
			t.Errorf("outcomes %v", outcomes)
		}
		for _, want := range []string{`data-copy="0123456789"`, `data-copy="185000"`, `data-copy="SEPAY68BA83CE637C1"`, `data-copy="CONG TY TNHH HOA SEN"`} {
			if !strings.Contains(html, want) {
				t.Errorf("no %s", want)
			}
		}
	}
	if !strings.Contains(pick(t, "transfer", page.Vietnamese), "185.000 ₫") || !strings.Contains(pick(t, "transfer", page.English), "185,000 VND") {
		t.Error("the amount is not written as the language does")
	}
}

func TestThePictureMayBeInsideOfThePage(t *testing.T) {
	view := withPicture(600)
	if got := attr(elements(t, render(t, view), "img")[0], "src"); got != view.Image {
		t.Errorf("the picture became %.80q", got)
	}
}

func TestTheCountdownStandsWithTheClock(t *testing.T) {
	if html := pick(t, "transfer", page.Vietnamese); !strings.Contains(html, `data-left="899" data-scale="1">14:59<`) {
		t.Error("no countdown")
	}
	if html := pick(t, "transfer-received", page.Vietnamese); !strings.Contains(html, `data-left="899" data-scale="0">14:59<`) || !strings.Contains(html, "đồng hồ giả lập đang dừng") {
		t.Error("the countdown does not stand still")
	}
	if html := render(t, page.Transfer{}); strings.Contains(html, "data-left") {
		t.Error("a countdown without an end")
	}
}

func TestMistakesStandAtTheirFields(t *testing.T) {
	html := pick(t, "card-mistakes", page.English)
	said := map[string]string{}
	for _, p := range elements(t, html, "p") {
		said[attr(p, "id")] = words(p)
	}
	want := map[string]string{"card_number": "The card number is not right. Enter the 13 to 19 digits on the card; only test cards work here.", "card_holder_name": "Enter the name on the card.", "card_expiry": "The card has expired. Please use another one.", "card_cvv": "Enter the CVV."}
	for _, input := range elements(t, html, "input") {
		name := attr(input, "name")
		if attr(input, "aria-invalid") != "true" || said[attr(input, "aria-describedby")] != want[name] {
			t.Errorf("%s is described by %q: %q", name, attr(input, "aria-describedby"), said[attr(input, "aria-describedby")])
		}
		if name == "card_cvv" && attr(input, "value") != "" {
			t.Error("the CVV came back")
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("no input for %v", want)
	}
	if strings.Contains(pick(t, "card", page.English), "<input aria-invalid") {
		t.Error("a mistake before there was one")
	}
}

// refreshes are the contents of a page's meta refresh, and whether it is there
// only without JavaScript.
func refreshes(t *testing.T, html string) (contents []string, without bool) {
	t.Helper()
	for _, meta := range elements(t, html, "meta") {
		if attr(meta, "http-equiv") == "refresh" {
			contents = append(contents, attr(meta, "content"))
			without = meta.Parent.Data == "noscript"
		}
	}
	return contents, without
}

func TestResultReturnsToTheShopVerbatim(t *testing.T) {
	for _, address := range []string{"https://shop.example/done?order=DH1024#/thanks", "http://127.0.0.1:3000/ok?x=(1)&y='a'", "https://shop.example/đơn-hàng"} {
		got, without := refreshes(t, render(t, page.Result{State: "paid", Return: address, After: 3}))
		if want := []string{"3;url=" + address}; !slices.Equal(got, want) || !without {
			t.Errorf("refresh %q, want %q, only without JavaScript: %v", got, want, without)
		}
	}
	for _, address := range []string{"", "javascript:alert(1)", "/relative", "myapp://paid"} {
		html := render(t, page.Result{State: "paid", Return: address, After: 3})
		if got, _ := refreshes(t, html); len(got) > 0 || len(elements(t, html, "a")) > 0 {
			t.Errorf("%q became a way back: %q", address, got)
		}
	}
}

func TestProcessingRefreshesOnlyWithoutJavaScript(t *testing.T) {
	got, without := refreshes(t, pick(t, "processing", page.Vietnamese))
	if !slices.Equal(got, []string{"3;url=/v1/checkout?s=abc"}) || !without {
		t.Errorf("refresh %q, only without JavaScript: %v", got, without)
	}
}

func TestLivePagesSayWhereToListen(t *testing.T) {
	each(t, func(t *testing.T, _ page.Language, s sample, html string) {
		name, _, _ := strings.Cut(s.name, "-")
		live := slices.Contains([]string{"choose", "transfer", "card", "challenge", "processing"}, name)
		want := ` data-order-state="waiting" data-status-url="/v1/checkout/status?s=abc" data-events-url="/v1/checkout/events?s=abc" data-page-url="/v1/checkout?order=1"`
		if strings.Contains(html, want) != live {
			t.Errorf("it listens: %v", !live)
		}
		if (strings.Contains(html, "<noscript><p") || name == "processing") != live {
			t.Errorf("it has a way without JavaScript: %v", !live)
		}
	})
}

func TestInvalidReadsAsSePays(t *testing.T) {
	each(t, func(t *testing.T, lang page.Language, s sample, html string) {
		if s.name != "invalid" {
			return
		}
		for _, div := range elements(t, html, "div") {
			if attr(div, "class") == "card" && words(div) != "Yêu cầu không hợp lệ" {
				t.Errorf("the card reads %q", words(div))
			}
		}
		for _, want := range []string{"signature_mismatch", map[page.Language]string{page.Vietnamese: "Chữ ký không khớp", page.English: "The signature does not match"}[lang], "operation=PURCHASE,<mark>payment_method", "operation=PURCHASE,<mark>order_amount"} {
			if !strings.Contains(html, want) {
				t.Errorf("no %q", want)
			}
		}
	})
	if html := render(t, page.Invalid{}); strings.Contains(html, "<details") {
		t.Error("a panel with nothing in it")
	}
}

func TestPhoneReadsAPictureWithoutJavaScript(t *testing.T) {
	for _, form := range elements(t, pick(t, "phone", page.Vietnamese), "form") {
		if attr(form, "enctype") == "multipart/form-data" && attr(form, "action") == "/_phone" && attr(form, "method") == "post" {
			return
		}
	}
	t.Error("no form for a picture")
}
