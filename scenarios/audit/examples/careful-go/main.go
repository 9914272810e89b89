package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

// maxBody bounds a notice in bytes, maxSkew how old its timestamp may be.
const (
	maxBody = 64 << 10
	maxSkew = 300 * time.Second
)

// order is an order of the shop.
type order struct {
	Code    string `json:"code"`
	Invoice string `json:"invoice"`
	Amount  int64  `json:"amount"`
	State   string `json:"state"`
	Credits int    `json:"credits"`
}

// shop is the order book. Its lock is what a unique index and a transaction are
// in a database.
type shop struct {
	mu     sync.Mutex
	orders map[string]*order // by code and by invoice number
	seen   map[string]bool   // ids of notices that were booked
}

func main() {
	for _, name := range []string{"WEBHOOK_SECRET", "IPN_SECRET", "ACCOUNT"} {
		if os.Getenv(name) == "" { // an empty secret is one that everybody knows
			fmt.Fprintln(os.Stderr, name+" is not set")
			os.Exit(1)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	s := &shop{orders: map[string]*order{}, seen: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", s.create)
	mux.HandleFunc("GET /orders/{key}", s.show)
	mux.HandleFunc("POST /webhook", s.webhook)
	mux.HandleFunc("POST /ipn", s.ipn)
	fmt.Printf("listening on http://%s\n", l.Addr())
	if err := http.Serve(l, mux); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (s *shop) create(w http.ResponseWriter, r *http.Request) {
	var in struct {
		order
		Cancelled bool `json:"cancelled"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	o := in.order
	o.State = "waiting"
	if in.Cancelled {
		o.State = "cancelled"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range []string{o.Code, o.Invoice} {
		if key != "" {
			s.orders[key] = &o
		}
	}
	w.WriteHeader(http.StatusCreated)
}

func (s *shop) show(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.orders[r.PathValue("key")]
	if o == nil {
		http.NotFound(w, r)
		return
	}
	answer(w, http.StatusOK, o)
}

// webhook takes SePay's notices of bank transfers.
func (s *shop) webhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		answer(w, http.StatusRequestEntityTooLarge, success(false))
		return
	}
	if !genuine(r.Header, body, os.Getenv("WEBHOOK_SECRET"), time.Now()) {
		answer(w, http.StatusUnauthorized, success(false))
		return
	}
	var n struct {
		ID             int64   `json:"id"`
		AccountNumber  string  `json:"accountNumber"`
		Code           *string `json:"code"`
		TransferType   string  `json:"transferType"`
		TransferAmount int64   `json:"transferAmount"`
	}
	if err := json.Unmarshal(body, &n); err != nil || n.ID == 0 {
		answer(w, http.StatusBadRequest, success(false))
		return
	}
	if n.Code != nil && n.TransferType == "in" && n.AccountNumber == os.Getenv("ACCOUNT") {
		s.credit("webhook "+strconv.FormatInt(n.ID, 10), *n.Code, n.TransferAmount)
	}
	answer(w, http.StatusOK, success(true)) // it came, whatever it is worth
}

// genuine checks signature and timestamp over the raw body.
func genuine(h http.Header, body []byte, secret string, now time.Time) bool {
	stamp := h.Get("X-SePay-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > maxSkew {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	want := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	return subtle.ConstantTimeCompare([]byte(want), []byte(h.Get("X-SePay-Signature"))) == 1
}

// ipn takes the gateway's notices of payments.
func (s *shop) ipn(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		answer(w, http.StatusRequestEntityTooLarge, success(false))
		return
	}
	if subtle.ConstantTimeCompare([]byte(os.Getenv("IPN_SECRET")), []byte(r.Header.Get("X-Secret-Key"))) != 1 {
		answer(w, http.StatusUnauthorized, success(false))
		return
	}
	var n struct {
		Type  string `json:"notification_type"`
		Order struct {
			Invoice  string `json:"order_invoice_number"`
			Status   string `json:"order_status"`
			Currency string `json:"order_currency"`
			Amount   string `json:"order_amount"`
		} `json:"order"`
		Transaction struct {
			ID     string `json:"id"`
			Status string `json:"transaction_status"`
		} `json:"transaction"`
	}
	if err := json.Unmarshal(body, &n); err != nil || n.Transaction.ID == "" || n.Order.Invoice == "" {
		answer(w, http.StatusBadRequest, success(false))
		return
	}
	amount, err := strconv.ParseFloat(n.Order.Amount, 64)
	paid := n.Type == "ORDER_PAID" && n.Order.Status == "CAPTURED" && n.Transaction.Status == "APPROVED" && n.Order.Currency == "VND"
	if err == nil && paid {
		s.credit("ipn "+n.Transaction.ID, n.Order.Invoice, int64(amount))
	}
	answer(w, http.StatusOK, success(true))
}

// credit books a payment once. Money for an order that is not waiting for this
// amount is left for a person to look at.
func (s *shop) credit(id, key string, amount int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen[id] {
		return
	}
	s.seen[id] = true
	if o := s.orders[key]; o != nil && o.State == "waiting" && o.Amount == amount {
		o.State, o.Credits = "paid", o.Credits+1
	}
}

func success(ok bool) map[string]bool { return map[string]bool{"success": ok} }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that went away is its own affair
}
