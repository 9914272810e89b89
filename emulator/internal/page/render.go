package page

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/localsepay/localsepay/emulator/internal/crash"
)

// View is one of the view structs of this package.
type View interface {
	frame() Frame
	// file is the name of the template, without its extension.
	file() string
}

func (f Frame) frame() Frame { return f }

func (Choose) file() string     { return "choose" }
func (Transfer) file() string   { return "transfer" }
func (Card) file() string       { return "card" }
func (Challenge) file() string  { return "challenge" }
func (Processing) file() string { return "processing" }
func (Result) file() string     { return "result" }
func (Invalid) file() string    { return "invalid" }
func (Phone) file() string      { return "phone" }

// typicalSize is the initial size of a page's buffer, in bytes.
const typicalSize = 40 << 10

// parsed prepares the pages at the first one, so that a process without pages does not
// pay for it.
var parsed = sync.OnceValues(parse)

// Render writes the page alone, without headers.
func Render(w io.Writer, view View) error {
	all, err := parsed()
	if err != nil {
		return fmt.Errorf("parse the pages: %w", err)
	}
	lang := Vietnamese
	if view.frame().Language == English {
		lang = English
	}
	t, err := all.byFile[lang][view.file()]()
	if err != nil {
		return fmt.Errorf("parse the page %s: %w", view.file(), err)
	}
	if err := t.ExecuteTemplate(w, "base", view); err != nil {
		return fmt.Errorf("render the page %s: %w", view.file(), err)
	}
	return nil
}

// Write answers a request with the page. After an error nothing was written.
func Write(w http.ResponseWriter, status int, view View) error {
	body := bytes.NewBuffer(make([]byte, 0, typicalSize))
	if err := Render(body, view); err != nil {
		return err
	}
	policy, err := Policy()
	if err != nil {
		return err
	}
	if to, leads := view.(targeted); leads {
		policy = strings.Replace(policy, formAction, strings.TrimSpace(formAction+" "+to.source()), 1)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // with none at all, forms have no Origin
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // a client that went away is its own affair
	return nil
}

// Show is [Write], or [Fail] when the page cannot be written.
func Show(w http.ResponseWriter, status int, view View) {
	if err := Write(w, status, view); err != nil {
		Fail(w, err)
	}
}

// Fail answers that the emulator failed. The error is for the developer.
func Fail(w http.ResponseWriter, err error) {
	crash.Report(w, err)
	if Write(w, http.StatusInternalServerError, Message{Kind: "failed", Detail: err.Error()}) != nil {
		http.Error(w, "localsepay failed: "+err.Error(), http.StatusInternalServerError)
	}
}

// Stopping answers that nothing is changed any more, as the emulator stops.
func Stopping(w http.ResponseWriter, _ *http.Request) {
	if err := Write(w, http.StatusServiceUnavailable, Message{Kind: "stopping"}); err != nil {
		Fail(w, err)
	}
}

// formAction is the part of the policy that limits form targets.
const formAction = "form-action 'self'"

// Policy returns the Content-Security-Policy of every page: only the style and
// the script of this package run.
//
// A browser also checks the redirects after a form against form-action, so a
// form is answered by a redirect to this host; the way back to the shop is a
// link or a meta refresh, which form-action does not limit. The pages of the
// authorization server add the client that their forms lead to.
func Policy() (string, error) {
	all, err := parsed()
	if err != nil {
		return "", fmt.Errorf("parse the pages: %w", err)
	}
	return all.policy, nil
}
