// Package control is the emulator's own HTTP API under /_control/v1: what a
// test, the command line and the console use to look at the emulator and to
// move it. It is described in openapi/control.yaml.
//
// Its types are those of package openapi/control, here called wire; this package
// renders records as them and carries out the calls, over HTTP and in process. Control
// is never rate-limited, faulted or counted. It can move money, so it accepts local
// callers only and refuses a non-local Host and every cross-origin browser request,
// unless allowed otherwise.
package control
