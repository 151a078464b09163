package view

import (
	"fmt"
	"slices"

	"docket/domain"
	"docket/domain/authz"
)

// Limits of a view.
const (
	maxName    = 100
	maxColumns = 40
)

// Refusals of saved views.
var (
	ErrExists    = domain.Refusal(domain.Conflict, "view.exists", "the view has been saved already")
	ErrUnknown   = domain.Refusal(domain.NotFound, "view.unknown", "there is no such view, or it is not yours to see")
	ErrNoPerson  = domain.Refusal(domain.Forbidden, "view.no_person", "views belong to people")
	ErrNotKeeper = domain.Refusal(domain.Forbidden, "view.not_keeper", "a shared view is kept by those who may share so widely")
	ErrNotWide   = domain.Refusal(domain.Forbidden, "view.not_so_wide", "you may not share views so widely: leaders share with their unit, administrators with everybody")
)

// Save keeps a filter and an order under a name, for oneself.
type Save struct {
	Name    string   `json:"name" minLength:"1" maxLength:"100"`
	Filter  Filter   `json:"filter"`
	Sort    Sort     `json:"sort,omitempty" doc:"one to three columns; a minus sorts downwards"`
	Columns []string `json:"columns,omitempty" doc:"that a screen shows, in order" maxItems:"40"`
}

// Scope is nobody's place yet.
func (c Save) Scope() domain.Scope { return domain.Scope{} }

// May wants a person, and a view that does not exist yet.
func (c Save) May(s State, m domain.Meta) error {
	switch {
	case s.Owner != "":
		return ErrExists
	case m.Actor.Staff == "":
		return ErrNoPerson
	}
	return nil
}

// Decide saves what can be listed.
func (c Save) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("name", c.Name, maxName)
	checkContent(&v, c.Filter, c.Sort, c.Columns)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Saved{Name: c.Name, Owner: m.Actor.Staff, Filter: c.Filter, Sort: c.Sort, Columns: slices.Clone(c.Columns)}}, nil
}

// Revise makes a view hold another filter, order or columns.
type Revise struct {
	Filter  Filter   `json:"filter"`
	Sort    Sort     `json:"sort,omitempty" doc:"one to three columns; a minus sorts downwards"`
	Columns []string `json:"columns,omitempty" doc:"that a screen shows, in order" maxItems:"40"`
}

// May wants somebody who keeps the view.
func (c Revise) May(s State, m domain.Meta) error { return s.kept(m) }

// Decide revises.
func (c Revise) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	checkContent(&v, c.Filter, c.Sort, c.Columns)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Saved{Name: s.Name, Owner: s.Owner, Filter: c.Filter, Sort: c.Sort, Columns: slices.Clone(c.Columns)}}, nil
}

func checkContent(v *domain.Checks, f Filter, s Sort, columns []string) {
	f.Check(v, "filter.")
	s.Check(v, "sort")
	if len(columns) > maxColumns {
		v.Fail("columns", "too_many", fmt.Sprintf("must be at most %d", maxColumns))
		return
	}
	for i, column := range columns {
		if column == "" || len(column) > 40 || slices.Contains(columns[:i], column) {
			v.Fail(fmt.Sprintf("columns[%d]", i), "not_allowed", "must be a column's name, once")
		}
	}
}

// kept wants whoever keeps the view as widely as it is shared: its owner while it is private, else those who may share so.
func (s State) kept(m domain.Meta) error {
	switch {
	case !s.Exists(), !s.Sees(m.Actor) && (s.Level == Private || !wide(s.Level, s.Unit, m.Actor)):
		return ErrUnknown
	case s.Level == Private && m.Actor.Staff != s.Owner, s.Level != Private && !wide(s.Level, s.Unit, m.Actor):
		return ErrNotKeeper
	}
	return nil
}

// wide reports whether somebody may share views on a level, or with a unit.
func wide(l Level, unit string, a domain.Actor) bool {
	var allowed bool
	switch l {
	case UnitWide:
		_, allowed = authz.Allowed(a, authz.ViewUnit, domain.Scope{Unit: unit})
	case SystemWide:
		_, allowed = authz.Allowed(a, authz.ViewSystem, domain.Scope{})
	case Private:
		allowed = true
	}
	return allowed
}
