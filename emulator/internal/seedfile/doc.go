// Package seedfile reads the YAML file that furnishes an emulator: companies,
// accounts, virtual accounts, payment-code structures, webhooks and tokens.
//
// Its companies are those of the control API, [control.NewCompany] of package
// openapi/control, by the same names. It owns the file's form and its errors, each
// with line and column. It must not know what becomes of a company; that is for package control.
package seedfile
