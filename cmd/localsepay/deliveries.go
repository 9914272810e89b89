package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/localsepay/localsepay/openapi/control"
)

// deliveriesCmd lists deliveries.
type deliveriesCmd struct {
	remote
	Company string `help:"Only this company's."`
	Status  string `help:"Only those queued, sending, waiting, succeeded, failed or skipped." enum:",queued,sending,waiting,succeeded,failed,skipped" default:""`
	Limit   count  `help:"How many at most, newest first." default:"20"`
	ID      int64  `arg:"" optional:"" help:"Show one delivery with every request and answer."`
}

// Run implements the verb.
func (c deliveriesCmd) Run(t terminal) error {
	if c.ID != 0 {
		d, err := send(t, c.remote, (*control.Client).Delivery, c.ID)
		if err != nil {
			return err
		}
		return c.print(t, &d, func(w io.Writer) { printDelivery(w, d) })
	}
	list, err := ask(t, c.remote, func(s *control.Client, ctx context.Context) (control.List[control.Delivery], error) {
		return s.Deliveries(ctx, control.DeliveryFilter{Company: c.Company, Status: c.Status}, int(c.Limit))
	})
	if err != nil {
		return err
	}
	return c.print(t, &list, func(w io.Writer) {
		if len(list.Data) == 0 {
			fmt.Fprintln(w, "No delivery yet. Register a webhook (serve --webhook URL) and make a transfer.")
		}
		for _, d := range list.Data {
			fmt.Fprintln(w, deliveryLine(d))
		}
	})
}

func printDelivery(w io.Writer, d control.Delivery) {
	fmt.Fprintln(w, deliveryLine(d))
	for _, a := range d.Attempts {
		fmt.Fprintf(w, "\n#%d  %s  POST %s\n", a.Number, a.At, a.Request.URL)
		printHeaders(w, a.Request.Headers)
		fmt.Fprintf(w, "\n%s\n\n", body(a.Request.Body))
		if a.Response == nil {
			fmt.Fprintf(w, "→ %s: %s (cURL %d)\n", a.Label, a.Error, a.ErrorCode)
			continue
		}
		fmt.Fprintf(w, "→ %s in %.0f ms\n", a.Label, a.DurationMS)
		printHeaders(w, a.Response.Headers)
		fmt.Fprintf(w, "\n%s\n", body(a.Response.Body))
	}
}

// body indents the lines of a body after the first, so that none can imitate
// our own lines.
func body(text string) string { return strings.ReplaceAll(text, "\n", "\n    ") }

func printHeaders(w io.Writer, headers map[string]string) {
	for _, name := range sortedKeys(headers) {
		fmt.Fprintf(w, "%s: %s\n", name, headers[name])
	}
}

// replayCmd sends a delivery again.
type replayCmd struct {
	remote
	ID []int64 `arg:"" help:"Ids of the deliveries, 20 at most."`
}

// Run implements the verb. It exits with 6 when a handler does not accept.
func (c replayCmd) Run(t terminal) error {
	made, err := send(t, c.remote, (*control.Client).ReplayBatch, control.ReplayBatch{IDs: c.ID})
	if err != nil {
		return err
	}
	for i, d := range made.Data {
		answered, err := c.awaitAnswer(t, d.ID)
		if err != nil {
			return err
		}
		made.Data[i] = answered
	}
	err = c.print(t, &made.Data, func(w io.Writer) {
		for _, d := range made.Data {
			fmt.Fprintln(w, deliveryLine(d))
		}
	})
	if err != nil {
		return err
	}
	return handlerVerdict(made.Data)
}
