package frontdoor

import (
	"net/http"

	"github.com/localsepay/localsepay/emulator/crash"
	"github.com/localsepay/localsepay/emulator/finding"
	"github.com/localsepay/localsepay/emulator/surface"
)

// guard answers a panic of fn in the surface's form; when the answer has begun,
// its client sees it break off.
func (c *call) guard(w http.ResponseWriter, r *http.Request, fn func()) {
	defer func() {
		v := recover()
		switch {
		case v == nil:
			return
		case crash.Passes(v):
			panic(v)
		}
		err := crash.Caught(v)
		if begun(w) {
			c.rec.Failed(err)
			c.reset()
			return
		}
		clear(w.Header())
		c.surface.Failed(w, r, err)
	}()
	fn()
}

// begun says that an answer has a status already.
func begun(w http.ResponseWriter) bool {
	switch w := w.(type) {
	case *recorder:
		return w.code != 0
	case *held:
		return w.code != 0
	}
	return false
}

// outlive catches a panic after the answer.
func (d *Door) outlive(x *surface.Exchange) {
	v := recover()
	switch {
	case v == nil:
		return
	case crash.Passes(v):
		panic(v)
	}
	f := finding.Internal("the log of a request", crash.Caught(v))
	f.Request, f.Company = x.ID, x.Company
	d.Findings.Add(f)
}

// Guard serves by next what does not pass the door: a panic is a finding, and is
// answered by failed unless the answer has begun, which breaks off then. What
// next says to [crash.Tell] is a finding too.
func Guard(next http.Handler, findings *finding.Log, failed func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &witness{ResponseWriter: w, request: r, findings: findings}
		defer func() {
			v := recover()
			switch {
			case v == nil:
				return
			case crash.Passes(v):
				panic(v)
			}
			err := crash.Caught(v)
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

// Failed notes that the emulator itself failed; see [crash.Tell].
func (w *witness) Failed(err error) {
	if !w.told && w.request.Context().Err() == nil {
		w.findings.Add(finding.Internal(w.request.Method+" "+w.request.URL.Path, err))
	}
}

// Unwrap lets http.ResponseController reach what is below.
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }
