package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/shirou/gopsutil/v4/process"
)

// flags are those of the command line. What is 0 takes its default.
type flags struct {
	Only        string  `placeholder:"REGEXP" help:"Measure the rows whose name matches."`
	Rounds      int     `placeholder:"N" help:"Rounds of each row; 5, with --quick 1."`
	Seconds     float64 `placeholder:"S" help:"How long a round of load lasts; 2, with --quick 0.3."`
	Connections int     `default:"16" help:"Connections that are kept."`
	Records     int     `placeholder:"N" help:"Transfers to count the heap by; 100000, with --quick 10000."`
	With        string  `default:"auto" enum:"auto,wrk,own" help:"What loads: wrk where it is on the path and can, or the loader in here."`
	Keep        string  `placeholder:"FILE" help:"The run to compare with, replaced by this one; localsepay/load.json in the user's cache folder. A quick run keeps none unless named."`
	JSON        bool    `name:"json" help:"Print the result as JSON."`
	Quick       bool    `help:"One short round, ratios only."`
	Peers       bool    `help:"Measure other emulators too; they are installed into the user's cache folder."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// errFailed says that rows have no result.
var errFailed = errors.New("rows failed")

// run measures what the arguments say and prints it. The table goes to out,
// progress to progress.
func run(ctx context.Context, args []string, out, progress io.Writer) error {
	var f flags
	helped := false
	parser, err := kong.New(&f, kong.Name("load"), kong.Description("Measure the built localsepay beside a bare net/http server."),
		kong.Writers(out, progress), kong.Exit(func(int) { helped = true }))
	if err != nil {
		return err
	}
	if _, err := parser.Parse(args); err != nil || helped {
		return err
	}
	c, err := f.config()
	if err != nil {
		return err
	}
	keep, err := f.keep()
	if err != nil {
		return err
	}
	r, err := f.measure(ctx, c, progress)
	if err != nil {
		return err
	}
	if keep != "" {
		kept, err := readKept(keep)
		if err != nil {
			return fmt.Errorf("the kept run: %w", err)
		}
		r.compare(kept)
		if err := writeJSON(keep, r.keeping(kept)); err != nil {
			return fmt.Errorf("keeping the run: %w", err)
		}
	}
	if f.JSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		err = enc.Encode(r)
	} else {
		err = r.print(out)
	}
	if err != nil {
		return err
	}
	return r.failed()
}

// config checks the flags and sets defaults.
func (f flags) config() (config, error) {
	c := config{Rounds: f.Rounds, Connections: f.Connections, Records: f.Records, Seconds: f.Seconds, Quick: f.Quick}
	defaults := config{Rounds: 5, Records: 100_000, Seconds: 2}
	if f.Quick {
		defaults = config{Rounds: 1, Records: 10_000, Seconds: 0.3}
	}
	if c.Rounds == 0 {
		c.Rounds = defaults.Rounds
	}
	if c.Records == 0 {
		c.Records = defaults.Records
	}
	if c.Seconds == 0 {
		c.Seconds = defaults.Seconds
	}
	if c.Rounds < 1 || c.Records < 1 || c.Seconds <= 0 || c.Connections < 1 {
		return c, errors.New("rounds, seconds, connections and records are more than 0")
	}
	dir, err := os.UserCacheDir()
	if err != nil && f.Peers {
		return c, err
	}
	c.Cache = filepath.Join(dir, "localsepay-peers")
	if f.Only != "" {
		if c.Only, err = regexp.Compile(f.Only); err != nil {
			return c, fmt.Errorf("--only: %w", err)
		}
	}
	return c, nil
}

// keep is the file of the kept run; empty for none.
func (f flags) keep() (string, error) {
	if f.Keep != "" || f.Quick {
		return f.Keep, nil
	}
	return defaultKeep()
}

// measures lists all rows, in the order of the table.
func (f flags) measures() []measure {
	list := append(loadRows(), webhookRow(), tokenRows())
	list = append(list, startRow())
	list = append(list, firstRows()...)
	list = append(list, idleRow())
	list = append(list, peakRows()...)
	list = append(list, sizeRow(), heapRow())
	if f.Peers {
		list = append(list, peerRows()...)
	}
	return list
}

// measure builds and measures.
func (f flags) measure(ctx context.Context, c config, progress io.Writer) (report, error) {
	dir, err := os.MkdirTemp("", "localsepay-load")
	if err != nil {
		return report{}, err
	}
	defer os.RemoveAll(dir)
	b := &bench{config: c, dir: dir, progress: func(name string) { fmt.Fprintln(progress, name) }}
	if b.wrk, err = findWrk(f.With); err != nil {
		return report{}, err
	}
	if b.self, err = process.NewProcessWithContext(ctx, int32(os.Getpid())); err != nil {
		return report{}, err
	}
	b.progress("building")
	if b.binaries, err = build(ctx, dir); err != nil {
		return report{}, err
	}
	r := report{
		At: time.Now().UTC(), Revision: revision(ctx), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU(),
		Loader: "own", Rounds: c.Rounds, Seconds: c.Seconds, Connections: c.Connections, Quick: c.Quick,
	}
	if b.wrk.able(plan{}, b.round()) {
		r.Loader = "wrk"
	}
	r.Rows = b.all(ctx, f.measures())
	return r, ctx.Err()
}

// failed names the rows without a result.
func (r report) failed() error {
	var names []string
	for _, row := range r.Rows {
		if row.Error != "" {
			names = append(names, row.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", errFailed, strings.Join(names, ", "))
}
