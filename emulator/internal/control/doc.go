// Package control is the emulator's own HTTP API under /_control/v1: what a
// test, the command line and the console use to look at the emulator and to
// move it. It is described in openapi/control.yaml.
//
// Its words are those of package openapi/control, here called wire; this package
// renders records as them, and does what they ask. Package emulator hands them
// out in process too, so both faces of control speak alike. Control is never rate-limited,
// faulted or counted. It can move money, so it answers local callers only: a
// Host that is not local, and every cross-origin browser request, is refused.
package control
