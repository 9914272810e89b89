package surface

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/localsepay/localsepay/emulator/internal/clock"
)

// heartbeat keeps proxies from closing a quiet stream.
const heartbeat = 15 * time.Second

// writeTimeout is how long a reader may read nothing before its stream ends.
const writeTimeout = 10 * time.Second

// ErrSlow: nobody read the stream.
var ErrSlow = errors.New("nobody reads the stream")

// Stream answers with server-sent events. It calls next repeatedly, which waits
// for texts until its context ends, until the client disconnects or next fails.
// The error is that of a connection which cannot stream, and then nothing was
// written; or [ErrSlow]; or that of next.
func Stream(w http.ResponseWriter, r *http.Request, next func(context.Context) ([]string, error)) error {
	stream := http.NewResponseController(w)
	limit := func() error { return stream.SetWriteDeadline(clock.Deadline(writeTimeout)) }
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
	defer func() { _ = limit() }() // for the end of the answer
	for {
		if err := stream.Flush(); err != nil {
			return ended(err)
		}
		ctx, cancel := context.WithTimeout(r.Context(), heartbeat)
		texts, err := next(ctx)
		cancel()
		switch {
		case r.Context().Err() != nil:
			return nil
		case errors.Is(err, context.DeadlineExceeded):
			texts = []string{": still here\n\n"}
		case err != nil:
			return err
		}
		if limit() != nil {
			return nil
		}
		for _, text := range texts {
			if _, err := io.WriteString(w, text); err != nil {
				return ended(err)
			}
		}
	}
}

// ended distinguishes a slow reader from a closed connection.
func ended(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ErrSlow
	}
	return nil
}
