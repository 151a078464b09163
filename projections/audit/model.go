// Package audit is the read model of the audit trail: every event of every aggregate with who, what, when and why, denied
// attempts included (mission row X13). It judges nothing and forgets nothing; proofs over the stored bytes are not its
// business.
package audit

import (
	"docket/domain"
	"docket/domain/ticket"
	"docket/migrations/readmodels"
	"docket/projections"
)

// Matter says whose customer's a ticket's stream is.
type Matter struct {
	Customer string `db:"customer,key"`
	Stream   string `db:"stream,key"`
}

var (
	rows    = projections.NewTable[Row]("audit", projections.AppendOnly())
	matters = projections.NewTable[Matter]("matter") // several events of a ticket name its customer
)

// Model takes every event as it is.
var Model = projections.Model{
	Name:    "audit",
	Version: 6,
	SQL:     readmodels.SQL("audit"),
	Tables:  []projections.AnyTable{rows, matters},
	Fold:    fold,
}

func fold(e domain.Envelope, r *projections.Rows) {
	rows.Put(r, rowOf(e))
	var customer string
	switch event := e.Event.(type) {
	case ticket.Opened:
		customer = event.Customer
	case ticket.FormFilled:
		customer = event.Customer
	case ticket.Registered:
		if event.Template.Zero() { // else its opening told
			customer = event.Customer
		}
	}
	if customer != "" {
		matters.Put(r, Matter{Customer: customer, Stream: string(e.Stream)})
	}
}
