package unit

import (
	"slices"

	"docket/domain"
)

// Moved: the unit or group hangs below another from now on; powers over it follow the place (mission row O1).
type Moved struct {
	Parent string `json:"parent,omitempty" class:"skeleton"` // empty: at the top
	Reason string `json:"reason" class:"content"`
}

// TypesTaken: which business types the group takes on from now on; none: all of them (mission row A1).
type TypesTaken struct {
	Types []string `json:"types,omitempty" class:"skeleton"`
}

// LoadLimited: how many open tickets a member of the group may hold from now on; 0: any number (mission row A2).
type LoadLimited struct {
	Open int `json:"open" class:"skeleton"`
}

func (Moved) isUnit()       {}
func (TypesTaken) isUnit()  {}
func (LoadLimited) isUnit() {}

// ErrNotGroup: only groups take tickets on.
var ErrNotGroup = domain.Refusal(domain.Conflict, "unit.not_a_group", "a unit takes no tickets on by itself; its groups do")

const (
	maxTypes = 200
	maxOpen  = 10_000
)

// Move hangs the unit or group below another unit.
type Move struct {
	Parent string `json:"parent,omitempty" doc:"the unit above; left out, a unit stands at the top" maxLength:"64"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts MoveFacts `json:"-"`
}

// MoveFacts are what the directory tells about the unit above.
type MoveFacts struct {
	Parent ParentFacts
	Cycle  bool // it lies below the one that is moved, or is that one

	Parents map[string]string // the whole tree, child to parent; for the guard alone
}

// May wants an open unit.
func (c Move) May(s State, _ domain.Meta) error { return open(s) }

// Decide moves. No unit comes to lie below itself.
func (c Move) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	switch {
	case c.Parent == "" && s.Kind == Group:
		v.Required("parent", c.Parent)
	case c.Parent == "":
	case c.Facts.Cycle:
		v.Fail("parent", "cycle", "lies below the unit itself")
	default:
		c.Facts.Parent.check(&v)
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil || c.Parent == s.Parent {
		return nil, err
	}
	return []Event{Moved{Parent: c.Parent, Reason: c.Reason}}, nil
}

// TakeOn says which business types a group is responsible for.
type TakeOn struct {
	Types []string `json:"types,omitempty" maxItems:"200" doc:"codes of business types; none: all"`
}

// May wants an open group.
func (c TakeOn) May(s State, _ domain.Meta) error {
	if s.Existed && s.Kind != Group {
		return ErrNotGroup
	}
	return open(s)
}

// Decide sets the types; the same ones, in whatever order, change nothing.
func (c TakeOn) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	if len(c.Types) > maxTypes {
		v.Fail("types", "too_many", "must be at most 200")
	}
	for _, code := range c.Types {
		v.Code("types", code, 2, 8)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	types := slices.Clone(c.Types)
	slices.Sort(types)
	if types = slices.Compact(types); slices.Equal(types, s.Types) {
		return nil, nil
	}
	return []Event{TypesTaken{Types: types}}, nil
}

// LimitLoad says how many open tickets a member of the group may hold at once.
type LimitLoad struct {
	Open int `json:"open" minimum:"0" maximum:"10000" doc:"0: any number"`
}

// May wants an open group.
func (c LimitLoad) May(s State, _ domain.Meta) error {
	if s.Existed && s.Kind != Group {
		return ErrNotGroup
	}
	return open(s)
}

// Decide sets the limit; what members hold already stays with them.
func (c LimitLoad) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	if c.Open < 0 || c.Open > maxOpen {
		v.Fail("open", "out_of_range", "must be between 0 and 10000")
	}
	if err := v.Err(); err != nil || c.Open == s.Load {
		return nil, err
	}
	return []Event{LoadLimited(c)}, nil
}

// check adds what makes a unit unfit to have others below it.
func (p ParentFacts) check(v *domain.Checks) {
	switch {
	case !p.Known:
		v.Fail("parent", "unknown", "no such unit at that time")
	case !p.Active:
		v.Fail("parent", "inactive", "is closed at that time")
	case !p.IsUnit:
		v.Fail("parent", "not_a_unit", "must be a unit, not a group")
	}
}
