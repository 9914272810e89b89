// Package input parses human input consistently: amounts of money, durations,
// misspelt names, and JSON and YAML whose mistakes are told apart. Flags, seed files, scenarios and the control API use it.
//
// It knows no names or bounds of its own: the caller names the flag, file or
// member.
package input
