package control

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
	"time"
)

// Event is one entry of the stream of events.
type Event struct {
	// ID counts from 1 and equals the Seq of the [Moment].
	ID int64
	// Type is one of the values that begin with [MomentRequest].
	Type string
	// Data is the record as JSON: a [Request], [Transfer], [Order], [Delivery], [Finding],
	// [FaultFired], [ClockState], [PutBack], [Configured] or [AccessChange].
	Data json.RawMessage
}

// EventFilter selects events. The zero value selects all that are kept, and all that
// follow.
type EventFilter struct {
	// After is the ID of the last event seen, or [FromNow].
	After int64
	// Company selects the events of one company, and those that concern all.
	Company string
	// Subject is a subject as in [Moment], such as "transaction 12".
	Subject string
}

// FromNow, as [EventFilter].After, leaves out the events so far.
const FromNow = -1

// Events returns the events that f selects, in order and without end. A stream that
// breaks is resumed where it broke. The last pair has the error that ended the stream:
// that of ctx, or of a localsepay that no longer answers.
func (c *Client) Events(ctx context.Context, f EventFilter) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		after := f.After
		known := false // that a localsepay is there
		for tries := 0; ; tries++ {
			opened, err := c.stream(ctx, f, &after, func(e Event) bool { return yield(e, nil) })
			if opened {
				known, tries = true, 0
			}
			var silent *NoAnswerError
			switch {
			case err == nil:
				return
			case ctx.Err() != nil:
				err = ctx.Err()
			case known && errors.As(err, &silent) && tries < resumeTries:
				if err = wait(ctx, resumePause<<tries); err == nil {
					continue
				}
			}
			yield(Event{}, err)
			return
		}
	}
}

// A broken stream is resumed in so many tries, after pauses of 100 ms, 200 ms and
// so on.
const (
	resumeTries = 5
	resumePause = 100 * time.Millisecond
)

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stream reads one connection of the event stream, and keeps the number of the
// last event in after. It ends without an error when more wants no more.
func (c *Client) stream(ctx context.Context, f EventFilter, after *int64, more func(Event) bool) (opened bool, err error) {
	header := http.Header{"Accept": {"text/event-stream"}}
	if *after >= 0 {
		header.Set("Last-Event-ID", strconv.FormatInt(*after, 10))
	}
	path := newQuery().text("company", f.Company).text("subject", f.Subject).onto("/events")
	res, err := c.send(ctx, http.MethodGet, path, header, nil)
	if err != nil {
		return false, err
	}
	defer res.Body.Close()
	r := bufio.NewReader(res.Body)
	for {
		e, err := readEvent(r)
		var wrong *badEvent
		switch {
		case errors.As(err, &wrong):
			return true, &ForeignError{Address: c.Address(), Status: res.StatusCode, Err: err}
		case err != nil:
			return true, &NoAnswerError{Address: c.Address(), Err: err}
		case e.ID == 0: // a comment that keeps the connection open
			continue
		}
		*after = e.ID
		if !more(e) {
			return true, nil
		}
	}
}

// badEvent is something in the stream that is no event.
type badEvent struct{ what string }

func (b *badEvent) Error() string { return b.what }

// readEvent reads the fields of one event up to the empty line behind it.
func readEvent(r *bufio.Reader) (Event, error) {
	var e Event
	for size := 0; ; {
		line, err := readLine(r, MaxAnswer-size)
		if err != nil {
			return e, err
		}
		if len(line) == 0 {
			return e, nil
		}
		size += len(line)
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(name) {
		case "id":
			if e.ID, err = strconv.ParseInt(string(value), 10, 64); err != nil || e.ID < 1 {
				return e, &badEvent{fmt.Sprintf("the id of an event is no number: %.40q", value)}
			}
		case "event":
			e.Type = string(value)
		case "data":
			if !json.Valid(value) {
				return e, &badEvent{fmt.Sprintf("the data of event %d is not JSON", e.ID)}
			}
			e.Data = value
		}
	}
}

// readLine reads a line of at most limit bytes, without its end.
func readLine(r *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > limit {
			return nil, &badEvent{fmt.Sprintf("an event has more than %d bytes", MaxAnswer)}
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return bytes.TrimRight(line, "\r\n"), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return nil, io.ErrUnexpectedEOF
		default:
			return nil, err
		}
	}
}
