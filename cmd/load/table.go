package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// print writes the report for people. Of a quick run it shows ratios only: its
// values are of one short round.
func (r report) print(w io.Writer) error {
	fmt.Fprintf(w, "%s · %s · %s · %d cores · loader %s, %d connections · median of %s of %s s (least–greatest)\n\n",
		named(r.Revision, "localsepay"), r.Go, r.System, r.Cores, r.Loader, r.Connections, plural(r.Rounds, "round"), figure(r.Seconds))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if r.Quick {
		fmt.Fprintln(t, "\tratio\t")
	} else {
		fmt.Fprintln(t, "\tmeasured\tcontrol\t\tratio\t\tper second\tcontrol\t")
	}
	for _, row := range r.Rows {
		fmt.Fprintln(t, strings.Join(row.cells(r.Quick), "\t"))
	}
	return t.Flush()
}

// cells are the columns of a row; a remark is the last.
func (r row) cells(quick bool) []string {
	remark := r.remark()
	switch {
	case r.Error != "" || r.Skipped != "":
		return []string{r.Name, remark}
	case quick && r.Ratio == nil:
		return []string{r.Name, rounded(r.Own) + " " + r.Unit, remark}
	case quick:
		return []string{r.Name, figure(r.Ratio.Median) + "x", remark}
	}
	return []string{r.Name, r.Own.String(), r.Control.String(), r.Unit, r.Ratio.times(), r.Was, rounded(r.OwnRate), rounded(r.ControlRate), remark}
}

// remark joins what is to be known about a row.
func (r row) remark() string {
	var parts []string
	switch {
	case r.Error != "":
		return "FAILED: " + r.Error
	case r.Skipped != "":
		return "skipped: " + r.Skipped
	case r.Note != "":
		parts = append(parts, r.Note)
	}
	if !r.Quiet {
		parts = append(parts, "not quiet")
	}
	return strings.Join(parts, "; ")
}

func rounded(s *spread) string {
	if s == nil {
		return ""
	}
	return figure(s.Median)
}

func named(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprint(n, " ", what, "s")
}
