// Package difference shows a person how two values differ: line by line, as JSON.
//
// It decides nothing but equality. Tests compare with go-cmp, which weighs 300 KiB and
// half a millisecond of every start of the command; this needs what the command has.
package difference
