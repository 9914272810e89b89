package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/localsepay/localsepay/openapi/control"
)

// faultsCmd makes requests and deliveries fail.
type faultsCmd struct {
	List   faultsListCmd   `cmd:"" default:"withargs" help:"List the faults that are set, with their counts."`
	Add    faultsAddCmd    `cmd:"" help:"Set a fault."`
	Remove faultsRemoveCmd `cmd:"" help:"Disarm one fault."`
	Clear  faultsClearCmd  `cmd:"" help:"Disarm all faults."`
}

// faultsListCmd lists the faults.
type faultsListCmd struct{ remote }

// Run implements the verb.
func (c faultsListCmd) Run(t terminal) error {
	list, err := ask(t, c.remote, (*control.Client).Faults)
	if err != nil {
		return err
	}
	return c.print(t, &list, func(w io.Writer) {
		if len(list.Data) == 0 {
			fmt.Fprintln(w, `No fault is set. Set one: localsepay faults add '{"when":{"surface":"userapi v2","first":2},"do":{"status":503}}'`)
		}
		for _, f := range list.Data {
			printFault(w, f)
		}
	})
}

func printFault(w io.Writer, f control.Fault) {
	line := fmt.Sprintf("fault %d  when %s  do %s", f.ID, inline(f.When), inline(f.Do))
	if f.Phase != "" {
		line += "  " + string(f.Phase)
	}
	line += fmt.Sprintf("  matched %d, fired %d", f.Matched, f.Fired)
	if f.Name != "" {
		line += "  (" + f.Name + ")"
	}
	fmt.Fprintln(w, line)
}

// inline formats a part of a fault on one line, as it is written to set it.
func inline(part any) string {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(part); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out.String())
}

// faultsAddCmd sets a fault.
type faultsAddCmd struct {
	remote
	Rule string `arg:"" help:"The fault as JSON, a file with it, or - for standard input."`
}

// Run implements the verb.
func (c faultsAddCmd) Run(t terminal) error {
	text := []byte(c.Rule)
	if !strings.HasPrefix(strings.TrimSpace(c.Rule), "{") {
		var err error
		if c.Rule == "-" {
			text, err = readAll(t.ctx, os.Stdin)
		} else {
			text, err = readWhole(c.Rule)
		}
		if err != nil {
			return &usageError{err.Error(), `give JSON such as {"when":{"surface":"webhook"},"do":{"duplicate":1}}, or a file with it`}
		}
	}
	if !json.Valid(text) {
		return &usageError{"the fault is not JSON", `for example {"when":{"surface":"webhook"},"do":{"duplicate":1}}`}
	}
	set, err := ask(t, c.remote, func(s *control.Client, ctx context.Context) (set control.Fault, err error) {
		return set, s.Call(ctx, http.MethodPost, "/faults", json.RawMessage(text), &set) // as it was written, for the answer to say what is wrong
	})
	if err != nil {
		return err
	}
	return c.print(t, &set, func(w io.Writer) { printFault(w, set) })
}

// faultsRemoveCmd disarms one fault.
type faultsRemoveCmd struct {
	remote
	ID int64 `arg:"" help:"Its id."`
}

// Run implements the verb.
func (c faultsRemoveCmd) Run(t terminal) error {
	return order(t, c.remote, func(s *control.Client, ctx context.Context) error { return s.DeleteFault(ctx, c.ID) })
}

// faultsClearCmd disarms all faults.
type faultsClearCmd struct{ remote }

// Run implements the verb.
func (c faultsClearCmd) Run(t terminal) error {
	return order(t, c.remote, (*control.Client).ClearFaults)
}
