package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestTheHeapMayGrowByTheHeadroomOrAsUsual(t *testing.T) {
	for live, want := range map[uint64]int{0: 600, 4 << 20: 600, 8 << 20: 300, 24 << 20: 100, 1 << 30: 100} {
		if got := percentFor(live); got != want {
			t.Errorf("with %d bytes alive: %d %%, want %d", live, got, want)
		}
	}
}

// percent reads the collector's setting.
func percent() int {
	is := debug.SetGCPercent(-1)
	debug.SetGCPercent(is)
	return is
}

// The setting follows what is alive, collection after collection.
func TestTheHeadroomShrinksWhenTheHeapGrows(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(percent())
	giveHeadroom()
	for _, step := range []struct{ alive, want int }{{64 << 20, usualPercent}, {0, percentFor(4<<20) / 2}, {64 << 20, usualPercent}} {
		alive := make([]byte, step.alive)
		for n := 0; ; n++ {
			runtime.GC() // a finalizer runs some time after it
			is := percent()
			if is == step.want || step.alive == 0 && is >= step.want {
				break
			}
			if n == 10_000 {
				t.Fatalf("with %d bytes alive, the setting stays at %d %%", step.alive, is)
			}
			runtime.Gosched()
		}
		runtime.KeepAlive(alive)
	}
}
