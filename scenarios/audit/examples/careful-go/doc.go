// Command careful-go is a small shop whose webhook and IPN handlers pass
// "localsepay audit": an example to learn from. It keeps its orders in memory.
//
//	WEBHOOK_SECRET=whsec_x IPN_SECRET=s3cret ACCOUNT=0123456789 PORT=4001 go run ./scenarios/audit/examples/careful-go
//
// WEBHOOK_SECRET is the secret of signed webhooks, WEBHOOK_API_KEY the key of
// those with an API key; it wants one of the two and takes both. IPN_SECRET is
// what X-Secret-Key carries, ACCOUNT the number that it takes money on. PORT is the
// port to listen on, a free one otherwise; the address is printed.
//
// POST /orders {"code","invoice","amount","account" or "accounts","cancelled"}
// makes an order to be paid to one of those, or to ACCOUNT;
// GET /orders/{code or invoice} shows it, GET /thanks/{code or invoice} is where
// its customer comes back to, and POST /webhook and POST /ipn are SePay's.
package main
