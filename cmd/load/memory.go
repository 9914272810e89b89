package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/pattern"
)

// idle is how long a started server is left alone before its memory is read.
const idle = time.Second

// idleRow measures the memory of a started server that did nothing yet.
func idleRow() measure {
	const name = "memory, idle"
	return measure{[]string{name}, func(ctx context.Context, b *bench) ([]row, error) {
		r, err := b.idles(ctx, name, func() (*server, error) { return b.startLocalsepay(ctx, options{}) })
		return []row{r}, err
	}}
}

// idles reads the memory of a started server and of bare, in turn.
func (b *bench) idles(ctx context.Context, name string, start func() (*server, error)) (row, error) {
	var own, bare []float64
	for range b.config.Rounds {
		s, err := start()
		if err == nil {
			err = b.settled(ctx, s, &own)
		}
		if err != nil {
			return row{}, err
		}
		if s, err = b.startBare(ctx, nil); err == nil {
			err = b.settled(ctx, s, &bare)
		}
		if err != nil {
			return row{}, err
		}
	}
	return row{Name: name, Unit: "MiB", Own: spreadOf(own), Control: spreadOf(bare), Ratio: ratioOf(own, bare)}, nil
}

// settled adds the memory of a server that was left alone, and stops it.
func (b *bench) settled(ctx context.Context, s *server, to *[]float64) error {
	defer s.stop()
	select {
	case <-time.After(idle):
	case <-ctx.Done():
		return ctx.Err()
	}
	now, err := s.resident(ctx)
	*to = append(*to, now)
	return err
}

// peaks are the most memory that the loaded servers had: under reading, and
// under requests that add records.
type peaks struct{ read, write peak }

type peak struct {
	name      string
	own, bare float64
}

func (p *peaks) add(name string, writes bool, own, bare float64) {
	to := &p.read
	if writes {
		to = &p.write
	}
	if own > to.own {
		to.name, to.own = name, own
	}
	to.bare = max(to.bare, bare)
}

// peakRows reports the peaks of the rows that were measured before.
func peakRows() []measure {
	of := func(name string, which func(peaks) peak) measure {
		return measure{[]string{name}, func(_ context.Context, b *bench) ([]row, error) {
			p := which(b.peaks)
			if p.name == "" {
				return nil, nil // no such row was measured
			}
			own, bare := []float64{p.own}, []float64{p.bare}
			r := row{Name: name, Unit: "MiB", Own: spreadOf(own), Control: spreadOf(bare), Ratio: ratioOf(own, bare), Note: "in " + p.name}
			if r.Partial = b.config.Only != nil; r.Partial {
				r.Note += ", of the rows above"
			}
			return []row{r}, nil
		}}
	}
	return []measure{
		of("memory, peak of reading", func(p peaks) peak { return p.read }),
		of("memory, peak of writing", func(p peaks) peak { return p.write }),
	}
}

// sizeRow compares the stripped binaries.
func sizeRow() measure {
	const name = "binary"
	return measure{[]string{name}, func(_ context.Context, b *bench) ([]row, error) {
		var mib [2][]float64
		for i, file := range []string{b.binaries.localsepay, b.binaries.bare} {
			info, err := os.Stat(file)
			if err != nil {
				return nil, err
			}
			mib[i] = []float64{float64(info.Size()) / (1 << 20)}
		}
		return []row{{Name: name, Unit: "MiB", Own: spreadOf(mib[0]), Control: spreadOf(mib[1]), Ratio: ratioOf(mib[0], mib[1]), Note: "stripped"}}, nil
	}}
}

// fill is how many transfers fill the bounded logs before records are counted:
// more than they keep.
const fill = 20_000

// heapRow measures what a recorded transaction keeps on the heap. The collector
// reports the live heap to standard error; the difference between two reports is
// divided by the transfers in between.
func heapRow() measure {
	const name = "heap per transaction"
	return measure{[]string{name}, func(ctx context.Context, b *bench) ([]row, error) {
		heap := &heapTrace{}
		own, err := b.startLocalsepay(ctx, options{env: []string{"GODEBUG=gctrace=1", "GOGC=25"}, stderr: heap})
		if err != nil {
			return nil, err
		}
		defer own.stop()
		s, err := newShop(ctx, own)
		if err != nil {
			return nil, err
		}
		transfers := plan{cycle: [][]byte{postJSON(control.Prefix+"/transfers", transfer)}, status: http.StatusCreated}
		var live [2]int
		for i, n := range []int{min(fill, b.config.Records), b.config.Records} {
			if _, err := b.load(ctx, own, transfers, extent{requests: n}); err != nil {
				return nil, err
			}
			if live[i], err = b.live(ctx, s, heap); err != nil {
				return nil, err
			}
		}
		each := float64(live[1]-live[0]) * (1 << 20) / float64(b.config.Records)
		note := fmt.Sprintf("live after collection, %s more transfers: %d to %d MiB", thousands(strconv.Itoa(b.config.Records)), live[0], live[1])
		return []row{{Name: name, Unit: "B", Own: spreadOf([]float64{each}), Note: note}}, nil
	}}
}

// live reads until a collection that began after now has ended, and returns the
// heap that it found alive, in MiB.
func (b *bench) live(ctx context.Context, s *shop, heap *heapTrace) (int, error) {
	reads := plan{cycle: [][]byte{get("/v2/transactions", s.token())}, status: http.StatusOK}
	began, _ := heap.last()
	for range 10_000 {
		cycle, live := heap.last()
		if cycle >= began+2 { // the next one may have begun before
			return live, nil
		}
		if _, err := b.load(ctx, s.server, reads, extent{requests: 200}); err != nil {
			return 0, err
		}
	}
	return 0, fmt.Errorf("%s reports no collection of its heap", s.name)
}

// heapTrace reads the lines that GODEBUG=gctrace=1 writes.
type heapTrace struct {
	mu          sync.Mutex
	text        []byte
	cycle, live int
}

var _ io.Writer = (*heapTrace)(nil)

// traceLine has the number of the collection, and the heap at its begin, at its
// end and alive.
var traceLine = pattern.Lazy(`^gc (\d+) @.* \d+->\d+->(\d+) MB, `)

// Write implements [io.Writer].
func (h *heapTrace) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text = append(h.text, p...)
	for {
		line, rest, whole := bytes.Cut(h.text, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		if m := traceLine().FindSubmatch(line); m != nil {
			h.cycle, _ = strconv.Atoi(string(m[1])) // digits
			h.live, _ = strconv.Atoi(string(m[2]))
		}
		h.text = rest
	}
}

// last returns the number of the last collection, and the MiB that it left.
func (h *heapTrace) last() (cycle, live int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cycle, h.live
}
