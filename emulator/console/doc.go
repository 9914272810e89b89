// Package console has the emulator's own web pages, under /_console: for now
// the payer's banking app. They stand behind the guard of the control API,
// because what they do moves money, and they do it through the same calls.
package console
