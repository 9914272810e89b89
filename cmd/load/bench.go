package main

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// config is how to measure, without what is zero left open.
type config struct {
	Rounds, Connections, Records int
	Seconds                      float64
	Quick                        bool
	Only                         *regexp.Regexp
	// Cache is the folder into which peers are installed.
	Cache string
}

// bench is a run.
type bench struct {
	config   config
	binaries binaries
	// dir is a temporary folder.
	dir  string
	self *process.Process
	wrk  wrk
	// progress is called with each name before it is measured.
	progress func(name string)
	peaks    peaks
}

// measure makes rows. Its names are those of the rows, which --only chooses from.
type measure struct {
	names []string
	run   func(context.Context, *bench) ([]row, error)
}

// wanted returns whether --only has one of the names.
func (c config) wanted(names ...string) bool {
	for _, name := range names {
		if c.Only == nil || c.Only.MatchString(name) {
			return true
		}
	}
	return false
}

// all runs the measures. One that fails is a row with the error, and the others
// are run.
func (b *bench) all(ctx context.Context, list []measure) []row {
	var out []row
	for _, m := range list {
		if ctx.Err() != nil {
			return out
		}
		if !b.config.wanted(m.names...) {
			continue
		}
		b.progress(m.names[0])
		quiet := b.waitQuiet(ctx)
		rows, err := m.run(ctx, b)
		if err != nil {
			out = append(out, row{Name: m.names[0], Error: err.Error(), Quiet: quiet})
			continue
		}
		if quiet && !b.config.Quick {
			share, err := others(ctx, b.self)
			quiet = err != nil || share < quietShare
		}
		for _, r := range rows {
			r.Quiet = quiet
			if b.config.wanted(r.Name) {
				out = append(out, r)
			}
		}
	}
	return out
}

// sample is a round of one server.
type sample struct {
	// cost is processor time per request in µs, rate is requests per second.
	cost, rate float64
}

// shot measures a round.
type shot func(context.Context) (sample, error)

// then calls a function, unless it is nil, after each round.
func (s shot) then(each func(context.Context) error) shot {
	if each == nil {
		return s
	}
	return func(ctx context.Context) (sample, error) {
		out, err := s(ctx)
		if err == nil {
			err = each(ctx)
		}
		return out, err
	}
}

// inTurn measures rounds of own and control in turn. Each begins every second
// round, so that neither always follows the other.
func (b *bench) inTurn(ctx context.Context, own, control shot) (a, c []sample, err error) {
	for i := range b.config.Rounds {
		for half := range 2 {
			which, to := own, &a
			if (i+half)%2 == 1 {
				which, to = control, &c
			}
			s, err := which(ctx)
			if err != nil {
				return nil, nil, err
			}
			*to = append(*to, s)
		}
	}
	return a, c, nil
}

// costRow is the row of what was measured in turn.
func costRow(name string, own, control []sample) row {
	cost := func(list []sample) (out []float64) {
		for _, s := range list {
			out = append(out, s.cost)
		}
		return out
	}
	rate := func(list []sample) (out []float64) {
		for _, s := range list {
			out = append(out, s.rate)
		}
		return out
	}
	return row{
		Name: name, Unit: "µs CPU",
		Own: spreadOf(cost(own)), Control: spreadOf(cost(control)), Ratio: ratioOf(cost(own), cost(control)),
		OwnRate: spreadOf(rate(own)), ControlRate: spreadOf(rate(control)),
	}
}

// round is how long a round lasts.
func (b *bench) round() extent {
	return extent{duration: time.Duration(b.config.Seconds * float64(time.Second))}
}

// load fires a plan at a server, with wrk where it can.
func (b *bench) load(ctx context.Context, s *server, p plan, e extent) (volley, error) {
	var (
		v   volley
		err error
	)
	if b.wrk.able(p, e) {
		v, err = b.wrk.fire(ctx, b.dir, s.address, p, b.config.Connections, e)
	} else {
		v, err = fire(ctx, s.address, p, b.config.Connections, e)
	}
	if err != nil {
		select {
		case <-s.ended:
			err = fmt.Errorf("%w; the server ended: %s", err, s.errors)
		default:
		}
		return v, fmt.Errorf("loading %s: %w", s.name, err)
	}
	return v, nil
}

// measure runs work and returns what a request of it cost the server.
func (s *server) measure(ctx context.Context, work func() (volley, error)) (sample, error) {
	before, err := used(ctx, s.account)
	if err != nil {
		return sample{}, err
	}
	v, err := work()
	if err != nil {
		return sample{}, err
	}
	after, err := used(ctx, s.account)
	if err != nil {
		return sample{}, err
	}
	if v.requests == 0 {
		return sample{}, fmt.Errorf("%s answered no request", s.name)
	}
	return sample{(after - before) * 1e6 / float64(v.requests), float64(v.requests) / v.took.Seconds()}, nil
}

// loaded is a shot of a plan for a round.
func (b *bench) loaded(s *server, p plan) shot {
	return func(ctx context.Context) (sample, error) {
		return s.measure(ctx, func() (volley, error) { return b.load(ctx, s, p, b.round()) })
	}
}

// warm loads a server for a part of a round and drops the result.
func (b *bench) warm(ctx context.Context, s *server, p plan) error {
	_, err := fire(ctx, s.address, p, b.config.Connections, extent{duration: b.round().duration / 4})
	if err != nil {
		return fmt.Errorf("warming %s: %w", s.name, err)
	}
	return nil
}
