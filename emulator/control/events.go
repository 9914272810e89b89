package control

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/localsepay/localsepay/emulator/journal"
	"github.com/localsepay/localsepay/emulator/surface"
)

// eventBuffer is how far a reader may fall behind before it is dropped.
const eventBuffer = 256

// getEvents streams the journal as server-sent events. A reader resumes after
// the Last-Event-ID that it names.
func (c *Control) getEvents(r request) (int, any, error) {
	after := c.Journal.Last()
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || n < 0 {
			return 0, nil, badRequest("Last-Event-ID: want a number")
		}
		after = n
	}
	kept, events, cancel := c.Journal.Subscribe(after, eventBuffer)
	defer cancel()
	switch err := surface.Stream(r.w, r.Request, kept, events, showEvent); {
	case errors.Is(err, surface.ErrSlow):
		c.Journal.Drop(events)
	case err != nil:
		return 0, nil, err
	}
	return streamed, nil, nil
}

// showEvent writes an event; one that cannot be rendered is left out.
func showEvent(e journal.Event) string {
	data, err := e.Payload()
	if err != nil {
		return ""
	}
	return fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Type, data)
}
