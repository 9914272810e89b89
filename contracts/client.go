package contracts

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/guard"
)

const (
	// answerTime bounds one request, as a client of SePay would.
	answerTime = 30 * time.Second
	// answerSize bounds a body.
	answerSize = 8 << 20
	// tooManyTries is how often a request that came too early is sent again.
	tooManyTries = 5
)

// call is a request to a surface while it is put together.
type call struct {
	s        *spec
	document string
	method   string
	address  string
	header   http.Header
	body     []byte
	// read takes the body of the answer.
	read func(io.Reader) ([]byte, error)
}

// request begins a call; document names its contract, and nothing is recorded
// without one.
func (s *spec) request(document, method, address string) *call {
	h := http.Header{"User-Agent": {"localsepay-contract"}, "Accept": {"application/json"}}
	return &call{s: s, document: document, method: method, address: address, header: h, read: readWhole}
}

func (c *call) bearer(token string) *call {
	if token != "" {
		c.header.Set("Authorization", "Bearer "+token)
	}
	return c
}

func (c *call) basic(user, password string) *call {
	c.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
	return c
}

func (c *call) set(name, value string) *call { c.header.Set(name, value); return c }

// json sends a value as JSON; a string is sent as it is.
func (c *call) json(v any) *call {
	c.header.Set("Content-Type", "application/json")
	if text, ok := v.(string); ok {
		c.body = []byte(text)
		return c
	}
	body, err := json.Marshal(v)
	if err != nil {
		c.s.fail("write JSON: %v", err)
	}
	c.body = body
	return c
}

// form sends an urlencoded body.
func (c *call) form(encoded string) *call {
	c.header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.body = []byte(encoded)
	return c
}

// send sends the call and records the exchange. A request that came too early
// waits as it was told and is sent again, unless the claim is about that.
func (c *call) send() answer {
	for try := 1; ; try++ {
		a := c.once()
		if a.Status != http.StatusTooManyRequests || c.s.limited || try == tooManyTries {
			return a
		}
		c.s.wait(a.told())
	}
}

// told is how long a 429 says to wait; a second when it does not say.
func (a answer) told() time.Duration {
	for _, name := range []string{"Retry-After", "X-Sepay-Userapi-Retry-After"} {
		if n, err := strconv.Atoi(a.Header.Get(name)); err == nil && n > 0 && n <= 60 {
			return time.Duration(n) * time.Second
		}
	}
	return time.Second
}

// firstEvent is [call.send] for a stream that has no end: its body is read up
// to the end of the first event.
func (c *call) firstEvent() answer {
	c.read = func(body io.Reader) ([]byte, error) {
		var event []byte
		lines := bufio.NewReader(body)
		for {
			line, err := lines.ReadBytes('\n')
			event = append(event, line...)
			if err != nil || (len(event) > 1 && len(bytes.TrimSpace(line)) == 0) {
				return event, err
			}
		}
	}
	return c.send()
}

// readWhole reads a body to its end.
func readWhole(body io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(body, answerSize)) }

func (c *call) once() answer {
	s := c.s
	s.pace(s.ctx)
	ctx, cancel := context.WithTimeout(s.ctx, answerTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, c.method, c.address, bytes.NewReader(c.body))
	if err != nil {
		s.fail("%s %s: %v", c.method, c.address, err)
	}
	req.Header = c.header.Clone()
	name := c.method + " " + req.URL.RequestURI()
	res, err := s.client.Do(req)
	if err != nil {
		s.unanswered(name, err)
	}
	defer res.Body.Close()
	body, err := c.read(res.Body)
	if err != nil {
		s.fail("%s\nexpected a whole answer\nseen     %v", name, err)
	}
	s.masker.Learn(c.body)
	s.masker.Learn(body)
	if c.document != "" {
		s.note(traffic.Exchange{
			Document: c.document,
			Exchange: openapi.Exchange{
				Request: openapi.Request{Method: c.method, URL: req.URL, Header: req.Header, Body: c.body},
				Status:  res.StatusCode, ResponseHeader: res.Header, ResponseBody: body,
			},
		})
	}
	return answer{s: s, request: name, Status: res.StatusCode, Header: res.Header, Body: body}
}

// unanswered ends a claim that got no answer. Nothing is known of a service that
// cannot be reached, and the claim is skipped; an emulator is ours to reach.
func (s *spec) unanswered(name string, err error) {
	var dial *net.OpError
	var refused *guard.Refusal
	if errors.As(err, &refused) && errors.Is(refused, guard.ErrProduction) {
		ginkgo.Skip(s.redact(name + " is not sent: " + refused.Error()))
	}
	if s.target.Kind() != "emulator" && errors.As(err, &dial) && dial.Op == "dial" {
		ginkgo.Skip(s.redact(fmt.Sprintf("the target cannot be reached: %v", dial)))
	}
	s.fail("%s\nexpected an answer\nseen     %v", name, err)
}

// note keeps an exchange of the claim.
func (s *spec) note(e traffic.Exchange) {
	e.Spec = currentName()
	if contract, err := openapi.Load(e.Document); err == nil {
		op, _ := contract.Operation(e.Request)
		e.Operation = op.ID
	}
	s.seen = append(s.seen, e)
}

// pace holds requests back so that the target's rate is kept.
func (u *suite) pace(ctx context.Context) {
	if u.target.Rate <= 0 {
		return
	}
	gap := time.Duration(float64(time.Second) / u.target.Rate)
	if left := gap - u.sincePrevious(); left > 0 {
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	u.sincePrevious = u.stopwatch()
}

// query writes a query; pairs are names and values in turn.
func query(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		b.WriteByte("?&"[min(i, 1)])
		fmt.Fprintf(&b, "%s=%s", url.QueryEscape(pairs[i]), url.QueryEscape(pairs[i+1]))
	}
	return b.String()
}
