// Package texts has characters that may occur in a memo, a description, custom
// data or a name and that break handlers: SePay's JSON escapes / as \/ and every
// character outside ASCII as \uXXXX, so handlers that re-encode a body, truncate
// it, or decode it wrongly lose such notices.
//
// It knows nothing of notices; the audit and the contracts use the texts.
package texts
