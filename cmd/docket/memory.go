package main

import (
	"os"
	"runtime/debug"
)

// The service allocates much and keeps little. Collecting less often costs memory up to a target and saves processor
// time; near the target the collector works as hard as it must. Both give way to Go's own variables.
const (
	collectAfter  = 400       // percent of growth, GOGC
	serveTarget   = 256 << 20 // bytes, GOMEMLIMIT
	rebuildTarget = 320 << 20 // it is gone after seconds, and may take more
)

func tuneMemory(target int64) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAfter)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(target)
	}
}
