// Package finding defines findings: a mistake in an integration, why it matters
// and what to do, recorded beside SePay's answer. A finding never changes an
// answer.
//
// A finding is a fact. The package owns its shape and lists the kept ones. It
// must not know who adds them.
package finding
