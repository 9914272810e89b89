// Package crash turns a panic into an error that says where it happened, so
// that a mistake in one part of the emulator ends neither the others nor goes
// by in silence. It knows no part.
package crash
