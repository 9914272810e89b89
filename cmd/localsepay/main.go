package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/kong"
	"github.com/localsepay/localsepay/openapi/guard"
)

// The exit codes.
const (
	exitFailed     = 1
	exitUsage      = 2
	exitUnverified = 2
	exitHandler    = 6
)

// cli is the command line.
type cli struct {
	Serve      serveCmd      `cmd:"" help:"Start SePay on this machine."`
	Transfer   transferCmd   `cmd:"" help:"Let a bank transfer come in or go out."`
	Pay        payCmd        `cmd:"" help:"Pay an order of the gateway, as its customer would."`
	Orders     ordersCmd     `cmd:"" help:"List the orders of the gateway."`
	Cards      cardsCmd      `cmd:"" help:"List the test cards."`
	Token      tokenCmd      `cmd:"" help:"Print an OAuth2 access token, without login and consent."`
	Deliveries deliveriesCmd `cmd:"" help:"List what was sent to webhooks and IPN handlers, and what they answered."`
	Replay     replayCmd     `cmd:"" help:"Send a delivery again and wait for the answer."`
	Advance    advanceCmd    `cmd:"" help:"Move the clock and run everything that falls due on the way."`
	State      stateCmd      `cmd:"" help:"Show addresses, clock and credentials."`
	Env        envCmd        `cmd:"" help:"Print client variables as export lines."`
	Ready      readyCmd      `cmd:"" help:"Say whether a localsepay answers."`
	Faults     faultsCmd     `cmd:"" help:"Let requests and deliveries go wrong on purpose."`
	Contract   contractCmd   `cmd:"" help:"Hold the emulator, or SePay's real sandbox, to the contracts."`
	Timeline   timelineCmd   `cmd:"" help:"Print what happened, in order: calls, money, notices, faults, findings."`
	Clients    clientsCmd    `cmd:"" help:"Say how clients kept to the rate limits, and what SePay's own would have made of them."`
	Audit      auditCmd      `cmd:"" help:"Attack your own webhook and IPN handlers, and say whether they are safe."`
	QR         qrCmd         `cmd:"" name:"qr" help:"Read and write VietQR codes."`
	Explain    explainCmd    `cmd:"" help:"Say where SePay's own pages disagree, and how the emulator decides."`
	Scenario   scenarioCmd   `cmd:"" help:"Run scripts of payments with steps and expectations."`
	Version    versionCmd    `cmd:"" help:"Print the version."`

	common
}

// common are the flags of every verb.
type common struct {
	ControlToken string           `name:"control-token" env:"LOCALSEPAY_CONTROL_TOKEN" placeholder:"TOKEN" help:"What lets other machines use the control API: serve takes it, or draws one when other machines reach it; the verbs send it."`
	ShowVersion  kong.VersionFlag `name:"version" short:"v" help:"Print the version."`
}

// usageError is the user's mistake: exit code 2.
type usageError struct {
	problem, hint string
}

func (e *usageError) Error() string { return e.problem }

// handlerError is a failure of the merchant's handler: exit code 6.
type handlerError struct{ problem string }

func (e *handlerError) Error() string { return e.problem }

// errStopped says that a server ended on request.
var errStopped = errors.New("stopped")

// lostError says what a server left unfinished: exit code 1, or that of the
// signal that stopped it.
type lostError struct{ problem string }

func (e *lostError) Error() string { return e.problem }

func main() {
	giveHeadroom() // first: reading the arguments would be collected otherwise
	ctx, stop := untilSignalled(os.Stderr)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run parses the arguments, runs the verb and returns the exit code. Without
// arguments, and for the word help, it prints the help.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	t, done := newTerminal(ctx, out, errOut)
	defer done()
	err := perform(t, args)
	lost := t.lost()
	switch s := signalOf(ctx); {
	case s != nil:
		return ended(s, err, t.err)
	case closedPipe(lost):
		return report(withoutReader(err), io.Discard)
	case lost != nil:
		err = &usageError{"cannot write to standard output: " + reason(lost), ""}
	}
	return report(err, t.err)
}

// withoutReader keeps the verdict of a verb whose output's reader has closed;
// that the verb was interrupted is no failure.
func withoutReader(err error) error {
	var (
		handler *handlerError
		verdict *verdictError
		failed  *scenarioFailed
	)
	if errors.As(err, &handler) || errors.As(err, &verdict) || errors.As(err, &failed) {
		return err
	}
	return nil
}

// ended reports in one line that a signal ended the verb. For a server that was
// told to stop this is success, even when it had to leave something unfinished.
func ended(s *signalled, err error, w io.Writer) int {
	code := s.code
	lost := (*lostError)(nil)
	if (errors.Is(err, errStopped) || errors.As(err, &lost)) && code == exitTerminated {
		code = 0
	}
	switch {
	case lost != nil:
		fmt.Fprintln(w, "localsepay:", s, "and", lost.problem)
	case code != 0:
		fmt.Fprintln(w, "localsepay:", s)
	}
	return code
}

// perform parses the arguments and runs the verb.
func perform(t terminal, args []string) error {
	var c cli
	if len(args) == 0 {
		args = []string{"--help"}
	} else if args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	verb, err := newGrammar(t.out, t.err).parse(&c, args)
	if err != nil {
		return plain(err, args)
	}
	if verb == nil {
		return nil
	}
	t.ctx, c.Serve.ControlToken = guard.WithControlToken(t.ctx, c.ControlToken), c.ControlToken
	if !named(verb) {
		t.found = &sync.Once{}
	}
	return verb.Run(t)
}

// report prints a failure in one line, with a hint below, and returns the exit
// code.
func report(err error, w io.Writer) int {
	if err == nil {
		return 0
	}
	var (
		usage   *usageError
		handler *handlerError
		verdict *verdictError
	)
	fmt.Fprintln(w, "localsepay:", strings.TrimSpace(err.Error()))
	switch {
	case errors.As(err, &usage):
		if usage.hint != "" {
			fmt.Fprintln(w, "hint:", usage.hint)
		}
		return exitUsage
	case errors.As(err, &handler):
		return exitHandler
	case errors.As(err, &verdict):
		return verdict.code
	}
	return exitFailed
}
