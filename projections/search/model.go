// Package search is the read model by which tickets are found by words: titles, descriptions, form values, notes, customers'
// names and numbers, in Chinese as in any script. Texts are folded (package fold) and cut into single characters and pairs, so
// that a word of any length is found exactly, wherever it stands (docs/adr/0019-search-by-grams.md). Values that are marked as
// sensitive are not here; they are found by keyed digests alone. It lists no queues and shows no pages.
package search

import (
	"docket/domain"
	"docket/domain/ticket"
	"docket/migrations/readmodels"
	"docket/projections"
)

var (
	docs   = projections.NewTable[Doc]("doc")
	places = projections.NewTable[Place]("place")
)

// Model folds the events of tickets.
var Model = projections.Model{
	Name:    "search",
	Version: 4,
	SQL:     readmodels.SQL("search"),
	Tables:  []projections.AnyTable{docs, places},
	Types:   types(),
	Need:    need,
	Fold:    change,
}

func need(e domain.Envelope, n *projections.Need) {
	event, ok := e.Event.(ticket.Event)
	if !ok {
		return
	}
	if words(event) {
		docs.Need(n, e.Stream.Key())
	}
	if moves(event) {
		places.Need(n, e.Stream.Key())
	}
}

func change(e domain.Envelope, r *projections.Rows) {
	event, ok := e.Event.(ticket.Event)
	if !ok {
		return
	}
	key := e.Stream.Key()
	if moves(event) {
		var place Place
		stored, found := places.Get(r, key)
		if found {
			place = *stored
		}
		if !found || e.Revision > place.Revision {
			places.Put(r, place.after(e, event))
		}
	}
	if words(event) {
		var d Doc
		stored, found := docs.Get(r, key)
		if found {
			d = *stored
		}
		if found && e.Revision <= d.Revision || !d.heard(event) {
			return
		}
		if begins(event) {
			d.RegisteredAt = e.Meta.Effective
		}
		d.Ticket, d.Revision = key, e.Revision
		docs.Put(r, d)
	}
}

// begins reports whether an event is of the two that begin a ticket.
func begins(event ticket.Event) bool {
	switch event.(type) { // two of many
	case ticket.Opened, ticket.Registered:
		return true
	}
	return false
}

// words reports whether an event may hold words to be found by.
func words(event ticket.Event) bool {
	switch event.(type) { // those that [Doc.heard] takes words from
	case ticket.Opened, ticket.Registered, ticket.FormFilled, ticket.ApplicationResubmitted, ticket.FieldCorrected, ticket.Noted,
		ticket.WorkRecorded, ticket.Completed, ticket.ResultDelivered:
		return true
	}
	return false
}

// moves reports whether an event may change where a ticket stands or lies.
func moves(event ticket.Event) bool {
	switch event.(type) { // the many that do not
	case ticket.Noted, ticket.WorkRecorded, ticket.FormFilled, ticket.FieldCorrected, ticket.ClockEvent:
		return false
	}
	return true
}

// types are all events of a ticket, since most may move it.
func types() map[string]bool {
	all := make(map[string]bool, len(ticket.Decider.Events))
	for name := range ticket.Decider.Events {
		all[name] = true
	}
	return all
}
