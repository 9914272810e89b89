package surface

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/localsepay/localsepay/emulator/clock"
)

// heartbeat keeps proxies from closing a quiet stream.
const heartbeat = 15 * time.Second

// patience is how long a reader may take nothing before its stream ends.
const patience = 10 * time.Second

// ErrSlow: nobody read the stream.
var ErrSlow = errors.New("nobody reads the stream")

// Stream answers with server-sent events: what show makes of the first ones,
// then of those that come, until the client goes away or events is closed. An
// event that show has no text for is left out. The error is that of a
// connection which cannot stream; nothing was written then.
func Stream[E any](w http.ResponseWriter, r *http.Request, first []E, events <-chan E, show func(E) string) error {
	stream := http.NewResponseController(w)
	limit := func() error { return stream.SetWriteDeadline(clock.Deadline(patience)) }
	if err := limit(); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Connection", "close") // its write deadline must outlive no stream
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	for _, e := range first {
		if _, err := io.WriteString(w, show(e)); err != nil {
			return ended(err)
		}
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	defer func() { _ = limit() }() // for the end of the answer
	for {
		if err := stream.Flush(); err != nil {
			return ended(err)
		}
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
		if err := limit(); err != nil {
			return nil
		}
		if _, err := io.WriteString(w, text); err != nil {
			return ended(err)
		}
	}
}

// ended tells a reader that takes nothing from one that went away.
func ended(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ErrSlow
	}
	return nil
}
