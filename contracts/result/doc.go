// Package result owns the result of a contract run and its reports: text for a
// person, JSON, JUnit and SARIF for programs, and a self-contained HTML page.
//
// All writers show the same facts in the same order: the verdict, then failed
// claims, then drift ranked by evidence. Their input must be redacted: they
// mask nothing.
package result
