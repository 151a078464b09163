package main

import (
	"os"
	"runtime/debug"
)

// The service allocates much and keeps little. Collecting less often costs memory up to memoryTarget and saves processor
// time; near the target the collector works as hard as it must. Both give way to Go's own variables.
const (
	collectAfter = 400       // percent of growth, GOGC
	memoryTarget = 256 << 20 // bytes, GOMEMLIMIT
)

func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAfter)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryTarget)
	}
}
