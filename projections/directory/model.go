// Package directory knows the organisation over time: units and groups, who leads them, who works here, who belongs to which
// group and who holds which post, each from when to when. Facts are ordered by the time they took effect, not by the time
// they were recorded, so that a late one changes what follows it.
//
// It is the one read model that others may use: rows elsewhere hold ids only. [View] answers lookups from memory, the tables
// answer questions over many. It grants no rights; package authz does, from the posts.
package directory

import (
	"docket/domain"
	"docket/domain/calendar"
	"docket/domain/staff"
	"docket/domain/unit"
	"docket/migrations/readmodels"
	"docket/projections"
)

var (
	histories   = projections.NewTable[historyRow]("history")
	units       = projections.NewTable[unitRow]("units")
	leaders     = projections.NewTable[leaderRow]("leaders")
	people      = projections.NewTable[staffRow]("staff")
	memberships = projections.NewTable[membershipRow]("memberships")
	posts       = projections.NewTable[postRow]("posts")
)

// Model folds the events of units and staff, and keeps those of calendars.
var Model = projections.Model{
	Name:    "directory",
	Version: 1,
	SQL:     readmodels.SQL("directory"),
	Tables:  []projections.AnyTable{histories, units, leaders, people, memberships, posts},
	Types:   types(),
	Need:    func(e domain.Envelope, n *projections.Need) { histories.Need(n, string(e.Stream)) },
	Fold:    fold,
}

func types() map[string]bool {
	all := map[string]bool{}
	for name := range unit.Decider.Events {
		all[name] = true
	}
	for name := range staff.Decider.Events {
		all[name] = true
	}
	for name := range calendar.Decider.Events {
		all[name] = true
	}
	return all
}

// fold notes the event in the history and derives the periods anew; only those that differ are written.
func fold(e domain.Envelope, rows *projections.Rows) {
	h := historyRow{Stream: string(e.Stream)}
	if known, ok := histories.Get(rows, h.Stream); ok {
		h = *known
	}
	before := h.Changes
	after, changed := insert(before, changeOf(e))
	if !changed {
		return
	}
	h.Changes = after
	histories.Put(rows, h)
	id := e.Stream.Key()
	switch e.Event.(type) {
	case unit.Event:
		was, is := traceUnit(id, before), traceUnit(id, after)
		settle(units, rows, unitRows(was), unitRows(is))
		settle(leaders, rows, leaderRows(was), leaderRows(is))
	case staff.Event:
		was, is := tracePerson(id, before), tracePerson(id, after)
		settle(people, rows, staffRows(was), staffRows(is))
		settle(memberships, rows, membershipRows(was), membershipRows(is))
		settle(posts, rows, postRows(was), postRows(is))
	}
}
