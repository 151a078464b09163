package kpi_test

import (
	"fmt"
	"time"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/kpi"
)

// seen is what somebody makes of the log who knows the definition of a decided clock (kpis §1.9) and nothing of the tables.
type seen struct{ met, decided map[string]int64 } // by person

func (s seen) onTime() string {
	var met, decided int64
	for _, n := range s.met {
		met += n
	}
	for _, n := range s.decided {
		decided += n
	}
	return fmt.Sprintf("%d/%d", met, decided)
}

// told is one run of a handling clock as its events tell it.
type told struct {
	due, stop time.Time
	cancelled bool
	holder    string // at the deciding moment
	fixed     bool   // it was decided when the newest event happened
}

// naive reads the handling clocks of tickets, one round each, from their events up to a position.
func naive(events []domain.Envelope, position uint64, q kpi.Inquiry) seen {
	s := seen{map[string]int64{}, map[string]int64{}}
	runs := map[string][]*told{}
	holders := map[string]string{}
	for _, e := range events {
		event, ok := e.Event.(ticket.Event)
		if !ok || e.Position > position {
			continue
		}
		key, at := e.Stream.Key(), e.Meta.Effective
		// In these histories a day too late is more than two whole days.
		if e.Meta.Role != "importer" && e.Meta.Decided.Sub(at) > 48*time.Hour {
			at = e.Meta.Decided
		}
		holders[key] = holderAfter(holders[key], event)
		for _, r := range runs[key] {
			r.fixed = r.fixed || !r.stop.IsZero() || !r.due.IsZero() && r.due.Before(at)
			if !r.fixed {
				r.holder = holders[key]
			}
		}
		runs[key] = read(runs[key], event, at, holders[key])
	}
	for _, all := range runs {
		for _, r := range all {
			s.count(r, q)
		}
	}
	return s
}

func holderAfter(before string, event ticket.Event) string {
	switch e := event.(type) {
	case ticket.Taken:
		return e.Handler
	case ticket.AssignedToHandler:
		return e.Handler
	case ticket.HandoverAccepted:
		return e.To
	}
	return before
}

func read(runs []*told, event ticket.Event, at time.Time, holder string) []*told {
	last := &told{}
	if n := len(runs); n > 0 {
		last = runs[n-1]
	}
	due := func(d ticket.Deadline) time.Time {
		if d.DueAt == nil {
			return time.Time{}
		}
		return *d.DueAt
	}
	switch e := event.(type) {
	case ticket.ClockStarted:
		if e.Clock == "handling" {
			return append(runs, &told{due: due(e.Deadline), holder: holder})
		}
	case ticket.ClockPaused:
		if e.Clock == "handling" && (last.due.IsZero() || e.At.Before(last.due)) {
			last.due = time.Time{}
		}
	case ticket.ClockMoved:
		if e.Clock == "handling" {
			last.due = due(e.Deadline)
		}
	case ticket.ClockRebased:
		if e.Clock == "handling" {
			last.due = due(e.Deadline)
		}
	case ticket.ClockResumed:
		if e.Clock != "handling" {
			break
		}
		late := !last.stop.IsZero() && !last.due.IsZero() && last.stop.After(last.due)
		switch {
		case last.cancelled:
			*last = told{due: due(e.Deadline), holder: holder}
		case late:
		case !last.stop.IsZero():
			return append(runs, &told{due: due(e.Deadline), holder: holder})
		default:
			last.due = due(e.Deadline)
		}
	case ticket.ClockStopped:
		if e.Clock == "handling" && last.stop.IsZero() {
			last.stop, last.cancelled = at, e.Cancelled
		}
	}
	return runs
}

// count adds a run to the month in which it is decided.
func (s seen) count(r *told, q kpi.Inquiry) {
	on, met := r.due, false
	switch {
	case !r.stop.IsZero() && (r.due.IsZero() || !r.stop.After(r.due)):
		if r.cancelled {
			return
		}
		on, met = r.stop, true
	case r.due.IsZero():
		return
	}
	if on.Before(q.Window.From) || !on.Before(q.Window.To) || on.After(q.AsOf) || !met && on.Equal(q.AsOf) {
		return
	}
	s.decided[r.holder]++
	if met {
		s.met[r.holder]++
	}
}
