// Command careless-go is an example shop whose handlers trust everything that
// is posted to them, to show what "localsepay audit" finds. Do not copy it.
//
//	PORT=4004 go run ./scenarios/audit/examples/careless-go
//
// It needs no secret, as it checks none. PORT is the port to listen on, a free one
// by default; the address is printed.
package main
