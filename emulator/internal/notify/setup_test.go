package notify_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/emulator/internal/advance"
	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/fault"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/notify"
	"github.com/localsepay/localsepay/emulator/internal/setting"
	"github.com/localsepay/localsepay/emulator/internal/store"
	"github.com/localsepay/localsepay/emulator/internal/store/memory"
)

// failer is a test, or one run of a property.
type failer interface {
	Helper()
	Errorf(string, ...any)
	Fatal(...any)
	Fatalf(string, ...any)
	Cleanup(func())
}

// got is a request that came to the merchant.
type got struct {
	path   string
	header http.Header
	body   string
}

// reply is what the merchant's handler answers.
type reply struct {
	status int
	body   string
}

var yes = reply{http.StatusOK, `{"success":true}`}

// merchant is the shop's server. It answers what it is told to, and then again
// the last of it.
type merchant struct {
	*httptest.Server
	mu      sync.Mutex
	came    []got
	replies []reply
	// instead, unless nil, answers in their place, once the body is read.
	instead http.HandlerFunc
}

func newMerchant(t failer, replies ...reply) *merchant {
	if len(replies) == 0 {
		replies = []reply{yes}
	}
	m := &merchant{replies: replies}
	m.Server = httptest.NewServer(m)
	t.Cleanup(m.Close)
	return m
}

func (m *merchant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	m.mu.Lock()
	m.came = append(m.came, got{r.URL.Path, r.Header.Clone(), string(body)})
	answer := m.replies[0]
	if len(m.replies) > 1 {
		m.replies = m.replies[1:]
	}
	instead := m.instead
	m.mu.Unlock()
	if instead != nil {
		instead(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if answer.status/100 == 3 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, answer.body)
}

// answer changes what the merchant answers from now on.
func (m *merchant) answer(replies ...reply) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.replies = replies
}

// serve answers by a function from now on.
func (m *merchant) serve(f http.HandlerFunc) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.instead = f
}

// requests returns what came so far.
func (m *merchant) requests() []got {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]got(nil), m.came...)
}

// setup is a notifier over a company, shop, whose account is 1, and a clock that
// stands still.
type setup struct {
	failer
	n        *notify.Notifier
	store    *memory.Store
	clock    *clock.Clock
	faults   *fault.Rules
	findings *finding.Log
}

// build makes a setup; change says what is otherwise than usual.
func build(t failer, change ...func(*notify.Config)) *setup {
	t.Helper()
	s := &setup{failer: t, store: memory.New(), clock: clock.NewFrozen(at)}
	s.faults = fault.New(1, func() []fault.Surface { return nil })
	s.findings = finding.NewLog(s.store.Facts(), s.clock.Now)
	c := notify.Config{Store: s.store, Clock: s.clock, Seed: 1, Egress: notify.EgressTest, Findings: s.findings, Faults: s.faults}
	for _, f := range change {
		f(&c)
	}
	s.n = notify.New(c)
	t.Cleanup(func() {
		s.n.Pause()
		_ = s.store.Close()
	})
	s.update(func(w store.Writer) error {
		return errors.Join(
			store.Companies.Put(w, store.Company{Number: 1, ID: "shop", Merchant: store.Merchant{MerchantID: "SP-TEST-1", SecretKey: "spsk_test_1"}}),
			store.BankAccounts.Put(w, store.BankAccount{ID: 1, XID: "a1", Company: "shop", Bank: "MBBank", AccountNumber: "0000012345", Active: true}),
		)
	})
	return s
}

func with(name setting.Name, value string) func(*notify.Config) {
	return func(c *notify.Config) {
		values, err := c.Settings.With(map[string]string{string(name): value})
		if err != nil {
			panic(err)
		}
		c.Settings = values
	}
}

