// Package known lists by name what SePay documents and localsepay does not
// emulate, so that "not emulated here" is never told as "does not exist".
//
// What is emulated stands in the OpenAPI documents beside it. The table is
// operations.csv, one operation a line, each with the public page of its
// product. It must not know requests or answers beyond method, host and path.
package known
