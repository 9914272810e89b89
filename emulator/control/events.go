package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/localsepay/localsepay/emulator/journal"
)

const (
	// eventBuffer is how far a reader may fall behind before it is dropped.
	eventBuffer = 256
	heartbeat   = 15 * time.Second
)

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
	stream := http.NewResponseController(r.w)
	if err := stream.SetWriteDeadline(time.Time{}); err != nil {
		return 0, nil, err
	}
	kept, events, cancel := c.Journal.Subscribe(after, eventBuffer)
	defer cancel()
	r.w.Header().Set("Content-Type", "text/event-stream")
	r.w.WriteHeader(http.StatusOK)
	for _, e := range kept {
		if writeEvent(r.w, e) != nil {
			return streamed, nil, nil
		}
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for stream.Flush() == nil {
		select {
		case e, more := <-events:
			if !more || writeEvent(r.w, e) != nil {
				return streamed, nil, nil
			}
		case <-beat.C:
			if _, err := fmt.Fprint(r.w, ": still here\n\n"); err != nil {
				return streamed, nil, nil
			}
		case <-r.Context().Done():
			return streamed, nil, nil
		}
	}
	return streamed, nil, nil
}

func writeEvent(w http.ResponseWriter, e journal.Event) error {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Type, data)
	return err
}
