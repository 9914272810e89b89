// Package control is the Go client of localsepay's control API, /_control/v1, and
// has the types of everything that the API sends and takes.
//
// Import it to steer a localsepay that runs, started with "localsepay serve":
//
//	sepay := control.NewClient("http://127.0.0.1:8787")
//	paid, err := sepay.Transfer(ctx, control.NewTransfer{Amount: 150_000, Content: new("DH123456")})
//	if err != nil {
//		return err
//	}
//	fmt.Println("transaction", paid.ID)
//
// In a Go test, package emulator starts one and its handles return these types.
//
// # Conventions
//
// [Client] has one method for each operation of the API, which openapi/control.yaml
// describes. A type that begins with New is the body of a call that makes something.
// What a body leaves out takes the default. Amounts are whole VND. Times are RFC 3339
// with Vietnam's offset (+07:00, Asia/Ho_Chi_Minh) and on the emulator's clock unless
// a comment says otherwise. Members with a fixed set of values have constants, such
// as [DeliverySucceeded].
//
// # Errors
//
// A call that the API refuses returns a [*Problem]; [Refused] checks its status. A
// [*NoAnswerError] says that nothing answers at the address, a [*ForeignError] that
// something else does.
//
// The package does not import the emulator. Seed files, scenarios, contracts, the
// audit and the command use the same types.
package control
