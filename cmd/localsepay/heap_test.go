package main

import "testing"

func TestTheHeapMayGrowByTheHeadroomOrAsUsual(t *testing.T) {
	for live, want := range map[uint64]int{0: 1200, 2 << 20: 1200, 8 << 20: 300, 24 << 20: 100, 1 << 30: 100} {
		if got := percentFor(live); got != want {
			t.Errorf("with %d bytes alive: %d %%, want %d", live, got, want)
		}
	}
}
