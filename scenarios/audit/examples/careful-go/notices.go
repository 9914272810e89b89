package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxSkew is the maximum age of a signature.
const maxSkew = 300 * time.Second

// receive decodes an authentic notice into a struct, and answers otherwise.
func receive(w http.ResponseWriter, r *http.Request, genuine func(http.Header, []byte) bool, into any) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case err != nil:
		answer(w, http.StatusRequestEntityTooLarge, success(false))
	case !genuine(r.Header, body):
		answer(w, http.StatusUnauthorized, success(false))
	case json.Unmarshal(body, into) != nil:
		answer(w, http.StatusBadRequest, success(false))
	default:
		return true
	}
	return false
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// signed checks signature and timestamp over the raw body, or the API key.
func (s *shop) signed(h http.Header, body []byte) bool {
	if s.apiKey != "" && equal("Apikey "+s.apiKey, h.Get("Authorization")) {
		return true
	}
	stamp := h.Get("X-SePay-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if s.secret == "" || err != nil || time.Since(time.Unix(seconds, 0)).Abs() > maxSkew {
		return false
	}
	mac := hmac.New(sha256.New, []byte(s.secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return equal("sha256="+hex.EncodeToString(mac.Sum(nil)), h.Get("X-SePay-Signature"))
}

// webhook handles SePay's notices of bank transfers.
func (s *shop) webhook(w http.ResponseWriter, r *http.Request) {
	var n struct {
		ID             *int64  `json:"id"`
		AccountNumber  string  `json:"accountNumber"`
		Code           *string `json:"code"`
		Content        string  `json:"content"`
		TransferType   string  `json:"transferType"`
		TransferAmount int64   `json:"transferAmount"`
	}
	if !receive(w, r, s.signed, &n) {
		return
	}
	if n.ID == nil {
		answer(w, http.StatusBadRequest, success(false))
		return
	}
	// The id 0 is that of a test send.
	if *n.ID != 0 && n.TransferType == "in" && n.TransferAmount > 0 {
		p := payment{id: "webhook " + strconv.FormatInt(*n.ID, 10), memo: n.Content, account: n.AccountNumber, amount: n.TransferAmount}
		if n.Code != nil { // null when SePay recognised none
			p.name = *n.Code
		}
		s.book(p)
	}
	answer(w, http.StatusOK, success(true)) // received, even if nothing was booked
}

// ipn handles the gateway's notices of payments.
func (s *shop) ipn(w http.ResponseWriter, r *http.Request) {
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
	genuine := func(h http.Header, _ []byte) bool { return equal(s.ipnSecret, h.Get("X-Secret-Key")) }
	if !receive(w, r, genuine, &n) {
		return
	}
	amount, ok := dong(n.Order.Amount)
	if n.Transaction.ID == "" || n.Order.Invoice == "" || !ok {
		answer(w, http.StatusBadRequest, success(false))
		return
	}
	approved := n.Transaction.Status == "APPROVED" && n.Order.Currency == "VND"
	switch {
	case n.Type == "ORDER_PAID" && n.Order.Status == "CAPTURED" && approved:
		s.book(payment{id: "ipn " + n.Transaction.ID, name: n.Order.Invoice, amount: amount})
	case n.Type == "TRANSACTION_VOID" && approved:
		s.revoke(payment{id: "void " + n.Transaction.ID, name: n.Order.Invoice, amount: amount})
	}
	answer(w, http.StatusOK, success(true))
}

// dong parses an amount in VND, optionally with zero decimals.
func dong(text string) (int64, bool) {
	whole, decimals, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	return n, err == nil && n >= 0 && strings.Trim(decimals, "0") == ""
}
