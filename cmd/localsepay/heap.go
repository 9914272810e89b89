package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// headroom is how much the heap may grow, in bytes, before it is collected. By
// itself Go allows as much as is alive, which is little in a fresh server: it would
// collect every few hundred requests.
const headroom = 24 << 20

// usualPercent is Go's own setting: garbage as large as what is alive.
const usualPercent = 100

// giveHeadroom lets the heap grow by [headroom] between collections, or as usual when
// more than that is alive. GOGC in the environment has the last word.
func giveHeadroom() {
	if os.Getenv("GOGC") == "" {
		c := &collection{percent: percentFor(0)} // reading what is alive takes longer, and it is little
		debug.SetGCPercent(c.percent)
		runtime.SetFinalizer(c, setHeadroom)
	}
}

// collection is garbage that the next collection finds. The pointer keeps it out of
// the memory that Go shares between small objects: they live as long as the last one.
type collection struct {
	percent int
	_       *collection
}

// setHeadroom is called after every collection.
func setHeadroom(c *collection) {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	percent := percentFor(live[0].Value.Uint64())
	if off := percent - c.percent; off < -c.percent/8 || off > c.percent/8 { // setting it stops the world
		debug.SetGCPercent(percent)
		c.percent = percent
	}
	runtime.SetFinalizer(c, setHeadroom)
}

// percentFor is the setting of the collector for so many bytes alive.
func percentFor(live uint64) int {
	const least = 4 << 20 // Go's smallest heap, which the setting multiplies
	return max(usualPercent, int(headroom*100/max(live, least)))
}
