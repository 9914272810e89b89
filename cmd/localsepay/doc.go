// Command localsepay emulates SePay on your own machine.
//
//	localsepay serve                    start it
//	localsepay transfer 150000 "DH123"  a bank transfer comes in
//	localsepay deliveries               what your webhook got, and answered
//	localsepay replay 3                 send a delivery again
//	localsepay advance 13m              move the clock, and run what is due on the way
//	localsepay state | env              addresses and credentials
//	localsepay scenario run underpaid   run a script of payments with expectations
//	localsepay pay DH1                  pay an order of the gateway
//	localsepay faults add JSON          make requests and deliveries fail
//	localsepay timeline                 what happened, in order
//	localsepay scenario run FILE        a script of payments with expectations
//	localsepay audit --webhook URL      attack your own handler
//	localsepay contract run             compare it, or the sandbox, with SePay's documents
//	localsepay ready --wait 5s          is it up? (also the container's health check)
//
// Every verb prints for people, and with --json for machines. Exit codes: 0
// done, 1 failed, 2 wrong usage, 6 a handler of the merchant failed.
//
// The command is a thin shell: serve wires package emulator to the terminal,
// the other verbs call the control API of a running one.
package main
