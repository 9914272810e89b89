package report

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
)

// Level is how bad a result is, in SARIF's words.
type Level string

// The levels.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelNote    Level = "note"
)

// Tool is the program that found the results.
type Tool struct {
	Name    string
	Version string
	// URI is the page of the tool; left out when it is not an absolute URL.
	URI string
}

// Rule is a kind of result, explained once.
type Rule struct {
	// ID is a short stable code, e.g. "undeclared-property".
	ID string
	// Title is one sentence without a full stop.
	Title string
	// Help explains the rule and what to do. An empty Help or Title takes the
	// other's text.
	Help string
	// HelpURI is a page with details; left out when it is not an absolute URL.
	HelpURI string
	// Level is the default level of results.
	Level Level
}

// Result is one finding.
type Result struct {
	// Rule is the id of a rule of the log.
	Rule    string
	Level   Level
	Message string
	// File is the place as a path or URI; Line counts from 1, 0 is unknown.
	File string
	Line int
	// Logical is a place that is no file, e.g. "userapi_v2/v2.transactions.list $.data[*].id".
	Logical string
	// Properties are for programs. Keys are sorted when written.
	Properties map[string]any
}

// Log is one run of a tool.
type Log struct {
	Tool    Tool
	Rules   []Rule
	Results []Result
}

const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

// SARIF writes the log. An unknown rule of a result and a repeated rule id are
// errors.
func SARIF(w io.Writer, log Log) error {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: log.Tool.Name, Version: log.Tool.Version, URI: absolute(log.Tool.URI), Rules: []sarifRule{}}
	for i, r := range log.Rules {
		if slices.IndexFunc(log.Rules, func(o Rule) bool { return o.ID == r.ID }) != i {
			return fmt.Errorf("write SARIF log: rule %q is there twice", r.ID)
		}
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(r))
	}
	for _, r := range log.Results {
		i := slices.IndexFunc(log.Rules, func(o Rule) bool { return o.ID == r.Rule })
		if i < 0 {
			return fmt.Errorf("write SARIF log: no rule %q", r.Rule)
		}
		run.Results = append(run.Results, sarifResultOf(r, i, log.Rules[i]))
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{run}}); err != nil {
		return fmt.Errorf("write SARIF log: %w", err)
	}
	return nil
}

func sarifRuleOf(r Rule) sarifRule {
	title, help := r.Title, r.Help
	if title == "" {
		title = help
	}
	if help == "" {
		help = title
	}
	out := sarifRule{ID: r.ID, Short: sarifText{title}, Help: sarifText{help}, HelpURI: absolute(r.HelpURI)}
	out.Default.Level = levelOf(r.Level)
	return out
}

func sarifResultOf(r Result, index int, rule Rule) sarifResult {
	level := r.Level
	if level == "" {
		level = rule.Level
	}
	out := sarifResult{Rule: r.Rule, Index: index, Level: levelOf(level), Message: sarifText{r.Message}, Properties: r.Properties}
	var at sarifLocation
	if r.File != "" {
		at.Physical = &sarifPhysical{}
		at.Physical.Artifact.URI = reference(r.File)
		if r.Line > 0 {
			at.Physical.Region = &sarifRegion{r.Line}
		}
	}
	if r.Logical != "" {
		at.Logical = []sarifLogical{{r.Logical}}
	}
	if at.Physical != nil || at.Logical != nil {
		out.Locations = []sarifLocation{at}
	}
	return out
}

func levelOf(l Level) Level {
	if l == "" {
		return LevelWarning
	}
	return l
}

// absolute returns s when SARIF's schema accepts it as a URI, else empty.
func absolute(s string) string {
	u, err := url.Parse(s)
	if err != nil || !u.IsAbs() || u.Host == "" || strings.ContainsAny(s, " \t\r\n") {
		return ""
	}
	return s
}

// reference encodes a path as a URI reference.
func reference(file string) string {
	if absolute(file) != "" {
		return file
	}
	return (&url.URL{Path: strings.ReplaceAll(file, `\`, "/")}).String()
}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	URI     string      `json:"informationUri,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string    `json:"id"`
	Short   sarifText `json:"shortDescription"`
	Help    sarifText `json:"help"`
	HelpURI string    `json:"helpUri,omitempty"`
	Default struct {
		Level Level `json:"level"`
	} `json:"defaultConfiguration"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	Rule       string          `json:"ruleId"`
	Index      int             `json:"ruleIndex"`
	Level      Level           `json:"level"`
	Message    sarifText       `json:"message"`
	Locations  []sarifLocation `json:"locations,omitempty"`
	Properties map[string]any  `json:"properties,omitempty"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact struct {
		URI string `json:"uri"`
	} `json:"artifactLocation"`
	Region *sarifRegion `json:"region,omitempty"`
}

type sarifRegion struct {
	Line int `json:"startLine"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
}
