// Package queue is the read model of those who look after tickets: one row per ticket with what a list shows, sorts and
// filters by. It is not the ticket's page (package ticketpage) and counts nothing (package kpi).
package queue

import (
	"docket/domain"
	"docket/domain/ticket"
	"docket/migrations/readmodels"
	"docket/projections"
)

var rows = projections.NewTable[Row]("queue")

// Model folds the events of tickets.
var Model = projections.Model{
	Name:    "queue",
	Version: 3,
	SQL:     readmodels.SQL("queue"),
	Tables:  []projections.AnyTable{rows},
	Types:   types(),
	Need:    func(e domain.Envelope, n *projections.Need) { rows.Need(n, e.Stream.Key()) },
	Fold:    fold,
}

func fold(e domain.Envelope, r *projections.Rows) {
	event, ok := e.Event.(ticket.Event)
	if !ok {
		return
	}
	var row Row
	if stored, found := rows.Get(r, e.Stream.Key()); found {
		if e.Revision <= stored.Revision {
			return // seen already
		}
		row = *stored
	}
	rows.Put(r, row.after(e, event))
}

// types are all events of a ticket: each changes at least the time of change and the revision.
func types() map[string]bool {
	all := make(map[string]bool, len(ticket.Decider.Events))
	for name := range ticket.Decider.Events {
		all[name] = true
	}
	return all
}
