package traffic_test

import (
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/localsepay/localsepay/contracts/traffic"
)

// stream is a reader over parts that are made while they are read. It looks at
// the memory on the way.
type stream struct {
	next func() (string, bool)
	part string
	size int64
	peak uint64
	read int
}

func (s *stream) Read(p []byte) (int, error) {
	if s.read++; s.read%64 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		s.peak = max(s.peak, m.HeapAlloc)
	}
	for s.part == "" {
		part, more := s.next()
		if !more {
			return 0, io.EOF
		}
		s.part = part
	}
	n := copy(p, s.part)
	s.part, s.size = s.part[n:], s.size+int64(n)
	return n, nil
}

// large makes a HAR of about so many bytes: entries of 200 kB, one of 60 MB, and
// 20 MB of pages before them.
func large(bytes int) iter.Seq[string] {
	chunk := strings.Repeat(`x\"{[`, 2000)
	entry := `{"request":{"method":"GET","url":"https://userapi.sepay.vn/v2/transactions","headers":[]},"response":{"status":200,"content":{"size":1,"text":"%s"}}}`
	before, after, _ := strings.Cut(entry, "%s")
	return func(yield func(string) bool) {
		some := func(n int) bool {
			for range n / len(chunk) {
				if !yield(chunk) {
					return false
				}
			}
			return true
		}
		ok := yield(`{"log":{"pages":[{"title":"`) && some(20<<20) && yield(`"}],"entries":[`+before) && some(60<<20) && yield(after)
		for left := bytes - 80<<20; ok && left > 0; left -= 200_000 {
			ok = yield(","+before) && some(200_000) && yield(after)
		}
		_ = ok && yield(`]}}`)
	}
}

func TestALargeHARIsReadInBoundedMemory(t *testing.T) {
	const size, limit = 200 << 20, 96 << 20
	next, stop := iter.Pull(large(size))
	defer stop()
	in := &stream{next: next}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	passed := stopwatch()
	read, skipped := 0, 0
	for e, err := range traffic.ReadHAR(in) {
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Skipped > 0:
			skipped++
			if e.Spec != "entry 1" || e.Skipped < 59<<20 {
				t.Errorf("%s of %d bytes is skipped", e.Spec, e.Skipped)
			}
		case len(e.ResponseBody) < 100_000:
			t.Errorf("%s has %d bytes", e.Spec, len(e.ResponseBody))
		default:
			read++
		}
	}
	grown := int64(in.peak) - int64(before.HeapAlloc)
	t.Logf("%d MB in %s: %d entries, %d skipped, %d MiB at most", in.size>>20, passed(), read, skipped, grown>>20)
	if skipped != 1 || read < 600 || in.size < size*9/10 || grown > limit {
		t.Errorf("%d read, %d skipped, %d bytes, %d MiB", read, skipped, in.size, grown>>20)
	}
}

// Brackets without end must not fill a stack, nor texts or names a buffer.
func TestAHARThatNeverEndsIsReadInBoundedMemory(t *testing.T) {
	for name, c := range map[string]struct{ begin, on, want string }{
		"brackets":        {`{"x":`, "[", "too deep"},
		"brackets beside": {`{"x":`, `[{"a":`, "too deep"},
		"a text":          {`{"x":"`, "y", "it ends in the middle"},
		"a name":          {`{"`, "y", "it ends in the middle"},
		"a number":        {`{"log":{"entries":[`, "1", "not an entry"},
		"a text's escape": {`{"log":{"entries":["`, `\\`, "it ends in the middle"},
	} {
		begun, left := false, 20<<20
		in := &stream{next: func() (string, bool) {
			if !begun {
				begun = true
				return c.begin, true
			}
			left -= 1000 * len(c.on)
			return strings.Repeat(c.on, 1000), left > 0
		}}
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		var err error
		for _, err = range traffic.ReadHAR(in) {
		}
		if grown := int64(in.peak) - int64(before.HeapAlloc); grown > 48<<20 {
			t.Errorf("%s takes %d MiB", name, grown>>20)
		}
		if got := fmt.Sprint(err); c.want != "not an entry" && !strings.Contains(got, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// stopwatch starts a measurement of real time.
func stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
