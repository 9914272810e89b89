package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/mask"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 8 << 20

// client talks to a target.
type client struct {
	base string
	http *http.Client
	// shop is for addresses that are not the target's.
	shop *http.Client
	// secrets learns the credentials that the target gives.
	secrets *mask.Masker
	// api is the target's control API.
	api *control.Client
}

// newClient makes the client of the target at a base address.
func newClient(base string, sepay, shop *http.Client, secrets *mask.Masker) *client {
	base = strings.TrimRight(base, "/")
	api := control.NewClient(base)
	api.HTTP = sepay
	api.Observe = func(_, answered []byte) { secrets.Learn(answered) }
	return &client{base: base, http: sepay, shop: shop, secrets: secrets, api: api}
}

// answer is what a call was answered. Status 0 means that the connection ended
// without an answer.
type answer struct {
	Status  int
	Headers http.Header
	Text    string
	Body    any
	Tries   int
	Err     error
}

// names is what expressions see of an answer.
func (a answer) names() map[string]any {
	headers := map[string]any{}
	for name := range a.Headers {
		headers[strings.ToLower(name)] = a.Headers.Get(name)
	}
	return map[string]any{"status": a.Status, "headers": headers, "text": a.Text, "body": a.Body, "tries": a.Tries}
}

// do sends a request. Only a wrong address or an ended ctx is an error: a
// connection that breaks is an answer with status 0.
func (c *client) do(ctx context.Context, method, path string, header http.Header, body []byte) (answer, error) {
	address, client := path, c.shop
	if strings.HasPrefix(path, "/") {
		address, client = c.base+path, c.http
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if err := (guard.Rule{}).Request(req); err != nil { // a client of the caller's knows no rule
		return answer{Err: err, Tries: 1}, ctx.Err()
	}
	if header != nil {
		req.Header = header
	}
	res, err := client.Do(req)
	if err != nil {
		return answer{Err: err, Tries: 1}, ctx.Err()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	c.secrets.Learn(text)
	a := answer{Status: res.StatusCode, Headers: res.Header, Text: string(text), Body: decode(text), Tries: 1}
	if err != nil {
		a.Status, a.Err = 0, err
	}
	return a, ctx.Err()
}

// busyTries and busyPause bound the wait for a clock that another one moves.
const (
	busyTries = 500
	busyPause = 10 * time.Millisecond
)

// advance moves the target's clock. One that another call moves is waited for.
func (c *client) advance(ctx context.Context, by time.Duration) (control.Advanced, error) {
	for try := 0; ; try++ {
		done, err := c.api.Advance(ctx, control.Advance{By: by.String()})
		if !control.Refused(err, http.StatusConflict) || try == busyTries {
			return done, err
		}
		if err := pause(ctx, busyPause); err != nil {
			return done, err
		}
	}
}

// pageSize is how many rows of a list are asked for at once.
const pageSize = 100

// pages reads all pages of a list of the control API.
func pages[T any](page func(after int64) (control.List[T], error)) ([]T, error) {
	var out []T
	for after := int64(0); ; {
		list, err := page(after)
		if err != nil {
			return nil, err
		}
		out = append(out, list.Data...)
		if after = list.After(); after == 0 || len(list.Data) == 0 {
			return out, nil
		}
	}
}

// instant reads an instant of the control API.
func instant(text string) (time.Time, error) { return time.Parse(time.RFC3339, text) }

// pause waits in real time.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// decode reads JSON with whole numbers as int; what is no JSON is nil.
func decode(text []byte) any {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return nil
	}
	return numbers(v)
}

func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil && n <= math.MaxInt {
			return int(n)
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case map[string]any:
		for key, item := range v {
			v[key] = numbers(item)
		}
	case []any:
		for i, item := range v {
			v[i] = numbers(item)
		}
	}
	return v
}

// toNames turns a struct into what expressions see of it.
func toNames(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return decode(text)
}
