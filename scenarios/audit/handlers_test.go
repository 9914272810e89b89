package audit_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/localsepay/localsepay/scenarios/audit"
)

// notice is what the handlers make of a body; code is null or the memo's.
type notice struct {
	id, name, reference string
	amount              int64
	good                bool
	date                time.Time
}

func (s *shop) reply(w http.ResponseWriter, r *http.Request, status int) {
	body := fmt.Sprintf(`{"success":%t}`, status < 300)
	if s.answer != nil {
		status, body = s.answer(status, r)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// read reads a body of 64 kB at most.
func (s *shop) read(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		if s.does("breaks on huge bodies") {
			s.reply(w, r, http.StatusInternalServerError)
		} else {
			s.reply(w, r, http.StatusRequestEntityTooLarge)
		}
		return nil, false
	}
	return body, true
}

var (
	codes      = regexp.MustCompile(`(?i)DH[\s._-]*(\d+)`)
	nineDigits = regexp.MustCompile(`\d{9}`)
)

// transfer is the body of a webhook.
type transfer struct {
	ID              *int64
	AccountNumber   string
	Code            *string
	Content         string
	Description     string
	TransferType    string
	TransferAmount  int64
	ReferenceCode   string
	TransactionDate string
}

func (s *shop) webhook(w http.ResponseWriter, r *http.Request) {
	body, ok := s.read(w, r)
	if !ok {
		return
	}
	if !s.believes(r.Header, body) {
		s.reply(w, r, http.StatusUnauthorized)
		return
	}
	var n transfer
	if !s.decode(w, r, body, &n) {
		return
	}
	if status := s.stumbles(n, body); status != 0 {
		s.reply(w, r, status)
		return
	}
	got := s.weighed(n)
	if s.does("test approves") && strings.Contains(n.Content, "TEST") || s.does("test send approves") && *n.ID == 0 {
		s.approve(got.name)
		s.reply(w, r, http.StatusOK)
		return
	}
	got.good = got.good && !s.outrun(*n.ID)
	s.take(w, r, got, n.Content)
}

// stumbles is the status with which a webhook is refused; 0 when it is not.
func (s *shop) stumbles(n transfer, body []byte) int {
	above := func(limit rune) bool { return strings.ContainsFunc(n.Content, func(r rune) bool { return r > limit }) }
	switch {
	case n.ID == nil, n.Code == nil && s.does("code demanded"), n.Description == "" && s.does("texts demanded"):
		return http.StatusBadRequest
	case s.does("breaks on null") && strings.Contains(string(body), `"subAccount":null`),
		s.does("breaks on emoji") && above(0xffff), s.does("breaks on letters outside of ASCII") && above(0x7f):
		return http.StatusInternalServerError
	}
	return 0
}

// weighed is what the shop makes of a transfer.
func (s *shop) weighed(n transfer) notice {
	date, _ := time.ParseInLocation(time.DateTime, n.TransactionDate, vietnam)
	utc, _ := time.Parse(time.DateTime, n.TransactionDate)
	got := notice{id: "w" + strconv.FormatInt(*n.ID, 10), name: s.named(n), amount: n.TransferAmount, reference: n.ReferenceCode, date: date}
	switch {
	case s.does("memo as key"):
		got.id = n.Content + strconv.FormatInt(n.TransferAmount, 10)
	case s.does("reference as key"):
		got.id = n.ReferenceCode
	}
	switch {
	case *n.ID == 0 && !s.does("test send approves"):
	case s.does("takes the time for UTC") && utc.Sub(s.clock.Now()) > time.Hour:
	case s.does("references of one bank") && !strings.HasPrefix(n.ReferenceCode, "FT"):
	default:
		got.good = (n.TransferType == "in" || s.does("outgoing credited")) && (n.AccountNumber == audit.DefaultAccount || s.does("any account"))
	}
	return got
}

// named is the order that a transfer names.
func (s *shop) named(n transfer) string {
	name := ""
	switch m := codes.FindStringSubmatch(n.Content); {
	case n.Code != nil:
		name = *n.Code
	case m != nil && !s.does("code only"):
		name = "DH" + m[1]
	}
	switch digits := nineDigits.FindString(n.Content); {
	case s.does("memo is the code") && n.Content != name, s.does("memo must begin with the code") && !strings.HasPrefix(n.Content, name):
		return ""
	case s.does("digits of the memo") && digits != "":
		return "DH" + digits
	}
	return name
}

// outrun says whether a notice of a higher number came before, to a shop that
// minds.
func (s *shop) outrun(number int64) bool {
	if !s.does("lowers ids ignored") {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := number < s.last
	s.last = max(s.last, number)
	return old
}

// approve pays an order without looking at the money.
func (s *shop) approve(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.sales[name]; o != nil {
		o.Status = "paid"
	}
}

// decode reads JSON; a mistake breaks on what is no object.
func (s *shop) decode(w http.ResponseWriter, r *http.Request, body []byte, into any) bool {
	err := json.Unmarshal(body, into)
	if err == nil && s.does("strict schema") && strings.Contains(string(body), `"somethingNew"`) {
		err = http.ErrNotSupported
	}
	if err != nil || !strings.HasPrefix(strings.TrimSpace(string(body)), "{") {
		status := http.StatusBadRequest
		if s.does("breaks on odd bodies") {
			status = http.StatusInternalServerError
		}
		s.reply(w, r, status)
		return false
	}
	return true
}

// take books a notice, once.
func (s *shop) take(w http.ResponseWriter, r *http.Request, n notice, text string) {
	if s.does("check before write") {
		s.race(n)
	}
	if s.does("lost with the connection") && s.lost(r, n) {
		return
	}
	if s.late != nil {
		s.late(func() { s.work(n, text) })
		s.reply(w, r, http.StatusOK)
		return
	}
	if !s.work(n, text) {
		s.reply(w, r, http.StatusNotFound)
		return
	}
	s.reply(w, r, http.StatusOK)
}

// work books a notice, and says whether the shop answers it with success.
func (s *shop) work(n notice, text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !n.good && !s.does("memo as key") || s.payments[n.id] && !s.does("no dedup") {
		return true
	}
	s.payments[n.id] = true
	o := s.sales[n.name]
	if s.does("substring") {
		for name, other := range s.sales {
			if strings.Contains(text, name) && (o == nil || len(name) < len(o.Name)) {
				o = other
			}
		}
	}
	switch {
	case !n.good:
	case o == nil && s.does("unknown refused"):
		return false
	case o == nil:
		s.aside = append(s.aside, payment{n.id, n.name, n.amount})
	case s.does("older than the order") && n.date.Before(o.made):
	case s.does("old notices thrown away") && s.clock.Now().Sub(n.date) > 10*time.Minute:
	default:
		s.book(o, n.amount)
	}
	return true
}

// lost marks a notice as seen, is slow, and loses it when the connection breaks.
func (s *shop) lost(r *http.Request, n notice) bool {
	s.mu.Lock()
	known := s.payments[n.id]
	s.payments[n.id] = true
	s.mu.Unlock()
	wait := time.NewTimer(40 * time.Millisecond) // a slow database
	defer wait.Stop()
	select {
	case <-r.Context().Done():
		return true
	case <-wait.C:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.payments[n.id] = known
	return false
}

// race lets every copy of a notice look before any writes.
func (s *shop) race(n notice) {
	s.mu.Lock()
	known, racing := s.payments[n.id], s.racing
	s.mu.Unlock()
	if racing {
		s.racers.Done()
		s.racers.Wait()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.payments[n.id] = known // what it saw decides, whatever the others wrote
}

// believes checks the webhook's credential.
func (s *shop) believes(h http.Header, body []byte) bool {
	if s.genuine != nil {
		return s.genuine(h, body)
	}
	switch s.auth {
	case audit.NoAuth:
		return true
	case audit.APIKey:
		given := h.Get("Authorization")
		return given == "Apikey "+hmacSecret || s.does("prefix compared") && strings.HasPrefix("Apikey "+hmacSecret, given) && given != ""
	}
	stamp, given := h.Get("X-SePay-Timestamp"), h.Get("X-SePay-Signature")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	switch {
	case given == "" && s.does("missing is fine"), given != "" && s.does("any signature"):
		return true
	case s.does("empty secret too") && given == sign("", stamp+"."+string(body)):
		return true
	case err != nil || s.clock.Now().Sub(time.Unix(seconds, 0)).Abs() > 300*time.Second && !s.does("any age"):
		return false
	}
	return given == sign(hmacSecret, stamp+"."+string(body))
}

func sign(secret, text string) string { return "sha256=" + hex.EncodeToString(digest(secret, text)) }

func digest(secret, text string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, text)
	return mac.Sum(nil)
}

func base64Of(sum []byte) string { return base64.StdEncoding.EncodeToString(sum) }

// gateways is the body of an IPN.
type gateways struct {
	NotificationType string `json:"notification_type"`
	Order            struct {
		OrderID  string `json:"order_id"`
		Invoice  string `json:"order_invoice_number"`
		Status   string `json:"order_status"`
		Currency string `json:"order_currency"`
		Amount   string `json:"order_amount"`
		Text     string `json:"order_description"`
	}
	Transaction struct {
		ID     string
		Status string  `json:"transaction_status"`
		Date   string  `json:"transaction_date"`
		Expiry *string `json:"card_expiry"`
	}
}

func (s *shop) ipn(w http.ResponseWriter, r *http.Request) {
	body, ok := s.read(w, r)
	if !ok {
		return
	}
	if !s.believesIPN(r.Header, body) {
		s.reply(w, r, http.StatusUnauthorized)
		return
	}
	var n gateways
	if !s.decode(w, r, body, &n) {
		return
	}
	amount, err := strconv.ParseFloat(n.Order.Amount, 64)
	switch {
	case n.Transaction.ID == "" || n.Order.Invoice == "" || err != nil, s.does("amounts without decimals") && strings.Contains(n.Order.Amount, "."),
		s.does("texts demanded") && strings.Contains(string(body), `"user_agent":""`), s.does("breaks without a customer") && strings.Contains(string(body), `"customer":null`):
		s.reply(w, r, http.StatusBadRequest)
		return
	case s.does("order id of the pages") && !strings.HasPrefix(n.Order.OrderID, "SEPAY-"), s.does("order id of one form") && !s.sameForm(n.Order.OrderID),
		s.does("card parsed") && n.Transaction.Expiry != nil && !strings.Contains(*n.Transaction.Expiry, "/"):
		s.reply(w, r, http.StatusInternalServerError)
		return
	}
	date, _ := time.ParseInLocation(time.DateTime, n.Transaction.Date, vietnam)
	got := notice{id: "i" + n.Transaction.ID, name: n.Order.Invoice, amount: int64(amount), date: date, good: s.pays(n)}
	if s.does("test approves") && strings.Contains(n.Order.Text, "TEST") {
		s.approve(got.name)
		s.reply(w, r, http.StatusOK)
		return
	}
	got.good = got.good && !s.outrun(trailing(n.Order.Invoice))
	s.take(w, r, got, n.Order.Invoice)
}

func (s *shop) believesIPN(h http.Header, body []byte) bool {
	given := h.Get("X-Secret-Key")
	switch {
	case s.genuineIPN != nil:
		return s.genuineIPN(h, body)
	case len(h.Values("X-Secret-Key")) == 0:
		return s.does("missing is fine")
	case given == "":
		return false
	}
	return given == ipnSecret || s.does("any secret") || s.does("prefix compared") && strings.HasPrefix(ipnSecret, given)
}

// pays says whether an IPN is one of money.
func (s *shop) pays(n gateways) bool {
	return (n.NotificationType == "ORDER_PAID" || s.does("any type")) &&
		(n.Order.Status == "CAPTURED" || s.does("any status") || s.does("any type")) && (n.Transaction.Status == "APPROVED" || s.does("any status")) &&
		(n.Order.Currency == "VND" || s.does("any currency")) && !(s.does("amount as text") && n.Order.Amount != "150000.00")
}

// sameForm says whether an order id begins as the first one did.
func (s *shop) sameForm(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.form == "" {
		s.form = id[:3]
	}
	return strings.HasPrefix(id, s.form)
}

func trailing(invoice string) int64 {
	n, _ := strconv.ParseInt(invoice[strings.LastIndex(invoice, "-")+1:], 10, 64)
	return n
}
