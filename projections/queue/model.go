// Package queue is the read model of those who look after tickets: one row per ticket with what a list shows, sorts and
// filters by, and the saved views that narrow such lists. It is not the ticket's page (package ticketpage), finds nothing by
// words (package search) and measures nothing (package kpi).
package queue

import (
	"maps"

	"docket/domain"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/view"
	"docket/migrations/readmodels"
	"docket/projections"
)

var (
	table    = projections.NewTable[Row]("queue")
	tracks   = projections.NewTable[Track]("track")
	editions = projections.NewTable[Edition]("edition")
	views    = projections.NewTable[View]("view")
	turns    = projections.NewTable[Turn]("turn")
)

// Model folds the events of tickets, the drafts of templates for their routes, and saved views.
var Model = projections.Model{
	Name:    "queue",
	Version: 8,
	SQL:     readmodels.SQL("queue"),
	Tables:  []projections.AnyTable{table, tracks, editions, views, turns},
	Types:   types(),
	Need:    need,
	Fold:    fold,
}

func need(e domain.Envelope, n *projections.Need) {
	switch event := e.Event.(type) {
	case ticket.Event:
		table.Need(n, e.Stream.Key())
		if tracked(event) {
			tracks.Need(n, e.Stream.Key())
		}
		if ref := follows(event); !ref.Zero() {
			editions.Need(n, ref.Template, ref.Version)
		}
	case view.Event:
		views.Need(n, e.Stream.Key())
	}
}

// tracked reports whether an event may say something of stages and limits.
func tracked(event ticket.Event) bool {
	switch event.(type) { // the frequent ones that do not
	case ticket.WorkRecorded, ticket.Noted:
		return false
	}
	return true
}

func fold(e domain.Envelope, r *projections.Rows) {
	switch event := e.Event.(type) {
	case ticket.Event:
		foldTicket(e, event, r)
	case template.Event:
		if edition, ok := editionOf(e.Stream.Key(), event); ok {
			editions.Put(r, edition)
		}
	case view.Event:
		foldView(e, event, r)
	}
}

func foldTicket(e domain.Envelope, event ticket.Event, r *projections.Rows) {
	key := e.Stream.Key()
	var row Row
	if stored, found := table.Get(r, key); found {
		if e.Revision <= stored.Revision {
			return // seen already
		}
		row = *stored
	}
	track := trackOf(key, event, r)
	next := row.after(e, event, track)
	foldTurns(&row, &next, r)
	table.Put(r, next)
	if track != nil {
		tracks.Put(r, *track)
	}
}

// trackOf is the ticket's track as stored, on the version that the event puts it on; none for a plain ticket, and none where the
// event says nothing of it.
func trackOf(key string, event ticket.Event, r *projections.Rows) *Track {
	if !tracked(event) {
		return nil
	}
	track, found := tracks.Get(r, key)
	ref := follows(event)
	switch {
	case !found && ref.Zero():
		return nil
	case !found:
		track = &Track{Ticket: key}
	}
	if !ref.Zero() {
		if edition, ok := editions.Get(r, ref.Template, ref.Version); ok {
			track.Life.Stages, track.Life.Weight = edition.Stages, edition.Weight
		}
	}
	return track
}

// types are all events of a ticket – each changes at least the time of change and the revision – and what else is folded.
func types() map[string]bool {
	all := map[string]bool{"TemplateDrafted": true, "TemplateRevised": true}
	for name := range maps.Keys(ticket.Decider.Events) {
		all[name] = true
	}
	for name := range maps.Keys(view.Decider.Events) {
		all[name] = true
	}
	return all
}
