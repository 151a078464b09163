package ticket

import "time"

// Promised is the date that lists show for a ticket: until when it is to be handled. It moves with the handling clock, and
// there is none while the clock is paused.
func Promised(before *time.Time, event Event) *time.Time {
	switch e := event.(type) {
	case Registered:
		return e.DueAt
	case ClockStarted:
		return promised(before, e.Clock, e.Deadline)
	case ClockResumed:
		return promised(before, e.Clock, e.Deadline)
	case ClockMoved:
		return promised(before, e.Clock, e.Deadline)
	case ClockRebased:
		return promised(before, e.Clock, e.Deadline)
	case ClockPaused:
		return promised(before, e.Clock, Deadline{})
	default:
		return before
	}
}

func promised(before *time.Time, clock string, d Deadline) *time.Time {
	if clock != HandlingClock {
		return before
	}
	return d.DueAt
}

// UrgencyAfter is a ticket's urgency once an event has happened.
func UrgencyAfter(before Urgency, event Event) Urgency {
	switch e := event.(type) {
	case Registered:
		return e.Urgency
	case UrgencyChanged:
		return e.To
	default:
		return before
	}
}
