package unit

import "docket/domain"

// Refusals of units.
var (
	ErrExists  = domain.Refusal(domain.Conflict, "unit.exists", "the unit exists already")
	ErrClosed  = domain.Refusal(domain.Conflict, "unit.closed", "the unit is closed")
	ErrNotUnit = domain.Refusal(domain.Conflict, "unit.group", "a group has no settings of its own; its unit's apply")
)

const (
	maxName = 200
	maxText = 10_000
)

// Open opens a unit, or a group below a unit.
type Open struct {
	Kind   Kind   `json:"kind" enum:"unit,group"`
	Code   string `json:"code,omitempty" doc:"part of ticket numbers; units need one" pattern:"^[A-Z0-9]{1,8}$"`
	Name   string `json:"name" minLength:"1" maxLength:"200"`
	Parent string `json:"parent,omitempty" doc:"the unit above; groups need one" maxLength:"64"`

	Facts ParentFacts `json:"-"`
}

// ParentFacts are what the directory tells about the unit above.
type ParentFacts struct{ Known, Active, IsUnit bool }

// Scope is the unit above.
func (c Open) Scope() domain.Scope { return domain.Scope{Unit: c.Parent} }

// May wants a stream that does not exist yet.
func (c Open) May(s State, _ domain.Meta) error {
	if s.Existed {
		return ErrExists
	}
	return nil
}

// Decide opens. Groups hang below an open unit; units have a code.
func (c Open) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "kind", c.Kind, Department, Group)
	v.RequiredText("name", c.Name, maxName)
	if c.Kind == Group {
		v.Required("parent", c.Parent)
	}
	if c.Kind == Department || c.Code != "" {
		v.Code("code", c.Code, 1, 8)
	}
	if c.Parent != "" {
		c.Facts.check(&v)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Opened{Kind: c.Kind, Code: c.Code, Name: c.Name, Parent: c.Parent}}, nil
}

// Rename gives the unit another name.
type Rename struct {
	Name string `json:"name" minLength:"1" maxLength:"200"`
}

// May wants an open unit.
func (c Rename) May(s State, _ domain.Meta) error { return open(s) }

// Decide renames; the same name changes nothing.
func (c Rename) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("name", c.Name, maxName)
	if err := v.Err(); err != nil || c.Name == s.Name {
		return nil, err
	}
	return []Event{Renamed(c)}, nil
}

// AppointLeader says who leads the unit from the effective time on.
type AppointLeader struct {
	Leader string `json:"leader,omitempty" doc:"staff; left out, the post is vacant, which a group's cannot be" maxLength:"64"`

	Facts LeaderFacts `json:"-"`
}

// LeaderFacts are what the directory tells about the person.
type LeaderFacts struct{ Known, Active bool }

// May wants an open unit.
func (c AppointLeader) May(s State, _ domain.Meta) error { return open(s) }

// Decide appoints an active member of staff. A group that has a leader is never left without one (mission row O1).
func (c AppointLeader) Decide(s State, _ domain.Meta) ([]Event, error) {
	if c.Leader == s.Leader {
		return nil, nil
	}
	var v domain.Checks
	if s.Kind == Group {
		v.Required("leader", c.Leader)
	}
	if c.Leader != "" {
		switch {
		case !c.Facts.Known:
			v.Fail("leader", "unknown", "no such member of staff at that time")
		case !c.Facts.Active:
			v.Fail("leader", "inactive", "is not active at that time")
		}
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{LeaderAppointed{Leader: c.Leader}}, nil
}

// ChangeSettings sets what the unit asks of tickets registered from the effective time on.
type ChangeSettings struct{ Settings }

// May wants an open unit; groups follow their unit.
func (c ChangeSettings) May(s State, _ domain.Meta) error {
	if s.Kind == Group {
		return ErrNotUnit
	}
	return open(s)
}

// Decide changes; equal settings change nothing.
func (c ChangeSettings) Decide(s State, _ domain.Meta) ([]Event, error) {
	if c.Settings == s.Settings {
		return nil, nil
	}
	return []Event{SettingsChanged{Settings: c.Settings}}, nil
}

// Close closes the unit: nothing new is assigned to it.
type Close struct {
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants an open unit.
func (c Close) May(s State, _ domain.Meta) error { return open(s) }

// Decide closes.
func (c Close) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Closed(c)}, nil
}

func open(s State) error {
	if !s.Open {
		return ErrClosed
	}
	return nil
}
