// Package console has the emulator's own web pages: the front page, and the
// payer's banking app under /_console. The app stands behind the guard of the
// control API, because what it does moves money, and it does so through the same
// calls; of the front page only what happened lately stands behind the guard.
package console
