package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// One whole run, of few and short rounds: it builds, starts, checks, loads,
// compares and keeps.
func TestAQuickRunMeasuresTheBuiltBinary(t *testing.T) {
	keep := filepath.Join(t.TempDir(), "load.json")
	before := report{Rows: []row{{Name: "binary", Unit: "MiB", Own: &spread{20, 20, 20}, Ratio: &spread{9, 9, 9}}}}
	if err := writeJSON(keep, before); err != nil {
		t.Fatal(err)
	}
	var out, progress bytes.Buffer
	err := run(t.Context(), []string{
		"--quick", "--json", "--keep", keep, "--with", "own", "--seconds", "0.05", "--connections", "4", "--records", "300",
		"--only", "^(v2 list of 20|checkout init|transfer with webhook|OAuth2 token|cold start|.* request, OAuth2 API|memory, peak .*|binary|heap .*)$",
	}, &out, &progress)
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, &out, &progress)
	}
	var got report
	dec := json.NewDecoder(&out)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if !got.Quick || got.Rounds != 1 || got.Connections != 4 || got.Cores < 1 || got.Loader != "own" || got.At.IsZero() {
		t.Errorf("the run says of itself %+v", got)
	}
	units := map[string]string{}
	for _, r := range got.Rows {
		units[r.Name] = r.Unit
		if r.Own == nil || r.Control == nil && r.Unit != "B" {
			t.Errorf("%s has no values: %+v", r.Name, r)
		}
		if loaded := r.OwnRate != nil && r.ControlRate != nil; loaded != (r.Unit == "µs CPU") {
			t.Errorf("%s has rates %v %v", r.Name, r.OwnRate, r.ControlRate)
		}
		if told := strings.HasPrefix(r.Was, "was "); told != (r.Name == "binary") {
			t.Errorf("%s %q", r.Name, r.Was)
		}
	}
	want := map[string]string{
		"v2 list of 20": "µs CPU", "checkout init": "µs CPU", "transfer with webhook": "µs CPU", "OAuth2 token": "µs CPU", "cold start": "ms",
		"first request, OAuth2 API": "ms", "second request, OAuth2 API": "ms", "memory, peak of reading": "MiB", "memory, peak of writing": "MiB",
		"binary": "MiB", "heap per transaction": "B",
	}
	if d := cmp.Diff(want, units); d != "" {
		t.Error(d)
	}
	kept, err := readKept(keep)
	if err != nil || len(kept.Rows) != len(want)-2 { // the peaks are those of some rows
		t.Errorf("%d rows are kept: %v", len(kept.Rows), err)
	}
	if !strings.Contains(progress.String(), "cold start") {
		t.Errorf("progress is %q", &progress)
	}
}

func TestWrongFlagsAreRefused(t *testing.T) {
	for _, args := range [][]string{{"--only", "("}, {"--rounds", "-1"}, {"--with", "curl"}, {"--no-such-flag"}} {
		if err := run(t.Context(), args, &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
			t.Errorf("%v is no error", args)
		}
	}
}
