package emulator_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator"
	wire "github.com/localsepay/localsepay/openapi/control"
)

// kept returns the numbers of the facts that are kept.
func kept(t *testing.T, sepay *emulator.Emulator) (all []int64) {
	t.Helper()
	f := wire.TimelineFilter{}
	for {
		page, err := sepay.Client().Timeline(t.Context(), f, 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Data {
			all = append(all, m.Seq)
		}
		if page.Next == nil {
			return all
		}
		f.After = all[len(all)-1]
	}
}

// A reader that comes late finds one kind of fact forgotten where others are
// kept; it reads all there is, and what follows.
func TestAReaderThatComesLateReadsWhatIsKeptAndIsNotSlow(t *testing.T) {
	sepay := emulator.StartT(t, emulator.WithContract(emulator.ContractOff))
	for range 1100 {
		sepay.Company().Account().Receive(1000, "x")
	}
	h := sepay.Handler()
	for range 1100 {
		r := httptest.NewRequest(http.MethodGet, "/v2/transactions", nil)
		r.Header.Set("Authorization", "Bearer "+sepay.Company().APIToken())
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	want := kept(t, sepay)
	for _, from := range []string{"0", strconv.FormatInt(want[0]+300, 10), strconv.FormatInt(want[len(want)-1]-1050, 10)} {
		after, _ := strconv.ParseInt(from, 10, 64)
		left := want
		for left[0] <= after {
			left = left[1:]
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, sepay.URL()+wire.Prefix+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Last-Event-ID", from)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		next := func() int64 {
			for lines.Scan() {
				if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
					n, _ := strconv.ParseInt(id, 10, 64)
					return n
				}
			}
			t.Fatalf("after %s the stream ended", from)
			return 0
		}
		for i, number := range left {
			if got := next(); got != number {
				t.Fatalf("after %s, event %d is %d, want %d", from, i, got, number)
			}
		}
		sepay.Company().Account().Receive(1000, "live")
		if got, last := next(), left[len(left)-1]; got <= last {
			t.Errorf("after %s, %d follows %d", from, got, last)
		}
		res.Body.Close()
		want = kept(t, sepay)
	}
	if n := sepay.State().Dropped.Streams; n != 0 {
		t.Errorf("%d streams are counted as slow", n)
	}
}
