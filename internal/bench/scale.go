package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"strconv"
	"time"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
	"docket/internal/eventstore/ceiling"
	"docket/internal/simulation"
)

// scale is a simulated office that grows: the same measurements are taken at each size.
type scale struct {
	*bench
	options  process.Options
	simulate simulation.Options
	office   simulation.Office
	plan     *simulation.Plan
	opened   uint64 // position by which the office was open
	filled   int    // tickets
	pages    map[string]sample
}

// sizes are 10,000 tickets and tenfold, up to as many as are asked for.
func (b *bench) sizes() []int {
	if b.o.Quick {
		return []int{60}
	}
	var sizes []int
	for n := 10_000; n < b.o.Tickets; n *= 10 {
		sizes = append(sizes, n)
	}
	return append(sizes, b.o.Tickets)
}

// Of the simulated tickets a few in a hundred follow a template, so that one has seven events or so; the more of them, the longer
// the lives.
const plannedPercent = 4

// simulatedUntil is the present of the measured office. It is a fixed day, so that every run has the same log.
var simulatedUntil = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// measureScale measures what the size of an office changes, and what it must not.
func measureScale(ctx context.Context, b *bench) (err error) {
	data, drop, err := b.folder("scale")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	sizes := b.sizes()
	last := sizes[len(sizes)-1]
	s := &scale{bench: b, options: process.Options{Program: b.o.Program, Data: data, Stderr: b.o.Progress}, pages: map[string]sample{}}
	s.simulate = simulation.Options{
		Tickets: last + behind(last), Seed: 1, Until: simulatedUntil, Days: 360, Planned: plannedPercent, Scatter: true,
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	if err := s.alone(ctx, s.upToDate(ctx, "directory")); err != nil { // the service may have stopped before it knew the office
		return err
	}
	for _, size := range sizes {
		if err := s.measure(ctx, size, size == last); err != nil {
			return fmt.Errorf("%d tickets: %w", size, err)
		}
	}
	return nil
}

// behind is how many tickets more the read models catch up with.
func behind(size int) int { return min(20_000, max(size/5, 20)) }

// open opens the office over HTTP, as docket demo does.
func (s *scale) open(ctx context.Context) (err error) {
	service, err := process.Serve(ctx, s.options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.Stop()) }()
	stores, err := s.o.Beside(ctx, s.options.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stores.Close()) }()
	token, err := stores.Token(ctx)
	if err != nil {
		return err
	}
	client := simulation.Connect(simulation.Service{URL: service.URL, Token: token})
	defer client.Close()
	if s.office, s.opened, err = simulation.OpenOffice(ctx, client, s.simulate); err != nil {
		return err
	}
	s.plan, err = simulation.NewPlan(s.simulate, s.office)
	return err
}

// measure brings the office to a size and takes all measurements there.
func (s *scale) measure(ctx context.Context, size int, last bool) error {
	label := strconv.Itoa(size) + " tickets"
	if err := s.fill(ctx, size, label); err != nil {
		return err
	}
	events, err := s.serveSize(ctx, label, last)
	if err != nil {
		return err
	}
	if err := s.rebuild(ctx, label, events); err != nil {
		return err
	}
	if !last {
		return nil
	}
	return s.catchUp(ctx, size+behind(size), label)
}

// alone opens the stores with no service beside, so that nothing else takes the processors.
func (s *scale) alone(ctx context.Context, work func(*Stores) error) error {
	stores, err := s.o.Beside(ctx, s.options.Data)
	if err != nil {
		return err
	}
	return errors.Join(work(stores), stores.Close())
}

// fill decides and appends tickets up to a size.
func (s *scale) fill(ctx context.Context, size int, label string) error {
	return s.alone(ctx, func(stores *Stores) error {
		began := time.Now()
		events, err := s.append(ctx, stores, size)
		if err != nil {
			return err
		}
		took := time.Since(began).Seconds()
		return s.noteAll(
			report.Figure{Name: label + ": filling, decided and sealed in bulk", Value: took, Unit: "s"},
			report.Rate(fmt.Sprintf("%s: the same, %d events", label, events), float64(events)/took, "events/s"))
	})
}

