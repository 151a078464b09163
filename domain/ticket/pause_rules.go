package ticket

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/worktime"
)

// PauseJustified: what a pause of a planned ticket stands on (mission row L4). How long it may last at most is the limit of
// the clock [PauseClock] that starts with it.
type PauseJustified struct {
	Pause    int       `json:"pause" class:"skeleton"` // counts the ticket's pauses, from 1
	Kind     PauseKind `json:"kind" class:"skeleton"`
	From     time.Time `json:"from" class:"skeleton"`
	Evidence string    `json:"evidence,omitempty" class:"content"`
}

// PauseRevoked: the pause was not justified, so its time counts after all.
type PauseRevoked struct {
	Pause  int    `json:"pause" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

func (PauseJustified) isTicket() {}
func (PauseRevoked) isTicket()   {}
func (PauseJustified) isClock()  {}
func (PauseRevoked) isClock()    {}

// Wait is a pause of a planned ticket.
type Wait struct {
	Number  int
	Kind    PauseKind
	From    time.Time
	Revoked bool
}

// revoked takes a pause out of every clock.
func (c Clocks) revoked(number int) Clocks {
	c.Waits, c.All = slices.Clone(c.Waits), slices.Clone(c.All)
	for i := range c.Waits {
		c.Waits[i].Revoked = c.Waits[i].Revoked || c.Waits[i].Number == number
	}
	for i := range c.All {
		c.All[i] = c.All[i].without(number)
	}
	return c
}

// without is the clock as if a pause had not been.
func (c Clock) without(pause int) Clock {
	c.Pauses = slices.DeleteFunc(slices.Clone(c.Pauses), func(p Pausing) bool { return p.Number == pause })
	return c
}

// resumeClocks ends the longest-pause clock and lets the paused ones count again, not from before they were paused.
func (s State) resumeClocks(at time.Time, cals Calendars) ([]Event, error) {
	if n := len(s.Clocks.Waits); n > 0 && at.Before(s.Clocks.Waits[n-1].From) {
		at = s.Clocks.Waits[n-1].From
	}
	events := s.stopClock(PauseClock, at)
	for _, clock := range s.Clocks.Running() {
		if !clock.Paused() {
			continue
		}
		cal := cals.of(clock)
		if cal == nil {
			return nil, ErrNoCalendar
		}
		events = append(events, ClockResumed{
			Clock: clock.Name, Round: clock.Round, At: at, Deadline: clock.resumedAt(at).deadline(cal, at, s.shares()),
		})
	}
	return events, nil
}

// Refusals of revoking a pause.
var (
	ErrNoPause = domain.Refusal(domain.Conflict, "ticket.no_pause", "the ticket has no such pause, or it was revoked already")
)

// RevokePause finds that a pause was not justified: its time counts after all, and one that lasts ends.
type RevokePause struct {
	Pause  int    `json:"pause" doc:"number of the pause, from 1" minimum:"1"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// May wants a planned ticket that was paused.
func (c RevokePause) May(s State, _ domain.Meta) error {
	if len(s.Clocks.Waits) == 0 {
		return ErrNoPause
	}
	return nil
}

// Decide revokes, and computes anew every deadline that runs.
func (c RevokePause) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	n := len(s.Clocks.Waits)
	if c.Pause < 1 || c.Pause > n || s.Clocks.Waits[c.Pause-1].Revoked {
		return nil, ErrNoPause
	}
	var events []Event
	if s.Pause != "" && c.Pause == n {
		events = append(events, Resumed{Kind: s.Pause, Reason: c.Reason})
		events = append(events, s.stopClock(PauseClock, m.Now)...)
	}
	events = append(events, PauseRevoked{Pause: c.Pause, Reason: c.Reason})
	for _, clock := range s.Clocks.Running() {
		if !slices.ContainsFunc(clock.Pauses, func(p Pausing) bool { return p.Number == c.Pause }) {
			continue
		}
		cal := c.Facts.Clocks.of(clock)
		if cal == nil {
			return nil, ErrNoCalendar
		}
		events = append(events, clock.moved(MovedByRevoking, clock.without(c.Pause), cal, m.Now, s.shares()))
	}
	return events, nil
}

// moved tells that the clock has become another one.
func (c Clock) moved(cause MoveCause, to Clock, cal *worktime.Calendar, at time.Time, shares []int) ClockMoved {
	e := ClockMoved{Clock: c.Name, Round: c.Round, Cause: cause, Limit: to.Limit, Deadline: to.deadline(cal, at, shares)}
	if !c.Due.IsZero() {
		e.Before = &c.Due
	}
	return e
}
