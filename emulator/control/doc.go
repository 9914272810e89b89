// Package control is the emulator's own HTTP API under /_control/v1: what a
// test, the command line and the console use to look at the emulator and to
// move it. It is described in openapi/control.yaml.
//
// The wire types are also what package emulator hands out in process, so both
// faces of control speak the same words. Control is never rate-limited,
// faulted or counted. It can move money, so it answers local callers only: a
// Host that is not local, and every cross-origin browser request, is refused.
package control
