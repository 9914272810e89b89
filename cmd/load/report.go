package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// report is the result of a run.
type report struct {
	At       time.Time `json:"at"`
	Revision string    `json:"revision"`
	Go       string    `json:"go"`
	System   string    `json:"system"`
	Cores    int       `json:"cores"`
	// Loader is "wrk" or "own".
	Loader      string  `json:"loader"`
	Rounds      int     `json:"rounds"`
	Seconds     float64 `json:"seconds"`
	Connections int     `json:"connections"`
	Quick       bool    `json:"quick"`
	Rows        []row   `json:"rows"`
}

// row is a line of the table: localsepay and its control, in the row's unit, as
// medians over the rounds.
type row struct {
	Name string `json:"name"`
	Unit string `json:"unit"`
	// Own is localsepay, or the peer that the name begins with.
	Own     *spread `json:"own"`
	Control *spread `json:"control"`
	// Ratio is that of own to control in each round.
	Ratio *spread `json:"ratio"`
	// OwnRate and ControlRate are requests per second.
	OwnRate     *spread `json:"own_rate,omitempty"`
	ControlRate *spread `json:"control_rate,omitempty"`
	// Quiet is false when others used the machine, before the row or after it.
	Quiet bool `json:"quiet"`
	// Partial says that the value depends on --only, so that another run's differs.
	Partial bool `json:"partial,omitempty"`
	// Note says what the names do not.
	Note string `json:"note,omitempty"`
	// Was is the ratio, or the value, of the run that was kept.
	Was string `json:"was,omitempty"`
	// Error says why there is no result.
	Error string `json:"error,omitempty"`
	// Skipped says why a peer was not measured.
	Skipped string `json:"skipped,omitempty"`
}

// was says in words what a row of the kept run had: its ratio, or its value when
// there is no control. It is empty when there is nothing to compare with.
func was(before, now row) string {
	switch {
	case before.Error != "" || now.Error != "" || before.Unit != now.Unit || now.Partial:
		return ""
	case before.Ratio != nil && now.Ratio != nil:
		return "was " + figure(before.Ratio.Median) + "x"
	case before.Own != nil && now.Own != nil && before.Ratio == nil && now.Ratio == nil:
		return "was " + figure(before.Own.Median) + " " + now.Unit
	}
	return ""
}

// compare sets Was of the rows that the kept run has too.
func (r *report) compare(kept report) {
	for i := range r.Rows {
		for _, before := range kept.Rows {
			if before.Name == r.Rows[i].Name {
				r.Rows[i].Was = was(before, r.Rows[i])
			}
		}
	}
}

// keeping returns the report to keep: its rows with a whole result, and those of
// the kept run that it has not measured.
func (r report) keeping(kept report) report {
	out := r
	out.Rows = nil
	have := map[string]bool{}
	for _, row := range r.Rows {
		if row.Error == "" && row.Skipped == "" && !row.Partial {
			row.Was = ""
			out.Rows = append(out.Rows, row)
			have[row.Name] = true
		}
	}
	for _, row := range kept.Rows {
		if !have[row.Name] {
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}

// readKept reads the kept run; none is an empty one.
func readKept(file string) (report, error) {
	var r report
	err := readJSON(file, &r)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return r, err
}

// defaultKeep is the file of the kept run in the user's cache folder.
func defaultKeep() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "localsepay", "load.json"), err
}

func readJSON(file string, out any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, out)
}

// writeJSON replaces a file as a whole.
func writeJSON(file string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
