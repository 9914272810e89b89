package control_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/localsepay/localsepay/openapi/control"
)

// broken ends an answer in the middle.
func broken(w http.ResponseWriter) {
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func TestAStreamThatBreaksIsResumedAfterTheLastEvent(t *testing.T) {
	var asked []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, strings.Join(r.Header.Values("Last-Event-ID"), " "))
		w.Header().Set("Content-Type", "text/event-stream")
		switch len(asked) {
		case 1:
			fmt.Fprint(w, ": still here\n\nid: 8\nevent: clock\ndata: {\"mode\": \"real\"}\n\nid: 9\nevent: fin")
			broken(w)
		case 2:
			broken(w)
		case 3:
			fmt.Fprint(w, "id: 9\r\nevent: finding\r\ndata: {\"id\": 1}\r\n\r\n")
		default:
			fmt.Fprint(w, "id:10\nevent:order\ndata:{}\n\n")
		}
	})
	var got []string
	for e, err := range c.Events(t.Context(), control.EventFilter{After: 7}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%d %s %s", e.ID, e.Type, e.Data))
		if e.ID == 10 {
			break
		}
	}
	if diff := cmp.Diff([]string{`8 clock {"mode": "real"}`, `9 finding {"id": 1}`, "10 order {}"}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"7", "8", "8", "9"}, asked); diff != "" {
		t.Errorf("Last-Event-ID (-want +got):\n%s", diff)
	}
}

func TestAStreamFromNowNamesNoEvent(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "id: 1\nevent: clock\ndata: %d\n\n", len(r.Header.Values("Last-Event-ID")))
	})
	for e, err := range c.Events(t.Context(), control.EventFilter{After: control.FromNow}) {
		if err != nil || string(e.Data) != "0" {
			t.Errorf("%s, %v", e.Data, err)
		}
		break
	}
}

func TestAStreamEndsWithItsContextOrWithARefusal(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "id: 1\nevent: clock\ndata: {}\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	var last error
	for _, err := range c.Events(ctx, control.EventFilter{After: 0}) {
		last = err
		cancel()
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("an ended context: %v", last)
	}
	for want, answer := range map[string]string{
		"want a number":                    "",
		"the id of an event is no number":  "id: x\n\n",
		"the data of event 3 is not JSON":  "id: 3\ndata: {\n\n",
		"answered with status 200 is not ": "id: -1\n\n",
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if answer == "" {
				w.WriteHeader(http.StatusBadRequest)
				answer = `{"detail": "Last-Event-ID: want a number"}`
			}
			fmt.Fprint(w, answer)
		})
		n := 0
		for _, last = range c.Events(t.Context(), control.EventFilter{After: 0}) {
			n++
		}
		if last == nil || !strings.Contains(last.Error(), want) || n != 1 {
			t.Errorf("%d pairs, %v, want %s", n, last, want)
		}
	}
}
