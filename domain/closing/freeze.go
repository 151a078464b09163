package closing

import (
	"time"

	"docket/domain"
)

// maxSize is how long a statement's JSON may be: stores take events of a mebibyte.
const maxSize = 900_000

// Freeze measures every figure of a month, of the organisation or of one unit, as of now, and keeps it (凍結).
type Freeze struct {
	Unit  string `json:"unit,omitempty" maxLength:"64" doc:"left out: the whole organisation"`
	Month string `json:"month" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"such as 2026-03"`

	Facts FreezeFacts `json:"-"`
}

// FreezeFacts are the figures, and what the directory tells about the unit.
type FreezeFacts struct {
	UnitKnown bool
	Statement *Statement // nil for a month or unit that is none
	Scorecard *Scorecard // that the month is scored by; nil: none is in force
}

// Scope is the unit.
func (c Freeze) Scope() domain.Scope { return domain.Scope{Unit: c.Unit} }

// Stream is the key of the month's stream; empty for a text that is no month.
func (c Freeze) Stream() string {
	if _, _, ok := Bounds(c.Month, time.UTC); !ok {
		return ""
	}
	return Key(c.Unit, c.Month)
}

// May wants a month that is not frozen, or whose figures an appeal has shown to be wrong.
func (c Freeze) May(s State, m domain.Meta) error {
	if err := person(m); err != nil {
		return err
	}
	switch {
	case !s.Exists():
		return nil
	case s.Status == StatusClosed || !s.Contested():
		return ErrFrozen
	case s.Open() > 0:
		return ErrAppealsOpen
	}
	return nil
}

// Decide keeps the figures of a month that has ended.
func (c Freeze) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if _, _, ok := Bounds(c.Month, time.UTC); !ok {
		v.Fail("month", "not_a_month", "must be a month of the form 2026-03")
	}
	if c.Unit != "" && !c.Facts.UnitKnown {
		v.Fail("unit", "unknown", "no such unit")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	statement := c.Facts.Statement
	if statement == nil || m.Now.Before(statement.To) {
		return nil, ErrNotEnded
	}
	scored := statement.scored(c.Facts.Scorecard)
	digest, size, err := scored.Digest()
	switch {
	case err != nil:
		return nil, err
	case size > maxSize:
		return nil, ErrTooLarge
	}
	return []Event{Frozen{Round: s.Round + 1, Statement: scored, Digest: digest, By: m.Actor.Staff}}, nil
}
