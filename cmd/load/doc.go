// Command load measures the built, stripped localsepay from outside, as users
// run it, beside a bare net/http server in the same run.
//
//	go run ./cmd/load                     every row, five rounds
//	go run ./cmd/load --only 'v2|memory'  some rows
//	go run ./cmd/load --quick             a short round, ratios only, for CI
//	go run ./cmd/load --peers             other emulators, in the same table
//
// It builds cmd/localsepay and cmd/bare, starts both for each row, checks one
// answer with an ordinary client, and gives bare that answer. Then both are
// loaded in turn with the same requests. Processor time and memory are the
// operating system's account of each process. BENCHMARKS.md explains the table
// and the noise.
//
// It owns the loader, the rows and the comparison with the run that was kept. It
// knows localsepay by its command line, addresses and control API only, and no
// package of the emulator.
package main