func (s *scale) append(ctx context.Context, stores *Stores, size int) (events int, err error) {
	bulk, halt, err := stores.Bulk(ctx, s.opened)
	if err != nil {
		return 0, err
	}
	defer halt()
	if events, err = bulk.Fill(ctx, s.plan, s.filled, size); err != nil {
		return events, err
	}
	s.filled = size
	return events, s.forgetDue(ctx, stores)
}

// forgetDue moves the processes to the end of the log: what became due in the simulated past is not reminded of now, which would
// be measured along.
func (s *scale) forgetDue(ctx context.Context, stores *Stores) error {
	head, err := stores.Events.Head(ctx)
	if err != nil {
		return err
	}
	_, err = stores.Pool.Exec(ctx, "UPDATE processes.checkpoint SET pos = greatest(pos, $1)", int64(head))
	return err
}

var rebuiltIn = regexp.MustCompile(`rebuilt in ([0-9.]+) s`)

// rebuild makes all read models anew, and one, with docket rebuild as a process of its own and nothing beside it.
func (s *scale) rebuild(ctx context.Context, label string, events int) error {
	one := func(name string, arguments ...string) (rate, peak float64, err error) {
		if s.o.Profile != "" {
			arguments = append(arguments, "--profile", s.profile(name, label))
		}
		ran, err := process.Run(ctx, s.options, append([]string{"rebuild"}, arguments...)...)
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
	read := s.pages[label+" read"].rate
	return s.noteAll(
		report.Rate(fmt.Sprintf("%s: rebuild of all read models, %d events", label, events), all, "events/s").Aiming("≥ 60 000"),
		report.Rate(label+": rebuild of all read models", all, "events/s").Through("client reads $all", read),
		report.Rate(label+": rebuild of the queue alone", single, "events/s").Through("client reads $all", read).Aiming("≥ 0.60"),
		report.Figure{Name: label + ": docket rebuild's resident memory, most", Value: peak, Unit: "MB", Aim: "< 500 MB"})
}

func (s *scale) profile(name, label string) string {
	return filepath.Join(s.o.Profile, name+"-"+label[:len(label)-len(" tickets")]+".pprof")
}

// serveSize measures what is asked of the service, and how fast its log is read.
func (s *scale) serveSize(ctx context.Context, label string, last bool) (events int, err error) {
	options := s.options
	if err := s.alone(ctx, s.upToDate(ctx)); err != nil { // so that nothing is caught up with while questions are asked
		return 0, err
	}
	if s.o.Profile != "" {
		options.Profile = s.profile("serve", label)
	}
	service, err := process.Serve(ctx, options)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, service.Stop()) }()
	if events, err = s.readLog(ctx, service, label); err != nil {
		return events, err
	}
	if err := s.ask(ctx, service, label, last); err != nil {
		return events, err
	}
	if last {
		if err := s.drive(ctx, service, label); err != nil {
			return events, err
		}
	}
	peak, err := service.PeakMB()
	if err != nil {
		return events, err
	}
	return events, s.note(report.Figure{Name: label + ": docket's resident memory, most", Value: peak, Unit: "MB", Aim: "< 500 MB"})
}

// upToDate builds read models, without names all, as of the log's end.
func (s *scale) upToDate(ctx context.Context, models ...string) func(*Stores) error {
	return func(stores *Stores) error { return stores.Runner.Rebuild(ctx, models...) }
}

