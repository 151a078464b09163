package bench

import (
	"context"
	"errors"
	"time"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
)

// measureStart starts the service with its demo office, with everything embedded, on an empty folder and then again.
func measureStart(ctx context.Context, b *bench) (err error) {
	data, drop, err := b.folder("start")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	options := process.Options{Program: b.o.Program, Data: data, Demo: true, Stderr: b.o.Progress}
	first, err := process.Serve(ctx, options)
	if err != nil {
		return err
	}
	if err := first.Stop(); err != nil {
		return err
	}
	var again []*process.Process
	for range b.rounds {
		p, err := process.Serve(ctx, options)
		if err != nil {
			return err
		}
		again = append(again, p)
		resident, err := p.ResidentMB()
		if err := errors.Join(err, p.Stop()); err != nil {
			return err
		}
		if len(again) == b.rounds {
			if err := b.note(report.Figure{Name: "docket's resident memory when ready", Value: resident, Unit: "MB"}); err != nil {
				return err
			}
		}
	}
	later := median(again, func(p *process.Process) time.Duration { return p.ReadyAfter })
	return b.noteAll(report.Millis("first start, on an empty folder", first.ReadyAfter),
		report.Millis("later start", later).Aiming("< 5000 ms"))
}
