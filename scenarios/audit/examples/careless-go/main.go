package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
)

// order is an order of the shop.
type order struct {
	Status  string `json:"status"`
	Credits int    `json:"credits"`
}

var (
	mu     sync.Mutex
	orders = map[string]*order{}
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	http.HandleFunc("POST /orders", create)
	http.HandleFunc("GET /orders/{key}", show)
	http.HandleFunc("GET /thanks/{key}", thanks)
	http.HandleFunc("POST /webhook", webhook)
	http.HandleFunc("POST /ipn", ipn)
	fmt.Printf("listening on http://%s\n", l.Addr())
	_ = http.Serve(l, nil)
}

func create(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code, Invoice string
		Cancelled     bool
	}
	_ = json.NewDecoder(r.Body).Decode(&in)
	mu.Lock()
	defer mu.Unlock()
	o := &order{Status: "open"}
	if in.Cancelled { // shown, and never looked at again
		o.Status = "cancelled"
	}
	orders[in.Code], orders[in.Invoice] = o, o
}

func show(w http.ResponseWriter, r *http.Request) {
	mu.Lock()
	defer mu.Unlock()
	_ = json.NewEncoder(w).Encode(orders[r.PathValue("key")])
}

// thanks wrongly books the customer's return as a payment.
func thanks(w http.ResponseWriter, r *http.Request) {
	credit(r.PathValue("key"))
	show(w, r)
}

// webhook looks for the code anywhere in the memo and checks nothing else.
func webhook(w http.ResponseWriter, r *http.Request) {
	var n map[string]any
	_ = json.NewDecoder(r.Body).Decode(&n)
	for _, word := range strings.Fields(n["content"].(string)) { // panics on odd bodies
		credit(word)
	}
	_, _ = io.WriteString(w, `{"success":true}`)
}

func ipn(w http.ResponseWriter, r *http.Request) {
	var n map[string]any
	_ = json.NewDecoder(r.Body).Decode(&n)
	credit(n["order"].(map[string]any)["order_invoice_number"].(string)) // panics on odd bodies
	_, _ = io.WriteString(w, `{"success":true}`)
}

func credit(key string) {
	mu.Lock()
	defer mu.Unlock()
	if o := orders[key]; o != nil {
		o.Status = "paid"
		o.Credits++
	}
}
