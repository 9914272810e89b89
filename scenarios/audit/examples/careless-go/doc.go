// Command careless-go is a small shop whose handlers believe whatever is
// posted to them, as many do: an example of what "localsepay audit" finds.
// Never use it as a model.
//
//	PORT=4004 go run ./scenarios/audit/examples/careless-go
//
// It needs no secret, as it checks none. PORT is the port to listen on, a free one
// otherwise; the address is printed.
package main
