package ticket

import "docket/domain"

// ClockEvent is an event of limits: clocks, deadlines, extensions, lateness (mission rows L1–L5, C3, I10).
//
//sumtype:decl
type ClockEvent interface {
	Event
	isClock()
}

// Clocks is what decisions read of it.
type Clocks struct{}

var clockEvents = domain.Contract[Event]{}

// afterClock folds the family's own part, and the core where the event says so.
func (s State) afterClock(ClockEvent) State { return s }
