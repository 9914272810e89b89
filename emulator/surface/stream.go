package surface

import (
	"io"
	"net/http"
	"time"
)

// heartbeat keeps proxies from closing a quiet stream.
const heartbeat = 15 * time.Second

// Stream answers with server-sent events: what show makes of the first ones,
// then of those that come, until the client goes away or events is closed. An
// event that show has no text for is left out. The error is that of a
// connection which cannot stream; nothing was written then.
func Stream[E any](w http.ResponseWriter, r *http.Request, first []E, events <-chan E, show func(E) string) error {
	stream := http.NewResponseController(w)
	if err := stream.SetWriteDeadline(time.Time{}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	for _, e := range first {
		if _, err := io.WriteString(w, show(e)); err != nil {
			return nil
		}
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for stream.Flush() == nil {
		text := ": still here\n\n"
		select {
		case e, more := <-events:
			if !more {
				return nil
			}
			text = show(e)
		case <-beat.C:
		case <-r.Context().Done():
			return nil
		}
		if _, err := io.WriteString(w, text); err != nil {
			return nil // the client went away
		}
	}
	return nil
}
