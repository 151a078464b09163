package ticket

import (
	"errors"

	"docket/domain"
	"docket/domain/worktime"
)

// Rebase puts clocks on another limit, and on the newest version of their calendar (mission row L1; kpis §1.3). What was
// computed before is kept beside it.
type Rebase struct {
	Clock  string         `json:"clock,omitempty" doc:"which clock, be it stopped; all that run when left out" maxLength:"60"`
	Limit  worktime.Limit `json:"limit" doc:"another limit for it; left out, the limit stays and only the calendar is another"`
	Reason string         `json:"reason" minLength:"1" maxLength:"10000"`

	Facts RebaseFacts `json:"-"`
}

// RebaseFacts are the newest versions of the calendars by which the ticket's clocks run.
type RebaseFacts struct{ Newest Calendars }

// May wants a ticket that has clocks.
func (c Rebase) May(s State, _ domain.Meta) error {
	if len(s.Clocks.All) == 0 {
		return ErrNoClock
	}
	return nil
}

// Decide re-bases what comes out differently. A year that the newest calendar does not know either is refused.
func (c Rebase) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	c.Limit.CheckOptional(&v, "limit")
	if !c.Limit.Zero() {
		v.Required("clock", c.Clock)
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	clocks := s.Clocks.Running()
	if c.Clock != "" {
		clock, ok := s.Clocks.Clock(c.Clock)
		if !ok {
			return nil, ErrNoClock
		}
		clocks = []Clock{clock}
	}
	var events []Event
	for _, clock := range clocks {
		e, changed, err := c.rebase(clock, s.shares(), m)
		if err != nil {
			return nil, err
		}
		if changed {
			events = append(events, e)
		}
	}
	return events, nil
}

// rebase computes one clock anew; false when nothing comes out differently.
func (c Rebase) rebase(clock Clock, shares []int, m domain.Meta) (ClockRebased, bool, error) {
	cal := c.Facts.Newest.named(clock.Calendar)
	if cal == nil {
		return ClockRebased{}, false, ErrNoCalendar
	}
	next := clock
	if !c.Limit.Zero() {
		next.Limit = c.Limit
	}
	at := m.Now
	if !clock.Running() {
		at = clock.Stopped
	}
	e := ClockRebased{
		Clock: clock.Name, Round: clock.Round, Limit: next.Limit, Reason: c.Reason,
		Before:   Basis{Limit: clock.Limit, Calendar: clock.Calendar, Version: clock.Version},
		Deadline: next.deadline(cal, at, shares),
	}
	if e.Deadline.Unknown {
		return e, false, worktime.ErrUnknownYear
	}
	if !clock.Due.IsZero() {
		e.Before.DueAt = &clock.Due
	}
	if !clock.Running() {
		met, err := next.On(cal).Met(clock.Stopped)
		if err != nil {
			return e, false, errors.Join(worktime.ErrUnknownYear, err)
		}
		e.Met, e.Before.Met = &met, &clock.Met
	}
	return e, next.Limit != clock.Limit || cal.Version() != clock.Version, nil
}
