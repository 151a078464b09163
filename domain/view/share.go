package view

import (
	"slices"

	"docket/domain"
)

// Rename gives a view another name.
type Rename struct {
	Name string `json:"name" minLength:"1" maxLength:"100"`
}

// May wants somebody who keeps the view.
func (c Rename) May(s State, m domain.Meta) error { return s.kept(m) }

// Decide renames.
func (c Rename) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("name", c.Name, maxName)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Name == s.Name {
		return nil, nil
	}
	return []Event{Renamed(c)}, nil
}

// Share shows a view to a unit or to everybody, or to its owner alone again.
type Share struct {
	Level Level  `json:"level" enum:"private,unit,system"`
	Unit  string `json:"unit,omitempty" doc:"unit or group whose people see it, at the level unit"`

	Facts UnitFacts `json:"-"`
}

// UnitFacts are what the directory tells about the unit.
type UnitFacts struct{ Known, Active bool }

// May wants somebody who keeps the view.
func (c Share) May(s State, m domain.Meta) error { return s.kept(m) }

// Decide shares, as widely as the actor may.
func (c Share) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "level", c.Level, Levels...)
	switch {
	case c.Level == UnitWide && !c.Facts.Known:
		v.Fail("unit", "unknown", "must be a unit or group")
	case c.Level == UnitWide && !c.Facts.Active:
		v.Fail("unit", "inactive", "is closed")
	case c.Level != UnitWide && c.Unit != "":
		v.Fail("unit", "not_applicable", "belongs to the level unit alone")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Level == s.Level && c.Unit == s.Unit {
		return nil, nil
	}
	if !wide(c.Level, c.Unit, m.Actor) {
		return nil, ErrNotWide
	}
	return []Event{Shared{Level: c.Level, Unit: c.Unit, By: m.Actor.Staff}}, nil
}

// Pin puts a view on top of one's own list, or takes it from there.
type Pin struct {
	Pinned bool `json:"pinned"`
}

// May wants a person who sees the view.
func (c Pin) May(s State, m domain.Meta) error {
	switch {
	case !s.Sees(m.Actor):
		return ErrUnknown
	case m.Actor.Staff == "":
		return ErrNoPerson
	}
	return nil
}

// Decide pins.
func (c Pin) Decide(s State, m domain.Meta) ([]Event, error) {
	if slices.Contains(s.Pins, m.Actor.Staff) == c.Pinned {
		return nil, nil
	}
	return []Event{Pinned{By: m.Actor.Staff, Pinned: c.Pinned}}, nil
}

// Withdraw takes a view away for everybody.
type Withdraw struct{}

// May wants somebody who keeps the view.
func (c Withdraw) May(s State, m domain.Meta) error { return s.kept(m) }

// Decide withdraws it.
func (c Withdraw) Decide(_ State, m domain.Meta) ([]Event, error) {
	return []Event{Withdrawn{By: m.Actor.Staff}}, nil
}
