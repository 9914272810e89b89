package control_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/localsepay/localsepay/emulator/internal/fault"
)

// codes are those of findings.
func codes(list any) []any {
	rows, _ := list.([]any)
	var out []map[string]any
	for _, row := range rows {
		one, _ := row.(map[string]any)
		out = append(out, one)
	}
	return pluck(out, "code")
}

func TestAFindingGoesBackWithItsDelivery(t *testing.T) {
	h := build(t)
	h.call("POST", "/snapshots", "").body(201)
	h.says = "ok"
	h.call("POST", "/transfers", `{"amount":1000}`).body(201)
	h.advance("0s")
	before := codes(h.call("GET", "/deliveries/1", "").body(200)["findings"])
	if len(before) == 0 {
		t.Fatal("nothing was found about an answer that is wrong")
	}
	h.call("POST", "/snapshots", "").body(201)
	h.call("POST", "/snapshots/s1/restore", "").none()
	same(t, "listed", 0, len(h.call("GET", "/findings", "").rows()))
	h.says = `{"success":true}`
	h.call("POST", "/transfers", `{"amount":2000}`).body(201)
	h.advance("0s")
	same(t, "of the new delivery", 0, len(codes(h.call("GET", "/deliveries/1", "").body(200)["findings"])))
	h.call("POST", "/snapshots/s2/restore", "").none()
	same(t, "of the old one, which is back", before, codes(h.call("GET", "/deliveries/1", "").body(200)["findings"]))
}

func TestAResetUndoesWhatWasNoted(t *testing.T) {
	h := build(t)
	h.parts.Store.Facts().Note(fault.Fact(fault.Fired{FaultMark: fault.Mark{ID: 3, Did: "drop"}, Request: 9, Surface: "pgapi"}, epoch, "shop"))
	h.call("POST", "/snapshots", "").body(201)
	h.call("POST", "/snapshots/s1/restore", "").none()
	same(t, "after a restore", []any{nil}, pluck(h.call("GET", "/timeline?type=fault", "").rows(), "undone"))
	h.call("POST", "/reset", "").none()
	same(t, "after a reset", []any{true}, pluck(h.call("GET", "/timeline?type=fault", "").rows(), "undone"))
}

func TestThePastOfACompanyThatAResetRemovedCanBeRead(t *testing.T) {
	h := build(t)
	h.call("POST", "/companies", `{"id":"other"}`).body(201)
	h.call("POST", "/transfers", `{"company":"other","amount":7}`).body(201)
	h.call("POST", "/reset", "").none()
	var texts []string
	for _, text := range h.texts("company=other") {
		texts = append(texts, strings.Fields(text)[0])
	}
	same(t, "types", []string{"company", "transfer", "reset", "clock"}, texts)
}

func TestReplaysThatCountCountAfterARestore(t *testing.T) {
	h := build(t)
	h.call("POST", "/transfers", `{"amount":1000}`).body(201)
	h.advance("0s")
	taken := func() (n int) {
		for {
			if a := h.call("POST", "/deliveries/1/replay", ""); a.Code != http.StatusCreated {
				return n
			}
			n++
		}
	}
	for range 4 {
		h.call("POST", "/deliveries/1/replay", "").body(201)
	}
	h.call("POST", "/snapshots", "").body(201)
	same(t, "are left", 6, taken())
	h.call("POST", "/snapshots/s1/restore", "").none()
	same(t, "are left again", 6, taken())
	h.advance("1m")
	same(t, "a minute later", 10, taken())
}
