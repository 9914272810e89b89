package contracts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/openapi"
)

// shownExchanges is how many exchanges a report shows of a failed claim.
const shownExchanges = 4

// Header is what a report says about the run itself.
type Header struct {
	// Version is localsepay's.
	Version string
	// Started is when the run began.
	Started time.Time
	// Seed is the emulator's; 0 for another target.
	Seed int64
}

// Report judges all exchanges and returns a report of the run without secrets.
func (r Result) Report(h Header) (result.Run, error) {
	hide := r.Secrets
	found, err := drift.Judge(r.Exchanges, hide)
	if err != nil {
		return result.Run{}, err
	}
	run := result.Run{
		Tool: "localsepay", Version: h.Version, Target: r.Target.Name, Kind: result.Kind(r.Target.Kind()), Started: h.Started,
		DurationMS: r.Duration.Milliseconds(), Seed: h.Seed, Drift: found, Coverage: r.coverage(), Skipped: r.skippedSurfaces(),
	}
	for _, o := range r.Outcomes {
		s := o.Spec
		s.Surface = documentOf(s.Surface)
		if s.State == result.Failed {
			for _, e := range o.Traffic[max(0, len(o.Traffic)-shownExchanges):] {
				s.Exchanges = append(s.Exchanges, e.MaskedLine(hide))
			}
		}
		run.Specs = append(run.Specs, s)
	}
	return run, nil
}

// coverage is that of the documents whose surfaces the run was about.
func (r Result) coverage() []result.Coverage {
	return slices.DeleteFunc(Coverage(r.Exchanges), func(c result.Coverage) bool {
		return !slices.ContainsFunc(r.Outcomes, func(o Outcome) bool { return documentOf(o.Surface) == c.Document })
	})
}

// documentOf is the OpenAPI document of a suite, by which reports join claims
// with what else was found there.
func documentOf(suite string) string {
	s, _ := openapi.Surfaces().OfSuite(suite)
	return s.Document
}

// Shapes returns the shapes of what the target sent, to compare later runs with.
func (r Result) Shapes() (drift.Shapes, error) { return drift.Observe(r.Target.Name, r.Exchanges) }

// skippedSurfaces are those of which no claim was held against the target. Two
// suites of one document are one surface.
func (r Result) skippedSurfaces() []result.SkippedSurface {
	var names []string
	for _, name := range Surfaces() {
		if document := documentOf(name); !slices.Contains(names, document) {
			names = append(names, document)
		}
	}
	var out []result.SkippedSurface
	for _, name := range names {
		reason, held := "", false
		for _, o := range r.Outcomes {
			if documentOf(o.Surface) != name {
				continue
			}
			held = held || o.State != result.Skipped
			if reason == "" {
				reason = o.Reason
			}
		}
		if !held && reason != "" {
			out = append(out, result.SkippedSurface{Surface: name, Reason: reason})
		}
	}
	return out
}

// sides are what a claim expected and what it saw.
type sides struct{ expected, seen string }

// sidesOf reads both sides out of a failure whose lines begin with "expected"
// and "seen", as the claims write them.
func sidesOf(failure string) sides {
	var s sides
	for line := range strings.Lines(failure) {
		if rest, ok := strings.CutPrefix(line, "expected "); ok && s.expected == "" {
			s.expected = strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutPrefix(line, "seen "); ok && s.seen == "" {
			s.seen = strings.TrimSpace(rest)
		}
	}
	return s
}

// brokenContract is the failure of a claim whose exchanges broke a document,
// the gravest first and each once.
func brokenContract(broken []string) string {
	kinds := []string{}
	for _, line := range broken {
		if !slices.Contains(kinds, line) {
			kinds = append(kinds, line)
		}
	}
	return fmt.Sprintf("the contract is broken:\n  %s", strings.Join(kinds, "\n  "))
}
