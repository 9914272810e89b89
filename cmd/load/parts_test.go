package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheHeapIsReadFromTheTraceOfTheCollector(t *testing.T) {
	h := &heapTrace{}
	text := "gc 1 @0.018s 2%: 0.1+1+0.2 ms clock, 0.2+0/1/0+0.4 ms cpu, 4->5->2 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P\n" +
		"localsepay: something else\n" +
		"gc 12 @3.5s 1%: 0.1+1+0.2 ms clock, 0.2+0/1/0+0.4 ms cpu, 40->45->31 MB, 50 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)\n"
	for i := range text { // as it may arrive
		if _, err := h.Write([]byte(text[i : i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if cycle, live := h.last(); cycle != 12 || live != 31 {
		t.Errorf("collection %d left %d MB", cycle, live)
	}
}

func TestTheResultOfWrkIsReadAndItsErrorsFail(t *testing.T) {
	v, err := readWrk("Running 1s test\n  2 threads\nvolley requests=1200 micros=1500000 wrong=0 failed=0\n", 200)
	if d := cmp.Diff(fmt.Sprint(volley{1200, 1500 * time.Millisecond}), fmt.Sprint(v)); d != "" || err != nil {
		t.Error(err, d)
	}
	for _, out := range []string{
		"", "volley requests=1200 micros=1500000 wrong=3 failed=0\n", "volley requests=1200 micros=1500000 wrong=0 failed=1\n",
	} {
		if _, err := readWrk(out, 200); err == nil {
			t.Errorf("%q is no error", out)
		}
	}
}

func TestWrkGetsOnlyWhatItCanSend(t *testing.T) {
	second, next := extent{duration: time.Second}, func(int) ([]byte, error) { return nil, nil }
	for name, able := range map[string]bool{
		"":                            wrk("wrk").able(plan{}, second),
		"not on the path":             !wrk("").able(plan{}, second),
		"less than a second":          !wrk("wrk").able(plan{}, extent{duration: time.Second / 2}),
		"a number":                    !wrk("wrk").able(plan{}, extent{requests: 5}),
		"fresh connections":           !wrk("wrk").able(plan{fresh: true}, second),
		"requests that follow others": !wrk("wrk").able(plan{next: next}, second),
	} {
		if !able {
			t.Errorf("wrong for %q", name)
		}
	}
}

func TestRoundsAreTakenInTurn(t *testing.T) {
	var order strings.Builder
	of := func(name string, cost float64) shot {
		return func(context.Context) (sample, error) {
			order.WriteString(name)
			return sample{cost: cost, rate: 1}, nil
		}
	}
	b := &bench{config: config{Rounds: 3}}
	own, control, err := b.inTurn(t.Context(), of("a", 6), of("b", 2))
	if err != nil || order.String() != "abbaab" {
		t.Errorf("%s %v", &order, err)
	}
	if r := costRow("x", own, control); r.Ratio.Median != 3 || r.Own.Median != 6 || r.ControlRate.Median != 1 {
		t.Errorf("%+v", r)
	}
	if _, _, err := b.inTurn(t.Context(), of("a", 1), func(context.Context) (sample, error) { return sample{}, errors.ErrUnsupported }); err == nil {
		t.Error("a round that fails is no error")
	}
}

func TestOnlyChoosesByAnyNameOfAMeasure(t *testing.T) {
	c := config{Only: regexp.MustCompile("^second")}
	if !c.wanted("first request", "second request") || c.wanted("cold start") || !(config{}).wanted("cold start") {
		t.Error("wrong rows are wanted")
	}
}

func TestAnAnswerIsCheckedBeforeItIsLoaded(t *testing.T) {
	page := func(n int) []byte {
		return []byte(`{"data":[` + strings.TrimSuffix(strings.Repeat("1,", n), ",") + `]}`)
	}
	for name, c := range map[string]struct {
		check  func(route) error
		answer route
		good   bool
	}{
		"a list of 20":      {twenty("data"), route{Status: 200, Body: page(20)}, true},
		"a list of 19":      {twenty("data"), route{Status: 200, Body: page(19)}, false},
		"another member":    {twenty("rows"), route{Status: 200, Body: page(20)}, false},
		"an error":          {twenty("data"), route{Status: 500, Body: page(20)}, false},
		"the text":          {ok("DH1"), route{Status: 200, Body: []byte("memo DH1")}, true},
		"another text":      {ok("DH1"), route{Status: 200, Body: []byte("memo DH2")}, false},
		"no picture":        {picture, route{Status: 200, Body: []byte("PNG")}, false},
		"no token":          {jwt, route{Status: 200, Body: []byte(`{"access_token":"a.b.c","refresh_token":"d"}`)}, false},
		"a recorded":        {made, route{Status: http.StatusCreated, Body: []byte(`{"recorded": true}`)}, true},
		"one not recorded":  {made, route{Status: http.StatusCreated, Body: []byte(`{"recorded": false}`)}, false},
		"a token unsigned":  {jwt, route{Status: 200, Body: []byte(`{}`)}, false},
		"a page of another": {ok(""), route{Status: http.StatusFound}, false},
	} {
		if err := c.check(c.answer); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
	if token, err := refreshToken([]byte(`{"a":1,"refresh_token":"def","b":2}`)); token != "def" || err != nil {
		t.Error(token, err)
	}
	if _, err := refreshToken([]byte(`{"refresh_token":"def`)); err == nil {
		t.Error("half a token is no error")
	}
}

// The signature was calculated by openssl from the documented text.
func TestTheCheckoutFormIsSignedInTheOrderOfItsFields(t *testing.T) {
	form := checkoutForm("SP-TEST-1", "secret", "DH1")
	if !strings.HasPrefix(form, "merchant=SP-TEST-1&operation=PURCHASE&payment_method=BANK_TRANSFER&order_amount=185000&currency=VND&order_invoice_number=DH1&order_description=Don+hang+DH1&success_url=https%3A%2F%2Fshop.example%2Fok") {
		t.Error(form)
	}
	if !strings.HasSuffix(form, "&signature=e4n8ddfFGi9Wbb8X7uf5ebay4swCGGlC6EnQhHxSLvc%3D") {
		t.Error(form)
	}
}
