// Package finding is the word for what the emulator noticed about an
// integration: the mistake, why it matters and what to do, beside the answer
// that SePay would give. A finding never changes an answer.
//
// A finding is a fact. The package owns its shape and lists those that are
// kept. It must not know who finds.
package finding
