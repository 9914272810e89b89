// Package report owns two formats that other programs read: JUnit's XML, which
// every CI server shows as a list of tests, and SARIF 2.1.0, which code hosts
// show as findings beside the code.
//
// It takes small plain types and knows nothing of contracts, scenarios or
// targets: whoever has a result fills the types in. Nothing here removes
// secrets; texts must come redacted.
//
// Formats: https://github.com/testmoapp/junitxml (a description of what CI
// servers agree on) and
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
package report
