// Package openapi has one OpenAPI 3.0.3 document for each of SePay's APIs, and checks
// requests and answers against them.
//
// Use it to check what your own client sends, or what a fake of yours answers:
//
//	contract, err := openapi.Load("userapi_v2")
//	if err != nil {
//		return err
//	}
//	request := openapi.Request{Method: r.Method, URL: r.URL, Header: r.Header}
//	for _, v := range contract.CheckResponse(request, status, header, body) {
//		fmt.Println(v) // v2.transactions.list: type: body $.error_code: expected a string, …
//	}
//
// [Names] lists the documents, [Document] returns one as YAML, and [Surfaces] lists
// SePay's APIs with hosts, paths and credentials. A program that steers a localsepay
// imports openapi/control instead.
//
// # Evidence
//
// Each operation, parameter, property and response says in x-evidence how it is known
// ([Documented], [Captured], [Observed] or [Assumed]) and in x-source where. A
// [Violation] repeats both, so that a broken promise can be told from a wrong
// assumption.
//
// # What the checker does
//
// It reports all violations, not only the first, and never a whole value that may be
// a secret. Whatever a document does not declare is a violation; an object may have
// further members only if it says additionalProperties. A keyword that the checker
// does not know is an error of [Load]. A body of format binary may be any bytes.
// Security requirements are not checked.
//
// Besides the standard keywords the checker reads these extensions:
//
//   - x-projectable: true on an object: when the request sent the query
//     parameter fields, a comma-separated list of property names, the object
//     holds the declared ones among those; when it names none, all.
//   - x-iso8601-parameter on a string of format sepay-datetime: the query
//     parameter whose value iso8601 changes the spelling of dates.
//   - x-secret on a schema: its value never appears in a violation.
//   - x-empty-body on a response: {x-evidence, x-source}; an empty body is as
//     good as the declared content.
//   - x-open-headers on a response: headers that are not declared are allowed.
//   - x-closed-headers on an operation: request headers that are not declared
//     are a violation, transport headers apart.
//   - x-requires-header on a request header: the header that must come with it.
//   - x-any-path on a path item: it stands for every path.
//   - x-rest-of-path on the last path parameter: it takes the rest of the path
//     with its slashes. A template without it goes first.
//
// x-hosts at the top of a document names the hosts that serve the surface, by
// environment; [Contract.Hosts] lists them.
//
// The package imports nothing of the emulator, so that the same contracts hold for
// the real sandbox. Importing it parses nothing.
package openapi
