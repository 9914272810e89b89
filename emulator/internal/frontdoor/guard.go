package frontdoor

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/internal/crash"
	"github.com/localsepay/localsepay/emulator/internal/finding"
	"github.com/localsepay/localsepay/emulator/internal/surface"
)

// answer serves the request or its fault. A panic is answered in the surface's
// form; when the answer has begun, the connection is broken off.
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
			c.surface.Failed(&c.rec, c.r, err)
		}
	}()
	c.authenticate()
	c.pass()
}

// recoverAfter records a panic after the answer.
func (d *Door) recoverAfter(x *surface.Exchange) {
	if err := crash.Recovered(recover()); err != nil {
		f := finding.Internal("the log of a request", err)
		f.Request, f.Company = x.ID, x.Company
		d.Findings.Add(f)
	}
}

// Guard serves by next what does not use the front door. A panic is a finding
// and is answered by failed, or breaks the connection off when the answer has
// begun. Errors passed to [crash.Report] are findings too.
func Guard(next http.Handler, findings *finding.Log, failed func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &failureWriter{ResponseWriter: w, request: r, findings: findings}
		defer func() {
			err := crash.Recovered(recover())
			if err == nil {
				return
			}
			seen.Failed(err)
			if seen.begun {
				panic(http.ErrAbortHandler)
			}
			seen.reported = true
			clear(w.Header())
			failed(seen, r, err)
		}()
		next.ServeHTTP(seen, r)
	})
}

// failureWriter records failures and whether an answer has begun.
type failureWriter struct {
	http.ResponseWriter
	request  *http.Request
	findings *finding.Log
	begun    bool
	// reported says that the failure was recorded already.
	reported bool
}

// WriteHeader implements [http.ResponseWriter].
func (w *failureWriter) WriteHeader(code int) {
	w.begun = true
	w.ResponseWriter.WriteHeader(code)
}

// Write implements [http.ResponseWriter].
func (w *failureWriter) Write(b []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(b)
}

// Failed records a failure of the emulator itself; see [crash.Report].
func (w *failureWriter) Failed(err error) {
	if !w.reported && w.request.Context().Err() == nil {
		w.findings.Add(finding.Internal(w.request.Method+" "+w.request.URL.Path, err))
	}
}

// Unwrap returns the underlying writer for http.ResponseController.
func (w *failureWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
