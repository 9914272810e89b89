package emulator_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/store"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// load is how often something is done: a share of it, unless LOCALSEPAY_SOAK asks
// for all, as make soak does.
func load(all int) int {
	if os.Getenv("LOCALSEPAY_SOAK") != "" {
		return all
	}
	return max(1, all/10)
}

// together does n things at once, at most so many at a time.
func together(n, atOnce int, do func(i int)) {
	var all sync.WaitGroup
	gate := make(chan struct{}, atOnce)
	for i := range n {
		gate <- struct{}{}
		all.Go(func() {
			defer func() { <-gate }()
			do(i)
		})
	}
	all.Wait()
}

func soaked(t *testing.T, options ...emulator.Option) *stage {
	t.Helper()
	return newStage(t, append([]emulator.Option{emulator.WithHistory(0)}, options...)...)
}

func TestSoakManyPayersOfOneOrder(t *testing.T) {
	var ipns atomic.Int64
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ipns.Add(1)
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
	defer shop.Close()
	s := soaked(t, emulator.WithIPN(shop.URL, ""))
	order := s.sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "ONE", Amount: 90_000, Method: "BANK_TRANSFER"})
	link := order.State().CheckoutURL
	_, query, _ := strings.Cut(link, "?")
	payers, memo := load(2_000), order.State().PayTo.Memo
	together(payers, 64, func(i int) {
		switch i % 3 {
		case 0:
			_, _ = s.sepay.Control().Pay(context.Background(), "ONE", wire.NewPay{})
		case 1:
			_, _ = s.sepay.Control().Transfer(context.Background(), wire.NewTransfer{Company: "demo", Amount: 90_000, Content: &memo})
		default:
			r := httptest.NewRequest(http.MethodPost, "/v1/checkout/pay?"+query, strings.NewReader("outcome=paid"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if w := s.serve(r); w.Code >= http.StatusInternalServerError {
				t.Errorf("a payer is answered %d %s", w.Code, w.Body)
			}
		}
	})
	s.sepay.Settle()
	if o := order.State(); o.Status != "CAPTURED" || ipns.Load() != 1 {
		t.Errorf("%d payers: the order is %s, and %d IPNs were sent", payers, o.Status, ipns.Load())
	}
	s.noFailure(t)
}

func TestSoakManyCheckoutsOfOneInvoice(t *testing.T) {
	s := soaked(t)
	n := load(5_000)
	ids := sync.Map{}
	together(n, 64, func(int) {
		o := s.sepay.Company().Checkout(emulator.Checkout{InvoiceNumber: "SAME", Amount: 50_000})
		ids.Store(o.State().OrderID, true)
	})
	made := 0
	ids.Range(func(any, any) bool { made++; return true })
	if made != 1 {
		t.Errorf("%d checkouts of one invoice made %d orders", n, made)
	}
	s.noFailure(t)
}

// Money, clock, snapshots, restores and resets beside each other: no call is
// answered with a 5xx, and one that is refused with 409 changed nothing.
func TestSoakMovesBesideEachOther(t *testing.T) {
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"success":true}`) }))
	defer shop.Close()
	s := soaked(t, emulator.WithWebhook(shop.URL))
	calls := [][2]string{
		{"/transfers", `{"amount":10000,"content":"DH123456"}`}, {"/transfers", `{"amount":10000}`}, {"/clock/advance", `{"by":"90s"}`}, {"/snapshots", ""},
		{"/snapshots/s1/restore", ""}, {"/reset", ""}, {"PUT /clock", `{"now":"2100-01-01 00:00:00"}`}, {"PUT /clock", `{"now":"1980-01-01 00:00:00"}`}, {"GET /state", ""},
	}
	answers := sync.Map{}
	together(load(20_000), 16, func(i int) {
		d := roll(uint64(i))
		c := pick(d, calls)
		method, path := http.MethodPost, c[0]
		if m, p, ok := strings.Cut(c[0], " "); ok {
			method, path = m, p
		}
		w := s.ask(method, "/_control/v1"+path, "", c[1])
		n, _ := answers.LoadOrStore(w.Code, new(atomic.Int64))
		n.(*atomic.Int64).Add(1)
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
	})
	answers.Range(func(code, n any) bool { t.Logf("%d: %d", code, n.(*atomic.Int64).Load()); return true })
	s.noFailure(t)
	if w := s.ask(http.MethodPost, "/_control/v1/reset", "", ""); w.Code != http.StatusNoContent || !s.sepay.Now().Equal(emulator.Epoch) {
		t.Errorf("after a reset, %d, it is %v", w.Code, s.sepay.Now())
	}
}

// A slow, a broken and a good endpoint: the good one hears of everything.
func TestSoakDeliveriesToHostileEndpoints(t *testing.T) {
	var good atomic.Int64
	fine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		good.Add(1)
		_, _ = io.WriteString(w, `{"success":true}`)
	}))
	defer fine.Close()
	var turn atomic.Int64
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch turn.Add(1) % 3 {
		case 0:
			w.WriteHeader(http.StatusInternalServerError)
		case 1:
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_ = conn.Close()
			}
		default:
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
		}
	}))
	defer bad.Close()
	s := soaked(t, emulator.WithWebhook(fine.URL), emulator.WithWebhook(bad.URL))
	n := load(10_000)
	together(n, 16, func(i int) {
		if w := s.ask(http.MethodPost, "/_control/v1/transfers", "", `{"amount":10000}`); w.Code != http.StatusCreated {
			t.Errorf("transfer: %d %s", w.Code, w.Body)
		}
	})
	s.sepay.Settle()
	if good.Load() != int64(n)+1 { // and that of the stage
		t.Errorf("the good endpoint heard %d of %d", good.Load(), n+1)
	}
	s.sepay.Advance(40 * time.Minute)
	if left, _ := s.sepay.Control().ClockState(context.Background()); left.Due != 0 {
		t.Errorf("%d deliveries still wait after the last retry", left.Due)
	}
	s.noFailure(t)
}

// A long run of requests with bodies leaves memory and goroutines bounded.
func TestSoakMemory(t *testing.T) {
	s := soaked(t)
	body := `{"amount":10000,"content":"` + strings.Repeat("a", 2000) + `"}`
	used := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc >> 20
	}
	threads := runtime.NumGoroutine()
	together(load(200_000), 16, func(i int) {
		r := httptest.NewRequest(http.MethodPost, "/oauth/token", strings.NewReader(body))
		r.Header.Set("User-Agent", fmt.Sprint(i, strings.Repeat("u", 500)))
		if w := s.serve(r); w.Code >= http.StatusInternalServerError {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	if mib := used(); mib > 150 {
		t.Errorf("%d MiB are in use", mib)
	} else {
		t.Logf("%d MiB are in use", mib)
	}
	if now := runtime.NumGoroutine(); now > threads+20 {
		t.Errorf("%d goroutines, before %d", now, threads)
	}
	s.noFailure(t)
}

// The clock goes anywhere, again and again, and every surface goes on answering.
func TestSoakEverySurfaceOutlivesEveryMoveOfTheClock(t *testing.T) {
	s := soaked(t, emulator.WithRateLimit("3"))
	d := dice{rand.New(rand.NewPCG(7, 7))}
	for range load(3_000) {
		at := time.Date(1970+d.IntN(231), time.Month(1+d.IntN(12)), 1+d.IntN(28), d.IntN(24), 0, 0, 0, clock.Vietnam)
		if w := s.ask(http.MethodPut, "/_control/v1/clock", "", `{"now":"`+at.Format(clock.Layout)+`"}`); w.Code != http.StatusOK {
			t.Fatalf("%v: %d %s", at, w.Code, w.Body)
		}
		if w := s.ask(http.MethodPost, "/_control/v1/reset", "", ""); d.rarely(10) && w.Code != http.StatusNoContent {
			t.Fatalf("reset: %d %s", w.Code, w.Body)
		}
		for _, path := range []string{"/v2/transactions", "/userapi/transactions/list"} {
			if w := s.ask(http.MethodGet, path, "Bearer "+s.company.APITokens[0], ""); w.Code != http.StatusOK {
				t.Fatalf("%s at %v: %d %s", path, at, w.Code, w.Body)
			}
		}
	}
	s.noFailure(t)
}

// counting is a store that counts the records which updates look at.
type counting struct {
	store.Store
	seen atomic.Int64
}

func (c *counting) Update(ctx context.Context, fn func(store.Writer) error) error {
	return c.Store.Update(ctx, func(w store.Writer) error { return fn(counted{w, c}) })
}

type counted struct {
	store.Writer
	c *counting
}

func (w counted) Walk(o *store.Ordering, from, to int, desc bool, visit func(any) bool) error {
	return w.Writer.Walk(o, from, to, desc, func(record any) bool {
		w.c.seen.Add(1)
		return visit(record)
	})
}

// A transfer looks at as many records beside many waiting deliveries as beside
// few: the log is pruned by what is finished.
func TestSoakATransferCostsTheSameBesideManyWaitingDeliveries(t *testing.T) {
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	defer down.Close()
	c := &counting{}
	s := soaked(t, emulator.WithWebhook(down.URL), emulator.WithRetention(emulator.Retention{Deliveries: 100}), emulator.WithStore(func(in store.Store) store.Store {
		c.Store = in
		return c
	}))
	cost := func() int64 {
		before := c.seen.Load()
		for range 20 {
			s.ask(http.MethodPost, "/_control/v1/transfers", "", `{"amount":10000}`)
			s.sepay.Settle()
		}
		return c.seen.Load() - before
	}
	few := cost()
	together(load(20_000), 16, func(int) { s.ask(http.MethodPost, "/_control/v1/transfers", "", `{"amount":10000}`) })
	s.sepay.Settle()
	if many := cost(); many > few+20 {
		t.Errorf("20 transfers look at %d records beside few waiting deliveries, and at %d beside many", few, many)
	} else {
		t.Logf("20 transfers look at %d records beside few, at %d beside many", few, many)
	}
}

// Companies, which callers make as they like, are bounded in number.
func TestCompaniesAreBoundedInNumber(t *testing.T) {
	s := soaked(t, emulator.WithRetention(emulator.Retention{Companies: 3}))
	for i, want := range []int{http.StatusCreated, http.StatusCreated, http.StatusUnprocessableEntity} { // and the stage's own
		if w := s.ask(http.MethodPost, "/_control/v1/companies", "", "{}"); w.Code != want {
			t.Errorf("company %d: %d %s", i+2, w.Code, w.Body)
		}
	}
	if w := s.ask(http.MethodPost, "/_control/v1/reset", "", ""); w.Code != http.StatusNoContent {
		t.Fatal(w.Body)
	}
	if w := s.ask(http.MethodPost, "/_control/v1/companies", "", "{}"); w.Code != http.StatusCreated {
		t.Errorf("after a reset: %d %s", w.Code, w.Body)
	}
}
