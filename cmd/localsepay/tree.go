package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	junit "github.com/localsepay/localsepay/contracts/report"
	"github.com/localsepay/localsepay/openapi/printable"
	"github.com/localsepay/localsepay/scenarios"
)

// tree prints the steps of a run as they end. On a terminal the last line shows
// the step under way.
type tree struct {
	w     io.Writer
	live  bool
	mu    sync.Mutex
	under []scenarios.StepResult
	// shown counts the printed steps inside the present one.
	shown int
}

func newTree(w io.Writer) *tree {
	return &tree{w: w, live: isTerminal(w)}
}

// maxInside is how many steps inside one are printed; failed ones always are.
const maxInside = 12

func (t *tree) observe(e scenarios.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
	if e.Begun {
		t.under = append(t.under, e.Step)
	} else {
		t.ended(e)
	}
	t.now()
}

func (t *tree) ended(e scenarios.Event) {
	for i := range t.under {
		if t.under[i].Path == e.Step.Path {
			t.under = append(t.under[:i], t.under[i+1:]...)
			break
		}
	}
	if e.Depth == 0 {
		if t.shown > maxInside {
			fmt.Fprintf(t.w, "    … %d more steps inside\n", t.shown-maxInside)
		}
		t.shown = 0
	} else if t.shown++; t.shown > maxInside && e.Step.Status == scenarios.Passed {
		return
	}
	scenarios.WriteStep(t.w, e.Step, e.Depth)
}

// now prints the step under way, clear removes it.
func (t *tree) now() {
	if t.live && len(t.under) > 0 {
		last := t.under[len(t.under)-1]
		fmt.Fprintf(t.w, "  … %s %s", last.Path, printable.Line(last.Title))
	}
}

func (t *tree) clear() {
	if t.live {
		printable.NewWriter(t.w).ClearLine()
	}
}

// stillEvery is how often a long step is reported as still running.
const stillEvery = 5 * time.Second

// watch reports long steps until the returned function is called.
func (t *tree) watch(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		ticker := time.NewTicker(stillEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				t.still()
			}
		}
	})
	return func() {
		cancel()
		done.Wait()
		t.mu.Lock()
		defer t.mu.Unlock()
		t.clear()
	}
}

func (t *tree) still() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.under) == 0 {
		return
	}
	t.clear()
	last := t.under[len(t.under)-1]
	fmt.Fprintf(t.w, "  … still at %s %s, %d steps inside so far\n", last.Path, printable.Line(last.Title), t.shown)
	t.now()
}

// writeJUnit writes a suite per scenario and a case per step.
func writeJUnit(w io.Writer, results []scenarios.Result) error {
	var suites []junit.Suite
	for _, r := range results {
		s := junit.Suite{Name: r.Scenario, Properties: []junit.Property{{Name: "purpose", Value: r.Purpose}, {Name: "seed", Value: fmt.Sprint(r.Seed)}}}
		s.Cases = junitCases(r, r.Steps, nil)
		suites = append(suites, s)
	}
	return junit.JUnit(w, "localsepay scenarios", suites)
}

func junitCases(r scenarios.Result, steps []scenarios.StepResult, out []junit.Case) []junit.Case {
	skipped := "a step before it failed"
	for _, s := range steps {
		out = junitCases(r, s.Steps, out)
		c := junit.Case{Class: r.Scenario, Name: s.Path + " " + s.Title, Duration: s.Elapsed}
		switch s.Status {
		case scenarios.Skipped:
			c.Skipped = &skipped
		case scenarios.Failed:
			c.Failure = &junit.Failure{Kind: "expectation", Message: "a step inside of it failed"}
			if f := r.Failure; f != nil && f.Step == s.Path {
				c.Failure = junitFailure(f)
			}
		}
		out = append(out, c)
	}
	return out
}

func junitFailure(f *scenarios.Failure) *junit.Failure {
	out := &junit.Failure{Kind: "expectation", Message: "it failed"}
	for i, m := range f.Mismatches {
		line := fmt.Sprintf("%s: expected %s, seen %s", m.What, m.Expected, m.Seen)
		if i == 0 {
			out.Message = line
		}
		out.Text += line + "\n"
	}
	for _, line := range f.Traffic {
		out.Text += line + "\n"
	}
	out.Text += "again: " + f.Command + "\n"
	return out
}
