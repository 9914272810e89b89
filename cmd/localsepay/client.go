package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/guard"
	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/printable"
)

// remote is embedded by verbs that call a running localsepay.
type remote struct {
	URL  string `name:"url" env:"LOCALSEPAY_URL" default:"${url}" help:"Base address of the running localsepay; without it LOCALSEPAY_LISTEN, or the one that runs, is taken."`
	JSON bool   `name:"json" env:"LOCALSEPAY_JSON" help:"Print JSON for machines."`
}

// ask calls the localsepay at --url, for example (*control.Client).State.
func ask[T any](t terminal, r remote, call func(*control.Client, context.Context) (T, error)) (T, error) {
	var none T
	if err := checkURL("--url", r.URL); err != nil {
		return none, err
	}
	client := control.NewClient(r.URL)
	client.HTTP = guard.Rule{}.Client(guard.Options{})
	client.HTTP.Transport = &announced{client.HTTP.Transport, t.sayFound}
	defer client.HTTP.CloseIdleConnections()
	out, err := call(client, t.ctx)
	if err != nil {
		return none, r.explain(err)
	}
	return out, nil
}

// announced calls before each request that may change something.
type announced struct {
	http.RoundTripper
	before func(base string)
}

// RoundTrip implements [http.RoundTripper].
func (c *announced) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		c.before(r.URL.Scheme + "://" + r.URL.Host)
	}
	return c.RoundTripper.RoundTrip(r)
}

// CloseIdleConnections closes those of the transport below.
func (c *announced) CloseIdleConnections() {
	(&http.Client{Transport: c.RoundTripper}).CloseIdleConnections()
}

// sayFound says once, when several localsepays run, which one is about to be
// changed, unless the user named it.
func (t terminal) sayFound(base string) {
	if t.found == nil {
		return
	}
	t.found.Do(func() {
		if n := len(found()); n > 1 {
			t.warn("%d localsepays run, and the newest was taken, %s: --url names another", n, base)
		}
	})
}

// named returns whether the user named the localsepay that a verb calls, by flag
// or by environment.
func named(verb *kong.Context) bool {
	given := func(p *kong.Path) bool { return p.Flag != nil && p.Flag.Name == "url" }
	return os.Getenv("LOCALSEPAY_URL") != "" || os.Getenv("LOCALSEPAY_LISTEN") != "" || slices.ContainsFunc(verb.Path, given)
}

// send is [ask] with a body, or an id.
func send[B, T any](t terminal, r remote, call func(*control.Client, context.Context, B) (T, error), body B) (T, error) {
	return ask(t, r, func(s *control.Client, ctx context.Context) (T, error) { return call(s, ctx, body) })
}

// order is [ask] for a call without an answer.
func order(t terminal, r remote, call func(*control.Client, context.Context) error) error {
	_, err := ask(t, r, func(s *control.Client, ctx context.Context) (struct{}, error) { return struct{}{}, call(s, ctx) })
	return err
}

// explain describes a failed call and how to fix it.
func (r remote) explain(err error) error {
	var (
		silent  *control.NoAnswerError
		foreign *control.ForeignError
		problem *control.Problem
	)
	switch {
	case errors.As(err, &silent):
		return fmt.Errorf("no localsepay answers at %s: %s\nhint: start one with \"localsepay serve\", or name it with --url", r.URL, input.NetError(silent.Err))
	case errors.As(err, &foreign) && foreign.Location != "":
		return &usageError{fmt.Sprintf("%s redirects to %q, and no verb follows it", r.URL, foreign.Location), "name the address of the localsepay itself with --url"}
	case errors.As(err, &foreign) && foreign.Err != nil:
		return fmt.Errorf("the answer of %s, with status %d, cannot be read: it is not that of localsepay's control API", r.URL, foreign.Status)
	case errors.As(err, &foreign):
		return &usageError{fmt.Sprintf("what answers at %s is no localsepay", r.URL), "start one with \"localsepay serve\", or name it with --url"}
	case errors.As(err, &problem):
		return errors.New(printable.Line(problem.Detail) + r.advice(printable.Line(problem.Hint)))
	}
	return err
}

// advice returns the hint of a refusal, with the address when several
// localsepays are running.
func (r remote) advice(hint string) string {
	if list := found(); len(list) > 1 && r.URL == list[0].URL {
		hint = strings.TrimPrefix(hint+"; ", "; ") + fmt.Sprintf("%d localsepays run, and this is the newest, %s: --url names another", len(list), r.URL)
	}
	if hint == "" {
		return ""
	}
	return "\nhint: " + hint
}

// print writes a value as JSON for machines, or calls text to write it for
// people. Of a value passed by address, text sees an escaped copy: each string,
// except bodies, is on one line, so that it cannot imitate our own lines.
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
