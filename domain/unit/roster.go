package unit

import (
	"slices"
	"time"

	"docket/domain"
)

// DutyPlanned: somebody is on duty for the unit or group from one instant up to, not including, another (值班, mission row I10).
type DutyPlanned struct {
	Duty Duty `json:"duty" class:"skeleton"`
}

// DutyCancelled: the duty ends at that instant; one that had not begun is called off.
type DutyCancelled struct {
	Duty   int       `json:"duty" class:"skeleton"`
	At     time.Time `json:"at" class:"skeleton"`
	Reason string    `json:"reason" class:"content"`
}

func (DutyPlanned) isUnit()   {}
func (DutyCancelled) isUnit() {}

// ErrNoDuty: there is no such duty, or it is over.
var ErrNoDuty = domain.Refusal(domain.Conflict, "unit.no_duty", "there is no such duty, or it is over")

// How long one duty may last, and how far ahead it may begin.
const (
	longestDuty = 31 * 24 * time.Hour
	horizon     = 366 * 24 * time.Hour
)

// Duty is a time during which somebody is the one to be called.
type Duty struct {
	Number int       `json:"number"` // counts the unit's duties from 1
	Person string    `json:"person"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
}

// Covers reports whether an instant lies in the duty.
func (d Duty) Covers(at time.Time) bool { return !at.Before(d.From) && at.Before(d.Until) }

// Roster is the duties of a unit or group, in the order in which they were planned. It is not to be changed: states and facts
// share it.
type Roster []Duty

// On is the duty that covers an instant.
func (r Roster) On(at time.Time) (Duty, bool) {
	i := slices.IndexFunc(r, func(d Duty) bool { return d.Covers(at) })
	if i < 0 {
		return Duty{}, false
	}
	return r[i], true
}

// After folds an event without changing an earlier roster. Duties that ended before an instant are left out; no later fact asks
// for them.
func (r Roster) After(event any, ended time.Time) Roster {
	switch e := event.(type) {
	case DutyPlanned:
		next := slices.DeleteFunc(slices.Clone(r), func(d Duty) bool { return !d.Until.After(ended) })
		return append(next, e.Duty)
	case DutyCancelled:
		next := make(Roster, 0, len(r))
		for _, d := range r {
			if d.Number == e.Duty {
				d.Until = e.At
			}
			if d.Until.After(d.From) {
				next = append(next, d)
			}
		}
		return next
	}
	return r
}

// PlanDuty says who is on duty for the unit or group from when to when. An urgent ticket calls that person.
type PlanDuty struct {
	Person string    `json:"person" minLength:"1" maxLength:"64"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until" doc:"not included; at most 31 days after from"`

	Facts DutyFacts `json:"-"`
}

// DutyFacts are what the directory tells about the person at the beginning of the duty.
type DutyFacts struct {
	Known, Active bool
	Absent        bool
	Member        bool // of the group; of a unit, somebody who belongs to one of its groups or has a post there
}

// May wants an open unit.
func (c PlanDuty) May(s State, _ domain.Meta) error { return open(s) }

// Decide plans; nobody else may be on duty during that time.
func (c PlanDuty) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	switch {
	case !c.Facts.Known:
		v.Fail("person", "unknown", "no such member of staff at that time")
	case !c.Facts.Active:
		v.Fail("person", "inactive", "is not active at that time")
	case c.Facts.Absent:
		v.Fail("person", "absent", "is absent at that time")
	case !c.Facts.Member:
		v.Fail("person", "not_a_member", "does not belong to the unit or group")
	}
	switch {
	case c.From.IsZero():
		v.Fail("from", "required", "must not be empty")
	case c.From.After(m.Effective.Add(horizon)):
		v.Fail("from", "too_far", "must lie at most 366 days ahead")
	}
	switch {
	case c.Until.IsZero():
		v.Fail("until", "required", "must not be empty")
	case !c.Until.After(c.From):
		v.Fail("until", "too_early", "must lie after from")
	case !c.Until.After(m.Effective):
		v.Fail("until", "too_early", "must not lie in the past")
	case c.Until.Sub(c.From) > longestDuty:
		v.Fail("until", "too_far", "must lie at most 31 days after from")
	}
	d := Duty{Number: s.duties + 1, Person: c.Person, From: c.From.UTC(), Until: c.Until.UTC()}
	if slices.ContainsFunc(s.Roster, func(other Duty) bool { return d.From.Before(other.Until) && other.From.Before(d.Until) }) {
		v.Fail("from", "overlaps", "somebody is on duty during part of that time")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{DutyPlanned{Duty: d}}, nil
}

// CancelDuty ends a duty now, or calls one off that has not begun.
type CancelDuty struct {
	Duty   int    `json:"duty" minimum:"1" doc:"number of the duty"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a unit with a duty that is not over.
func (c CancelDuty) May(s State, m domain.Meta) error {
	if !slices.ContainsFunc(s.Roster, func(d Duty) bool { return m.Effective.Before(d.Until) }) {
		return ErrNoDuty
	}
	return open(s)
}

// Decide ends the duty that is named, for a reason.
func (c CancelDuty) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.Roster, func(d Duty) bool { return d.Number == c.Duty && m.Effective.Before(d.Until) }) {
		return nil, ErrNoDuty
	}
	return []Event{DutyCancelled{Duty: c.Duty, At: m.Effective, Reason: c.Reason}}, nil
}
