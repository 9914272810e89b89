package audit_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/scenarios/audit"
)

const hmacSecret, ipnSecret = "whsec_audit", "ipn-s3cret"

// vietnam is the zone of all that SePay writes.
var vietnam = time.FixedZone("ICT", 7*60*60)

// day is when the shops are audited.
var day = time.Date(2026, time.June, 8, 12, 0, 30, 0, vietnam)

// shop is a careful shop of a test, with a mistake or in another style.
type shop struct {
	*httptest.Server
	// mistake is what it does wrong, empty for nothing.
	mistake string
	// auth is how its webhook handler checks; HMAC when empty.
	auth audit.Auth
	// genuine, when set, replaces the check of the webhook's credential.
	genuine func(h http.Header, body []byte) bool
	// genuineIPN is genuine for the IPN handler.
	genuineIPN func(h http.Header, body []byte) bool
	// answer, when set, changes what the handlers answer.
	answer func(status int, r *http.Request) (int, string)
	// page, when set, writes the page of an order.
	page func(o *sale) string
	// late, when set, books after the answer: it is called with the work.
	late func(work func())

	// clock is the emulator's, too: what it signs has an age to the shop.
	clock emulator.Clock

	mu       sync.Mutex
	sales    map[string]*sale
	payments map[string]bool
	aside    []payment
	last     int64
	// form is how the first order id began.
	form string
	// asked are closed when the page of an order is asked for next.
	asked []chan struct{}
	// racing makes the notices meet between look and write.
	racing bool
	racers sync.WaitGroup
}

// sale is an order, and what was paid for it.
type sale struct {
	Name     string `json:"order"`
	Status   string `json:"status"`
	Price    int64  `json:"price"`
	Credited int64  `json:"credited"`
	Credits  int    `json:"credits"`
	made     time.Time
}

// payment is money for an order that is not there yet.
type payment struct {
	id, name string
	amount   int64
}

func (s *shop) start(t testing.TB) *shop {
	t.Helper()
	s.clock = emulator.FrozenClock(day)
	s.sales, s.payments = map[string]*sale{}, map[string]bool{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", s.order)
	mux.HandleFunc("GET /orders/{name}", s.show)
	mux.HandleFunc("GET /thanks/{name}", s.thanks)
	mux.HandleFunc("POST /webhook", s.webhook)
	mux.HandleFunc("POST /ipn", s.ipn)
	s.Server = httptest.NewServer(mux)
	s.Server.Config.ErrorLog = nil
	t.Cleanup(s.Close)
	return s
}

// audited are the options of an audit of the shop.
func (s *shop) audited(t testing.TB, rules ...string) audit.Options {
	t.Helper()
	return s.auditedUnder(t, nil, rules...)
}

// auditedUnder is audited with settings.
func (s *shop) auditedUnder(t testing.TB, settings map[string]string, rules ...string) audit.Options {
	t.Helper()
	options := []emulator.Option{emulator.WithClock(s.clock), emulator.AllowPending(), emulator.WithContract(emulator.ContractOff)}
	for name, value := range settings {
		options = append(options, emulator.WithSetting(emulator.Setting(name), value))
	}
	e := emulator.StartT(t, options...)
	auth := s.auth
	if auth == "" {
		auth = audit.HMAC
	}
	secret := hmacSecret
	if auth == audit.NoAuth {
		secret = ""
	}
	return audit.Options{
		Base: e.URL(), Webhook: &audit.Webhook{URL: s.URL + "/webhook", Auth: auth, Secret: secret}, IPN: &audit.IPN{URL: s.URL + "/ipn", Secret: ipnSecret},
		Prepare: s.URL + "/orders", Check: s.URL + "/orders/{code}", Return: s.URL + "/thanks/{invoice}", Rules: rules, Patience: 2 * time.Second, Stopwatch: stopwatch, Tag: 4711,
	}
}

func (s *shop) does(mistake string) bool { return s.mistake == mistake }

func (s *shop) order(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code, Invoice string
		Amount        int64
		Cancelled     bool
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &sale{Name: in.Code + in.Invoice, Status: "open", Price: in.Amount, made: s.clock.Now().Truncate(time.Second)}
	if in.Cancelled {
		o.Status = "cancelled"
	}
	s.sales[o.Name] = o
	s.aside = slices.DeleteFunc(s.aside, func(p payment) bool {
		if p.name == o.Name && !s.does("drops early money") {
			s.book(o, p.amount)
		}
		return p.name == o.Name
	})
	w.WriteHeader(http.StatusCreated)
}

func (s *shop) show(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.asked {
		close(c)
	}
	s.asked = nil
	o := s.sales[r.PathValue("name")]
	if o == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if s.page != nil {
		_, _ = io.WriteString(w, s.page(o))
		return
	}
	_ = json.NewEncoder(w).Encode(o)
}

func (s *shop) thanks(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.sales[r.PathValue("name")]; o != nil && s.does("books on return") {
		s.book(o, o.Price)
	}
	_, _ = io.WriteString(w, "thank you")
}

// book adds money to an order. The lock is held.
func (s *shop) book(o *sale, amount int64) {
	o.Credits++
	o.Credited += amount
	switch {
	case o.Status == "cancelled" && !s.does("pays cancelled"):
	case s.does("amount unread") || s.does("amount as prefix") && strings.HasPrefix(strconv.FormatInt(o.Price, 10), strconv.FormatInt(amount, 10)):
		o.Status = "paid"
	case o.Credited < o.Price:
		o.Status = "underpaid"
	case o.Credited > o.Price && !s.does("surplus lost"):
		o.Status = "overpaid"
	default:
		o.Status = "paid"
	}
	if s.does("surplus lost") && o.Status == "paid" {
		o.Credited = o.Price
	}
}

func mustMatch(pattern string) *regexp.Regexp { return regexp.MustCompile(pattern) }

// decodeInto reads the JSON of a request.
func decodeInto(r *http.Request, into any) bool {
	return json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(into) == nil
}

func encode(w io.Writer, v any) { _ = json.NewEncoder(w).Encode(v) }

// stopwatch starts a measurement of real time.
func stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
