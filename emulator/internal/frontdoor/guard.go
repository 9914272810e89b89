package frontdoor

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// answer lets the surface answer, or a fault. A panic is answered in the surface's
// form; when the answer has begun, its client sees it break off.
func (c *call) answer() {
	defer func() {
		err := crash.Recovered(recover())
		switch {
		case err == nil:
		case c.rec.code != 0:
			c.rec.Failed(err)
			c.reset()
		default:
			clear(c.rec.Header())
			c.surface.Failed(c.rec, c.r, err)
		}
	}()
	c.authenticate()
	c.pass()
}

// outlive catches a panic after the answer.
func (d *Door) outlive(x *surface.Exchange) {
	if err := crash.Recovered(recover()); err != nil {
		f := finding.Internal("the log of a request", err)
		f.Request, f.Company = x.ID, x.Company
		d.Findings.Add(f)
	}
}

// Guard serves by next what does not pass the door: a panic is a finding, and is
// answered by failed unless the answer has begun, which breaks off then. What
// next says to [crash.Report] is a finding too.
func Guard(next http.Handler, findings *finding.Log, failed func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &witness{ResponseWriter: w, request: r, findings: findings}
		defer func() {
			err := crash.Recovered(recover())
			if err == nil {
				return
			}
			seen.Failed(err)
			if seen.begun {
				panic(http.ErrAbortHandler)
			}
			seen.told = true
			clear(w.Header())
			failed(seen, r, err)
		}()
		next.ServeHTTP(seen, r)
	})
}

// witness knows whether an answer has begun, and notes failures.
type witness struct {
	http.ResponseWriter
	request  *http.Request
	findings *finding.Log
	begun    bool
	// told says that the failure was noted already.
	told bool
}

// WriteHeader implements [http.ResponseWriter].
func (w *witness) WriteHeader(code int) {
	w.begun = true
	w.ResponseWriter.WriteHeader(code)
}

// Write implements [http.ResponseWriter].
func (w *witness) Write(b []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(b)
}

// Failed notes that the emulator itself failed; see [crash.Report].
func (w *witness) Failed(err error) {
	if !w.told && w.request.Context().Err() == nil {
		w.findings.Add(finding.Internal(w.request.Method+" "+w.request.URL.Path, err))
	}
}

// Unwrap lets http.ResponseController reach what is below.
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }
