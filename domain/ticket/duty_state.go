package ticket

import "docket/domain"

// DutyEvent is an event of who has to do what: contacts, problems raised, key steps, sub-tasks, circulation outside (mission rows A3–A7, C4, C5).
//
//sumtype:decl
type DutyEvent interface {
	Event
	isDuty()
}

// Duty is what decisions read of it.
type Duty struct{}

var dutyEvents = domain.Contract[Event]{}

// afterDuty folds the family's own part, and the core where the event says so.
func (s State) afterDuty(DutyEvent) State { return s }
