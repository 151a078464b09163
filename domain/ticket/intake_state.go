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
type Intake struct {
	Application Application // as opened and amended; registering copies it
}

var intakeEvents = domain.Contract[Event]{
	"TicketOpened":     domain.Of[Opened](),
	"TicketFormFilled": domain.Of[FormFilled](),
}

// afterIntake folds the family's own part, and the core where the event says so.
func (s State) afterIntake(event IntakeEvent) State {
	switch e := event.(type) {
	case Opened:
		s = State{Status: StatusDraft, Unit: e.Unit, Template: e.Template, Rules: s.Rules, Intake: Intake{Application: e.application()}}
	case FormFilled:
		s.Intake.Application = s.Intake.Application.amended(e)
		s.Route.Form = s.Route.Form.With(e.Values, e.Marked)
	}
	return s
}
