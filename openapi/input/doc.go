// Package input reads what people write, in one way everywhere: amounts of
// money, durations, and names that are nearly right. Flags, seed files,
// scenarios and the control API use it.
//
// It knows no names, no bounds and no place of its own: the caller says which
// flag, file or member it was.
package input
