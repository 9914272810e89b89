package control

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/localsepay/localsepay/openapi/guard"
)

// MaxAnswer is the largest answer that the client reads, in bytes (64 MiB).
const MaxAnswer = 64 << 20

// Client calls the control API of a localsepay; make it with [NewClient]. Goroutines may
// share it. Its errors are [*Problem], [*NoAnswerError] and [*ForeignError], or that of
// the context. It refuses to call SePay's own hosts.
type Client struct {
	// Base is the address of the control API, which the state shows as
	// addresses.control: "http://127.0.0.1:8787/_control/v1".
	Base string
	// HTTP sends the requests; nil takes a client without redirects and without a timeout.
	HTTP *http.Client
	// Token is the control token that a localsepay on another machine asks for; empty sends
	// none.
	Token string
	// Observe, unless nil, gets the body of each successful call and of its answer. Event
	// streams are left out.
	Observe func(sent, answered []byte)
}

// NewClient makes a client of the localsepay at a base address such as
// "http://127.0.0.1:8787". The path of the control API may follow.
func NewClient(address string) *Client {
	base := strings.TrimRight(address, "/")
	return &Client{Base: strings.TrimSuffix(base, Prefix) + Prefix}
}

// Address returns the base address of the localsepay: [Client.Base] without [Prefix].
func (c *Client) Address() string {
	return strings.TrimSuffix(strings.TrimRight(c.Base, "/"), Prefix)
}

// defaultHTTP is the client of those who bring none.
var defaultHTTP = sync.OnceValue(func() *http.Client { return guard.Rule{}.Client(guard.Options{}) })

func (c *Client) http() *http.Client {
	if c.HTTP != nil {
		return c.HTTP
	}
	return defaultHTTP()
}

// Call makes any call of the API. path is what follows [Prefix]; body is sent as JSON
// unless nil; the answer is read into out unless nil. Use it for a body that is JSON
// already, as [json.RawMessage]; every operation has a method.
func (c *Client) Call(ctx context.Context, method, path string, body, out any) error {
	var text bytes.Buffer
	if body != nil {
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false) // a part that is JSON already stays as it is
		if err := enc.Encode(body); err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
	}
	sent := bytes.TrimSpace(text.Bytes())
	res, err := c.send(ctx, method, path, nil, sent)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := c.read(ctx, res)
	if err != nil {
		return err
	}
	if c.Observe != nil {
		c.Observe(sent, answer)
	}
	if out == nil || res.StatusCode == http.StatusNoContent {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return &ForeignError{Address: c.Address(), Status: res.StatusCode, Err: fmt.Errorf("%s %s: %w", method, path, err)}
	}
	return nil
}

// send makes a request and returns an answer with status 2xx, whose body the
// caller closes.
func (c *Client) send(ctx context.Context, method, path string, header http.Header, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.Base, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("the address of the control API: %w", err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if err := (guard.Rule{}).Request(req); err != nil { // a client of the caller's knows no rule
		return nil, err
	}
	res, err := c.http().Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &NoAnswerError{Address: c.Address(), Err: err}
	}
	if res.StatusCode/100 == 2 && Answered(res.Header) {
		return res, nil
	}
	defer res.Body.Close()
	return nil, c.refused(ctx, res)
}

// refused reads an answer that is not what the API answers to a call that it
// carries out.
func (c *Client) refused(ctx context.Context, res *http.Response) error {
	foreign := &ForeignError{Address: c.Address(), Status: res.StatusCode}
	if at, err := res.Location(); err == nil && res.StatusCode/100 == 3 {
		foreign.Location = at.Redacted()
		return foreign
	}
	if !Answered(res.Header) || res.StatusCode < http.StatusBadRequest {
		return foreign
	}
	text, err := c.read(ctx, res)
	if err != nil {
		return err
	}
	var p Problem
	if foreign.Err = json.Unmarshal(text, &p); foreign.Err != nil || p.Detail == "" {
		return foreign
	}
	p.Status = res.StatusCode
	return &p
}

// read reads a body to its end.
func (c *Client) read(ctx context.Context, res *http.Response) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(res.Body, MaxAnswer+1))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, &NoAnswerError{Address: c.Address(), Err: err}
	case len(text) > MaxAnswer:
		return nil, &ForeignError{Address: c.Address(), Status: res.StatusCode, Err: fmt.Errorf("the answer has more than %d bytes", MaxAnswer)}
	}
	return text, nil
}

// call is [Client.Call] with an answer that is a T, get and post are calls of it.
func call[T any](ctx context.Context, c *Client, method, path string, body any) (T, error) {
	var out T
	err := c.Call(ctx, method, path, body, &out)
	return out, err
}

func get[T any](ctx context.Context, c *Client, path string) (T, error) {
	return call[T](ctx, c, http.MethodGet, path, nil)
}

func post[T any](ctx context.Context, c *Client, path string, body any) (T, error) {
	return call[T](ctx, c, http.MethodPost, path, body)
}
