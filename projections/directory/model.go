// Package directory knows the organisation over time: units and groups, who leads them, who works here, who belongs to which
// group and who holds which post, each from when to when; and the templates and procedures that tickets follow, with all
// their versions. Facts are ordered by the time they took effect, not by the time they were recorded, so that a late one
// changes what follows it.
//
// It is the one read model that others may use: rows elsewhere hold ids only. [View] answers lookups from memory, the tables
// answer questions over many. It grants no rights; package authz does, from the posts.
package directory

import (
	"reflect"

	"docket/domain"
	"docket/domain/authority"
	"docket/domain/calendar"
	"docket/domain/procedure"
	"docket/domain/staff"
	"docket/domain/template"
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

// Model folds the events of the schemas. What has no table of its own is in the histories alone, where views find it.
var Model = projections.Model{
	Name:    "directory",
	Version: 3,
	SQL:     readmodels.SQL("directory"),
	Tables:  []projections.AnyTable{histories, units, leaders, people, memberships, posts},
	Types:   types(),
	Need:    func(e domain.Envelope, n *projections.Need) { histories.Need(n, string(e.Stream)) },
	Fold:    fold,
}

// schemas are the contracts of everything the directory knows about.
var schemas = []domain.Schema{unit.Decider.Schema(), staff.Decider.Schema(), calendar.Decider.Schema(), template.Decider.Schema(), procedure.Decider.Schema(), authority.Decider.Schema()}

// kinds are their events by wire name, names the wire names by type.
var kinds, names = index(schemas)

func index(schemas []domain.Schema) (map[string]domain.Kind, map[reflect.Type]string) {
	kinds, names := map[string]domain.Kind{}, map[reflect.Type]string{}
	for _, s := range schemas {
		for name, kind := range s.Kinds {
			kinds[name], names[kind.Type] = kind, name
		}
	}
	return kinds, names
}

func types() map[string]bool {
	all := make(map[string]bool, len(kinds))
	for name := range kinds {
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
