package contracts

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
)

// receiver is the merchant's side: it gets webhooks and IPNs, keeps them and
// answers by a script.
type receiver struct {
	server *http.Server
	served chan error
	base   string

	mu    sync.Mutex
	next  int
	boxes map[string]*mailbox
}

// notice is a webhook or IPN as it came in.
type notice struct {
	Header http.Header
	Body   []byte
	URL    *url.URL
	// Status and Answer are what the receiver answered.
	Status int
	Answer string
}

func (n notice) exchange(document string) traffic.Exchange {
	return traffic.Exchange{
		Document: document,
		Exchange: openapi.Exchange{
			Request: openapi.Request{Method: http.MethodPost, URL: n.URL, Header: n.Header, Body: n.Body},
			Status:  n.Status, ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: []byte(n.Answer),
		},
	}
}

// reply is an answer of the merchant's.
type reply struct {
	status int
	body   string
}

// The merchant's usual answers.
var (
	accepted = reply{http.StatusOK, `{"success":true}`}
	broken   = reply{http.StatusInternalServerError, `{"success":false}`}
)

// mailbox is one address of the receiver.
type mailbox struct {
	// URL is the address for SePay.
	URL      string
	document string
	path     string

	mu      sync.Mutex
	replies []reply
	got     []notice
}

func startReceiver(listen, public string) (*receiver, error) {
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, err
	}
	r := &receiver{boxes: map[string]*mailbox{}, served: make(chan error, 1), base: strings.TrimSuffix(public, "/")}
	if r.base == "" {
		r.base = "http://" + l.Addr().String()
	}
	r.server = &http.Server{Handler: r}
	go func() { r.served <- r.server.Serve(l) }()
	return r, nil
}

// stop ends the receiver.
func (r *receiver) stop() error {
	err := r.server.Close()
	if served := <-r.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// open makes a mailbox that answers by the script; its last reply repeats.
func (r *receiver) open(document string, replies ...reply) *mailbox {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next++
	m := &mailbox{document: document, path: "/hook/" + strconv.Itoa(r.next), replies: replies}
	m.URL = r.base + m.path
	r.boxes[m.path] = m
	return m
}

// move gives a mailbox an address that is known beforehand.
func (r *receiver) move(m *mailbox, path string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.boxes, m.path)
	m.path, m.URL = path, r.base+path
	r.boxes[path] = m
}

func (r *receiver) close(m *mailbox) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.boxes, m.path)
}

// ServeHTTP implements [http.Handler].
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	m := r.boxes[req.URL.Path]
	r.mu.Unlock()
	if m == nil {
		http.Error(w, "no claim waits here", http.StatusGone)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, answerSize))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	answer := m.replies[min(len(m.got), len(m.replies)-1)]
	m.got = append(m.got, notice{req.Header.Clone(), body, req.URL, answer.status, answer.body})
	m.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, answer.body) // the sender may be gone
}

// all are the notices so far, in order.
func (m *mailbox) all() []notice {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]notice(nil), m.got...)
}

// hook opens a mailbox for webhooks, ipn one for IPNs.
func (s *spec) hook(replies ...reply) *mailbox { return s.mailbox("webhook", replies) }
func (s *spec) ipn(replies ...reply) *mailbox  { return s.mailbox("ipn", replies) }

func (s *spec) mailbox(document string, replies []reply) *mailbox {
	if len(replies) == 0 {
		replies = []reply{accepted}
	}
	m := s.receiver.open(document, replies...)
	s.hooks = append(s.hooks, m)
	return m
}
