// Command careful-go is a small shop whose webhook and IPN handlers pass
// "localsepay audit": an example to learn from. It keeps its orders in memory.
//
//	WEBHOOK_SECRET=whsec_x IPN_SECRET=s3cret ACCOUNT=0123456789 go run ./scenarios/audit/examples/careful-go
//
// PORT is the port to listen on, a free one otherwise; the address is printed.
package main
