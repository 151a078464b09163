package ticket

import "docket/domain"

// Refusals of joining (mission row I11).
var (
	ErrJoined    = domain.Refusal(domain.Conflict, "ticket.joined", "the ticket goes on as another one")
	ErrNotJoined = domain.Refusal(domain.Conflict, "ticket.not_joined", "the ticket goes on as no other one")
)

// Join lets a duplicate go on as another ticket of the same customer (重複辦理, mission row I11). Both numbers stay
// resolvable and both histories intact; which of two goes on as the other is decided in one place, so that two people who
// join in opposite directions at once cannot both succeed.
type Join struct {
	Into   string `json:"into" doc:"key of the ticket that goes on" format:"uuid" minLength:"36" maxLength:"36"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts JoinFacts `json:"-"`
}

// JoinFacts are what the pipeline looks up about the other ticket.
type JoinFacts struct {
	Known    bool
	Customer string
	Type     string
	Status   Status
}

// May wants a ticket that stands for itself, and owes nobody an answer: no open objection, nothing outside.
func (c Join) May(s State, _ domain.Meta) error {
	switch {
	case s.Status == StatusJoined:
		return ErrJoined
	case s.Result.Objection.Open:
		return ErrObjectionOpen
	}
	return s.outsideRefusal()
}

// Decide joins.
func (c Join) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	switch {
	case c.Into == m.ID.Key():
		v.Fail("into", "self", "must be another ticket")
	case !c.Facts.Known:
		v.Fail("into", "unknown", "no such ticket")
	case c.Facts.Customer != s.Intake.Application.Customer:
		v.Fail("into", "not_same_customer", "is of another customer")
	case c.Facts.Customer == "":
		v.Fail("into", "no_customer", "nobody can tell whether two tickets without a customer are of the same one")
	case c.Facts.Status == StatusCancelled || c.Facts.Status == StatusDeclined || c.Facts.Status == StatusLapsed:
		v.Fail("into", "ended", "has ended without a result, so nothing would go on")
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Facts.Status == StatusJoined {
		return nil, ErrJoined.Because("the other ticket goes on as another one itself")
	}
	joined := Joined{Into: c.Into, Was: s.Status, Reason: c.Reason}
	for _, clock := range s.Clocks.Running() {
		joined.Clocks = append(joined.Clocks, clock.Name)
	}
	return append([]Event{joined}, s.stopClocks(m.Effective)...), nil
}

// Unjoin undoes a joining: the ticket stands where it stood (mission row X9).
type Unjoin struct {
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts UnjoinFacts `json:"-"`
}

// UnjoinFacts are what the pipeline takes along: the ticket it was joined into, and the calendars of the clocks that go on.
type UnjoinFacts struct {
	Into   string
	Clocks ClockFacts
}

// May wants a joined ticket.
func (c Unjoin) May(s State, _ domain.Meta) error {
	if s.Status != StatusJoined {
		return ErrNotJoined
	}
	return nil
}

// Decide undoes it; the clocks that the joining stopped go on.
func (c Unjoin) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := []Event{Unjoined{From: s.Intake.Into, Status: s.Intake.Before, Reason: c.Reason}}
	for _, name := range s.Intake.Halted {
		on, err := s.goOn(name, m.Effective, c.Facts.Clocks.Clocks)
		if err != nil {
			return nil, err
		}
		events = append(events, on...)
	}
	return events, nil
}
