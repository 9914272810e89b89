package scenarios

import (
	"encoding/json"
	"io"
	"time"
)

// The states of a step.
const (
	Passed  = "passed"
	Failed  = "failed"
	Skipped = "skipped"
)

// Result is the outcome of a run. Its JSON is the same for the same seed.
type Result struct {
	Scenario string       `json:"scenario"`
	Purpose  string       `json:"purpose"`
	Seed     uint64       `json:"seed"`
	Status   string       `json:"status"`
	Steps    []StepResult `json:"steps"`
	// Span is how far the target's clock went, in whole seconds.
	Span    string   `json:"virtual_time"`
	Failure *Failure `json:"failure,omitempty"`
	// Elapsed is real time.
	Elapsed time.Duration `json:"-"`
}

// OK says whether every step and expectation held.
func (r Result) OK() bool { return r.Status == Passed }

// StepResult is the outcome of a step.
type StepResult struct {
	// Path counts steps from 1, those inside of a step after a dot.
	Path   string `json:"step"`
	Title  string `json:"title"`
	Status string `json:"status"`
	// At is the target's time after the step, counted from the start.
	At    string       `json:"at"`
	Notes []string     `json:"notes,omitempty"`
	Steps []StepResult `json:"steps,omitempty"`
	// Line is where the step stands in the file.
	Line    int           `json:"line,omitempty"`
	Elapsed time.Duration `json:"-"`
}

// Failure says why a scenario failed.
type Failure struct {
	Step  string `json:"step"`
	Title string `json:"title"`
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
	// Mismatches is everything that did not hold at that step.
	Mismatches []Mismatch `json:"mismatches"`
	// Traffic is what went over the wire lately, oldest first.
	Traffic []string `json:"traffic"`
	// Command repeats exactly this run.
	Command string `json:"command"`
}

// Mismatch is something that did not hold.
type Mismatch struct {
	What     string `json:"what"`
	Expected string `json:"expected"`
	Seen     string `json:"seen"`
	// Diff is for people: what is different in long values.
	Diff string `json:"-"`
}

// Event tells [Options].Observe of a step that begins or has ended. Calls come one at a
// time.
type Event struct {
	// Begun is true before a step and false after it.
	Begun bool
	Step  StepResult
	// Depth is 0 for a step of the scenario itself.
	Depth int
}

// report is the JSON of several runs.
type report struct {
	Passed  int      `json:"passed"`
	Failed  int      `json:"failed"`
	Results []Result `json:"scenarios"`
}

// WriteJSON writes results as JSON without real times and addresses. The same seeds give
// the same bytes.
func WriteJSON(w io.Writer, results []Result) error {
	out := report{Results: results}
	for _, r := range results {
		if r.OK() {
			out.Passed++
		} else {
			out.Failed++
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
