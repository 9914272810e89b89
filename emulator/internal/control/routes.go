package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/gorilla/mux"

	"github.com/localsepay/localsepay/emulator/internal/clock"
	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/frontdoor"
	"github.com/localsepay/localsepay/emulator/internal/surface"
	wire "github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// request is a call of the control API.
type request struct {
	*http.Request
	w http.ResponseWriter
}

// route is one row of the table.
type route struct {
	method, path, operation string
	handle                  func(request) (status int, body any, err error)
}

// routes is the table of the control API.
func (c *Control) routes() []route {
	return []route{
		{"GET", "/health", "control.health", func(request) (int, any, error) { return 200, wire.Health{Status: "ok"}, nil }},
		{"GET", "/state", "control.state", func(r request) (int, any, error) { return ok(c.State(r.Context(), surface.Origin(r.Request))) }},
		{"POST", "/companies", "control.companies.create", c.postCompany},
		{"POST", "/transfers", "control.transfers.create", c.postTransfer},
		{"GET", "/orders", "control.orders.list", c.getOrders},
		{"GET", "/orders/{order}", "control.orders.get", c.getOrder},
		{"POST", "/orders/{order}/pay", "control.orders.pay", c.postPay},
		{"POST", "/orders/{order}/cancel", "control.orders.cancel", c.postLeave},
		{"POST", "/orders/{order}/expire", "control.orders.expire", c.postExpire},
		{"GET", "/cards", "control.cards.list", func(request) (int, any, error) { return 200, c.Cards(), nil }},
		{"PUT", "/ipn", "control.ipn.set", c.putIPN},
		{"PATCH", "/users/{id}", "control.users.update", c.patchUser},
		{"DELETE", "/users/{id}", "control.users.delete", c.deleteUser},
		{"POST", "/oauth/tokens", "control.oauth.tokens", c.postTokens},
		{"POST", "/oauth/authorize", "control.oauth.authorize", c.postAuthorize},
		{"GET", "/oauth/jwks", "control.oauth.jwks", func(request) (int, any, error) { return 200, c.Keys(), nil }},
		{"GET", "/webhooks", "control.webhooks.list", c.getWebhooks},
		{"POST", "/webhooks", "control.webhooks.create", c.postWebhook},
		{"GET", "/webhooks/{id}", "control.webhooks.get", c.getWebhook},
		{"PATCH", "/webhooks/{id}", "control.webhooks.update", c.patchWebhook},
		{"DELETE", "/webhooks/{id}", "control.webhooks.delete", c.deleteWebhook},
		{"POST", "/webhooks/{id}/test", "control.webhooks.test", c.testWebhook},
		{"GET", "/deliveries", "control.deliveries.list", c.getDeliveries},
		{"POST", "/deliveries/replay", "control.deliveries.replay-batch", c.replayBatch},
		{"GET", "/deliveries/{id}", "control.deliveries.get", c.getDelivery},
		{"POST", "/deliveries/{id}/replay", "control.deliveries.replay", c.replayOne},
		{"GET", "/requests", "control.requests.list", c.getRequests},
		{"GET", "/requests/{id}", "control.requests.get", c.getRequest},
		{"GET", "/findings", "control.findings.list", c.getFindings},
		{"GET", "/timeline", "control.timeline", c.getTimeline},
		{"GET", "/clients", "control.clients", func(request) (int, any, error) { return 200, c.ClientUses(), nil }},
		{"GET", "/clock", "control.clock.get", func(r request) (int, any, error) { return ok(c.ClockState(r.Context())) }},
		{"PUT", "/clock", "control.clock.set", c.putClock},
		{"POST", "/clock/advance", "control.clock.advance", c.postAdvance},
		{"POST", "/snapshots", "control.snapshots.create", func(r request) (int, any, error) { return created(c.Snapshot(r.Context())) }},
		{"POST", "/snapshots/{id}/restore", "control.snapshots.restore", func(r request) (int, any, error) {
			return none(c.Restore(r.Context(), mux.Vars(r.Request)["id"]))
		}},
		{"POST", "/reset", "control.reset", func(r request) (int, any, error) { return none(c.Reset(r.Context())) }},
		{"GET", "/faults", "control.faults.list", func(request) (int, any, error) { return 200, c.FaultList(), nil }},
		{"POST", "/faults", "control.faults.create", c.postFault},
		{"DELETE", "/faults", "control.faults.clear", c.deleteFaults},
		{"DELETE", "/faults/{id}", "control.faults.delete", c.deleteFault},
		{"GET", "/events", "control.events", c.getEvents},
	}
}

// Operations lists the operation of every route, for the contract's coverage.
func (c *Control) Operations() []string {
	var names []string
	for _, r := range c.routes() {
		names = append(names, r.operation)
	}
	return names
}

// Handler is the HTTP face of control. Routes are compiled per first path
// segment on first use: compiling all of them would dominate the start of a
// test.
func (c *Control) Handler() http.Handler {
	tables := map[string][]route{}
	for _, rt := range c.routes() {
		tables[segment(rt.path)] = append(tables[segment(rt.path)], rt)
	}
	routers := map[string]func() http.Handler{}
	for name, table := range tables {
		routers[name] = sync.OnceValue(func() http.Handler { return c.router(table) })
	}
	admitted := c.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, ok := strings.CutPrefix(r.URL.Path, wire.Prefix); ok {
			if made, ok := routers[segment(path)]; ok {
				if err := c.knowsCompany(r); err != nil {
					c.write(w, 0, nil, err)
					return
				}
				made().ServeHTTP(w, r)
				return
			}
		}
		c.notFound(w, r)
	}))
	return frontdoor.Guard(admitted, c.config.Findings, func(w http.ResponseWriter, _ *http.Request, err error) {
		head(w) // the guard has cleared what was set
		c.write(w, 0, nil, err)
	})
}

