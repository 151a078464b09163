// Package audit is the read model of the audit trail: every event of every aggregate with who, what, when and why, denied
// attempts included (mission row X13). It judges nothing and forgets nothing; proofs over the stored bytes are not its
// business.
package audit

import (
	"docket/domain"
	"docket/migrations/readmodels"
	"docket/projections"
)

var rows = projections.NewTable[Row]("audit", projections.AppendOnly())

// Model takes every event as it is.
var Model = projections.Model{
	Name:    "audit",
	Version: 2,
	SQL:     readmodels.SQL("audit"),
	Tables:  []projections.AnyTable{rows},
	Fold:    func(e domain.Envelope, r *projections.Rows) { rows.Put(r, rowOf(e)) },
}
