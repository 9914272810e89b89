package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Suite is a group of cases, such as one surface or one scenario file.
type Suite struct {
	Name string
	// Properties describe the conditions of the suite, in order.
	Properties []Property
	Cases      []Case
}

// Property is one named value of a suite or case.
type Property struct {
	Name  string
	Value string
}

// Case is one test. It passed unless Failure or Skipped is set.
type Case struct {
	// Class groups cases within a suite, e.g. an operation id. Servers show it
	// before the name.
	Class string
	Name  string
	// Duration is omitted when it is zero, so that the same outcome gives the same
	// document.
	Duration   time.Duration
	Properties []Property
	Failure    *Failure
	// Skipped is the reason why the case did not run.
	Skipped *string
	// Output is additional text, for any outcome.
	Output string
}

// Failure describes why a case failed.
type Failure struct {
	// Kind is a short stable code, e.g. "drift".
	Kind string
	// Message is one sentence, Text the details.
	Message string
	Text    string
}

// JUnit writes the suites as one document. A case with both a failure and a
// reason to skip counts as failed.
func JUnit(w io.Writer, name string, suites []Suite) error {
	doc := xmlSuites{Name: name}
	var total time.Duration
	for _, s := range suites {
		out, took := junitSuite(s)
		doc.Tests += out.Tests
		doc.Failures += out.Failures
		doc.Skipped += out.Skipped
		doc.Suites = append(doc.Suites, out)
		total += took
	}
	doc.Time = seconds(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write JUnit report: %w", err)
	}
	return nil
}

func junitSuite(s Suite) (xmlSuite, time.Duration) {
	out := xmlSuite{Name: s.Name, Properties: junitProperties(s.Properties)}
	var total time.Duration
	for _, c := range s.Cases {
		line := xmlCase{Class: c.Class, Name: c.Name, Time: seconds(c.Duration), Properties: junitProperties(c.Properties)}
		if line.Class == "" {
			line.Class = s.Name
		}
		out.Tests++
		switch {
		case c.Failure != nil:
			out.Failures++
			line.Failure = &xmlFailure{Type: c.Failure.Kind, Message: c.Failure.Message, Text: printable(c.Failure.Text)}
		case c.Skipped != nil:
			out.Skipped++
			line.Skipped = &xmlSkipped{Message: *c.Skipped}
		}
		if c.Output != "" {
			line.Output = &xmlText{printable(c.Output)}
		}
		total += c.Duration
		out.Cases = append(out.Cases, line)
	}
	out.Time = seconds(total)
	return out, total
}

func junitProperties(list []Property) *xmlProperties {
	if len(list) == 0 {
		return nil
	}
	out := &xmlProperties{}
	for _, p := range list {
		out.List = append(out.List, xmlProperty(p))
	}
	return out
}

// seconds formats a duration in JUnit's unit; empty for none.
func seconds(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 3, 64)
}

// printable drops terminal colours; the XML encoder replaces other characters
// that XML does not allow.
func printable(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			break
		}
		s = strings.TrimLeft(after, "0123456789;")
		if s != "" {
			s = s[1:]
		}
	}
	return b.String()
}

type xmlSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Time     string     `xml:"time,attr,omitempty"`
	Suites   []xmlSuite `xml:"testsuite"`
}

type xmlSuite struct {
	Name       string         `xml:"name,attr"`
	Tests      int            `xml:"tests,attr"`
	Failures   int            `xml:"failures,attr"`
	Skipped    int            `xml:"skipped,attr"`
	Time       string         `xml:"time,attr,omitempty"`
	Properties *xmlProperties `xml:"properties"`
	Cases      []xmlCase      `xml:"testcase"`
}

type xmlCase struct {
	Class      string         `xml:"classname,attr"`
	Name       string         `xml:"name,attr"`
	Time       string         `xml:"time,attr,omitempty"`
	Properties *xmlProperties `xml:"properties"`
	Skipped    *xmlSkipped    `xml:"skipped"`
	Failure    *xmlFailure    `xml:"failure"`
	Output     *xmlText       `xml:"system-out"`
}

type xmlProperties struct {
	List []xmlProperty `xml:"property"`
}

type xmlProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type xmlSkipped struct {
	Message string `xml:"message,attr"`
}

type xmlFailure struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type xmlText struct {
	Text string `xml:",chardata"`
}
