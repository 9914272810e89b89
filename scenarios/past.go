package scenarios

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/localsepay/localsepay/openapi/control"
)

// moments reads the facts of a type that are about the company and that nothing
// took back, oldest first.
func moments[T any](ctx context.Context, p *past, kind string, each func(control.Moment, T) error) error {
	f := control.TimelineFilter{Company: p.t.ID, Type: kind}
	for {
		list, err := p.c.api.Timeline(ctx, f, pageSize)
		if err != nil {
			return err
		}
		p.forgotten = max(p.forgotten, list.Dropped)
		for _, m := range list.Data {
			if f.After = m.Seq; m.Undone {
				continue
			}
			var one T
			if err := json.Unmarshal(m.Data, &one); err != nil {
				return fmt.Errorf("moment %d: %w", m.Seq, err)
			}
			if err := each(m, one); err != nil {
				return err
			}
		}
		if list.Next == nil {
			return nil
		}
	}
}

// course is what the facts about one thing say: each number of a fact that it grew
// with, and the thing as the last fact has it.
type course[T any] struct {
	last T
	// first is the number of the first fact.
	first int64
	// grew are the numbers of the facts in which the thing had one more part.
	grew []int64
}

// courses reads the facts of a type by thing, in the order in which the things
// appeared. parts counts what a thing has.
func courses[T any](ctx context.Context, p *past, kind string, id func(T) int64, parts func(T) int) ([]course[T], error) {
	var out []course[T]
	places := map[int64]int{}
	err := moments(ctx, p, kind, func(m control.Moment, one T) error {
		i, known := places[id(one)]
		if !known {
			i = len(out)
			places[id(one)] = i
			out = append(out, course[T]{first: m.Seq})
		}
		c := &out[i]
		for c.last = one; len(c.grew) < parts(one); {
			c.grew = append(c.grew, m.Seq)
		}
		return nil
	})
	return out, err
}
