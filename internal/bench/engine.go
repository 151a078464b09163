package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"docket/internal/bench/report"
	"docket/internal/eventstore/ceiling"
	"docket/internal/eventstore/embedded"
)

// concurrencies are the numbers of writers and clients that everything is measured with.
var concurrencies = []int{1, 16, 64}

// streams gives names of streams that nobody has used.
var streams atomic.Uint64

func nextStream() string { return "measured-" + strconv.FormatUint(streams.Add(1), 36) }

// appending stores one event in a stream of its own.
func appending(c *ceiling.Client) operation {
	return func(ctx context.Context, _, _ int) error { return c.Append(ctx, nextStream(), 1) }
}

// measureEngine holds the engine against the disk and against its client.
func measureEngine(ctx context.Context, b *bench) (err error) {
	dir, drop, err := b.folder("engine")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	sync, err := b.measureSync(ctx, dir)
	if err != nil {
		return err
	}
	log, err := openGroupLog(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.close()) }()
	nothing, err := ceiling.Start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, nothing.Close()) }()
	engine, err := embedded.Start(ctx, embedded.Options{Dir: dir + "/events"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	bare, err := ceiling.Connect(nothing.URI())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.Close()) }()
	client, err := ceiling.Connect(engine.ConnectionString())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	if err := b.measureAppends(ctx, sync, log, bare, client); err != nil {
		return err
	}
	return b.measureReads(ctx, bare, client)
}

// measureSync is the least a durable reply can take on this disk.
func (b *bench) measureSync(ctx context.Context, dir string) (time.Duration, error) {
	file, err := syncedFile(dir, "sync")
	if err != nil {
		return 0, err
	}
	block := make([]byte, commitBytes)
	samples, err := b.inTurns(ctx, 1, func(context.Context, int, int) error {
		_, err := file.Write(block)
		return errors.Join(err, file.Sync())
	})
	if err = errors.Join(err, file.Close()); err != nil {
		return 0, err
	}
	return samples[0].p50, b.note(report.Millis("append of 1 kB to a file, synced, p50", samples[0].p50))
}

// measureAppends takes bare commits, the bare client and the engine in turns.
func (b *bench) measureAppends(ctx context.Context, sync time.Duration, log *groupLog, bare, client *ceiling.Client) error {
	block := make([]byte, commitBytes)
	commits := func(ctx context.Context, _, _ int) error { return log.commit(ctx, block) }
	for _, writers := range concurrencies {
		s, err := b.inTurns(ctx, writers, commits, appending(bare), appending(client))
		if err != nil {
			return err
		}
		committed, acknowledged, stored := s[0], s[1], s[2]
		who := report.Counted(writers, "writer")
		appends := report.Rate("durable appends through the client, "+who, stored.rate, "/s")
		aim := ""
		if writers > 1 {
			aim = "≥ 0.70"
		}
		err = b.noteAll(
			report.Rate("commits to a file, synced in groups, "+who, committed.rate, "/s"),
			report.Rate("client appends to a server that keeps nothing, "+who, acknowledged.rate, "/s"),
			appends.Through("client, nothing kept", acknowledged.rate).Aiming(aim), appends.Through("synced commits", committed.rate))
		if err == nil && writers == 1 {
			both := acknowledged.p50 + sync
			err = b.note(report.Millis("durable append, 1 writer, p50", stored.p50).
				Through("client, nothing kept, and one sync", float64(both.Nanoseconds())/1e6).Aiming("≤ 1.20"))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// measureReads reads the whole log, and as many canned events.
func (b *bench) measureReads(ctx context.Context, bare, client *ceiling.Client) error {
	if err := fill(ctx, client, b.small(2000, 100_000)); err != nil {
		return err
	}
	most := b.small(2000, 200_000)
	total, err := client.ReadAll(ctx, most)
	if err != nil {
		return err
	}
	if _, err := bare.ReadAll(ctx, total); err != nil { // both have been read once
		return err
	}
	reading := func(c *ceiling.Client) func(context.Context) (float64, error) {
		return func(ctx context.Context) (float64, error) { return readRate(ctx, c, total) }
	}
	rates, err := b.repeat(ctx, reading(bare), reading(client))
	if err != nil {
		return err
	}
	return b.noteAll(
		report.Rate("client reads $all as canned bytes", rates[0], "events/s"),
		report.Rate("client reads $all", rates[1], "events/s").Through("canned bytes", rates[0]).Aiming("≥ 0.80"))
}

// fillAtOnce is how many events one append of a filling holds.
const fillAtOnce = 200

// fill adds at least so many events, so that there is something to read.
func fill(ctx context.Context, c *ceiling.Client, events int) error {
	const writers = 4
	_, err := load(ctx, writers, 0, func(ctx context.Context, worker, _ int) error {
		for n := worker * fillAtOnce; n < events; n += writers * fillAtOnce {
			if err := c.Append(ctx, nextStream(), fillAtOnce); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func readRate(ctx context.Context, c *ceiling.Client, events int) (float64, error) {
	began := time.Now()
	n, err := c.ReadAll(ctx, events)
	if err != nil {
		return 0, err
	}
	if n != events {
		return 0, fmt.Errorf("a read of %d events gave %d", events, n)
	}
	return float64(n) / time.Since(began).Seconds(), nil
}
