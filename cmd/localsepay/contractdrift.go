package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/localsepay/localsepay/contracts/drift"
	"github.com/localsepay/localsepay/contracts/result"
	"github.com/localsepay/localsepay/contracts/traffic"
	"github.com/localsepay/localsepay/openapi/mask"
)

// contractDriftCmd compares a run with an earlier one, or with the emulator.
type contractDriftCmd struct {
	contractTarget
	contractOutput
	Baseline string `placeholder:"FILE" help:"Shapes of an earlier run to compare with; written by --write."`
	Write    string `placeholder:"FILE" help:"Keep the shapes of this run: types, nullability, enums, header names, never values."`
	ThreeWay bool   `help:"Run the emulator too, and say of each difference who differs from whom."`
}

// Run implements the verb: exit code 0 clean, 1 drift, 2 could not verify.
func (c contractDriftCmd) Run(t terminal) error {
	if err := first(c.prepare(), writable("--write", c.Write)); err != nil {
		return err
	}
	before, err := readShapes(c.Baseline)
	if err != nil {
		return err
	}
	run, shapes, err := c.hold(t, c.contractOutput)
	if err != nil {
		return err
	}
	if c.Baseline != "" {
		run.Drift.Moves = drift.Compare(before, shapes)
		if c.partial() {
			run.Drift.Moves = slices.DeleteFunc(run.Drift.Moves, gone)
		}
	}
	if c.ThreeWay {
		if run.Drift.ThreeWay, err = c.threeWay(t, run, shapes); err != nil {
			return err
		}
	}
	// A run that verified nothing must not replace what is known.
	var lost error
	if run.Outcome() != result.Unverified {
		lost = writeFile(c.Write, shapes.Write)
	}
	return first(lost, c.deliver(t, run))
}

// partial returns whether claims were left out. What such a run did not see may
// still exist, so only additions count as moves.
func (c contractTarget) partial() bool {
	return len(c.Surface)+len(c.Name) > 0 || c.Label != "" || c.ReadOnly
}

// gone returns whether a move means that something was not seen.
func gone(m drift.Move) bool { return strings.HasSuffix(m.What, "-gone") }

// threeWay runs the same claims against a new emulator.
func (c contractDriftCmd) threeWay(t terminal, run result.Run, shapes drift.Shapes) ([]drift.Verdict, error) {
	own := c.contractTarget
	own.Target = targetEmulator
	known, knownShapes, err := own.hold(t, c.contractOutput)
	if err != nil {
		return nil, err
	}
	return drift.ThreeWay(drift.Evidenced{Report: known.Drift, Shapes: knownShapes}, drift.Evidenced{Report: run.Drift, Shapes: shapes}), nil
}

func readShapes(name string) (drift.Shapes, error) {
	if name == "" {
		return drift.Shapes{}, nil
	}
	text, err := readWhole(name)
	if errors.Is(err, fs.ErrNotExist) {
		return drift.Shapes{}, &usageError{fmt.Sprintf("there is no baseline %s", name), "make one with --write " + name}
	}
	if err != nil {
		return drift.Shapes{}, &usageError{fmt.Sprintf("--baseline %s: %s", name, reason(err)), "make one with --write " + name}
	}
	s, err := drift.ReadShapes(bytes.NewReader(text))
	if err != nil {
		return s, &usageError{fmt.Sprintf("baseline %s: %v", name, err), "make a new one with --write"}
	}
	return s, nil
}

// contractLintCmd checks recorded traffic.
type contractLintCmd struct {
	File  string `arg:"" help:"Recorded traffic, HTTP Archive 1.2, as browsers and proxies write it."`
	JSON  bool   `name:"json" help:"Print the findings as JSON."`
	JUnit string `name:"junit" placeholder:"FILE" help:"Write JUnit XML."`
	SARIF string `name:"sarif" placeholder:"FILE" help:"Write SARIF 2.1.0."`
}

// Run implements the verb: exit code 1 when something breaks a contract, 2 when
// the file has no traffic with SePay.
func (c contractLintCmd) Run(t terminal) error {
	if err := first(writable("--junit", c.JUnit), writable("--sarif", c.SARIF)); err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return &usageError{fmt.Sprintf("%s: %s", c.File, reason(err)), "in a browser: developer tools, network, save all as HAR with content"}
	}
	defer f.Close()
	atlas, err := traffic.NewAtlas()
	if err != nil {
		return err
	}
	found, err := drift.Lint(traffic.ReadHAR(f), atlas, mask.New())
	if err != nil {
		return &usageError{err.Error(), "in a browser: developer tools, network, save all as HAR with content"}
	}
	l := result.Lint{Tool: "localsepay", Version: version(), File: c.File, LintReport: found}
	lost := first(
		writeFile(c.JUnit, func(w io.Writer) error { return result.LintJUnit(w, l) }),
		writeFile(c.SARIF, func(w io.Writer) error { return result.LintSARIF(w, l) }),
	)
	if c.JSON {
		err = result.LintJSON(t.out, l)
	} else {
		err = result.LintText(t.out, l, coloured(t.out))
	}
	if err = first(lost, err); err != nil {
		return err
	}
	if code := l.ExitCode(); code != 0 {
		return &verdictError{code, l.Sentence()}
	}
	return nil
}
