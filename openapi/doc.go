// Package openapi owns the contracts: one OpenAPI 3.0.3 document per surface,
// embedded, and the checker that holds a request or a response against one.
//
// The documents are the written truth of SePay's wire shapes. Every operation,
// parameter, property, response and response header says in x-evidence how it
// is known (documented, captured, observed or assumed) and in x-source from where. A
// [Violation] carries both on, so that a reader can tell a broken promise from
// something learnt.
//
// A document is parsed by kin-openapi at the first [Load] and compiled into a
// form of our own, which the checker walks. It is stricter than a general
// validator: whatever a document does not declare is a violation, all
// violations are reported and not only the first, and no value that may be a
// secret is repeated whole. Schemas are closed unless they say
// additionalProperties, and a schema keyword that the checker does not know is
// an error of [Load], never a rule that is silently off. A body whose schema
// has the format binary may be any bytes.
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
// Security requirements are documentation only: who may call is for the
// surface to decide and to answer.
//
// The package must not know the emulator: it imports nothing of emulator/, so
// that the same contracts hold against the real sandbox. It neither reads the
// clock nor writes into what it checks. Importing it parses nothing.
package openapi
