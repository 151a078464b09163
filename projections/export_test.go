package projections

import (
	"time"

	"docket/projections/internal/window"
)

// Tune shortens a runner's measures before it runs.
func (r *Runner) Tune(pageEvents, spill, capacity int, patience time.Duration) *Runner {
	r.limits.pageEvents, r.limits.spill = pageEvents, spill
	r.limits.standby, r.limits.retryFirst, r.limits.retryLast = 20*time.Millisecond, 5*time.Millisecond, 50*time.Millisecond
	r.window = window.New(r.source, r.log, window.Capacity(capacity, patience))
	return r
}

// Recall sets how many bytes of rows keeping a model recalls.
func (r *Runner) Recall(bytes int) *Runner {
	r.limits.recall = bytes
	return r
}

// Disks says what file systems there are, and from which length of the log on it matters.
func (r *Runner) Disks(longLog uint64, disk func(folder string) (*Disk, error)) *Runner {
	r.limits.longLog, r.limits.disk = longLog, disk
	return r
}

// DiskOf is the file system of a folder.
var DiskOf = diskOf

// KeepAlways has rebuilds note their place whenever they can.
func (r *Runner) KeepAlways() *Runner {
	r.limits.keepFrom, r.limits.keepEvery, r.limits.keepRest = 0, 1, 0
	return r
}
