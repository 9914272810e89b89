// Package drift owns the comparison of what a target sent with what the
// OpenAPI documents say, and of one run with another.
//
// [Judge] holds every exchange against its document in strict mode and makes a
// [Report] of rows, ranked by how the broken fact is known. [Observe] keeps
// the shapes of a run, never its values, and [Compare] tells what moved
// between two runs even where the document allows both. [ThreeWay] puts the
// document, the emulator and the sandbox side by side. An [Accepted] file
// excuses rows for a while. [Lint] looks from the other side: at what an
// application sent.
//
// The package reads no clock, makes no request and writes no report; package
// result does the last.
package drift
