package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheKeptRunIsToldInWords(t *testing.T) {
	one := func(v float64) *spread { return &spread{v, v, v} }
	for name, c := range map[string]struct {
		before, now row
		want        string
	}{
		"ratios":             {row{Unit: "µs CPU", Own: one(90), Ratio: one(2.1)}, row{Unit: "µs CPU", Own: one(10), Ratio: one(1.6)}, "was 2.10x"},
		"values":             {row{Unit: "B", Own: one(1450)}, row{Unit: "B", Own: one(1300)}, "was 1,450 B"},
		"another unit":       {row{Unit: "B", Own: one(1450)}, row{Unit: "MiB", Own: one(1)}, ""},
		"control is new":     {row{Unit: "B", Own: one(1450)}, row{Unit: "B", Own: one(1), Ratio: one(2)}, ""},
		"failed now":         {row{Unit: "B", Own: one(1450)}, row{Unit: "B", Error: "no answer"}, ""},
		"failed before":      {row{Unit: "B", Error: "no answer"}, row{Unit: "B", Own: one(1)}, ""},
		"a part of the rows": {row{Unit: "B", Own: one(1450)}, row{Unit: "B", Own: one(1), Partial: true}, ""},
		"nothing is kept":    {row{}, row{Unit: "B", Own: one(1)}, ""},
	} {
		if got := was(c.before, c.now); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestARunReplacesItsOwnRowsOfTheKeptOne(t *testing.T) {
	value := func(name string, v float64) row { return row{Name: name, Unit: "MiB", Own: &spread{v, v, v}} }
	file := filepath.Join(t.TempDir(), "folder", "kept.json")
	kept, err := readKept(file)
	if err != nil || len(kept.Rows) != 0 {
		t.Fatalf("no file: %v %v", kept, err)
	}
	first := report{Revision: "a", Rows: []row{value("size", 10), value("memory", 20), value("start", 30)}}
	if err := writeJSON(file, first.keeping(kept)); err != nil {
		t.Fatal(err)
	}
	if kept, err = readKept(file); err != nil {
		t.Fatal(err)
	}
	second := report{Revision: "b", Rows: []row{value("memory", 25), {Name: "start", Error: "no answer"}, {Name: "size", Partial: true}, value("new", 1)}}
	second.compare(kept)
	var told []string
	for _, r := range second.Rows {
		told = append(told, r.Name+": "+r.Was)
	}
	if d := cmp.Diff([]string{"memory: was 20.0 MiB", "start: ", "size: ", "new: "}, told); d != "" {
		t.Error(d)
	}
	third := second.keeping(kept)
	want := []row{value("memory", 25), value("new", 1), value("size", 10), value("start", 30)}
	if d := cmp.Diff(want, third.Rows); d != "" || third.Revision != "b" {
		t.Error(third.Revision, d)
	}
}

func TestTheTableSaysWhatFailedAndWhatWasNotQuiet(t *testing.T) {
	r := report{Rounds: 5, Seconds: 2, Connections: 16, Loader: "own", Rows: []row{
		{Name: "detail", Unit: "µs CPU", Own: &spread{100, 90, 120}, Control: &spread{50, 50, 50}, Ratio: &spread{2, 1.8, 2.4}, OwnRate: &spread{9000, 1, 2}, Quiet: true, Was: "was 2.10x"},
		{Name: "heap", Unit: "B", Own: &spread{1258, 1258, 1258}, Note: "live"},
		{Name: "list", Error: "answered with 500"},
		{Name: "peer", Skipped: "node is not on the path"},
	}}
	var out bytes.Buffer
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"100 (90.0–120)", "2.00x (1.80–2.40)", "was 2.10x", "9,000", "1,258", "live; not quiet", "FAILED: answered with 500", "skipped: node is not on the path"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	out.Reset()
	r.Quick = true
	if err := r.print(&out); err != nil || strings.Contains(out.String(), "9,000") || !strings.Contains(out.String(), "2.00x") {
		t.Errorf("a quick run prints %v\n%s", err, &out)
	}
	if err := r.failed(); !errors.Is(err, errFailed) || !strings.HasSuffix(err.Error(), ": list") {
		t.Errorf("error %v", err)
	}
}
