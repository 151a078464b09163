package ticket

import (
	"time"

	"docket/domain"
)

// LateReported: whoever has a stage said that its limit will not be met, or, Late, that it was not (mission row C3).
type LateReported struct {
	Clock    string     `json:"clock" class:"skeleton"`
	Round    int        `json:"round" class:"skeleton"`
	By       string     `json:"by" class:"skeleton"`
	Cause    string     `json:"cause" class:"content"`
	Estimate time.Time  `json:"estimate" class:"skeleton"` // when it will be done instead
	DueAt    *time.Time `json:"due_at,omitempty" class:"skeleton"`
	Late     bool       `json:"late,omitempty" class:"skeleton"`
}

func (LateReported) isTicket() {}
func (LateReported) isClock()  {}

// ReportLate says in advance that a limit will not be met, why, and by when instead (無法按時須匯報說明原因). It moves no
// deadline. A report that comes when the limit has run out is taken, and marked late.
type ReportLate struct {
	Clock    string    `json:"clock,omitempty" doc:"whose limit, such as stage:first_review; handling when left out" maxLength:"60"`
	Cause    string    `json:"cause" minLength:"1" maxLength:"10000"`
	Estimate time.Time `json:"estimate" doc:"when it will be done instead"`
}

// May wants a limit that runs, and a person.
func (c ReportLate) May(s State, m domain.Meta) error {
	switch {
	case m.Actor.Staff == "":
		return ErrNoPerson
	case len(s.Clocks.Running()) == 0:
		return ErrNoClock
	}
	return nil
}

// Decide reports; it counts when it is decided.
func (c ReportLate) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("cause", c.Cause, maxText)
	if !c.Estimate.After(m.Now) {
		v.Fail("estimate", "too_early", "must lie in the future")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	name := c.Clock
	if name == "" {
		name = HandlingClock
	}
	clock, ok := s.Clocks.Clock(name)
	if !ok || !clock.Running() {
		return nil, ErrNoClock
	}
	e := LateReported{
		Clock: clock.Name, Round: clock.Round, By: m.Actor.Staff, Cause: c.Cause, Estimate: c.Estimate, Late: clock.Overdue(m.Now),
	}
	if !clock.Due.IsZero() {
		e.DueAt = &clock.Due
	}
	return []Event{e}, nil
}
