package main

import "time"

// stopwatch starts a measurement of real time; calling the result reads it.
func stopwatch() func() time.Duration {
	start := time.Now()
	return func() time.Duration { return time.Since(start) }
}
