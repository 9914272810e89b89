// Package printable keeps text from outside from steering a terminal or hiding
// from the eye: control characters, escapes, bidirectional and other format
// characters, blanks of no width and bytes that are no UTF-8 are written as
// escapes that can be read.
//
// Everything that a command prints goes through one [Writer]. Texts that belong
// on one line go through [Line] before they are put together.
//
// It knows nothing of SePay, and nothing of secrets.
package printable
