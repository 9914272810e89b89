package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

// maxBody bounds a notice in bytes.
const maxBody = 64 << 10

const usage = "start it with WEBHOOK_SECRET=whsec_x (or WEBHOOK_API_KEY=key) IPN_SECRET=s3cret ACCOUNT=0123456789"

// config is the shop's configuration.
type config struct{ secret, apiKey, ipnSecret, account string }

// read reads the configuration from the environment. The shop does not start
// with an empty secret, which anybody could guess.
func read() (config, string) {
	c := config{os.Getenv("WEBHOOK_SECRET"), os.Getenv("WEBHOOK_API_KEY"), os.Getenv("IPN_SECRET"), os.Getenv("ACCOUNT")}
	switch {
	case c.secret == "" && c.apiKey == "":
		return c, "neither WEBHOOK_SECRET nor WEBHOOK_API_KEY is set"
	case c.ipnSecret == "":
		return c, "IPN_SECRET is not set"
	case c.account == "":
		return c, "ACCOUNT is not set"
	}
	return c, ""
}

func main() {
	c, missing := read()
	if missing != "" {
		fmt.Fprintf(os.Stderr, "careful-go: %s; %s\n", missing, usage)
		os.Exit(1)
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "careful-go:", err)
		os.Exit(1)
	}
	fmt.Printf("listening on http://%s\n", l.Addr())
	if err := http.Serve(l, handler(c)); err != nil {
		fmt.Fprintln(os.Stderr, "careful-go:", err)
		os.Exit(1)
	}
}

func handler(c config) http.Handler {
	s := &shop{config: c, orders: map[string]*order{}, seen: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", s.create)
	mux.HandleFunc("GET /orders/{name}", s.show)
	mux.HandleFunc("GET /thanks/{name}", s.thanks)
	mux.HandleFunc("POST /webhook", s.webhook)
	mux.HandleFunc("POST /ipn", s.ipn)
	return mux
}

func (s *shop) create(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Code, Invoice, Account string
		Accounts               []string
		Amount                 int64
		Cancelled              bool
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&in); err != nil || in.Code+in.Invoice == "" {
		answer(w, http.StatusBadRequest, success(false))
		return
	}
	if in.Account == "" {
		in.Account = s.account
	}
	s.add(&order{Price: in.Amount, accounts: append(in.Accounts, in.Account), cancelled: in.Cancelled}, in.Code, in.Invoice)
	answer(w, http.StatusCreated, success(true))
}

func (s *shop) show(w http.ResponseWriter, r *http.Request) {
	o, ok := s.find(r.PathValue("name"))
	if !ok {
		answer(w, http.StatusNotFound, map[string]any{})
		return
	}
	answer(w, http.StatusOK, o)
}

// thanks is the customer's return page: it shows the order and books nothing.
func (s *shop) thanks(w http.ResponseWriter, r *http.Request) {
	o, _ := s.find(r.PathValue("name"))
	answer(w, http.StatusOK, map[string]any{"message": "Cảm ơn bạn", "paid": o.Status == "paid"})
}

func success(ok bool) map[string]bool { return map[string]bool{"success": ok} }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that went away is its own affair
}
