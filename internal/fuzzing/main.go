// Command fuzzing runs every fuzz test of the module for the same time, one target on each processor, within a budget for
// all. It is what `make fuzz` and the pipeline call; a single target is still run with go test -fuzz.
//
// It differs from a loop over go test -fuzz in four things: the test program of a package is built once and not once for each of its
// targets; only the module's own packages, and few others, are instrumented, which takes a fraction of the time; the time is shared out so that more targets do not make the pipeline longer; and it
// tells a finding from the mere end of the time, which go test now and then reports as a failure ("context deadline
// exceeded"): a finding leaves a file in testdata/fuzz and says more than that.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

func main() {
	var o options
	flag.DurationVar(&o.each, "time", 30*time.Second, "fuzzing time of a target, at most")
	flag.DurationVar(&o.total, "total", 0, "time for fuzzing all targets, without building; 0: as long as it takes")
	flag.IntVar(&o.jobs, "jobs", runtime.NumCPU(), "targets at once, each with one worker")
	flag.Parse()
	if o.patterns = flag.Args(); len(o.patterns) == 0 {
		o.patterns = []string{"./..."}
	}
	o.out = os.Stdout
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "fuzzing:", err)
		os.Exit(1) //nolint:gocritic // stop only unhooks signals
	}
}

var errNoTargets = errors.New("no fuzz tests found")
