// Package unit is the aggregate of the organisation's places: units and the groups below them, who leads them, and what a
// unit asks of its tickets (mission row O1). People are package staff. Every fact is effective-dated by its event's
// effective time.
package unit

import (
	"fmt"
	"slices"
	"time"

	"docket/domain"
)

// Kind tells a unit from a group.
type Kind string

// The kinds.
const (
	Department Kind = "unit"  // 部門, 中心
	Group      Kind = "group" // 業務小組
)

// UnmarshalText refuses an unknown kind.
func (k *Kind) UnmarshalText(b []byte) error {
	switch v := Kind(b); v {
	case Department, Group:
		*k = v
		return nil
	}
	return fmt.Errorf("%w: not one of %v", domain.ErrInvalid, []Kind{Department, Group})
}

// Event is what may become true of a unit.
//
//sumtype:decl
type Event interface{ isUnit() }

// Opened: the unit or group exists. Code is the part of ticket numbers that names a unit.
type Opened struct {
	Kind   Kind   `json:"kind" class:"skeleton"`
	Code   string `json:"code,omitempty" class:"skeleton"`
	Name   string `json:"name" class:"content"`
	Parent string `json:"parent,omitempty" class:"skeleton"`
}

// Renamed: the unit goes by another name.
type Renamed struct {
	Name string `json:"name" class:"content"`
}

// LeaderAppointed: somebody leads the unit from now on; an empty Leader leaves the post vacant.
type LeaderAppointed struct {
	Leader string `json:"leader" class:"skeleton"`
}

// SettingsChanged: what the unit asks of tickets registered from now on.
type SettingsChanged struct {
	Settings Settings `json:"settings" class:"skeleton"`
}

// Closed: nothing new is assigned to the unit.
type Closed struct {
	Reason string `json:"reason" class:"content"`
}

// Settings are what the unit asks of its tickets; the zero value is the strictest.
type Settings struct {
	AcceptOnRegister   bool `json:"accept_on_register,omitempty" doc:"registering a ticket accepts it"`
	CompleteUnassigned bool `json:"complete_unassigned,omitempty" doc:"a ticket without a known handler may be completed"`
	WaiveReview        bool `json:"waive_review,omitempty" doc:"no review between completion and delivery"`
	WaiveDelivery      bool `json:"waive_delivery,omitempty" doc:"closing does not need a delivered result"`
}

func (Opened) isUnit()          {}
func (Renamed) isUnit()         {}
func (LeaderAppointed) isUnit() {}
func (SettingsChanged) isUnit() {}
func (Closed) isUnit()          {}

// State is what decisions read.
type State struct {
	Open     bool
	Existed  bool
	Kind     Kind
	Parent   string
	Leader   string
	Name     string
	Settings Settings
	Types    []string // sorted; none: all
	Load     int      // open tickets a member may hold; 0: any number
	Calendar string   // by which its people work; empty: by that of the unit above
	Roster   Roster   // of the last year and what lies ahead
	Stamps   Stamps   // withdrawn ones included

	ID     string // key of the stream, filled in after the fold
	duties int    // planned so far, for the next number
}

// Decider ties the unit's streams, fold and contract together.
var Decider = domain.Decider[State, Event]{
	Category: "unit",
	Evolve:   evolve,
	Scope:    scope,
	Events: domain.Contract[Event]{
		"UnitOpened":          domain.Of[Opened](),
		"UnitRenamed":         domain.Of[Renamed](),
		"UnitLeaderAppointed": domain.Of[LeaderAppointed](),
		"UnitSettingsChanged": domain.Of[SettingsChanged](),
		"UnitClosed":          domain.Of[Closed](),
		"UnitMoved":           domain.Of[Moved](),
		"UnitTypesTaken":      domain.Of[TypesTaken](),
		"UnitLoadLimited":     domain.Of[LoadLimited](),
		"UnitCalendarChosen":  domain.Of[CalendarChosen](),
		"UnitDutyPlanned":     domain.Of[DutyPlanned](),
		"UnitDutyCancelled":   domain.Of[DutyCancelled](),
		"UnitStampRegistered": domain.Of[StampRegistered](),
		"UnitStampWithdrawn":  domain.Of[StampWithdrawn](),
	},
}

// scope is where a unit lies: a group with its unit, a unit with itself.
func scope(s State) domain.Scope {
	switch {
	case s.ID == "":
		return domain.Scope{Unit: s.Parent}
	case s.Kind == Group:
		return domain.Scope{Unit: s.Parent, Group: s.ID}
	}
	return domain.Scope{Unit: s.ID}
}

func evolve(s State, event Event) State {
	switch e := event.(type) {
	case Opened:
		s = State{Open: true, Existed: true, Kind: e.Kind, Parent: e.Parent, Name: e.Name}
	case Renamed:
		s.Name = e.Name
	case LeaderAppointed:
		s.Leader = e.Leader
	case SettingsChanged:
		s.Settings = e.Settings
	case Closed:
		s.Open = false
	case Moved:
		s.Parent = e.Parent
	case TypesTaken:
		s.Types = e.Types
	case LoadLimited:
		s.Load = e.Open
	case CalendarChosen:
		s.Calendar = e.Calendar
	case DutyPlanned:
		s.Roster = s.Roster.After(e, e.Duty.From.Add(-horizon-longestDuty)) // such were over when it was planned
		s.duties = max(s.duties, e.Duty.Number)
	case DutyCancelled:
		s.Roster = s.Roster.After(e, time.Time{})
	case StampRegistered, StampWithdrawn:
		s.Stamps = s.Stamps.After(e)
	}
	return s
}

// Facts is what the directory tells about a unit at an instant.
type Facts struct {
	ID, Code, Parent, Name, Leader string
	Kind                           Kind
	Active                         bool
	Settings                       Settings
	Types                          []string // business types it takes on; none: all
	Load                           int      // open tickets a member may hold; 0: any number
	Calendar                       string   // by which its people work; empty: by that of the unit above
	Roster                         Roster   // duties that were not over then
	Stamps                         Stamps   // correction stamps, withdrawn ones included
}

// TakesOn reports whether it is responsible for a business type.
func (f Facts) TakesOn(code string) bool { return len(f.Types) == 0 || slices.Contains(f.Types, code) }

// Root is the unit that answers for it: a group's parent, a unit itself.
func (f Facts) Root() string {
	if f.Kind == Group && f.Parent != "" {
		return f.Parent
	}
	return f.ID
}
