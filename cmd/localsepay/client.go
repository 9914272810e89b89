package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/printable"
)

// remote is the part of a verb that talks to a running localsepay.
type remote struct {
	URL  string `name:"url" env:"LOCALSEPAY_URL" default:"${url}" help:"Base address of the running localsepay; without it LOCALSEPAY_LISTEN, or the one that runs, is taken."`
	JSON bool   `name:"json" env:"LOCALSEPAY_JSON" help:"Print JSON for machines."`
}

// call makes a control call and reads the answer into out, which may be nil.
func (r remote) call(ctx context.Context, method, path string, body, out any) error {
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(text)
	}
	if err := checkURL("--url", r.URL); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(r.URL, "/")+control.Prefix+path, in)
	if err != nil {
		return &usageError{fmt.Sprintf("--url %q is not an address", r.URL), "e.g. http://127.0.0.1:8787"}
	}
	client := guard.Rule{}.Client(guard.Options{})
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("no localsepay answers at %s: %s\nhint: start one with \"localsepay serve\", or name it with --url", r.URL, input.NetError(err))
	}
	defer res.Body.Close()
	if at, err := res.Location(); err == nil && res.StatusCode/100 == 3 {
		return &usageError{fmt.Sprintf("%s redirects to %q, and no verb follows it", r.URL, at.Redacted()), "name the address of the localsepay itself with --url"}
	}
	if !control.Answered(res.Header) {
		return &usageError{fmt.Sprintf("what answers at %s is no localsepay", r.URL), "start one with \"localsepay serve\", or name it with --url"}
	}
	if res.StatusCode >= http.StatusBadRequest {
		var p control.Problem
		if err := json.NewDecoder(res.Body).Decode(&p); err != nil || p.Detail == "" {
			return fmt.Errorf("%s answered %s, which is not localsepay's control API", r.URL, res.Status)
		}
		return errors.New(printable.Line(p.Detail) + r.advice(printable.Line(p.Hint)))
	}
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		return fmt.Errorf("the answer of %s cannot be read: %w", r.URL, err)
	}
	return nil
}

// advice is the hint below a refusal, with the address when several localsepays
// could have been meant.
func (r remote) advice(hint string) string {
	if list := found(); len(list) > 1 && r.URL == list[0].URL {
		hint = strings.TrimPrefix(hint+"; ", "; ") + fmt.Sprintf("%d localsepays run, and this is the newest, %s: --url names another", len(list), r.URL)
	}
	if hint == "" {
		return ""
	}
	return "\nhint: " + hint
}

// print writes a value as JSON for machines, or lets text write it for people.
// A value that is given by its address is what text shows: its strings, bodies
// apart, are put on one line each, so that none passes for a line of our own.
func (r remote) print(t terminal, value any, text func(w io.Writer)) error {
	if !r.JSON {
		if at := reflect.ValueOf(value); at.Kind() == reflect.Pointer {
			at.Elem().Set(reflect.ValueOf(printable.Fields(value, "Body")).Elem())
		}
		text(t.out)
		return nil
	}
	enc := json.NewEncoder(t.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(value)
}
