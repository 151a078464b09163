package ticket

import (
	"errors"
	"slices"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/worktime"
)

// MoveCause says why a deadline became another one.
type MoveCause string

// The causes.
const (
	MovedByExtension MoveCause = "extension"
	MovedByUrgency   MoveCause = "urgency"       // another class has other limits (mission row I10)
	MovedByRevoking  MoveCause = "pause_revoked" // time that had not counted counts after all
)

// MoveCauses are the causes.
var MoveCauses = []MoveCause{MovedByExtension, MovedByUrgency, MovedByRevoking}

// UnmarshalText refuses an unknown cause.
func (c *MoveCause) UnmarshalText(b []byte) error { return domain.ParseCode(c, b, MoveCauses) }

// Running reports whether the clock has not stopped; a paused one runs.
func (c Clock) Running() bool { return c.Stopped.IsZero() }

// Paused reports whether a pause lasts.
func (c Clock) Paused() bool {
	return slices.ContainsFunc(c.Pauses, func(p Pausing) bool { return p.Open() })
}

// Overdue reports whether the deadline has passed at an instant while the clock ran.
func (c Clock) Overdue(at time.Time) bool {
	if !c.Running() {
		return !c.Met
	}
	return !c.Due.IsZero() && at.After(c.Due)
}

// On is the clock as the arithmetic of working time knows it, by a calendar.
func (c Clock) On(cal *worktime.Calendar) worktime.Clock {
	pauses := make([]worktime.Pause, len(c.Pauses))
	for i, p := range c.Pauses {
		pauses[i] = p.Pause
	}
	return worktime.Clock{Calendar: cal, Rule: c.Rule, Since: c.Since, Limit: c.Limit, Pauses: pauses, Extensions: c.Extensions}
}

// deadline computes where the clock stands at an instant. A year that the calendar does not know leaves it without a date,
// marked so, until it is re-based on a calendar that knows; nothing is guessed.
func (c Clock) deadline(cal *worktime.Calendar, at time.Time, shares []int) Deadline {
	w := c.On(cal)
	d := Deadline{Calendar: cal.ID(), Version: cal.Version()}
	allowed, err := w.Allowed()
	if err != nil {
		d.Unknown = errors.Is(err, worktime.ErrUnknownYear)
		return d
	}
	d.AllowedMs = allowed
	if used, err := w.Used(at); err == nil {
		d.UsedMs = used
	}
	due, ok, err := w.Deadline()
	d.Unknown = errors.Is(err, worktime.ErrUnknownYear)
	if err != nil || !ok {
		return d
	}
	d.DueAt = &due
	for _, percent := range shares {
		if reached, err := w.Reached(allowed * int64(percent) / 100); err == nil {
			d.Reminders = append(d.Reminders, Share{percent, reached})
		}
	}
	return d
}

// Clock is the newest clock of a name; false when none has started.
func (c Clocks) Clock(name string) (Clock, bool) {
	for i := len(c.All) - 1; i >= 0; i-- {
		if c.All[i].Name == name {
			return c.All[i], true
		}
	}
	return Clock{}, false
}

// Running lists the clocks that have not stopped, in the order in which they started.
func (c Clocks) Running() []Clock {
	var list []Clock
	for _, k := range c.All {
		if k.Running() {
			list = append(list, k)
		}
	}
	return list
}

// limit is what the ticket's rules allow for a clock; zero when they set none.
func (s State) limit(name string) worktime.Limit {
	if s.Rules == nil {
		return worktime.Limit{}
	}
	class := s.class()
	switch {
	case name == ResponseClock:
		return class.Response
	case name == HandlingClock:
		return class.Handling
	case name == AcknowledgeClock:
		return class.Acknowledge
	case name == HandoverClock:
		return s.Rules.Handover.Limit
	case name == SupplementClock:
		return s.Rules.Supplement
	case name == ObjectionClock:
		return s.Rules.Objection.Limit
	case name == PauseClock:
		return s.listedPause(s.Pause).Max
	case strings.HasPrefix(name, RaiseClocks):
		return s.Rules.Raise
	}
	if key, ok := strings.CutPrefix(name, StageClocks); ok {
		for _, stage := range s.Rules.Stages {
			if stage.Key == key {
				return stage.Limit
			}
		}
	}
	return worktime.Limit{}
}

