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

	"github.com/localsepay/localsepay/emulator/clock"
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

var codes = regexp.MustCompile(`(?i)DH[\s._-]*(\d+)`)

func (s *shop) webhook(w http.ResponseWriter, r *http.Request) {
	body, ok := s.read(w, r)
	if !ok {
		return
	}
	if !s.believes(r.Header, body) {
		s.reply(w, r, http.StatusUnauthorized)
		return
	}
	var n struct {
		ID              *int64
		AccountNumber   string
		Code            *string
		Content         string
		TransferType    string
		TransferAmount  int64
		ReferenceCode   string
		TransactionDate string
	}
	if !s.decode(w, r, body, &n) {
		return
	}
	if n.ID == nil {
		s.reply(w, r, http.StatusBadRequest)
		return
	}
	if s.does("breaks on null") && strings.Contains(string(body), `"subAccount":null`) {
		s.reply(w, r, http.StatusInternalServerError)
		return
	}
	date, _ := time.ParseInLocation(clock.Layout, n.TransactionDate, clock.Vietnam)
	got := notice{id: "w" + strconv.FormatInt(*n.ID, 10), amount: n.TransferAmount, reference: n.ReferenceCode, date: date,
		good: (n.TransferType == "in" || s.does("outgoing credited")) && (n.AccountNumber == audit.DefaultAccount || s.does("any account"))}
	if utc, _ := time.Parse(clock.Layout, n.TransactionDate); s.does("takes the time for UTC") && time.Until(utc) > time.Hour ||
		s.does("references of one bank") && !strings.HasPrefix(n.ReferenceCode, "FT") {
		got.good = false
	}
	switch {
	case s.does("memo as key"):
		got.id = n.Content + strconv.FormatInt(n.TransferAmount, 10)
	case s.does("reference as key"):
		got.id = n.ReferenceCode
	}
	if *n.ID == 0 && !s.does("test send approves") {
		got.good = false
	}
	switch {
	case n.Code != nil:
		got.name = *n.Code
	case s.does("code demanded"):
		s.reply(w, r, http.StatusBadRequest)
		return
	default:
		if m := codes.FindStringSubmatch(n.Content); m != nil {
			got.name = "DH" + m[1]
		}
	}
	if s.does("breaks on emoji") && strings.ContainsFunc(n.Content, func(r rune) bool { return r > 0xffff }) ||
		s.does("breaks on letters outside of ASCII") && strings.ContainsFunc(n.Content, func(r rune) bool { return r > 0x7f }) {
		s.reply(w, r, http.StatusInternalServerError)
		return
	}
	if s.does("memo is the code") && n.Content != got.name {
		got.name = ""
	}
	if s.does("code only") && n.Code == nil {
		got.name = ""
	}
	if s.does("memo must begin with the code") && !strings.HasPrefix(n.Content, got.name) {
		got.name = ""
	}
	if s.does("digits of the memo") {
		if m := regexp.MustCompile(`\d{9}`).FindString(n.Content); m != "" {
			got.name = "DH" + m
		}
	}
	if s.does("test approves") && strings.Contains(n.Content, "TEST") || s.does("test send approves") && *n.ID == 0 {
		s.approve(got.name)
		s.reply(w, r, http.StatusOK)
		return
	}
	if s.does("lowers ids ignored") {
		s.mu.Lock()
		old := *n.ID < s.last
		s.last = max(s.last, *n.ID)
		s.mu.Unlock()
		got.good = got.good && !old
	}
	s.take(w, r, got, n.Content)
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
	work := func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !n.good && !s.does("memo as key") {
			return true
		}
		if s.payments[n.id] && !s.does("no dedup") {
			return true
		}
		s.payments[n.id] = true
		if !n.good {
			return true
		}
		o := s.sales[n.name]
		if s.does("substring") {
			for name, other := range s.sales {
				if strings.Contains(text, name) && (o == nil || len(name) < len(o.Name)) {
					o = other
				}
			}
		}
		switch {
		case o == nil && s.does("unknown refused"):
			return false
		case o == nil:
			s.aside = append(s.aside, payment{n.id, n.name, n.amount})
		case s.does("older than the order") && n.date.Before(o.made):
		case s.does("old notices thrown away") && time.Since(n.date) > 10*time.Minute:
		case s.does("ahead of the clock") && time.Until(n.date) > time.Hour:
		default:
			s.book(o, n.amount)
		}
		return true
	}
	if s.does("lost with the connection") {
		s.mu.Lock()
		known := s.payments[n.id]
		s.payments[n.id] = true
		s.mu.Unlock()
		wait := time.NewTimer(40 * time.Millisecond) // a slow database
		defer wait.Stop()
		select {
		case <-r.Context().Done():
			return
		case <-wait.C:
		}
		s.mu.Lock()
		s.payments[n.id] = known
		s.mu.Unlock()
	}
	if s.late != nil {
		s.late(func() { work() })
		s.reply(w, r, http.StatusOK)
		return
	}
	if !work() {
		s.reply(w, r, http.StatusNotFound)
		return
	}
	s.reply(w, r, http.StatusOK)
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
	case err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 300*time.Second && !s.does("any age"):
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

