// Package view is the aggregate of saved views (已存檢視): a filter and an order under a name, so that people find their lists of
// tickets again and share them. [Filter] and [Sort] are also what a list's HTTP query is read into, so that a stored view and a
// typed address mean the same. It lists no tickets and knows no rights over them: whoever opens a view sees what they may see.
package view

import (
	"slices"

	"docket/domain"
)

// Event is what may become true of a saved view.
//
//sumtype:decl
type Event interface{ isView() }

// Saved: the view begins, as its owner's own, or says another thing from now on.
type Saved struct {
	Name    string   `json:"name" class:"content"`
	Owner   string   `json:"owner" class:"skeleton"` // staff
	Filter  Filter   `json:"filter" class:"skeleton"`
	Sort    Sort     `json:"sort" class:"skeleton"`
	Columns []string `json:"columns,omitempty" class:"skeleton"` // that a screen shows, in order
}

// Renamed: the view has another name.
type Renamed struct {
	Name string `json:"name" class:"content"`
}

// Shared: others see the view too, or no longer.
type Shared struct {
	Level Level  `json:"level" class:"skeleton"`
	Unit  string `json:"unit,omitempty" class:"skeleton"` // whose people see it, at [UnitWide]
	By    string `json:"by" class:"skeleton"`
}

// Pinned: somebody has put the view on top of their list, or taken it from there.
type Pinned struct {
	By     string `json:"by" class:"skeleton"`
	Pinned bool   `json:"pinned" class:"skeleton"`
}

// Withdrawn: the view is gone.
type Withdrawn struct {
	By string `json:"by" class:"skeleton"`
}

func (Saved) isView()     {}
func (Renamed) isView()   {}
func (Shared) isView()    {}
func (Pinned) isView()    {}
func (Withdrawn) isView() {}

// Level says who sees a view.
type Level string

// The levels.
const (
	Private    Level = "private" // its owner
	UnitWide   Level = "unit"    // people with a post or a group there
	SystemWide Level = "system"  // everybody
)

// Levels are the levels, from narrow to wide.
var Levels = []Level{Private, UnitWide, SystemWide}

// UnmarshalText refuses an unknown level.
func (l *Level) UnmarshalText(b []byte) error { return domain.ParseCode(l, b, Levels) }

// State is a view as it stands.
type State struct {
	Saved
	Level Level
	Unit  string
	Pins  []string // who has it on top
	Gone  bool
}

// Exists reports whether the view has been saved and not been withdrawn.
func (s State) Exists() bool { return s.Owner != "" && !s.Gone }

// Sees reports whether a person sees the view: its owner, people of the unit or group that it is shared with, everybody.
func (s State) Sees(a domain.Actor) bool {
	switch {
	case !s.Exists():
		return false
	case s.Level == SystemWide, a.Staff != "" && a.Staff == s.Owner:
		return true
	case s.Level != UnitWide:
		return false
	}
	return slices.Contains(a.Groups, s.Unit) || slices.ContainsFunc(a.Posts, func(p domain.Post) bool { return p.Unit == s.Unit })
}

// Decider ties the streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "view",
	Evolve:   evolve,
	Scope: func(s State) domain.Scope {
		return domain.Scope{Unit: s.Unit, Holder: s.Owner, Parties: []string{s.Owner}}
	},
	Events: domain.Contract[Event]{
		"ViewSaved":     domain.Of[Saved](),
		"ViewRenamed":   domain.Of[Renamed](),
		"ViewShared":    domain.Of[Shared](),
		"ViewPinned":    domain.Of[Pinned](),
		"ViewWithdrawn": domain.Of[Withdrawn](),
	},
}

func evolve(s State, event Event) State {
	switch e := event.(type) { //nolint:gochecksumtype // a State is no event, although it holds one
	case Saved:
		s.Saved = e
		if s.Level == "" {
			s.Level = Private
		}
	case Renamed:
		s.Name = e.Name
	case Shared:
		s.Level, s.Unit = e.Level, e.Unit
	case Pinned:
		s.Pins = slices.DeleteFunc(slices.Clone(s.Pins), func(who string) bool { return who == e.By })
		if e.Pinned {
			s.Pins = append(s.Pins, e.By)
		}
	case Withdrawn:
		s.Gone = true
	}
	return s
}
