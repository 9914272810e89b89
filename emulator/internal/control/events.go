package control

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// getEvents streams the facts as server-sent events. A reader can resume with
// Last-Event-ID; one that falls behind is disconnected, counted, and may resume.
func (c *Control) getEvents(r request) (int, any, error) {
	facts, q := c.config.Store.Facts(), r.URL.Query()
	filter := fact.Filter{Company: q.Get("company"), Subject: q.Get("subject")}
	cursor := facts.FromNow(filter)
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		after, err := strconv.ParseInt(id, 10, 64)
		if err != nil || after < 0 {
			return 0, nil, badRequest("Last-Event-ID: want a number")
		}
		cursor = facts.From(after, filter)
	}
	err := surface.Stream(r.w, r.Request, func(ctx context.Context) ([]string, error) {
		next, err := cursor.Next(ctx)
		texts := make([]string, 0, len(next))
		for _, x := range next {
			texts = append(texts, c.EventOf(x).stream())
		}
		return texts, err
	})
	switch {
	case errors.Is(err, surface.ErrSlow), errors.Is(err, fact.ErrBehind): // the end of the stream says so
		facts.Drop()
	case err != nil:
		return 0, nil, err
	}
	return streamed, nil, nil
}

// stream formats the event for an event stream; empty when it cannot be
// rendered.
func (e Event) stream() string {
	data, err := e.Payload()
	if err != nil {
		return ""
	}
	return fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Type, data)
}
