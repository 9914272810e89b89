//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/localsepay/localsepay/openapi/control"
)

// serveAt starts serve with an output that may be read or not, and waits until
// it answers.
func serveAt(t *testing.T, stdout io.Writer, args ...string) (*process, *control.Client) {
	t.Helper()
	port := freePort(t)
	p := startWith(t, stdout, append([]string{"serve", "--listen", "127.0.0.1:" + port}, args...)...)
	client := control.NewClient("http://127.0.0.1:" + port)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 6000 {
		if _, err := client.Health(t.Context()); err == nil {
			return p, client
		}
		select {
		case code := <-p.ended:
			t.Fatalf("ended with %d: %s", code, p.err)
		case <-tick.C:
		}
	}
	t.Fatalf("does not answer: %s", p.err)
	return nil, nil
}

// transfers makes n transfers.
func transfers(t *testing.T, client *control.Client, n int) {
	t.Helper()
	for range n {
		if _, err := client.Transfer(t.Context(), control.NewTransfer{Amount: 1000, Content: ptr("DH123456"), Direction: "in"}); err != nil {
			t.Fatal(err)
		}
	}
}

// logged is a line of the log in JSON.
type logged struct {
	Seq  int64
	Type string
	Data struct {
		Events   int64
		UnderWay int `json:"under_way"`
	}
}

// readLog reads the lines behind the opening block; the last may be cut.
func readLog(t *testing.T, text []byte) (out []logged) {
	t.Helper()
	for _, line := range bytes.SplitAfter(text, []byte("\n")) {
		var l logged
		if !bytes.HasSuffix(line, []byte("\n")) {
			break
		}
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if l.Type != "state" {
			out = append(out, l)
		}
	}
	return out
}

// A handler hangs, and with it the advance that waits for its answer.
func TestTheEndBreaksOffAnAdvanceAndSaysLastWhatIsLost(t *testing.T) {
	t.Parallel()
	hook, asked := silent(t)
	p, client := serveAt(t, nil, "--log", "json", "--clock", "frozen", "--webhook", hook)
	transfers(t, client, 1)
	<-asked
	advanced := make(chan error, 1)
	go func() {
		_, err := client.Advance(t.Context(), control.Advance{By: "1h"})
		advanced <- err
	}()
	for { // until that one has the clock
		_, err := client.SetClock(t.Context(), control.ClockChange{Mode: "frozen"})
		if problem := (*control.Problem)(nil); errors.As(err, &problem) && problem.Status == 409 {
			break
		}
	}
	code, _ := p.interrupt(t, syscall.SIGTERM)
	if err := <-advanced; err == nil {
		t.Error("the advance says that it is done")
	}
	lines := readLog(t, []byte(p.out.String()))
	if last := lines[len(lines)-1]; last.Type != "lost" || last.Data.UnderWay != 1 {
		t.Errorf("the log ends with %+v", last)
	}
	if code != 0 || strings.Count(p.err.String(), "\n") != 1 || !strings.Contains(p.err.String(), "terminated and a call was still under way") {
		t.Errorf("ends with %d: %s", code, p.err)
	}
}

func TestASecondSignalSaysThatItIsLeftUnsaidWhatIsLost(t *testing.T) {
	t.Parallel()
	hook, asked := silent(t)
	p, client := serveAt(t, nil, "--webhook", hook)
	transfers(t, client, 1)
	<-asked
	if err := syscall.Kill(p.Process.Pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.shows(t, "stopping")
	code, _ := p.interrupt(t, syscall.SIGTERM)
	if want := "localsepay: terminated at once: which deliveries and lines of the log are lost is left unsaid\n"; code != exitTerminated || p.err.String() != want {
		t.Errorf("ends with %d: %q", code, p.err)
	}
}

// Nobody reads the log, and the pipe is full.
func TestALogThatNobodyReadsHoldsUpNoEnd(t *testing.T) {
	for name, c := range map[string]struct {
		args      []string
		transfers int
	}{"json": {[]string{"--log", "json"}, 200}, "text": {nil, 1500}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			p, client := serveAt(t, write, c.args...)
			write.Close()
			transfers(t, client, c.transfers)
			code, _ := p.interrupt(t, syscall.SIGTERM)
			text, err := io.ReadAll(read)
			if err != nil {
				t.Fatal(err)
			}
			var missing int
			if _, err := fmt.Sscanf(p.err.String(), "localsepay: terminated and %d events are missing from the log, which nobody reads\n", &missing); err != nil || code != 0 {
				t.Fatalf("ends with %d: %q", code, p.err)
			}
			written := bytes.Count(text, []byte("transfer  in"))
			if name == "json" {
				written = len(readLog(t, text))
			}
			if written+missing != c.transfers {
				t.Errorf("%d are written and %d missing, of %d", written, missing, c.transfers)
			}
		})
	}
}

// The log is read again after so many events that some are forgotten.
func TestALogThatWasNotReadForAWhileSaysHowManyEventsItLacks(t *testing.T) {
	for _, kind := range []string{"json", "text"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			p, client := serveAt(t, write, "--log", kind)
			write.Close()
			const all = 2500
			transfers(t, client, all)
			lines := bufio.NewReader(read)
			events, gap, gaps := 0, int64(0), 0
			for events+int(gap) < all {
				line, err := lines.ReadBytes('\n')
				if err != nil {
					t.Fatalf("%v after %d events, %d dropped", err, events, gap)
				}
				var l logged
				switch {
				case kind == "json" && json.Unmarshal(line, &l) == nil && l.Type == "dropped":
					gap, gaps = gap+l.Data.Events, gaps+1
				case kind == "json" && l.Type == "transaction":
					events++
					if l.Seq != int64(events)+gap {
						t.Fatalf("event %d has number %d, and %d were dropped", events, l.Seq, gap)
					}
				case bytes.Contains(line, []byte("  dropped   ")):
					n := int64(0)
					if _, err := fmt.Sscanf(string(line), "          dropped   %d events: the log was read too slowly", &n); err != nil {
						t.Fatalf("%v: %s", err, line)
					}
					gap, gaps = gap+n, gaps+1
				case bytes.Contains(line, []byte("  transfer  in")):
					events++
				}
			}
			state, err := client.State(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if gaps != 1 || state.Dropped.Log != gap || state.Dropped.Streams != 0 {
				t.Errorf("%d gaps, of %d events; %+v", gaps, gap, state.Dropped)
			}
			if code, _ := p.interrupt(t, syscall.SIGTERM); code != 0 || p.err.String() != "" {
				t.Errorf("ends with %d: %s", code, p.err)
			}
		})
	}
}
