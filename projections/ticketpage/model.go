// Package ticketpage is everything that a ticket's page shows, folded from the ticket's own events: where it stands ([Head]),
// what was filled in ([Form]), its timeline ([Entry]), decisions, key steps, sub-tasks, circulations, and who held it when
// ([Custody]). The same fold makes the page now and as of any earlier time ([Replay]). What is kept in a table is only the
// way from a number to its ticket; lists are package queue.
package ticketpage

import (
	"docket/domain"
	"docket/domain/ticket"
	"docket/migrations/readmodels"
	"docket/projections"
)

// Numbered says which ticket has a number.
type Numbered struct {
	Number string `db:"number,key"`
	Ticket string `db:"ticket,key"` // key of the ticket's stream
}

var numbers = projections.NewTable[Numbered]("numbered", projections.AppendOnly())

// Model notes each ticket's number when it is registered.
var Model = projections.Model{
	Name:    "ticketpage",
	Version: 4,
	SQL:     readmodels.SQL("ticketpage"),
	Tables:  []projections.AnyTable{numbers},
	Types:   map[string]bool{"TicketRegistered": true},
	Fold: func(e domain.Envelope, rows *projections.Rows) {
		if r, ok := e.Event.(ticket.Registered); ok {
			numbers.Put(rows, Numbered{Number: r.Number, Ticket: e.Stream.Key()})
		}
	},
}
