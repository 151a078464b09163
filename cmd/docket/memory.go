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
	rebuildTarget = 272 << 20 // of ten million events it made 534 MB resident at 320 MB
)

func tuneMemory(target int64) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAfter)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(target)
	}
}