func (s *setup) update(fn func(store.Writer) error) {
	s.Helper()
	if err := s.store.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *setup) view(fn func(store.Reader) error) {
	s.Helper()
	if err := s.store.View(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *setup) shop(r store.Reader) store.Company {
	s.Helper()
	c, err := store.CompanyByID.Find(r, "shop")
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// change changes the company's record.
func (s *setup) change(fn func(*store.Company)) {
	s.Helper()
	s.update(func(w store.Writer) error {
		c := s.shop(w)
		fn(&c)
		return store.Companies.Put(w, c)
	})
}

// hook registers a webhook that retries.
func (s *setup) hook(url string, change ...func(*store.Webhook)) store.Webhook {
	s.Helper()
	h := store.Webhook{URL: url, Active: true, RetryNon2xx: true}
	for _, f := range change {
		f(&h)
	}
	s.update(func(w store.Writer) (err error) {
		h, err = s.n.Register(w, s.shop(w), h)
		return err
	})
	return h
}

// record writes a transfer in an update under ctx and returns its notices.
func (s *setup) record(ctx context.Context, change ...func(*store.Transaction)) (t store.Transaction, made []store.Delivery) {
	s.Helper()
	err := s.store.Update(ctx, func(w store.Writer) (err error) {
		t = *plainTransfer()
		for _, f := range change {
			f(&t)
		}
		if t.ID, err = store.Transactions.NextID(w); err != nil {
			return err
		}
		t.Company, t.BankAccountID, t.BankAccountXID, t.XID = "shop", 1, "a1", time.Unix(t.ID, 0).String()
		made, err = s.n.TransactionRecorded(w, s.shop(w), &t)
		return errors.Join(err, store.Transactions.Put(w, t))
	})
	if err != nil {
		s.Fatal(err)
	}
	return t, made
}

// notice records a transfer that one webhook is told of.
func (s *setup) notice(change ...func(*store.Transaction)) store.Delivery {
	s.Helper()
	_, made := s.record(context.Background(), change...)
	if len(made) != 1 {
		s.Fatalf("%d notices", len(made))
	}
	return made[0]
}

// run sends what is due now.
func (s *setup) run() {
	s.Helper()
	if err := s.n.RunDue(context.Background()); err != nil {
		s.Fatal(err)
	}
}

// advance moves the clock and sends what falls due on the way.
func (s *setup) advance(d time.Duration) {
	s.Helper()
	if err := advance.Run(context.Background(), s.clock, d, s.n); err != nil {
		s.Fatal(err)
	}
}

// jump sets the clock forward and sends nothing.
func (s *setup) jump(d time.Duration) {
	s.Helper()
	if err := s.clock.Set(clock.State{Now: s.clock.Now().Add(d)}); err != nil {
		s.Fatal(err)
	}
}

func (s *setup) delivery(id int64) (d store.Delivery) {
	s.Helper()
	s.view(func(r store.Reader) (err error) {
		d, err = store.Deliveries.Get(r, id)
		return err
	})
	return d
}

// deliveries returns the log, oldest first.
func (s *setup) deliveries() (out []store.Delivery) {
	s.Helper()
	s.view(func(r store.Reader) error {
		page, err := store.ListDeliveries(r, store.DeliveryFilter{}, store.Window{Limit: 10000})
		for i := len(page.Rows) - 1; i >= 0; i-- {
			out = append(out, page.Rows[i])
		}
		return err
	})
	return out
}

// fault arms a rule.
func (s *setup) fault(r fault.Rule) fault.Rule {
	s.Helper()
	r, err := s.faults.Add(r)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// states are those that the facts tell of a delivery, in order.
func (s *setup) states(id int64) (out []store.DeliveryStatus) {
	for _, f := range s.store.Facts().After(fact.Filter{Type: fact.Delivery}, 0, 10000) {
		if d := f.Data.(notify.Delivered); d.ID == id {
			out = append(out, d.Status)
		}
	}
	return out
}

// codes are those of the findings, oldest first.
func (s *setup) codes() []string {
	out := []string{}
	for _, f := range s.findings.List(finding.Filter{}, 0) {
		out = append([]string{f.Code}, out...)
	}
	return out
}

// same compares.
func (s *setup) same(what string, want, got any) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// minutes are the instants of the attempts after a start.
func minutes(d store.Delivery, from time.Time) []time.Duration {
	out := []time.Duration{}
	for _, a := range d.Attempts {
		out = append(out, a.At.Sub(from)/time.Minute)
	}
	return out
}
