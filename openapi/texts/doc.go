// Package texts holds what may stand in a memo, a description, custom data or a
// name, and what handlers stumble over: SePay's JSON escapes / as \/ and every
// character outside of ASCII as \uXXXX, so that a handler which parses a body and
// writes it again, cuts it, or decodes it wrongly loses such notices.
//
// It knows nothing of notices; the audit and the contracts put the texts into
// theirs.
package texts
