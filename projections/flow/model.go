// Package flow is the read model of the process map (流程圖, mission rows X16 and N5): which act of a ticket followed which,
// how often and after how long, as of any position of the log. It takes every ticket's events in the order in which they
// were recorded and judges nothing; limits and rates are package kpi, the past of one ticket is package ticketpage.
package flow

import (
	"docket/domain"
	"docket/migrations/readmodels"
	"docket/projections"
)

var (
	cases  = projections.NewTable[Case]("cases")
	places = projections.NewTable[Place]("places", projections.AppendOnly())
	steps  = projections.NewTable[Step]("steps", projections.AppendOnly())
)

// Model folds the acts of tickets, and what places them.
var Model = projections.Model{
	Name:    "flow",
	Version: 2,
	SQL:     readmodels.SQL("flow"),
	Tables:  []projections.AnyTable{cases, places, steps},
	Types:   types(),
	Need:    func(e domain.Envelope, n *projections.Need) { cases.Need(n, e.Stream.Key()) },
	Fold:    fold,
	Sums:    &projections.Sums{Every: 16 << 20, SQL: sumUp, Told: tellSums},
}

// Case is what the fold remembers of a ticket: what it is, and its newest step. Instants are milliseconds since 1970 in UTC.
type Case struct {
	Ticket   string `db:"ticket,key"` // key of the ticket's stream
	Place    uint64 `db:"place"`      // position since which unit to version are what they are
	Unit     string `db:"unit"`
	Group    string `db:"grp"`
	Type     string `db:"type"`
	Template string `db:"template"` // empty for a plain ticket
	Version  int    `db:"version"`  // of the template
	Activity string `db:"activity"` // empty before the first step
	Pos      uint64 `db:"pos"`      // of the newest step
	AtMS     int64  `db:"at_ms"`
	Over     bool   `db:"over"` // the ticket has ended
	Revision uint64 `db:"revision"`
}

// Place is what a ticket was from an event on, until the next one that changed it.
type Place struct {
	Pos      uint64 `db:"pos,key"`
	Ticket   string `db:"ticket"`
	Unit     string `db:"unit"`
	Group    string `db:"grp"`
	Type     string `db:"type"`
	Template string `db:"template"`
	Version  int    `db:"version"`
}

// Step is one act of a ticket and the one before it.
type Step struct {
	Pos          uint64 `db:"pos,key"`
	Place        uint64 `db:"place"`
	FromActivity string `db:"from_activity"`
	Activity     string `db:"activity"`
	FromMS       int64  `db:"from_ms"`
	AtMS         int64  `db:"at_ms"`
	Over         bool   `db:"over"`
	FromOver     bool   `db:"from_over"`
	FromPlace    uint64 `db:"from_place"`
}
