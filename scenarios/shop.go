package scenarios

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/mask"
)

// The kinds of notices.
const (
	kindWebhook = "webhook"
	kindIPN     = "ipn"
)

// notice is what reached the shop. Answered is 0 while there is no answer.
type notice struct {
	kind, company string
	header        http.Header
	body          []byte
	answered      int
	// why says why the shop refused, or what became of handing it on.
	why string
}

// proof is how SePay is expected to prove itself.
type proof struct{ auth, secret string }

// shop is the merchant that the engine starts: an order book behind a webhook
// and an IPN handler, which fail on demand.
type shop struct {
	// forward are the user's own handlers by kind; the shop's own answer when
	// there is none.
	forward map[string]string
	client  *http.Client
	// now is the target's time, which signatures are held against.
	now func(context.Context) (time.Time, error)

	gate *gate
	// secrets is told of those that the shop is given.
	secrets *mask.Masker

	mu       sync.Mutex
	server   *http.Server
	served   chan error
	script   []Answer
	careless bool
	proofs   map[string]proof
	log      []*notice
	book     map[string]*entry
}

// entry is an order in the book. Amounts are VND.
type entry struct {
	price, credited  int64
	credits, notices int
	void             bool
	seen             map[string]bool
}

func newShop(listen string, forward map[string]string, client *http.Client, now func(context.Context) (time.Time, error)) (*shop, error) {
	g, err := newGate(listen)
	if err != nil {
		return nil, fmt.Errorf("the shop: %w", err)
	}
	s := &shop{gate: g, forward: forward, client: client, now: now, proofs: map[string]proof{}, book: map[string]*entry{}}
	return s, s.up()
}

// up lets connections in.
func (s *shop) up() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return nil
	}
	in := s.gate.open()
	s.server = &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: 10 * time.Second}
	// A connection that is kept could be cut at the very moment at which SePay
	// uses it again: then a notice would be lost that the script does not lose.
	s.server.SetKeepAlivesEnabled(false)
	server, served := s.server, make(chan error, 1)
	s.served = served
	go func() { served <- server.Serve(in) }()
	return nil
}

// down cuts every connection, those to come too.
func (s *shop) down() error {
	s.mu.Lock()
	server, served := s.server, s.served
	s.server = nil
	s.mu.Unlock()
	if server == nil {
		return nil
	}
	err := server.Close()
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

// close ends the shop.
func (s *shop) close() error { return errors.Join(s.down(), s.gate.close()) }

// url is the shop's base address.
func (s *shop) url() string { return "http://" + s.gate.Addr().String() }

// handler is where a company's notices of a kind go.
func (s *shop) handler(kind, company string) string {
	return s.url() + "/" + kind + "/" + url.PathEscape(company)
}

// behave changes how the shop answers.
func (s *shop) behave(b Shop) error {
	for _, a := range b.Answers {
		if a.Times > maxRun {
			return fmt.Errorf("answers: times cannot be more than %d", maxRun)
		}
	}
	s.mu.Lock()
	for key, price := range b.Orders {
		s.entry("", key).price = price
	}
	for _, a := range b.Answers {
		for range max(a.Times, 1) {
			s.script = append(s.script, a)
		}
	}
	if b.Careless != nil {
		s.careless = *b.Careless
	}
	if b.Secret != "" {
		s.secrets.Add(b.Secret)
		for company, p := range s.proofs {
			s.proofs[company] = proof{p.auth, b.Secret}
		}
	}
	if b.Forget {
		s.book = map[string]*entry{}
	}
	s.mu.Unlock()
	switch {
	case b.Down == nil:
		return nil
	case *b.Down:
		return s.down()
	}
	return s.up()
}

// expect tells the shop how SePay proves itself, by kind and company.
func (s *shop) expect(kind, company, auth, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.proofs[kind+"/"+company] = proof{auth, secret}
}

// price tells the shop what an order costs.
func (s *shop) price(company, key string, amount int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entry(company, key).price = amount
}

// entry finds an order of the book. The lock is held.
func (s *shop) entry(company, key string) *entry {
	name := company + "/" + key
	if s.book[name] == nil {
		s.book[name] = &entry{seen: map[string]bool{}}
	}
	return s.book[name]
}

// notices lists what reached the shop, in order of arrival.
func (s *shop) notices(kind, company string) []notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []notice
	for _, n := range s.log {
		if (kind == "" || kind == n.kind) && n.company == company {
			out = append(out, *n)
		}
	}
	return out
}

