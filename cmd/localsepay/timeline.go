package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
	"github.com/localsepay/localsepay/openapi/input"
)

// timelineCmd prints what happened, in order.
type timelineCmd struct {
	remote
	Company string `help:"Only this company's, and what concerns all."`
	Subject string `placeholder:"WHAT" help:"Only about this, as --json calls it, such as \"order SEPAY-1A2B\"."`
	Type    string `help:"Only this type: ${moments}." enum:",${moments}" default:""`
	From    string `placeholder:"TIME" help:"From there on: RFC 3339, or \"2006-01-02 15:04:05\" in Vietnam's time."`
	To      string `placeholder:"TIME" help:"Up to there."`
	After   int64  `help:"From the moment after this number on: what --json calls seq."`
	Limit   count  `default:"500" help:"How many moments at most, oldest first; 500 at a time."`
}

// Run implements the verb.
func (c timelineCmd) Run(t terminal) error {
	f := control.TimelineFilter{Company: c.Company, Subject: c.Subject, Type: c.Type, After: max(c.After, 0)}
	for _, end := range []struct {
		flag, text string
		at         *time.Time
	}{{"--from", c.From, &f.From}, {"--to", c.To, &f.To}} {
		if end.text == "" {
			continue
		}
		at, err := input.Instant(end.text)
		if err != nil {
			return fmt.Errorf("%s: %w", end.flag, err)
		}
		*end.at = at
	}
	list, err := ask(t, c.remote, func(s *control.Client, ctx context.Context) (control.Timeline, error) {
		return s.Timeline(ctx, f, int(c.Limit))
	})
	if err != nil {
		return err
	}
	return c.print(t, &list, func(w io.Writer) {
		if list.Dropped > 0 {
			fmt.Fprintf(w, "(%d older moments are forgotten)\n", list.Dropped)
		}
		switch {
		case len(list.Data) > 0:
		case f == control.TimelineFilter{}:
			fmt.Fprintln(w, "(nothing happened yet)")
		default:
			fmt.Fprintln(w, "(nothing matches)")
		}
		for _, m := range list.Data {
			text := m.At[:10] + " " + m.Text
			if m.Undone {
				text += "  (undone)"
			}
			fmt.Fprintln(w, text)
		}
		if list.Next != nil {
			fmt.Fprintln(w, "(more: --after "+*list.Next+")")
		}
	})
}

// clientsCmd lists how clients kept to the rate limits.
type clientsCmd struct{ remote }

// Run implements the verb.
func (c clientsCmd) Run(t terminal) error {
	list, err := ask(t, c.remote, (*control.Client).Clients)
	if err != nil {
		return err
	}
	return c.print(t, &list, func(w io.Writer) {
		for _, u := range list.Data {
			fmt.Fprintf(w, "%-12s %s  %s  %q\n  %d calls, %d in a second at most; %d answered with 429: waited %d, early %d\n",
				u.Surface, u.Address, u.Company, u.UserAgent, u.Calls, u.PeakPerSecond, u.Refused, u.Waited, u.Early)
			if u.Limit != nil {
				fmt.Fprintf(w, "  SePay's %d a second would have refused %d\n", *u.Limit, u.WouldBeRefused)
			}
		}
	})
}
