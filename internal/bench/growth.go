package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
	"docket/internal/eventstore/ceiling"
)

// growthBase is the log size that a grown log is held against; streamLength is how many events a stream of either has, about
// those of a ticket.
const (
	growthBase   = 100_000
	streamLength = 10
)

// measureGrowth fills two event stores, one with a short log and one with a long one, and looks whether appends and reads cost
// more in the long one, how much memory it takes, and how soon it is back after a kill. Both are measured in turns, once they
// have worked off what filling left behind. A million events take about a gigabyte of disk.
func measureGrowth(ctx context.Context, b *bench) (err error) {
	base := b.small(2000, growthBase)
	size := max(b.o.Events, 2*base)
	short, err := b.openLog(ctx, "short", base)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, short.close()) }()
	long, err := b.openLog(ctx, "long", base)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, long.close()) }()
	if err := short.fill(ctx, base); err != nil {
		return err
	}
	began := time.Now()
	if err := long.fill(ctx, size-base); err != nil {
		return err
	}
	last := time.Now()
	if err := long.fill(ctx, base); err != nil {
		return err
	}
	perEvent := func(d time.Duration, n int) float64 { return float64(d.Microseconds()) / float64(n) }
	whole, end := perEvent(last.Sub(began), size-base), perEvent(time.Since(last), base)
	if err := errors.Join(short.store.Settle(ctx), long.store.Settle(ctx)); err != nil {
		return err
	}
	if err := b.compareLogs(ctx, short, long); err != nil {
		return err
	}
	err = b.noteAll(
		report.Figure{Name: fmt.Sprintf("filling by appends of %d events, time per event up to %d", streamLength, size-base), Value: whole, Unit: "µs"},
		report.Figure{Name: fmt.Sprintf("the same, the last %d", base), Value: end, Unit: "µs"}.Through("all before", whole))
	if err != nil {
		return err
	}
	peak, err := long.store.PeakMB()
	if err != nil {
		return err
	}
	if err := long.restart(ctx); err != nil {
		return err
	}
	again, err := long.store.PeakMB()
	if err != nil {
		return err
	}
	return b.noteAll(
		report.Figure{Name: fmt.Sprintf("resident memory at %d events, most", size), Value: peak, Unit: "MB", Aim: "< 300 MB"},
		report.Millis("start after a kill", long.store.ReadyAfter).Aiming("< 3000 ms"),
		report.Figure{Name: "resident memory after that start", Value: again, Unit: "MB", Aim: "< 300 MB"})
}

// compareLogs takes the cost of appends and reads in both logs, in turns.
func (b *bench) compareLogs(ctx context.Context, short, long *log) error {
	costs := []struct {
		name    string
		workers int
		each    float64 // events
		op      func(*log) operation
		value   func(sample) float64
	}{
		{"durable append, 1 writer, p50", 1, 1, (*log).append, median50},
		{"durable appends, 16 writers, time each", 16, 1, (*log).append, perOperation},
		{"append to a stream that is there, 1 writer, p50", 1, 1, (*log).appendBehind, median50},
		{"read of $all from its beginning, time per event", 1, float64(short.read), (*log).readAll, perOperation},
		{fmt.Sprintf("read of any stream of %d events, 1 reader, p50", streamLength), 1, 1, (*log).readStream, median50},
	}
	for _, c := range costs {
		s, err := b.inTurns(ctx, c.workers, c.op(short), c.op(long))
		if err != nil {
			return err
		}
		at := func(l *log) string { return fmt.Sprintf("%s, at %d events", c.name, l.size) }
		if !b.o.Quick {
			if err := errors.Join(short.store.Settle(ctx), long.store.Settle(ctx)); err != nil {
				return err
			}
		}
		before := c.value(s[0]) / c.each
		err = b.noteAll(report.Figure{Name: at(short), Value: before, Unit: "µs"},
			report.Figure{Name: at(long), Value: c.value(s[1]) / c.each, Unit: "µs"}.
				Through(fmt.Sprintf("at %d", short.size), before).Aiming("≤ 1.30"))
		if err != nil {
			return err
		}
	}
	return nil
}

func median50(s sample) float64     { return float64(s.p50.Nanoseconds()) / 1000 }
func perOperation(s sample) float64 { return 1e6 / s.rate }

// log is an event store with a log of a certain size.
type log struct {
	options process.Options
	store   *process.Process
	client  *ceiling.Client
	drop    func() error
	read    int    // events that one read of $all takes
	size    int    // events it was filled with
	streams uint64 // that they are in
}

func (b *bench) openLog(ctx context.Context, name string, read int) (_ *log, err error) {
	l := &log{read: read}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	l.options = process.Options{Program: b.o.Program, Stderr: b.o.Progress}
	if l.options.Data, l.drop, err = b.folder(name); err != nil {
		return nil, err
	}
	if l.store, err = process.ServeEventStore(ctx, l.options); err != nil {
		return nil, err
	}
	if l.client, err = ceiling.Connect(l.store.EventStore); err != nil {
		return nil, err
	}
	l.client.Varied = true
	return l, nil
}

// close ends the store and deletes its log.
func (l *log) close() error {
	var errs []error
	if l.client != nil {
		errs = append(errs, l.client.Close())
	}
	if l.store != nil {
		errs = append(errs, l.store.Stop())
	}
	if l.drop != nil {
		errs = append(errs, l.drop())
	}
	return errors.Join(errs...)
}

// restart kills the store and starts it again; the client stays with the dead one.
func (l *log) restart(ctx context.Context) error {
	if err := l.store.Kill(); err != nil {
		return err
	}
	l.store = nil
	store, err := process.ServeEventStore(ctx, l.options)
	if err != nil {
		return err
	}
	l.store = store
	return nil
}

// stream names the n-th stream of the filling.
func (l *log) stream(n uint64) string { return fmt.Sprintf("filled-%d", n) }

// fill appends events, a stream at once, by 64 writers.
func (l *log) fill(ctx context.Context, events int) error {
	const writers = 64
	total := uint64(events+streamLength-1) / streamLength
	_, err := load(ctx, writers, 0, func(ctx context.Context, worker, _ int) error {
		for n := uint64(worker); n < total; n += writers {
			if err := l.client.Append(ctx, l.stream(l.streams+n), streamLength); err != nil {
				return err
			}
		}
		return nil
	})
	l.streams += total
	l.size += int(total) * streamLength
	return err
}

func (l *log) append() operation { return appending(l.client) }

func (l *log) appendBehind() operation {
	return func(ctx context.Context, _, _ int) error {
		return l.client.AppendBehind(ctx, l.stream(rand.Uint64N(l.streams)))
	}
}

func (l *log) readAll() operation {
	return func(ctx context.Context, _, _ int) error {
		_, err := readRate(ctx, l.client, l.read)
		return err
	}
}

func (l *log) readStream() operation {
	return func(ctx context.Context, _, _ int) error {
		n, err := l.client.ReadStream(ctx, l.stream(rand.Uint64N(l.streams)))
		if err == nil && n < streamLength {
			return fmt.Errorf("a stream of %d events gave %d", streamLength, n)
		}
		return err
	}
}
