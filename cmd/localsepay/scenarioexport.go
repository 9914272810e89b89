package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/localsepay/localsepay/openapi/input"
	"github.com/localsepay/localsepay/openapi/printable"
	"github.com/localsepay/localsepay/scenarios"
)

// scenarioExportCmd exports part of a running localsepay's timeline as a
// scenario.
type scenarioExportCmd struct {
	URL     string `name:"url" env:"LOCALSEPAY_URL" default:"${url}" help:"Base address of the running localsepay."`
	File    string `arg:"" help:"The file to write, such as what-happened.yaml."`
	Company string `help:"The company whose past it is, when there are several."`
	From    string `placeholder:"TIME" help:"From there on: RFC 3339, or \"2006-01-02 15:04:05\" in Vietnam's time."`
	To      string `placeholder:"TIME" help:"Up to there."`
}

// Run implements the verb. It does not replace a file.
func (c scenarioExportCmd) Run(t terminal) error {
	if err := checkURL("--url", c.URL); err != nil {
		return err
	}
	if _, err := os.Stat(c.File); err == nil {
		return &usageError{fmt.Sprintf("%s already exists", c.File), "name a file that does not exist yet"}
	} else if err := writable("the file", c.File); err != nil {
		return err
	}
	slice := scenarios.Slice{Company: c.Company, Name: strings.TrimSuffix(strings.TrimSuffix(filepath.Base(c.File), ".yml"), ".yaml")}
	for _, bound := range []struct {
		flag, text string
		at         *time.Time
	}{{"--from", c.From, &slice.From}, {"--to", c.To, &slice.To}} {
		if bound.text == "" {
			continue
		}
		at, err := input.Instant(bound.text)
		if err != nil {
			return &usageError{fmt.Sprintf("%s %q", bound.flag, bound.text), "want RFC 3339, or \"2006-01-02 15:04:05\" in Vietnam's time; localsepay timeline shows when what happened"}
		}
		*bound.at = at
	}
	text, err := scenarios.Export(t.ctx, scenarios.Target{URL: c.URL}, slice)
	if err != nil {
		return fmt.Errorf("export: %s", printable.Line(input.NetError(err)))
	}
	if err := writeNew(c.File, text); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Wrote %s. Run it: localsepay scenario run %s\n", c.File, quoteWord(c.File))
	return nil
}
