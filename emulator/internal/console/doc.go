// Package console has the emulator's own web pages: the front page, and the
// payer's banking app under /_console. The app can move money, so it is behind
// the guard of the control API and uses the same calls. The front page is open,
// except for its list of recent activity.
package console
