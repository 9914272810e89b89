// Package known lists what SePay documents and localsepay does not emulate, so
// that "not emulated" is never reported as "does not exist".
//
// The OpenAPI documents describe what is emulated. The table is operations.csv,
// one operation per line, each with the public page of its product. It knows
// only method, host and path of a request.
package known
