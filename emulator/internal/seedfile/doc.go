// Package seedfile reads the YAML file of an emulator's seed data: companies,
// accounts, virtual accounts, payment-code structures, webhooks and tokens.
//
// Its companies are [control.NewCompany] of package openapi/control, with the same
// names. It owns the file's syntax and its errors, each with line and column. It must
// not know how companies are created; package control does that.
package seedfile
