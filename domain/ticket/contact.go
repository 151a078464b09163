package ticket

import "docket/domain"

// Direction says who turned to whom.
type Direction string

// ContactOutcome says what came of a contact.
type ContactOutcome string

// Values of the codes.
const (
	Inbound  Direction = "inbound"  // the customer turned to us
	Outbound Direction = "outbound" // we turned to the customer

	ContactReached    ContactOutcome = "reached"
	ContactNotReached ContactOutcome = "not_reached"
	ContactMessage    ContactOutcome = "message_left"
)

// Values of each code, in the order forms show them.
var (
	Directions      = []Direction{Inbound, Outbound}
	ContactOutcomes = []ContactOutcome{ContactReached, ContactNotReached, ContactMessage}
)

// UnmarshalText refuses an unknown direction.
func (d *Direction) UnmarshalText(b []byte) error { return domain.ParseCode(d, b, Directions) }

// UnmarshalText refuses an unknown outcome.
func (o *ContactOutcome) UnmarshalText(b []byte) error {
	return domain.ParseCode(o, b, ContactOutcomes)
}

// CustomerContacted: somebody here and the customer were in touch, or one tried to be (與客戶溝通, mission row A3).
type CustomerContacted struct {
	Direction Direction      `json:"direction" class:"skeleton"`
	Channel   Channel        `json:"channel" class:"skeleton"`
	Outcome   ContactOutcome `json:"outcome" class:"skeleton"`
	Summary   string         `json:"summary" class:"content"`
	By        string         `json:"by,omitempty" class:"skeleton"` // staff; empty for a service that acts for itself
}

// ProgressReported: the plain line about progress that the customer may read (反饋辦理進度).
type ProgressReported struct {
	Text string `json:"text" class:"content"`
}

// ProgressAnnounced: the line about progress is to be sent to the customer, too.
type ProgressAnnounced struct {
	Text string `json:"text" class:"content"`
}

// NoteSent: a note that the customer may see was sent to them.
type NoteSent struct {
	Note    int     `json:"note" class:"skeleton"` // counts the ticket's notes from 1
	Channel Channel `json:"channel" class:"skeleton"`
}

func (CustomerContacted) isTicket() {}
func (CustomerContacted) isDuty()   {}
func (ProgressReported) isTicket()  {}
func (ProgressAnnounced) isTicket() {}
func (ProgressAnnounced) isDuty()   {}
func (ProgressReported) isDuty()    {}
func (NoteSent) isTicket()          {}
func (NoteSent) isDuty()            {}

// ErrInternalNote: internal notes never leave the house.
var ErrInternalNote = domain.Refusal(domain.Forbidden, "ticket.internal_note", "an internal note can never be shown or sent to the customer")

// RecordContact records a contact with the customer: who turned to whom, how, about what, and what came of it.
type RecordContact struct {
	Direction Direction      `json:"direction" enum:"inbound,outbound"`
	Channel   Channel        `json:"channel" enum:"window,phone,online,mail,system"`
	Outcome   ContactOutcome `json:"outcome" enum:"reached,not_reached,message_left"`
	Summary   string         `json:"summary" minLength:"1" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// May wants a ticket that has not been cancelled: customers also call about closed ones.
func (c RecordContact) May(s State, _ domain.Meta) error {
	if s.Status == StatusCancelled {
		return ErrNotOpen
	}
	return nil
}

// Decide records. A person who reaches the customer has answered (mission row L2); a customer who turns to us waits for the
// next answer from then on.
func (c RecordContact) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "direction", c.Direction, Directions...)
	domain.OneOf(&v, "channel", c.Channel, Channels...)
	domain.OneOf(&v, "outcome", c.Outcome, ContactOutcomes...)
	v.RequiredText("summary", c.Summary, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := []Event{CustomerContacted{
		Direction: c.Direction, Channel: c.Channel, Outcome: c.Outcome, Summary: c.Summary, By: m.Actor.Staff,
	}}
	if c.Direction == Inbound {
		return append(events, s.waiting(m, c.Facts)...), nil
	}
	if c.Outcome == ContactReached {
		events = append(events, s.spokenTo(m)...)
	}
	return events, nil
}

// ReportProgress writes the line about progress that the customer reads.
type ReportProgress struct {
	Text   string `json:"text" minLength:"1" maxLength:"1000" doc:"plain words for the customer; nothing internal"`
	Notify bool   `json:"notify,omitempty" doc:"send it to the customer as a notice; left out, it is there for whoever looks"`
}

// May wants a ticket that is still looked after.
func (c ReportProgress) May(s State, _ domain.Meta) error { return live(s) }

// Decide reports.
func (c ReportProgress) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("text", c.Text, 1000)
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := []Event{ProgressReported{Text: c.Text}}
	if c.Notify {
		events = append(events, ProgressAnnounced{Text: c.Text})
	}
	return events, nil
}

// SendNote sends the customer a note that was written for them.
type SendNote struct {
	Note    int     `json:"note" minimum:"1" doc:"counts the ticket's notes from 1"`
	Channel Channel `json:"channel" enum:"window,phone,online,mail,system"`
}

// May wants a ticket with notes.
func (c SendNote) May(s State, _ domain.Meta) error {
	if len(s.Duty.Notes) == 0 {
		return ErrNoNote
	}
	return nil
}

// ErrNoNote: there is nothing to send.
var ErrNoNote = domain.Refusal(domain.Conflict, "ticket.no_note", "the ticket has no such note")

// Decide sends; an internal note never goes out, whoever asks.
func (c SendNote) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "channel", c.Channel, Channels...)
	if err := v.Err(); err != nil {
		return nil, err
	}
	switch {
	case c.Note < 1 || c.Note > len(s.Duty.Notes):
		return nil, ErrNoNote
	case !s.Duty.Notes[c.Note-1]:
		return nil, ErrInternalNote
	}
	return append([]Event{NoteSent(c)}, s.spokenTo(m)...), nil
}
