package main

import (
	"fmt"
	"io"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// advanceCmd moves the clock.
type advanceCmd struct {
	remote
	By span `arg:"" help:"How far, e.g. 13m, 24h or 3d12h."`
}

// Run implements the verb.
func (c advanceCmd) Run(t terminal) error {
	done, err := send(t, c.remote, (*control.Client).Advance, control.Advance{By: time.Duration(c.By).String()})
	if err != nil {
		return err
	}
	return c.print(t, &done, func(w io.Writer) {
		fmt.Fprintf(w, "It is %s. Delivery attempts on the way: %d.", done.Clock.Now, done.Attempts)
		if done.Clock.NextDue != nil {
			fmt.Fprintf(w, " Next due: %s.", *done.Clock.NextDue)
		}
		fmt.Fprintln(w)
	})
}