// readLog reads the whole log by the client alone and counts it.
func (s *scale) readLog(ctx context.Context, service *process.Process, label string) (events int, err error) {
	client, err := ceiling.Connect(service.EventStore)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	const all = 1 << 40
	rate, err := s.repeat(ctx, func(ctx context.Context) (float64, error) {
		began := time.Now()
		if events, err = client.ReadAll(ctx, all); err != nil {
			return 0, err
		}
		return float64(events) / time.Since(began).Seconds(), nil
	})
	if err != nil {
		return 0, err
	}
	s.pages[label+" read"] = sample{rate: rate[0]}
	return events, s.note(report.Rate(label+": client reads $all", rate[0], "events/s"))
}

// catchUp lets all read models catch up with what was appended while nobody kept them.
func (s *scale) catchUp(ctx context.Context, size int, label string) error {
	return s.alone(ctx, func(stores *Stores) (err error) {
		if err := stores.Runner.Rebuild(ctx); err != nil { // from here on; the service's own work is in the log too
			return err
		}
		events, err := s.append(ctx, stores, size)
		if err != nil {
			return err
		}
		head, err := stores.Events.Head(ctx)
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
		running, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		began := time.Now()
		go func() { ended <- stores.Runner.Run(running) }()
		err = reached(ctx, stores, head)
		took := time.Since(began).Seconds()
		stop()
		if err = errors.Join(err, <-ended); err != nil {
			return err
		}
		return s.note(report.Rate(fmt.Sprintf("%s: all read models catch up with %d events", label, events), float64(events)/took, "events/s").Aiming("≥ 10 000"))
	})
}

// reached waits until every read model has.
func reached(ctx context.Context, stores *Stores, head uint64) error {
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		behind := false
		for _, m := range stores.Runner.Status(ctx) {
			behind = behind || m.Position < head
		}
		if !behind {
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// people is the service at a size, with somebody who may see and do everything.
func (s *scale) people(ctx context.Context, service *process.Process) (_ *desk, err error) {
	stores, err := s.o.Beside(ctx, s.options.Data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stores.Close()) }()
	token, err := stores.Token(ctx)
	if err != nil {
		return nil, err
	}
	const widest = 80
	return &desk{
		Process: service, data: s.options.Data, clerk: token, handler: token, centre: s.office.Hotline.Unit,
		group: s.office.Hotline.Groups[0].ID, holder: s.office.Hotline.Groups[0].Handlers[0], accepts: true,
		http: &http.Client{
			Timeout:   30 * time.Second,
			Transport: &http.Transport{MaxIdleConns: widest, MaxIdleConnsPerHost: widest, DisableCompression: true},
		},
	}, nil
}

// drive issues commands at one client and at 64, and looks how far the read models fall behind meanwhile.
func (s *scale) drive(ctx context.Context, service *process.Process, label string) error {
	d, err := s.people(ctx, service)
	if err != nil {
		return err
	}
	defer d.http.CloseIdleConnections()
	tickets := make([]string, s.small(64, 512))
	if err := d.inHand(ctx, tickets); err != nil {
		return err
	}
	for _, clients := range []int{1, 64} {
		var driven sample
		seen, err := watchLag(ctx, d.http, d.URL, func(ctx context.Context) (err error) {
			var found []sample
			if found, err = s.inTurns(ctx, clients, d.recording(tickets, clients)); err == nil {
				driven = found[0]
			}
			return err
		})
		if err != nil {
			return err
		}
		named := func(what string) string { return label + ": " + what + ", " + report.Counted(clients, "client") }
		p50, p99, rate := "", "< 40 ms", "≥ 3 000"
		if clients == 1 {
			p50, p99, rate = "< 1 ms", "< 5 ms", ""
		}
		err = s.noteAll(
			report.Rate(named("record work"), driven.rate, "/s").Aiming(rate),
			report.Millis(named("record work, p50"), driven.p50).Aiming(p50), report.Millis(named("record work, p99"), driven.p99).Aiming(p99),
			report.Millis(named("lag of the model furthest behind, most"), seen.most).Aiming("< 300 ms"))
		if err != nil {
			return err
		}
	}
	return nil
}
