package staff

import (
	"slices"
	"time"

	"docket/domain"
)

// Refusals of absences.
var (
	ErrNoAbsence    = domain.Refusal(domain.Conflict, "staff.no_absence", "there is no such absence, or it has ended")
	ErrAbsenceTwice = domain.Refusal(domain.Conflict, "staff.absence_overlaps", "another absence covers part of that time")
)

// Absence is a time during which somebody is not here (請假), and who looks after their tickets meanwhile. Until is zero while
// the end is not known.
type Absence struct {
	Number int       `json:"number"` // counts the person's absences from 1
	From   time.Time `json:"from"`
	Until  time.Time `json:"until,omitzero"`
	Deputy string    `json:"deputy,omitempty"` // staff; empty: the tickets go back to the queue
}

// Covers reports whether an instant lies in the absence: from its beginning up to, not including, its end.
func (a Absence) Covers(at time.Time) bool {
	return !at.Before(a.From) && (a.Until.IsZero() || at.Before(a.Until))
}

func (a Absence) overlaps(b Absence) bool {
	return (b.Until.IsZero() || a.From.Before(b.Until)) && (a.Until.IsZero() || b.From.Before(a.Until))
}

// DeputyFacts are what the directory tells about somebody who is to stand in for the person.
type DeputyFacts struct{ Known, Active, Absent bool }

func (d DeputyFacts) check(v *domain.Checks, field, deputy string, m domain.Meta) {
	switch {
	case deputy == m.ID.Key():
		v.Fail(field, "self", "must be somebody else")
	case !d.Known:
		v.Fail(field, "unknown", "no such member of staff at that time")
	case !d.Active:
		v.Fail(field, "inactive", "is not active at that time")
	case d.Absent:
		v.Fail(field, "absent", "is absent at that time")
	}
}

// EnterAbsence records that the person will not be here, and who stands in (mission rows A2 and O5). It may be entered
// after it began, as sickness is; work is not taken back for the past.
type EnterAbsence struct {
	From   time.Time  `json:"from"`
	Until  *time.Time `json:"until,omitempty" doc:"left out: until further notice"`
	Deputy string     `json:"deputy,omitempty" doc:"staff who takes over the open tickets; left out: they return to the queue" maxLength:"64"`
	Reason string     `json:"reason,omitempty" maxLength:"10000"`

	Facts DeputyFacts `json:"-"`
}

// May wants somebody who works here.
func (c EnterAbsence) May(s State, _ domain.Meta) error { return active(s) }

// Decide enters the absence; two absences never cover the same time.
func (c EnterAbsence) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	a := Absence{Number: s.Fit.absences + 1, From: c.From.UTC(), Deputy: c.Deputy}
	if c.From.IsZero() {
		v.Fail("from", "required", "must not be empty")
	}
	if c.Until != nil {
		a.Until = c.Until.UTC()
		if !a.Until.After(a.From) {
			v.Fail("until", "too_early", "must lie after from")
		}
	}
	if c.Deputy != "" {
		c.Facts.check(&v, "deputy", c.Deputy, m)
	}
	v.Text("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(s.Fit.Absences, a.overlaps) {
		return nil, ErrAbsenceTwice
	}
	return []Event{AbsenceEntered{Absence: a, Reason: c.Reason}}, nil
}

// EndAbsence ends an absence at the effective time; one that has not begun is called off.
type EndAbsence struct {
	Absence int    `json:"absence" minimum:"1" doc:"number of the absence"`
	Reason  string `json:"reason,omitempty" maxLength:"10000"`
}

// May wants somebody with an absence that has not ended.
func (c EndAbsence) May(s State, m domain.Meta) error {
	if !slices.ContainsFunc(s.Fit.Absences, func(a Absence) bool { return a.unfinished(m.Effective) }) {
		return ErrNoAbsence
	}
	return active(s)
}

// Decide ends the absence that is named.
func (c EndAbsence) Decide(s State, m domain.Meta) ([]Event, error) {
	if err := bounded("reason", c.Reason); err != nil {
		return nil, err
	}
	for _, a := range s.Fit.Absences {
		if a.Number == c.Absence && a.unfinished(m.Effective) {
			return []Event{AbsenceEnded{Absence: a.Number, At: m.Effective, Reason: c.Reason}}, nil
		}
	}
	return nil, ErrNoAbsence
}

func (a Absence) unfinished(at time.Time) bool { return a.Until.IsZero() || at.Before(a.Until) }

func bounded(field, value string) error {
	var v domain.Checks
	v.Text(field, value, maxText)
	return v.Err()
}