func (s *shop) ipn(w http.ResponseWriter, r *http.Request) {
	body, ok := s.read(w, r)
	if !ok {
		return
	}
	given := r.Header.Get("X-Secret-Key")
	believed := given == ipnSecret || s.does("any secret") && given != "" || given == "" && len(r.Header.Values("X-Secret-Key")) == 0 && s.does("missing is fine") ||
		s.does("prefix compared") && strings.HasPrefix(ipnSecret, given) && given != ""
	if s.genuineIPN != nil {
		believed = s.genuineIPN(r.Header, body)
	}
	if !believed {
		s.reply(w, r, http.StatusUnauthorized)
		return
	}
	var n struct {
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
			Card   *string `json:"card_number"`
			Expiry *string `json:"card_expiry"`
			Brand  *string `json:"card_brand"`
		}
		Timestamp any `json:"timestamp"`
	}
	if !s.decode(w, r, body, &n) {
		return
	}
	amount, err := strconv.ParseFloat(n.Order.Amount, 64)
	if n.Transaction.ID == "" || n.Order.Invoice == "" || err != nil {
		s.reply(w, r, http.StatusBadRequest)
		return
	}
	if s.does("order id of the pages") && !strings.HasPrefix(n.Order.OrderID, "SEPAY-") {
		s.reply(w, r, http.StatusInternalServerError)
		return
	}
	if s.does("amounts without decimals") && strings.Contains(n.Order.Amount, ".") || s.does("breaks without a customer") && strings.Contains(string(body), `"customer":null`) {
		s.reply(w, r, http.StatusBadRequest)
		return
	}
	if s.does("card parsed") && n.Transaction.Expiry != nil && !strings.Contains(*n.Transaction.Expiry, "/") ||
		s.does("order id of one form") && !s.sameForm(n.Order.OrderID) {
		s.reply(w, r, http.StatusInternalServerError)
		return
	}
	date, _ := time.ParseInLocation(clock.Layout, n.Transaction.Date, clock.Vietnam)
	got := notice{id: "i" + n.Transaction.ID, name: n.Order.Invoice, amount: int64(amount), date: date,
		good: (n.NotificationType == "ORDER_PAID" || s.does("any type")) &&
			(n.Order.Status == "CAPTURED" || s.does("any status") || s.does("any type")) && (n.Transaction.Status == "APPROVED" || s.does("any status")) &&
			(n.Order.Currency == "VND" || s.does("any currency")) && !(s.does("amount as text") && n.Order.Amount != "150000.00")}
	if s.does("test approves") && strings.Contains(n.Order.Text, "TEST") {
		s.approve(got.name)
		s.reply(w, r, http.StatusOK)
		return
	}
	if s.does("lowers ids ignored") {
		s.mu.Lock()
		old := s.last > 0 && strings.Contains(n.Order.Invoice, "-") && trailing(n.Order.Invoice) < s.last
		s.last = max(s.last, trailing(n.Order.Invoice))
		s.mu.Unlock()
		got.good = got.good && !old
	}
	s.take(w, r, got, n.Order.Invoice)
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
