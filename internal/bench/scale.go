package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"

	"docket/internal/bench/process"
	"docket/internal/bench/report"
)

// scale is a simulated office that grows: the same measurements are taken at each size.
type scale struct {
	*bench
	*office
	pages map[string]sample // what questions took at the smallest size
}

// sizes are 10,000 tickets and tenfold, up to as many as are asked for. A kept office is filled at once.
func (b *bench) sizes() []int {
	if b.o.Quick {
		return []int{60}
	}
	var sizes []int
	for n := 10_000; n < b.o.Tickets && b.o.Office == ""; n *= 10 {
		sizes = append(sizes, n)
	}
	return append(sizes, b.o.Tickets)
}

// measureScale measures what the size of an office changes, and what it must not.
func measureScale(ctx context.Context, b *bench) (err error) {
	sizes := b.sizes()
	last := sizes[len(sizes)-1]
	o, drop, err := b.openOffice(ctx, last)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	s := &scale{bench: b, office: o, pages: map[string]sample{}}
	for _, size := range sizes {
		if err := s.measure(ctx, size, size == last); err != nil {
			return fmt.Errorf("%d tickets: %w", size, err)
		}
	}
	return nil
}

// measure brings the office to a size and takes all measurements there.
func (s *scale) measure(ctx context.Context, size int, last bool) error {
	label := strconv.Itoa(size) + " tickets"
	if err := s.fill(ctx, size, label); err != nil {
		return err
	}
	events, read, err := s.readLog(ctx, label)
	if err != nil {
		return err
	}
	if err := s.rebuild(ctx, label, events, read); err != nil {
		return err
	}
	if err := s.serve(ctx, label, last); err != nil || !last {
		return err
	}
	return s.catchUp(ctx, label)
}

// serve measures what is asked of the service. Its read models have just been rebuilt, so that nothing is caught up with meanwhile.
func (s *scale) serve(ctx context.Context, label string, last bool) (err error) {
	options := s.processOf(s.office)
	if s.o.Profile != "" {
		options.Profile = s.profile("serve", label)
	}
	service, err := process.Serve(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.Stop()) }()
	if err := s.hashed(ctx); err != nil {
		return err
	}
	if err := s.ask(ctx, service, label, last); err != nil {
		return err
	}
	if last {
		if err := s.drive(ctx, service, label); err != nil {
			return err
		}
	}
	peak, err := service.PeakMB()
	if err != nil {
		return err
	}
	return s.note(report.Figure{Name: label + ": docket's resident memory, most", Value: peak, Unit: "MB", Aim: "< 500 MB"})
}

// hashed waits until the service has the tree over all events at the end of the log. An office that is filled in bulk has nobody who
// keeps the tree meanwhile, and hashing it afterwards reads the whole log, on a core that would be measured.
func (s *scale) hashed(ctx context.Context) error {
	return s.opened(ctx, s.data, func(stores *Stores) error {
		head, err := stores.Events.Head(ctx)
		if err != nil {
			return err
		}
		return until(ctx, func() (bool, error) {
			var position uint64
			err := stores.Pool.QueryRow(ctx, "SELECT position FROM merkle.progress").Scan(&position)
			return position >= head, err
		})
	})
}

// opened opens the stores of a data folder for some work: beside its service, or with none, so that nothing else takes the processors.
func (b *bench) opened(ctx context.Context, data string, work func(*Stores) error) error {
	stores, err := b.o.Beside(ctx, data)
	if err != nil {
		return err
	}
	return errors.Join(work(stores), stores.Close())
}

func (s *scale) profile(name, label string) string {
	return filepath.Join(s.o.Profile, name+"-"+label[:len(label)-len(" tickets")]+".pprof")
}

// people is the service at a size, with somebody who may see and do everything.
func (s *scale) people(ctx context.Context, service *process.Process) (*desk, error) {
	var token string
	err := s.opened(ctx, s.data, func(stores *Stores) (err error) {
		token, err = stores.Token(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &desk{
		Process: service, data: s.data, clerk: token, handler: token, centre: s.Office.Hotline.Unit,
		group: s.Office.Hotline.Groups[0].ID, holder: s.Office.Hotline.Groups[0].Handlers[0], accepts: true,
		http: &http.Client{Timeout: exchangeLimit}, wire: newWire(service.URL),
	}, nil
}

// drive issues commands at one client and at 64, and looks how far the read models fall behind meanwhile.
func (s *scale) drive(ctx context.Context, service *process.Process, label string) error {
	d, err := s.people(ctx, service)
	if err != nil {
		return err
	}
	defer d.hangUp()
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
