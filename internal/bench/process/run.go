package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// Ran is a command of the program that has ended.
type Ran struct {
	Output string
	PeakMB float64 // most memory it had resident itself, as far as it was seen
	Took   time.Duration
}

// lookEvery is how often the memory of a running command is looked at; its peak is the system's, so that only what grows within
// the last look is missed.
const lookEvery = 20 * time.Millisecond

// Run runs a command of the program on a data folder to its end.
func Run(ctx context.Context, o Options, arguments ...string) (Ran, error) {
	var out bytes.Buffer
	p := &Process{cmd: exec.CommandContext(ctx, o.Program, append(arguments, "--data", o.Data)...), data: o.Data, ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &out, o.Stderr
	p.cmd.Env = append(ownEnvironment(), o.Settings...)
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return Ran{}, err
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	peak := 0.0
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			if now, err := p.PeakMB(); err == nil { // it may have ended meanwhile
				peak = max(peak, now)
			}
		case <-p.ended:
			ran := Ran{Output: out.String(), PeakMB: peak, Took: time.Since(began)}
			if p.err != nil {
				return ran, fmt.Errorf("%s: %w", p.cmd, errors.Join(p.err, ctx.Err()))
			}
			return ran, nil
		}
	}
}
