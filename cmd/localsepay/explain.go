package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/localsepay/localsepay/emulator"
	"github.com/localsepay/localsepay/openapi"
	"github.com/localsepay/localsepay/openapi/input"
)

// explainCmd prints the settings for which SePay's pages disagree, and the
// habits of banks.
type explainCmd struct {
	Name string `arg:"" optional:"" help:"A setting's name, or a part of it; habits for what banks make of transfers; or a bank."`
	JSON bool   `name:"json" help:"Print JSON for machines."`
}

// explained is a setting in JSON.
type explained struct {
	Name         string   `json:"name"`
	Default      string   `json:"default"`
	Alternatives []string `json:"alternatives"`
	// Values are the default and the alternatives, with their evidence.
	Values  []emulator.SettingValue `json:"values"`
	Summary string                  `json:"summary"`
	Source  string                  `json:"source"`
}

// Run implements the verb.
func (c explainCmd) Run(t terminal) error {
	if c.Name == explainHabits {
		return c.habits(t, emulator.KnownHabits().Banks)
	}
	var list []explained
	for _, s := range emulator.Settings() {
		if strings.Contains(string(s.Name), c.Name) {
			list = append(list, explained{string(s.Name), s.Default, s.Alternatives, s.Values(), s.Summary, s.Source})
		}
	}
	if len(list) == 0 {
		if bank, ok := emulator.LookupBank(c.Name); ok {
			return c.bank(t, bank.ShortName)
		}
		names := []string{explainHabits}
		for _, s := range emulator.Settings() {
			names = append(names, string(s.Name))
		}
		hint := "localsepay explain lists all"
		if near, ok := input.Nearest(c.Name, names); ok {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return &usageError{fmt.Sprintf("there is no setting %q", c.Name), hint}
	}
	return remote{JSON: c.JSON}.print(t, list, func(w io.Writer) {
		if c.Name == "" {
			fmt.Fprintln(w, "Where SePay's own pages disagree, or are silent, the emulator decides by a setting.\nChoose with serve --setting NAME=VALUE, emulator.WithSetting, or a company's settings.\n"+
				"The default is what the best evidence has: documented (a page states the rule), captured (bytes of the real\nservice), observed (in public programs), assumed. A page's example is no rule, and ranks below what was captured or observed.")
		}
		for _, s := range list {
			fmt.Fprintf(w, "\n%s = %s   (or %s)\n  %s\n  %s\n  %s\n", s.Name, s.Default, strings.Join(s.Alternatives, ", "), s.Summary, evidence(s.Values), s.Source)
		}
		if c.Name == "" {
			fmt.Fprintln(w, "\nWhat banks make of a transfer before SePay tells of it: localsepay explain habits, or explain MBBank.")
		} else if strings.HasPrefix(list[0].Name, "bank.") {
			fmt.Fprintln(w)
			writeHabits(w, emulator.KnownHabits().Banks)
		}
	})
}

// evidence lists the values with their evidence.
func evidence(values []emulator.SettingValue) string {
	words := map[openapi.Evidence]string{emulator.EvidenceExample: "a page's example", emulator.EvidenceOwn: "localsepay's own switch"}
	var parts []string
	for _, v := range values {
		parts = append(parts, v.Value+": "+cmp.Or(words[v.Evidence], string(v.Evidence)))
	}
	return strings.Join(parts, "; ")
}
