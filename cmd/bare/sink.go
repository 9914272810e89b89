package main

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"sync/atomic"
)

// sink counts webhooks. One caller at a time may wait for a count.
type sink struct {
	count, want atomic.Int64
	reached     chan struct{}
}

func newSink() *sink {
	s := &sink{reached: make(chan struct{}, 1)}
	s.want.Store(math.MaxInt64)
	return s
}

// receive reads a webhook and answers that it was processed.
func (s *sink) receive(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return // a webhook that did not arrive
	}
	h := w.Header()
	h["Content-Type"], h["Content-Length"] = []string{"application/json"}, []string{"16"}
	_, _ = io.WriteString(w, `{"success":true}`)
	if s.count.Add(1) >= s.want.Load() {
		s.wake()
	}
}

func (s *sink) wake() {
	select {
	case s.reached <- struct{}{}:
	default: // awake already
	}
}

// tell answers the count, and waits before until it is wait or more.
func (s *sink) tell(w http.ResponseWriter, r *http.Request) {
	wait, _ := strconv.ParseInt(r.URL.Query().Get("wait"), 10, 64)
	s.want.Store(wait)
	defer s.want.Store(math.MaxInt64)
	for s.count.Load() < wait {
		select {
		case <-s.reached:
		case <-r.Context().Done():
			return
		}
	}
	fmt.Fprintln(w, s.count.Load())
}
