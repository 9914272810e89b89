// Package crash turns a panic into an error with its place, so that a failure
// in one part of the emulator is reported and does not stop the others.
package crash
