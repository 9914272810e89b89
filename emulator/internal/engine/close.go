package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/localsepay/localsepay/emulator/internal/store"
)

// Left counts what was unfinished when an emulator ended. The state is in memory
// only, so this work is lost.
type Left struct {
	// UnderWay counts deliveries that were cancelled, Waiting those whose next
	// attempt was not due.
	UnderWay int `json:"under_way"`
	Waiting  int `json:"waiting"`
}

// Drain accepts no more changes: calls that would make one are answered 503,
// reads still work. It waits a few seconds for changes and deliveries that are
// under way or due, breaks off the rest, and returns what is left. The error names what did not end.
// A second call returns the same result.
func (e *Engine) Drain() (Left, error) {
	e.drainOnce.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		e.drained, e.drainErr = e.drain(ctx)
	})
	return e.drained, e.drainErr
}

func (e *Engine) drain(ctx context.Context) (Left, error) {
	err := e.gate.Shut(ctx)
	rest := ctx
	if err != nil {
		err = fmt.Errorf("a call was still under way after %s", closeTimeout)
		var cancel func()
		rest, cancel = context.WithTimeout(context.Background(), breakTimeout)
		defer cancel()
		e.gate.Break() // or an advance would go on, and say that all is done
		if e.gate.Shut(rest) != nil {
			err = fmt.Errorf("%w, and did not end when it was broken off", err)
		}
	}
	err = errors.Join(err, e.workers.finish(rest)) // no more work becomes due
	if e.notifier.Finish(ctx) != nil {
		err = errors.Join(err, fmt.Errorf("a delivery was still under way after %s: does the handler hang?", closeTimeout))
	}
	var left Left
	return left, errors.Join(err, e.store.View(context.Background(), func(r store.Reader) error {
		sending, err := store.SendingDeliveries(r)
		if err != nil {
			return err
		}
		left.UnderWay = len(sending)
		left.Waiting, err = store.CountDue(r)
		return err
	}))
}

// Close drains, stops listening, and ends every goroutine of the emulator. The
// error names what did not end.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	server := e.server
	e.mu.Unlock()
	_, err := e.Drain()
	if server != nil {
		err = errors.Join(err, server.Close())
	}
	e.serving.Wait()
	e.mu.Lock()
	err = errors.Join(err, e.ended)
	e.mu.Unlock()
	e.Flush() // as long as they take what there is
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return errors.Join(err, e.readers.finish(ctx), e.store.Close())
}
