// Package mask takes credentials out of what is shown: by the name of the
// member, parameter, header or cookie that carries one, by the shape of SePay's
// own credentials, and by value, for those that a [Masker] was told of.
//
// The emulator, the contracts, the scenarios, the audit and the command show
// traffic by it. It must not know what a message means beyond its form, and it
// changes no message that is sent: only what is shown of it.
package mask