func (s *shop) serve(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if i := slices.Index(parts, "orders"); i >= 0 && i < 2 && len(parts) > i+1 {
		company := ""
		if i == 1 {
			company = parts[0]
		}
		key := strings.Join(parts[i+1:], "/")
		if r.Method == http.MethodPost {
			s.takeOrder(r, company, key)
		}
		s.showOrder(w, company, key)
		return
	}
	if r.Method != http.MethodPost || len(parts) != 2 || (parts[0] != kindWebhook && parts[0] != kindIPN) {
		http.NotFound(w, r)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswer))
	if err != nil {
		return
	}
	n := &notice{kind: parts[0], company: parts[1], header: r.Header.Clone(), body: body}
	reply, scripted := s.take(n)
	if !scripted || reply.Worked || (reply.Status >= 200 && reply.Status < 300 && !reply.HangUp) {
		own := s.work(r.Context(), n)
		if !scripted {
			reply = own
		}
	}
	s.mu.Lock()
	if !reply.HangUp {
		n.answered = int(reply.Status)
	}
	s.mu.Unlock()
	if reply.HangUp {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(reply.Status))
	_, _ = io.WriteString(w, reply.Body)
}

// take writes a notice into the log and takes the next answer of the script
// that is for its kind.
func (s *shop) take(n *notice) (Answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, n)
	i := slices.IndexFunc(s.script, func(a Answer) bool { return a.Kind == "" || a.Kind == n.kind })
	if i < 0 {
		return Answer{}, false
	}
	a := s.script[i]
	s.script = slices.Delete(s.script, i, i+1)
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	if a.Body == "" && a.Status != http.StatusNoContent {
		a.Body = fmt.Sprintf(`{"success":%t}`, a.Status < 300)
	}
	return a, true
}

// work does what a merchant does about a notice.
func (s *shop) work(ctx context.Context, n *notice) Answer {
	if at := s.forward[n.kind]; at != "" {
		return s.handOn(ctx, n, at)
	}
	if why := s.doubt(ctx, n); why != "" {
		s.mu.Lock()
		n.why = why
		s.mu.Unlock()
		return Answer{Status: http.StatusUnauthorized, Body: `{"success":false,"message":"` + why + `"}`}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.credit(n)
	return Answer{Status: http.StatusOK, Body: `{"success":true}`}
}

// handOn gives a notice to the user's own handler and returns its answer.
func (s *shop) handOn(ctx context.Context, n *notice, at string) Answer {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(n.body))
	if err != nil {
		return Answer{HangUp: true}
	}
	req.Header = n.header.Clone()
	res, err := s.client.Do(req)
	if err != nil {
		s.mu.Lock()
		n.why = at + " gave no answer: " + input.NetError(err)
		s.mu.Unlock()
		return Answer{HangUp: true}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	return Answer{Status: int64(res.StatusCode), Body: string(text), HangUp: err != nil}
}

// maxAge is how old a signature may be, by SePay's advice to merchants.
const maxAge = 5 * time.Minute

// doubt says why a careful shop refuses a notice; empty when it does not.
func (s *shop) doubt(ctx context.Context, n *notice) string {
	s.mu.Lock()
	p, careless := s.proofs[n.kind+"/"+n.company], s.careless
	s.mu.Unlock()
	if careless {
		return ""
	}
	equal := func(got, want string) bool { return hmac.Equal([]byte(got), []byte(want)) }
	switch p.auth {
	case "api_key":
		if !equal(n.header.Get("Authorization"), "Apikey "+p.secret) {
			return "Unauthorized"
		}
	case "secret":
		if !equal(n.header.Get("X-Secret-Key"), p.secret) {
			return "Unauthorized"
		}
	case "hmac":
		stamp := n.header.Get("X-SePay-Timestamp")
		if !equal(n.header.Get("X-SePay-Signature"), signature(p.secret, stamp, n.body)) {
			return "Invalid signature"
		}
		seconds, _ := strconv.ParseInt(stamp, 10, 64)
		now, err := s.now(ctx)
		if age := now.Sub(time.Unix(seconds, 0)); err != nil || age > maxAge || age < -maxAge {
			return "Request expired"
		}
	}
	return ""
}

// signature is the webhook's; see https://developer.sepay.vn/vi/sepay-webhooks/xac-thuc.
func signature(secret, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, stamp+".")
	_, _ = mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// takeOrder is a customer's order at the shop.
func (s *shop) takeOrder(r *http.Request, company, key string) {
	var order struct {
		Price int64 `json:"price"`
	}
	if json.NewDecoder(io.LimitReader(r.Body, maxAnswer)).Decode(&order) == nil {
		s.price(company, key, order.Price)
	}
}

// showOrder is the shop's order status page, in JSON.
func (s *shop) showOrder(w http.ResponseWriter, company, key string) {
	s.mu.Lock()
	e := *s.entry(company, key)
	s.mu.Unlock()
	status := "open"
	switch {
	case e.void:
		status = "void"
	case e.credited > 0 && e.credited < e.price:
		status = "underpaid"
	case e.credited > e.price && e.price > 0:
		status = "overpaid"
	case e.credited > 0:
		status = "paid"
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"order": key, "status": status, "price": e.price, "credited": e.credited, "credits": e.credits, "notices": e.notices})
}
