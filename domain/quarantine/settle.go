package quarantine

import "docket/domain"

// Settle decides what becomes of a message: it was opened as a ticket by hand, or it is discarded for a reason.
type Settle struct {
	How    How    `json:"how" enum:"opened,discarded"`
	Ticket string `json:"ticket,omitempty" doc:"opened from it" maxLength:"64"`
	Reason string `json:"reason,omitempty" doc:"required when discarded" maxLength:"10000"`

	Facts SettleFacts `json:"-"`
}

// SettleFacts tell whether the ticket is one.
type SettleFacts struct{ TicketKnown bool }

// May wants a message that waits.
func (c Settle) May(s State, m domain.Meta) error {
	switch {
	case !s.Entered:
		return ErrUnknown
	case s.Settled:
		return ErrSettled
	case m.Actor.Staff == "":
		return ErrNoPerson
	}
	return nil
}

// Decide settles.
func (c Settle) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "how", c.How, Ways...)
	v.Text("reason", c.Reason, maxText)
	switch c.How {
	case Opened:
		if !c.Facts.TicketKnown {
			v.Fail("ticket", "unknown", "no such ticket")
		}
	case Discarded:
		v.Required("reason", c.Reason)
		if c.Ticket != "" {
			v.Fail("ticket", "not_applicable", "a discarded message opened none")
		}
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Settled{How: c.How, Ticket: c.Ticket, By: m.Actor.Staff, Reason: c.Reason}}, nil
}
