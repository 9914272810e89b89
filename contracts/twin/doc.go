// Package twin owns the bad twins: emulators that are wrong in one way each,
// to try a contract suite on, the own one or a client's. A twin is a handler
// in front of an emulator; it changes requests, answers, or the notices that
// the emulator sends, and everything else passes.
//
// A new twin is a line in the list of its surface, made of the deviations in
// edit.go. The package knows the emulator as an [http.Handler] only.
package twin
