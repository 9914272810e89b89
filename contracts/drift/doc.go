// Package drift owns the comparison of what a target sent with what the
// OpenAPI documents say, and of one run with another.
//
// [Judge] checks every exchange against its document in strict mode and makes a
// [Report] of rows, ranked by the evidence of the broken fact. [Observe]
// records the shapes of a run, never its values, and [Compare] lists what
// changed between two runs even where the document allows both. [ThreeWay]
// compares the document, the emulator and the sandbox. An [Accepted] file
// excuses rows for a while. [Lint] checks what an application sent.
//
// The package reads no clock, makes no request and writes no report; package
// result writes reports.
package drift
