// Package report owns two formats that other programs read: JUnit's XML, which
// every CI server shows as a list of tests, and SARIF 2.1.0, which code hosts
// show as findings beside the code.
//
// It uses small plain types and knows nothing of contracts, scenarios or
// targets. It does not remove secrets; texts must be redacted already.
//
// Formats: https://github.com/testmoapp/junitxml (the common subset of CI
// servers) and
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
package report
