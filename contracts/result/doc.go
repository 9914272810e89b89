// Package result owns what a contract run leaves behind, and how it is shown:
// as text for a person, as JSON, JUnit and SARIF for programs, and as one HTML
// page that needs nothing besides itself.
//
// All writers show the same facts in the same order: the verdict first, then
// claims that failed, then drift ranked by evidence. What they are given must
// be redacted: they hide nothing.
package result
