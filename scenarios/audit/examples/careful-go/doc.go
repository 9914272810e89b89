// Command careful-go is an example shop whose webhook and IPN handlers pass
// "localsepay audit". It keeps its orders in memory.
//
//	WEBHOOK_SECRET=whsec_x IPN_SECRET=s3cret ACCOUNT=0123456789 PORT=4001 go run ./scenarios/audit/examples/careful-go
//
// WEBHOOK_SECRET is the secret of signed webhooks, WEBHOOK_API_KEY the key of those
// with an API key; at least one is required. IPN_SECRET is the value of
// X-Secret-Key, ACCOUNT the account number for payments. PORT is the port to listen
// on, a free one by default; the address is printed.
//
// POST /orders {"code","invoice","amount","account" or "accounts","cancelled"}
// creates an order to be paid to one of those, or to ACCOUNT; GET /orders/{code
// or invoice} shows it, GET /thanks/{code or invoice} is the customer's return
// page, and POST /webhook and POST /ipn are for SePay.
package main
