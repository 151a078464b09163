package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime/pprof"
	"strconv"
	"time"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
	"docket/internal/eventstore/ceiling"
)

// severalReads is the longest log, in events, that is read more than once to take the median.
const severalReads = 2_000_000

// readLog reads the whole log by the client alone, with nothing beside it, and counts it.
func (s *scale) readLog(ctx context.Context, label string) (events int, rate float64, err error) {
	store, err := process.ServeEventStore(ctx, s.processOf(s.office))
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, store.Stop()) }()
	client, err := ceiling.Connect(store.EventStore)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	const all = 1 << 40
	var rates []float64
	for range s.rounds {
		began := time.Now()
		if events, err = client.ReadAll(ctx, all); err != nil {
			return 0, 0, err
		}
		if rates = append(rates, float64(events)/time.Since(began).Seconds()); events > severalReads {
			break
		}
	}
	rate = median(rates, func(r float64) float64 { return r })
	return events, rate, s.note(report.Rate(label+": client reads $all", rate, "events/s"))
}

var rebuiltIn = regexp.MustCompile(`rebuilt in ([0-9.]+) s`)

// rebuild makes all read models anew, and one, with docket rebuild as a process of its own and nothing beside it. The log has so
// many events, and the client alone reads so many a second.
func (s *scale) rebuild(ctx context.Context, label string, events int, read float64) error {
	one := func(name string, arguments ...string) (rate, peak float64, err error) {
		if s.o.Profile != "" {
			arguments = append(arguments, "--profile", s.profile(name, label))
		}
		ran, err := process.Run(ctx, s.processOf(s.office), append([]string{"rebuild"}, arguments...)...)
		if err != nil {
			return 0, 0, err
		}
		found := rebuiltIn.FindStringSubmatch(ran.Output)
		if found == nil {
			return 0, 0, fmt.Errorf("docket rebuild says %q", ran.Output)
		}
		seconds, err := strconv.ParseFloat(found[1], 64)
		return float64(events) / max(seconds, 0.001), ran.PeakMB, err
	}
	all, peak, err := one("rebuild", "--all")
	if err != nil {
		return err
	}
	single, _, err := one("rebuild-queue", "queue")
	if err != nil {
		return err
	}
	return s.noteAll(
		report.Rate(fmt.Sprintf("%s: rebuild of all read models, %d events", label, events), all, "events/s").Aiming("≥ 60 000"),
		report.Rate(label+": rebuild of all read models", all, "events/s").Through("client reads $all", read),
		report.Rate(label+": rebuild of the queue alone", single, "events/s").Through("client reads $all", read).Aiming("≥ 0.60"),
		report.Figure{Name: label + ": docket rebuild's resident memory, most", Value: peak, Unit: "MB", Aim: "< 500 MB"})
}

// catchUp lets all read models catch up with what was appended while nobody kept them.
func (s *scale) catchUp(ctx context.Context, label string) error {
	if err := s.opened(ctx, s.data, func(stores *Stores) error { return keepUp(ctx, stores) }); err != nil { // with what the service left
		return err
	}
	return s.opened(ctx, s.data, func(stores *Stores) error {
		events, err := s.append(ctx, stores, s.Filled+behind(s.Filled))
		if err != nil {
			return err
		}
		if s.o.Profile != "" {
			file, err := os.Create(s.profile("live", label))
			if err != nil {
				return err
			}
			if err := pprof.StartCPUProfile(file); err != nil {
				return err
			}
			defer pprof.StopCPUProfile()
		}
		began := time.Now()
		if err := keepUp(ctx, stores); err != nil {
			return err
		}
		rate := float64(events) / time.Since(began).Seconds()
		return s.note(report.Rate(fmt.Sprintf("%s: all read models catch up with %d events", label, events), rate, "events/s").Aiming("≥ 10 000"))
	})
}

// keepUp keeps all read models until each has reached the end of the log. It ends the runner of these stores.
func keepUp(ctx context.Context, stores *Stores) error {
	head, err := stores.Events.Head(ctx)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- stores.Runner.Run(running) }()
	err = reached(ctx, stores, head)
	stop()
	return errors.Join(err, <-ended)
}

// reached waits until every read model has.
func reached(ctx context.Context, stores *Stores, head uint64) error {
	return until(ctx, func() (bool, error) {
		for _, m := range stores.Runner.Status(ctx) {
			if m.Position < head {
				return false, nil
			}
		}
		return true, nil
	})
}

// until waits for something that is looked for now and then; each look asks Postgres.
func until(ctx context.Context, is func() (bool, error)) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		if so, err := is(); so || err != nil {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
