// Package mask masks credentials in output: by the name of the member,
// parameter, header or cookie, by the form of SePay's own credentials, and by
// value, for those added to a [Masker].
//
// The emulator, the contracts, the scenarios, the audit and the command mask
// traffic with it before showing it. It must not know the meaning of messages,
// and never changes one that is sent.
package mask
