package ticket

import "docket/domain"

// IntakeEvent is an event of a ticket's life from the first contact to its registration (mission rows I1–I11).
//
//sumtype:decl
type IntakeEvent interface {
	Event
	isIntake()
}

// Intake is what decisions read of it.
type Intake struct{}

var intakeEvents = domain.Contract[Event]{}

// afterIntake folds the family's own part, and the core where the event says so.
func (s State) afterIntake(IntakeEvent) State { return s }
