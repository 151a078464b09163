package ticket

import (
	"slices"

	"docket/domain"
)

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
	Clerks      []string    // who filled it in, and so may not decide on it (mission row I8)
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
		s.Intake = s.Intake.by(e.By)
	case FormFilled:
		s.Intake.Application = s.Intake.Application.amended(e)
		s.Intake = s.Intake.by(e.By)
		s.Route.Form = s.Route.Form.With(e.Values, e.Marked)
	}
	return s
}

// by adds a clerk, if it was one.
func (i Intake) by(clerk string) Intake {
	if clerk != "" && !slices.Contains(i.Clerks, clerk) {
		i.Clerks = append(slices.Clip(i.Clerks), clerk)
	}
	return i
}