// class is the limits of the ticket's urgency.
func (s State) class() casetype.ClassLimits {
	for _, c := range s.Rules.Limits {
		if c.Urgency == string(s.Urgency) {
			return c
		}
	}
	return casetype.ClassLimits{}
}

// listedPause is what the rules say of a kind of pause.
func (s State) listedPause(kind PauseKind) casetype.Pause {
	if s.Rules != nil {
		for _, p := range s.Rules.Pauses {
			if p.Kind == string(kind) {
				return p
			}
		}
	}
	return casetype.Pause{}
}

// startClock starts the clock of a name at an instant, by the limit that the ticket's rules set for its urgency. Without
// rules, a limit or a calendar there is no clock, and one that runs goes on as it is (kpis §3 row 29). A clock that starts
// in a pause is paused.
func (s State) startClock(name string, at time.Time, cal *worktime.Calendar) []Event {
	limit := s.limit(name)
	last, ever := s.Clocks.Clock(name)
	if limit.Zero() || cal == nil || (ever && last.Running()) {
		return nil
	}
	c := Clock{Name: name, Round: last.Round + 1, Since: at, Limit: limit}
	if name == HandlingClock {
		c.Rule = s.Rules.Start
	}
	events := []Event{ClockStarted{
		Clock: c.Name, Round: c.Round, Since: at, Rule: c.Rule, Limit: limit, Deadline: c.deadline(cal, at, s.shares()),
	}}
	if n := len(s.Clocks.Waits); s.Pause != "" && n > 0 && name != PauseClock {
		events = append(events, c.pause(s.Clocks.Waits[n-1], at, cal))
	}
	return events
}

// pause is what a pause of the ticket does to the clock.
func (c Clock) pause(w Wait, at time.Time, cal *worktime.Calendar) ClockPaused {
	left, err := c.On(cal).Left(at)
	if err != nil {
		left = 0 // the calendar does not reach so far, so nobody can tell
	}
	return ClockPaused{Clock: c.Name, Round: c.Round, Pause: w.Number, Kind: w.Kind, At: at, LeftMs: left}
}

// restartClock is startClock, for acts that come again and again.
func (s State) restartClock(name string, at time.Time, cal *worktime.Calendar) []Event {
	return s.startClock(name, at, cal)
}

// stopClock stops the clock of a name; nothing when it does not run.
func (s State) stopClock(name string, at time.Time) []Event {
	if c, ok := s.Clocks.Clock(name); ok && c.Running() {
		return []Event{c.stop(at, false)}
	}
	return nil
}

// stopClocks stops every clock that runs, since the ticket ends: what they limited will not happen any more, but for the
// clocks named, whose act the end is.
func (s State) stopClocks(at time.Time, done ...string) []Event {
	var events []Event
	for _, c := range s.Clocks.Running() {
		events = append(events, c.stop(at, !slices.Contains(done, c.Name)))
	}
	return events
}

func (c Clock) stop(at time.Time, cancelled bool) ClockStopped {
	e := ClockStopped{Clock: c.Name, Round: c.Round, At: at, Met: !c.Overdue(at), Cancelled: cancelled}
	if !c.Due.IsZero() {
		e.DueAt = &c.Due
	}
	return e
}

// goOn lets the stopped clock of a name count again, for a new round of the same work (kpis §1.8); nothing when it runs or
// has never started.
func (s State) goOn(name string, at time.Time, cals Calendars) ([]Event, error) {
	c, ok := s.Clocks.Clock(name)
	if !ok || c.Running() {
		return nil, nil
	}
	cal := cals.of(c)
	if cal == nil {
		return nil, ErrNoCalendar
	}
	return []Event{ClockResumed{
		Clock: c.Name, Round: c.Round, At: at, Reopened: true, Deadline: c.resumedAt(at).deadline(cal, at, s.shares()),
	}}, nil
}

// shares are those of the limit at which reminders are due.
func (s State) shares() []int {
	if s.Rules == nil {
		return nil
	}
	return s.Rules.Reminders
}
