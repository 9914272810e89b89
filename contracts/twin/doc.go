// Package twin owns bad twins: emulators with one deviation each, to test a
// contract suite. A twin is a handler in front of an emulator that changes
// requests, answers, or the emulator's notices, and passes everything else.
//
// A new twin is a line in the list of its surface, made of the deviations in
// edit.go. The package uses the emulator only as an [http.Handler].
package twin
