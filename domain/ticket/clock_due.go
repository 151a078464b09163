package ticket

import "time"

// Promised is the date that lists show for a ticket: until when it is to be handled. It moves with the handling clock, and
// there is none while the clock is paused.
func Promised(before *time.Time, event Event) *time.Time {
	if r, ok := event.(Registered); ok {
		return r.DueAt
	}
	clock, deadline, moved := newDeadline(event)
	if !moved || clock != HandlingClock {
		return before
	}
	return deadline.DueAt
}

// newDeadline is where a clock stands after an event that moved it; false when the event moved none.
func newDeadline(event Event) (clock string, d Deadline, moved bool) {
	if e, ok := event.(ClockStarted); ok {
		return e.Clock, e.Deadline, true
	}
	if e, ok := event.(ClockResumed); ok {
		return e.Clock, e.Deadline, true
	}
	if e, ok := event.(ClockMoved); ok {
		return e.Clock, e.Deadline, true
	}
	if e, ok := event.(ClockRebased); ok {
		return e.Clock, e.Deadline, true
	}
	if e, ok := event.(ClockPaused); ok {
		return e.Clock, Deadline{}, true
	}
	return "", Deadline{}, false
}

// UrgencyAfter is a ticket's urgency once an event has happened.
func UrgencyAfter(before Urgency, event Event) Urgency {
	if r, ok := event.(Registered); ok {
		return r.Urgency
	}
	if c, ok := event.(UrgencyChanged); ok {
		return c.To
	}
	return before
}
