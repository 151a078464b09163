// Package ticketpage is the read model of a ticket's page: where the ticket stands ([Head]), what was filled in ([Form]) and
// its timeline ([Entry]), kept apart so that the part that changes stays small. The same fold makes the page as of an
// earlier time, in memory ([Replay]). Lists are package queue.
package ticketpage

import (
	"docket/domain"
	"docket/domain/ticket"
	"docket/migrations/readmodels"
	"docket/projections"
)

var (
	heads   = projections.NewTable[Head]("head")
	forms   = projections.NewTable[Form]("form", projections.AppendOnly())
	entries = projections.NewTable[Entry]("entry", projections.AppendOnly())
)

// Model folds the events of tickets.
var Model = projections.Model{
	Name:    "ticketpage",
	Version: 2,
	SQL:     readmodels.SQL("ticketpage"),
	Tables:  []projections.AnyTable{heads, forms, entries},
	Types:   types(),
	Need:    func(e domain.Envelope, n *projections.Need) { heads.Need(n, e.Stream.Key()) },
	Fold:    fold,
}

func fold(e domain.Envelope, rows *projections.Rows) {
	event, ok := e.Event.(ticket.Event)
	if !ok {
		return
	}
	var head Head
	if stored, found := heads.Get(rows, e.Stream.Key()); found {
		if e.Revision <= stored.Revision {
			return // seen already
		}
		head = *stored
	}
	switch first := event.(type) {
	case ticket.Opened:
		forms.Put(rows, formOf(e, asRegistered(first)))
	case ticket.Registered:
		if first.Template.Zero() { // else it was opened before
			forms.Put(rows, formOf(e, first))
		}
	}
	heads.Put(rows, head.after(e, event))
	entries.Put(rows, entryOf(e, event))
}

// Replay folds a part of one ticket's history in memory into the page it makes, by the model's own fold. Over the whole
// history, masked as projections see it, it equals the page that is stored. It is false when the events neither open nor
// register the ticket.
func Replay(history []domain.Envelope) (Page, bool) {
	rows := projections.Replay(Model, history)
	head, form := heads.All(rows), forms.All(rows)
	if len(head) == 0 || len(form) == 0 {
		return Page{}, false
	}
	return assemble(head[0], form[0], entries.All(rows)), true
}

// types are all events of a ticket: each has its line in the timeline.
func types() map[string]bool {
	all := make(map[string]bool, len(ticket.Decider.Events))
	for name := range ticket.Decider.Events {
		all[name] = true
	}
	return all
}
