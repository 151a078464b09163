package bench

import (
	"context"
	"errors"
	"fmt"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
	"docket/internal/eventstore/ceiling"
)

// growthBase is the log size that a grown log is held against.
const growthBase = 100_000

// measureGrowth fills the event store and looks whether appends and reads cost more in a long log than in a short one, how
// much memory it takes, and how soon it is back after a kill. A million events take about a gigabyte of disk.
func measureGrowth(ctx context.Context, b *bench) (err error) {
	dir, drop, err := b.folder("growth")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	options := process.Options{Program: b.o.Program, Data: dir, Stderr: b.o.Progress}
	store, err := process.ServeEventStore(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Stop()) }()
	client, err := ceiling.Connect(store.EventStore)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	base := b.small(2000, growthBase)
	size := max(b.o.Events, 2*base)
	short, err := b.costs(ctx, client, base, base)
	if err != nil {
		return err
	}
	long, err := b.costs(ctx, client, size-base, base)
	if err != nil {
		return err
	}
	for i, name := range []string{"durable append, 1 writer, p50", "durable appends, 16 writers, time each", "read of $all, time per event"} {
		at := func(n int) string { return fmt.Sprintf("%s, at %d events", name, n) }
		err := b.noteAll(report.Figure{Name: at(base), Value: short[i], Unit: "µs"},
			report.Figure{Name: at(size), Value: long[i], Unit: "µs"}.Through(fmt.Sprintf("at %d", base), short[i]).Aiming("≤ 1.30"))
		if err != nil {
			return err
		}
	}
	peak, err := store.PeakMB()
	if err != nil {
		return err
	}
	if err := store.Kill(); err != nil {
		return err
	}
	if store, err = process.ServeEventStore(ctx, options); err != nil {
		return err
	}
	return b.noteAll(
		report.Figure{Name: "resident memory, most", Value: peak, Unit: "MB", Aim: "< 300 MB"},
		report.Millis("start after a kill", store.ReadyAfter).Aiming("< 3000 ms"))
}

// costs adds events and gives the microseconds that an append, an append among many, and a read event take then.
func (b *bench) costs(ctx context.Context, client *ceiling.Client, add, read int) ([3]float64, error) {
	var c [3]float64
	if err := fill(ctx, client, add); err != nil {
		return c, err
	}
	alone, err := b.inTurns(ctx, 1, appending(client))
	if err != nil {
		return c, err
	}
	among, err := b.inTurns(ctx, 16, appending(client))
	if err != nil {
		return c, err
	}
	rates, err := b.repeat(ctx, func(ctx context.Context) (float64, error) { return readRate(ctx, client, read) })
	if err != nil {
		return c, err
	}
	return [3]float64{float64(alone[0].p50.Nanoseconds()) / 1000, 1e6 / among[0].rate, 1e6 / rates[0]}, nil
}
