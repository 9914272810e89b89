package control_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/guard"
)

// serve starts a server that answers as the control API does, and returns its
// client.
func serve(t *testing.T, answer http.HandlerFunc) *control.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", control.ServerName)
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return control.NewClient(s.URL)
}

func ptr[T any](v T) *T { return &v }

func TestTheAddressMayHaveThePathOfTheAPI(t *testing.T) {
	for address, want := range map[string]string{
		"http://127.0.0.1:8787":                "http://127.0.0.1:8787/_control/v1",
		"http://127.0.0.1:8787/":               "http://127.0.0.1:8787/_control/v1",
		"http://127.0.0.1:8787/_control/v1":    "http://127.0.0.1:8787/_control/v1",
		"http://127.0.0.1:8787/w/ci-42":        "http://127.0.0.1:8787/w/ci-42/_control/v1",
		"https://sepay.test/below/_control/v1": "https://sepay.test/below/_control/v1",
	} {
		c := control.NewClient(address)
		if c.Base != want || c.Address()+control.Prefix != want {
			t.Errorf("%s: %s of %s, want %s", address, c.Base, c.Address(), want)
		}
	}
}

func TestABodyHasWhatWasGivenAndNothingElse(t *testing.T) {
	var got []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		got = append(got, fmt.Sprintf("%s %s %q %s", r.Method, r.URL, r.Header.Get("Content-Type"), text))
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		fmt.Fprint(w, `{"alert_threshold": 7, "a newer version's": 1}`)
	})
	ctx := t.Context()
	off := control.Flag(false)
	hook, err := c.UpdateWebhook(ctx, 7, control.WebhookBody{Active: &off, PrefixFilters: []string{}})
	errs := []error{
		err, c.DeleteWebhook(ctx, 7), c.ClearFaults(ctx), c.Reset(ctx),
		second(c.UpdateUser(ctx, 3, control.NewUser{Permissions: &[]string{}})),
		second(c.CreateCompany(ctx, control.NewCompany{})),
		second(c.SetClock(ctx, control.ClockChange{Mode: "frozen"})),
		second(c.Timeline(ctx, control.TimelineFilter{From: time.Unix(0, 5).UTC()}, 0)),
	}
	if err := errors.Join(errs...); err != nil || hook.AlertThreshold != 7 {
		t.Fatalf("webhook with %d, %v", hook.AlertThreshold, err)
	}
	want := []string{
		`PATCH /_control/v1/webhooks/7 "application/json" {"prefix_filters":[],"active":false}`,
		`DELETE /_control/v1/webhooks/7 "" `,
		`DELETE /_control/v1/faults "" `,
		`POST /_control/v1/reset "" `,
		`PATCH /_control/v1/users/3 "application/json" {"permissions":[]}`,
		`POST /_control/v1/companies "application/json" {}`,
		`PUT /_control/v1/clock "application/json" {"mode":"frozen"}`,
		`GET /_control/v1/timeline?from=1970-01-01T00%3A00%3A00.000000005Z "" `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func second[T any](_ T, err error) error { return err }

func TestARefusalIsItsProblem(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusConflict)
		fmt.Fprint(w, `{"type": "https://github.com/localsepay/localsepay#control-api", "title": "The clock is busy", "status": 409, "detail": "another call moves it", "hint": "wait"}`)
	})
	_, err := c.Advance(t.Context(), control.Advance{By: "1h"})
	var p *control.Problem
	if !errors.As(err, &p) {
		t.Fatalf("%T %v", err, err)
	}
	want := &control.Problem{Type: "https://github.com/localsepay/localsepay#control-api", Title: "The clock is busy", Status: 409, Detail: "another call moves it", Hint: "wait"}
	if diff := cmp.Diff(want, p); diff != "" || err.Error() != "another call moves it (wait)" {
		t.Errorf("%v\n%s", err, diff)
	}
	if !control.Refused(err, 409) || control.Refused(err, 404) || control.Refused(io.EOF, 409) {
		t.Error("Refused does not go by the status")
	}
}

