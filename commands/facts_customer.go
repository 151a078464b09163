package commands

import (
	"context"
	"slices"

	"docket/domain"
	"docket/domain/closing"
	"docket/domain/customer"
	"docket/domain/ticket"
)

// sources answers questions that the directory cannot, from other streams and stores, within one command. A failure is kept
// until Enrich, which cannot tell it, is done.
type sources struct {
	load   func(id domain.StreamID) []domain.Envelope
	staged func(digest string) (Upload, bool)
	held   func(staff string) []string
	month  func(unit, month string) *closing.Statement
	unit   func(kpi, part string) string
}

// facts are what Enrich may ask, and what of it failed.
func (t *try) facts(ctx context.Context) (Facts, func() error) {
	var failure error
	r := sources{
		load: func(id domain.StreamID) []domain.Envelope {
			history, _, err := t.p.Journal.Load(ctx, id)
			if err != nil && failure == nil {
				failure = err
			}
			return history
		},
		staged: func(digest string) (Upload, bool) {
			if t.p.Uploads == nil {
				return Upload{}, false
			}
			u, known, err := t.p.Uploads.Staged(ctx, t.stream, digest)
			if err != nil && failure == nil {
				failure = err
			}
			return u, known
		},
		held: func(staff string) []string {
			if t.p.Holdings == nil {
				return nil
			}
			held, err := t.p.Holdings.Held(ctx, staff)
			if err != nil && failure == nil {
				failure = err
			}
			return held
		},
		month: func(unit, month string) *closing.Statement {
			statement, err := t.month(ctx, unit, month)
			if err != nil && failure == nil {
				failure = err
			}
			return statement
		},
		unit: func(kpi, part string) string {
			if t.p.Measures == nil {
				return ""
			}
			return t.p.Measures.Unit(kpi, part)
		},
	}
	return Facts{lookups: t.p.Lookups, sources: r, calendars: t.p.Calendars, ID: t.stream, At: t.m.Effective, Actor: t.m.Actor}, func() error { return failure }
}

// Customer is a customer's file as it is now, read from its own stream; false when there is none of that id. One whose data
// have been destroyed is never complete.
func (f Facts) Customer(id string) (customer.Facts, bool) {
	if id == "" {
		return customer.Facts{}, false
	}
	history := f.sources.load(domain.Stream(customer.Decider.Category, id))
	var s customer.State
	destroyed := false
	for i := range history {
		e, ok := history[i].Event.(customer.Event)
		if !ok {
			return customer.Facts{}, false
		}
		s = customer.Decider.Evolve(s, e)
		destroyed = destroyed || len(history[i].Lost) > 0
	}
	facts := s.Facts(id)
	facts.Complete = facts.Complete && !destroyed
	return facts, s.Exists()
}

// customerFile asks for the file of a ticket's customer where the ticket's rules care.
func customerFile(f Facts, s ticket.State) ticket.CustomerFile {
	if s.Rules == nil || !s.Rules.Contract {
		return ticket.CustomerFile{}
	}
	file, known := f.Customer(s.Intake.Application.Customer)
	return ticket.CustomerFile{Known: known, Complete: file.Complete}
}

// destroyed reports whether something that the command's own stream held can be read no more.
func (f Facts) destroyed() bool {
	return slices.ContainsFunc(f.sources.load(f.ID), func(e domain.Envelope) bool { return len(e.Lost) > 0 })
}
