package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
	"docket/internal/simulation"
)

// Of the simulated tickets a few in a hundred follow a template, so that one has seven events or so; the more of them, the longer
// the lives.
const plannedPercent = 4

// simulatedUntil is the present of the measured office. It is a fixed day, so that every run has the same log.
var simulatedUntil = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// behind is how many tickets more the read models catch up with.
func behind(size int) int { return min(20_000, max(size/5, 20)) }

// keptRuns is how often a kept office can be measured: each run appends what the read models catch up with.
const keptRuns = 10

// errOtherOffice: tickets of one simulation among those of another would measure neither.
var errOtherOffice = errors.New("the kept office is of another size: name another folder, or delete this one")

// office is what part "scale" measures: its data folder, and how far its simulation has been carried out.
type office struct {
	data string
	plan *simulation.Plan
	kept bool // its folder stays
	officeState
}

// officeState is stored in a kept office.
type officeState struct {
	Simulation simulation.Options
	Office     simulation.Office
	Opened     uint64 // position by which the office was open
	Filled     int    // tickets
}

// openOffice takes the kept office, or opens one in a temporary folder.
func (b *bench) openOffice(ctx context.Context, size int) (_ *office, drop func() error, err error) {
	o := &office{data: b.o.Office, kept: b.o.Office != ""}
	drop = func() error { return nil }
	more := behind(size)
	if o.kept {
		more *= keptRuns
	} else if o.data, drop, err = b.folder("scale"); err != nil {
		return nil, nil, err
	}
	simulated := simulation.Options{
		Tickets: size + more, Seed: 1, Until: simulatedUntil, Days: 360, Planned: plannedPercent, Scatter: true,
	}
	err = o.load()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		o.Simulation = simulated
		if err = b.found(ctx, o); err == nil { // the service may have stopped before it knew the office
			err = b.opened(ctx, o.data, func(stores *Stores) error { return stores.Runner.Rebuild(ctx, "directory") })
		}
	case err == nil && o.Simulation != simulated:
		err = errOtherOffice
	}
	if err == nil {
		o.plan, err = simulation.NewPlan(o.Simulation, o.Office)
	}
	if err != nil {
		return nil, nil, errors.Join(err, drop())
	}
	return o, drop, nil
}

// found opens the office over HTTP, as docket demo does.
func (b *bench) found(ctx context.Context, o *office) (err error) {
	service, err := process.Serve(ctx, b.processOf(o))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.Stop()) }()
	stores, err := b.o.Beside(ctx, o.data)
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
	if o.Office, o.Opened, err = simulation.OpenOffice(ctx, client, o.Simulation); err != nil {
		return err
	}
	return o.save()
}

// processOf is how docket is started on the office.
func (b *bench) processOf(o *office) process.Options {
	return process.Options{Program: b.o.Program, Data: o.data, Stderr: b.o.Progress}
}

func (o *office) file() string { return filepath.Join(o.data, "office.json") }

func (o *office) load() error {
	content, err := os.ReadFile(o.file())
	if err != nil {
		return err
	}
	return json.Unmarshal(content, &o.officeState)
}

func (o *office) save() error {
	if !o.kept {
		return nil
	}
	content, err := json.Marshal(o.officeState)
	if err != nil {
		return err
	}
	return os.WriteFile(o.file(), content, 0o600)
}

// fillStep is how many tickets are appended between two notes of how far filling has come. A run that breaks off in between
// leaves an office that cannot be filled further.
const fillStep = 50_000

// fill decides and appends tickets up to a size.
func (s *scale) fill(ctx context.Context, size int, label string) error {
	if s.Filled >= size {
		return nil
	}
	return s.opened(ctx, s.data, func(stores *Stores) error {
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
	bulk, halt, err := stores.Bulk(ctx, s.Opened)
	if err != nil {
		return 0, err
	}
	defer halt()
	for s.Filled < size {
		next := min(s.Filled+fillStep, size)
		more, err := bulk.Fill(ctx, s.plan, s.Filled, next)
		if events += more; err != nil {
			return events, err
		}
		s.Filled = next
		if err := errors.Join(s.forgetDue(ctx, stores), s.save()); err != nil {
			return events, err
		}
	}
	return events, nil
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
