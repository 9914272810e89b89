package scenarios

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/localsepay/localsepay/openapi/control"
)

// moments reads the facts of a type that are about the company and that nothing
// took back, oldest first.
func moments[T any](ctx context.Context, p *past, kind string, each func(T) error) error {
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
			if err := each(one); err != nil {
				return err
			}
		}
		if list.Next == nil {
			return nil
		}
	}
}

// latest reads the facts of a type and keeps the last one of each thing, in the
// order in which the things appeared.
func latest[T any, K comparable](ctx context.Context, p *past, kind string, key func(T) K) ([]T, error) {
	var out []T
	places := map[K]int{}
	err := moments(ctx, p, kind, func(one T) error {
		if i, known := places[key(one)]; known {
			out[i] = one
			return nil
		}
		places[key(one)] = len(out)
		out = append(out, one)
		return nil
	})
	return out, err
}
