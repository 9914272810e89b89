// Package printable makes untrusted text safe for a terminal: control
// characters, escape sequences, bidirectional and other format characters,
// zero-width blanks and invalid UTF-8 become readable escapes.
//
// All output of a command goes through one [Writer]. Texts for a single line go
// through [Line] first.
//
// It knows nothing of SePay or of secrets.
package printable
