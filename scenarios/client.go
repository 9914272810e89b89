package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/mask"
)

// controlPrefix is where a target's control API is.
const controlPrefix = "/_control/v1"

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

// refusal is an answer of the control API that is an error.
type refusal struct {
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Hint   string `json:"hint"`
}

func (r *refusal) Error() string {
	if r.Hint != "" {
		return r.Detail + " (" + r.Hint + ")"
	}
	return r.Detail
}

// busyTries and busyPause bound the wait for a clock that another one moves.
const (
	busyTries = 500
	busyPause = 10 * time.Millisecond
)

// control makes a control call; out may be nil. A clock that is busy is waited
// for.
func (c *client) control(ctx context.Context, method, path string, body, out any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	for try := 0; ; try++ {
		a, err := c.do(ctx, method, controlPrefix+path, http.Header{"Content-Type": {"application/json"}}, text)
		switch {
		case err != nil:
			return err
		case a.Status == 0:
			return fmt.Errorf("no localsepay answers at %s: %w", c.base, a.Err)
		case a.Status == http.StatusConflict && strings.HasPrefix(path, "/clock") && try < busyTries:
			if err := pause(ctx, busyPause); err != nil {
				return err
			}
			continue
		case a.Status >= http.StatusBadRequest:
			var r refusal
			if json.Unmarshal([]byte(a.Text), &r) != nil || r.Detail == "" {
				return fmt.Errorf("%s %s: %s answered %d, which is not localsepay's control API", method, path, c.base, a.Status)
			}
			return &r
		case out == nil:
			return nil
		}
		return json.Unmarshal([]byte(a.Text), out)
	}
}

// isRefusal says that the control API refused with this status.
func isRefusal(err error, status int) bool {
	var r *refusal
	return errors.As(err, &r) && r.Status == status
}

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

// remarshal reads what was decoded already into a struct.
func remarshal(from, to any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}
