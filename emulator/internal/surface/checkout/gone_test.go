package checkout_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/fact"
	"github.com/localsepay/localsepay/emulator/internal/store"
)

// stream reads the events of a page.
type stream struct {
	t     *testing.T
	lines *bufio.Scanner
}

func (h *house) stream(t *testing.T, link string) *stream {
	t.Helper()
	server := httptest.NewServer(h.router)
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+below(link, "/events"), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	return &stream{t: t, lines: bufio.NewScanner(res.Body)}
}

// next reads an event, which must have a text; "" is the end of the stream.
func (s *stream) next(has string) {
	s.t.Helper()
	var event []string
	for s.lines.Scan() && (s.lines.Text() != "" || len(event) == 0) {
		if text := s.lines.Text(); text != "" && text[0] != ':' {
			event = append(event, text)
		}
	}
	text := strings.Join(event, "\n")
	if has == "" && text != "" || !strings.Contains(text, has) {
		s.t.Fatalf("the event is %q, want %q (%v)", text, has, s.lines.Err())
	}
}

func (h *house) snapshot() store.Snapshot {
	h.t.Helper()
	kept, err := h.api.Store.Snapshot(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return kept
}

func (h *house) restore(kept store.Snapshot, as fact.Type) {
	h.t.Helper()
	if err := h.api.Store.Restore(h.t.Context(), kept, fact.Fact{At: epoch, Type: as}); err != nil {
		h.t.Fatal(err)
	}
}

func TestTheStreamTellsOfARestoredState(t *testing.T) {
	h := build(t, nil)
	_, link := h.open("DH-1", 50_000)
	waiting := h.snapshot()
	s := h.stream(t, link)
	s.next(`"state":"waiting"`)
	h.post(below(link, "/pay"), "outcome=paid")
	paid := h.snapshot()
	s.next(`"state":"paid"`)
	h.restore(waiting, fact.Restore)
	s.next(`"state":"waiting"`)
	h.restore(paid, fact.Restore)
	s.next(`"state":"paid"`)
	h.restore(waiting, fact.Reset)
	s.next(`"state":"waiting"`)
	h.restore(waiting, fact.Restore) // tells nothing new
	h.post(below(link, "/pay"), "outcome=late")
	s.next(`"state":"expired"`)
}

func TestTheStreamEndsWithAnOrderThatIsGone(t *testing.T) {
	for name, as := range map[string]fact.Type{"reset": fact.Reset, "restore": fact.Restore} {
		t.Run(name, func(t *testing.T) {
			h := build(t, nil)
			empty := h.snapshot()
			_, link := h.open("DH-1", 50_000)
			s, other := h.stream(t, link), h.stream(t, below(link, "", "lang", "en"))
			s.next(`"state":"waiting"`)
			other.next(`"state":"waiting"`)
			h.restore(empty, as)
			for _, s := range []*stream{s, other} {
				s.next("event: gone")
				s.next("")
			}
		})
	}
}

func TestAnotherOrderInThePlaceOfOneThatIsGoneIsNotShown(t *testing.T) {
	h := build(t, nil)
	empty := h.snapshot()
	first, link := h.open("DH-1", 50_000)
	s := h.stream(t, link)
	s.next(`"state":"waiting"`)
	if err := h.api.Store.Restore(t.Context(), empty); err != nil { // nobody is told
		t.Fatal(err)
	}
	second, paid := h.open("DH-2", 60_000)
	if first.ID != second.ID {
		t.Fatalf("the orders are %d and %d", first.ID, second.ID)
	}
	h.post(below(paid, "/pay"), "outcome=paid")
	h.restore(h.snapshot(), fact.Restore)
	s.next("event: gone")
	s.next("")
}

func TestAPageThatAsksForAnOrderThatIsGoneIsNoFinding(t *testing.T) {
	for _, answers := range []string{"400_page", "200_page", "302_page"} {
		h := build(t, map[string]string{"checkout.invalid": answers})
		empty := h.snapshot()
		_, link := h.open("DH-1", 50_000)
		h.restore(empty, fact.Reset)
		for _, path := range []string{"/status", "/events", "/status"} {
			a := h.get(below(link, path))
			if got := a.Header().Get("X-LocalSepay-Reason"); got != "order_unknown" || len(a.noted) > 0 {
				t.Errorf("%s: %d, reason %q, findings %s", path, a.Code, got, codes(a.noted))
			}
		}
		if a := h.get(link); codes(a.noted) != "checkout.order_unknown" {
			t.Errorf("the page: %s", codes(a.noted))
		}
		if a := h.get(below(link, "/status") + "0"); codes(a.noted) == "" {
			t.Error("a link that is not signed properly has no finding")
		}
	}
}