// segment returns the first segment of a path.
func segment(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return name
}

// router builds the mux of a table. HEAD is answered wherever GET is.
func (c *Control) router(table []route) http.Handler {
	m := mux.NewRouter().SkipClean(true).UseEncodedPath()
	for _, rt := range table {
		methods := []string{rt.method}
		if rt.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		m.Methods(methods...).Path(wire.Prefix + rt.path).HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, surface.MaxBody)
			status, body, err := 0, any(nil), checkQuery(rt.operation, r.URL.RawQuery)
			if err == nil {
				status, body, err = rt.handle(request{r, w})
			}
			if err != nil && frontdoor.Broken(r.Context()) {
				frontdoor.Refuse(w.Header())
				err = brokenOff()
			}
			switch {
			case status == streamed:
			case err == nil && slices.Contains(unmasked, rt.operation):
				write(w, status, body, asItIs, nil)
			default:
				c.write(w, status, body, err)
			}
		})
	}
	// The router forgets that a method was wrong when a later row does not match.
	m.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.unrouted(w, r, table) })
	m.MethodNotAllowedHandler = m.NotFoundHandler
	return m
}

// unmasked are the operations whose answers carry credentials in clear.
var unmasked = wire.SecretOperations()

// streamed is the status of an answer that was written already.
const streamed = -1

// write writes a document to the wire with credentials masked.
func (c *Control) write(w http.ResponseWriter, status int, body any, err error) {
	if err != nil {
		p := *problemOf(err)
		for _, s := range []*string{&p.Title, &p.Detail, &p.Hint} {
			*s = c.config.Secrets.Known(*s)
		}
		err = &p
	}
	write(w, status, body, c.config.Secrets.Values, err)
}

// asItIs masks nothing.
func asItIs(text []byte) []byte { return text }

// write is the one place where control writes a document to the wire. masked masks
// its secrets by value.
func write(w http.ResponseWriter, status int, body any, masked func([]byte) []byte, err error) {
	kind := "application/json"
	if err != nil {
		p := problemOf(err)
		if status, body, kind = p.Status, p, "application/problem+json"; status == http.StatusInternalServerError {
			crash.Report(w, err)
		}
	}
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	text, err := json.Marshal(body)
	var out bytes.Buffer
	if err == nil {
		err = json.Indent(&out, masked(text), "", "  ")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(append(out.Bytes(), '\n'))
}

func ok[T any](body T, err error) (int, any, error)      { return http.StatusOK, body, err }
func created[T any](body T, err error) (int, any, error) { return http.StatusCreated, body, err }
func none(err error) (int, any, error)                   { return http.StatusNoContent, nil, err }

func (c *Control) postCompany(r request) (int, any, error) {
	body, err := read[wire.NewCompany](r)
	if err != nil {
		return 0, nil, err
	}
	return created(c.CreateCompany(r.Context(), body))
}

func (c *Control) postTransfer(r request) (int, any, error) {
	body, err := read[wire.NewTransfer](r)
	if err != nil {
		return 0, nil, err
	}
	done, err := c.Transfer(r.Context(), body)
	if err == nil && !done.Recorded {
		return http.StatusAccepted, done, nil
	}
	return created(done, err)
}

func (c *Control) putClock(r request) (int, any, error) {
	body, err := read[wire.ClockChange](r)
	if err != nil {
		return 0, nil, err
	}
	return ok(c.SetClock(r.Context(), body))
}

func (c *Control) postAdvance(r request) (int, any, error) {
	body, err := read[wire.Advance](r)
	if err != nil {
		return 0, nil, err
	}
	by, err := input.Duration(body.By)
	if strings.HasPrefix(body.By, "-") {
		return 0, nil, fmt.Errorf("by %q: %w", body.By, clock.ErrBackwards)
	}
	if err != nil {
		return 0, nil, badRequest("by: " + err.Error())
	}
	return ok(c.Advance(r.Context(), by))
}

func (c *Control) getRequests(r request) (int, any, error) {
	limit, after, err := r.page()
	q := r.URL.Query()
	return ok(c.Requests(frontdoor.Filter{Company: q.Get("company"), Surface: q.Get("surface"), Before: after}, limit), err)
}

func (c *Control) getRequest(r request) (int, any, error) {
	id, err := r.id()
	if err != nil {
		return 0, nil, err
	}
	return ok(c.Request(id))
}

func (c *Control) getFindings(r request) (int, any, error) {
	limit, after, err := r.page()
	req, reqErr := r.number("request")
	delivery, delErr := r.number("delivery")
	q := r.URL.Query()
	f := finding.Filter{Request: req, Delivery: delivery, Company: q.Get("company"), Code: q.Get("code"), Before: after}
	return ok(c.FindingList(f, limit), errors.Join(err, reqErr, delErr))
}
