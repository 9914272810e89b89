package main

import (
	"fmt"
	"io"

	"github.com/localsepay/localsepay/contracts"
	"github.com/localsepay/localsepay/contracts/result"
)

// progress shows a long run: a dot per claim, a line per failure.
type progress struct {
	w       io.Writer
	surface string
	dots    bool
}

func newProgress(w io.Writer, target string) *progress {
	fmt.Fprintf(w, "holding %s to the contracts\n", target)
	return &progress{w: w}
}

// claim reports a finished claim.
func (p *progress) claim(o contracts.Outcome) {
	if o.Surface != p.surface {
		p.end()
		p.surface = o.Surface
		fmt.Fprintf(p.w, "  %-15s", o.Surface)
		p.dots = true
	}
	fmt.Fprint(p.w, map[result.State]string{result.Passed: "·", result.Failed: "✗", result.Skipped: "-"}[o.State])
}

// end ends the line of dots.
func (p *progress) end() {
	if p.dots {
		fmt.Fprintln(p.w)
	}
	p.dots = false
}