func TestWhatIsNoControlAPIIsSaidToBeNone(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		ours   bool
		want   string
	}{
		"another server":         {answer: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"status": "ok"}`) }, want: "answered with status 200, which is not localsepay's control API"},
		"another server's error": {answer: func(w http.ResponseWriter, _ *http.Request) { http.Error(w, `{"detail": "no"}`, http.StatusNotFound) }, want: "answered with status 404, which is not"},
		"a redirect": {answer: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://u:secret@other.test/login", http.StatusFound)
		}, want: `redirects to "https://u:xxxxx@other.test/login"`},
		"an error that is no problem": {ours: true, answer: func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) }, want: "status 502 is not localsepay's control API: invalid character"},
		"an answer that is no JSON":   {ours: true, answer: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }, want: "status 200 is not localsepay's control API: GET /health: invalid character"},
		"another shape":               {ours: true, answer: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"status": 1}`) }, want: "GET /health: json: cannot unmarshal number"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c.ours {
				w.Header().Set("Server", control.ServerName)
			}
			c.answer(w, r)
		}))
		_, err := control.NewClient(s.URL).Health(t.Context())
		s.Close()
		var foreign *control.ForeignError
		if !errors.As(err, &foreign) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), s.URL) {
			t.Errorf("%s: %T %v, want %s", name, err, err, c.want)
		}
	}
}

// endless is a body without an end.
type endless struct{ read int64 }

func (e *endless) Read(b []byte) (int, error) {
	e.read += int64(len(b))
	return copy(b, strings.Repeat(" ", len(b))), nil
}
func (e *endless) Close() error { return nil }

func (e *endless) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Server": {control.ServerName}}, Body: e, Request: r}, nil
}

func TestAnAnswerWithoutAnEndIsNotReadToIt(t *testing.T) {
	body := &endless{}
	c := &control.Client{Base: "http://sepay.test/_control/v1", HTTP: &http.Client{Transport: body}}
	_, err := c.State(t.Context())
	var foreign *control.ForeignError
	if !errors.As(err, &foreign) || !strings.Contains(err.Error(), "more than 67108864 bytes") || body.read > 3*control.MaxAnswer {
		t.Errorf("%v after %d bytes", err, body.read)
	}
	for _, err = range c.Events(t.Context(), control.EventFilter{After: 0}) {
	}
	if !errors.As(err, &foreign) || !strings.Contains(err.Error(), "an event has more than") {
		t.Errorf("events: %v", err)
	}
}

func TestSilenceIsSaidToBeSilence(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	_, err := control.NewClient(s.URL).Health(t.Context())
	var silent *control.NoAnswerError
	if want := "no localsepay answers at " + s.URL + ": connection refused"; !errors.As(err, &silent) || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	for _, err = range control.NewClient(s.URL).Events(t.Context(), control.EventFilter{After: 0}) {
	}
	if !errors.As(err, &silent) {
		t.Errorf("events: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := control.NewClient(s.URL).Health(ctx); !errors.Is(err, context.Canceled) || errors.As(err, &silent) {
		t.Errorf("an ended context: %v", err)
	}
}

func TestTheTokenGoesAlongAndNothingGoesToSePay(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"status": %q}`, r.Header.Get("Authorization"))
	})
	for token, want := range map[string]string{"": "", "t0ken": "Bearer t0ken"} {
		c.Token = token
		if h, err := c.Health(t.Context()); err != nil || h.Status != want {
			t.Errorf("%q, %v, want %q", h.Status, err, want)
		}
	}
	sent := &recorder{}
	c = control.NewClient("https://my.sepay.vn")
	c.HTTP = &http.Client{Transport: sent}
	var refused *guard.Refusal
	if _, err := c.Health(t.Context()); !errors.As(err, &refused) || sent.last != nil {
		t.Errorf("%v", err)
	}
}

func TestThePagesOfAListAreNumbered(t *testing.T) {
	for next, want := range map[*string]int64{nil: 0, ptr("41"): 41, ptr("x"): 0} {
		if got := (control.List[control.Order]{Next: next}).After(); got != want {
			t.Errorf("%v: %d", next, got)
		}
	}
}
