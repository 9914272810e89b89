package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
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

	ShowVersion kong.VersionFlag `name:"version" short:"v" help:"Print the version."`
}

// terminal is where a verb reads its environment and writes to.
type terminal struct {
	ctx      context.Context
	out, err io.Writer
}

// usageError is a mistake of the caller's: exit code 2.
type usageError struct {
	problem, hint string
}

func (e *usageError) Error() string { return e.problem }

// handlerError says that the merchant's handler failed: exit code 6.
type handlerError struct{ problem string }

func (e *handlerError) Error() string { return e.problem }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run parses the arguments, runs the verb and returns the exit code. Without
// arguments, and for the word help, it prints the help.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	var c cli
	exited := -1
	if len(args) == 0 {
		args = []string{"--help"}
	} else if args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	parser, err := kong.New(&c,
		kong.Name("localsepay"),
		kong.Description("SePay on your own machine: checkout, orders, IPN, transfers, webhooks, QR, OAuth2, APIs v1 and v2.\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 6 a handler of the merchant failed. Of contract: 0 clean, 1 drift, 2 could not verify."),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"url": whereToLook(), "version": build().String()},
	)
	if err != nil {
		fmt.Fprintln(errOut, "localsepay:", err)
		return exitFailed
	}
	verb, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		err = plain(err, args)
	} else {
		err = verb.Run(terminal{ctx, out, errOut})
	}
	return report(err, errOut)
}

// report prints a failure in one line, with a hint below, and picks the code.
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
