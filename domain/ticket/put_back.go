package ticket

import "docket/domain"

// ErrMovedSince: something else has happened to who holds the ticket; the failing field "since" has the type of that event.
var ErrMovedSince = domain.Refusal(domain.Conflict, "ticket.moved_since", "the ticket has gone another way since; undoing would take it from there")

// ErrNotMoved: the batch has not moved this ticket.
var ErrNotMoved = domain.Refusal(domain.Conflict, "ticket.not_moved", "the batch has not moved this ticket")

// PutBack takes the move of a batch back: the ticket lies again with the group and the handler that it lay with before
// (mission row X9). What the move's taker has done meanwhile stays.
type PutBack struct {
	Batch string `json:"batch" minLength:"1" maxLength:"64" doc:"that moved the ticket"`

	Facts PutBackFacts `json:"-"`
}

// PutBackFacts are what the ticket's own history tells of the move.
type PutBackFacts struct {
	Moved                bool
	Group, Unit, Handler string // before the move; empty: none
	Since                string // type of the first event of the holding that is not the move's own; empty: none
	Person               Person // the former handler
}

// Holding reports whether an event tells who holds or shall hold a ticket.
func Holding(event Event) bool {
	switch event.(type) { //nolint:gochecksumtype // these are all that concern the holding
	case AssignedToGroup, Taken, AssignedToHandler, HandoverOffered, HandoverAccepted, HandoverRefused, Released, HandoverWithdrawn:
		return true
	}
	return false
}

// May wants a ticket that is still looked after.
func (c PutBack) May(s State, _ domain.Meta) error { return live(s) }

// Decide puts the ticket back. A former handler who can hold it no longer is a failing field: the ticket stays where it is.
func (c PutBack) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("batch", c.Batch, 64)
	if err := v.Err(); err != nil {
		return nil, err
	}
	f := c.Facts
	switch {
	case !f.Moved:
		return nil, ErrNotMoved
	case f.Since != "":
		return nil, ErrMovedSince.With(domain.FieldError{Field: "since", Code: f.Since, Msg: "happened to the ticket since"})
	case f.Handler != "" && f.Handler != s.Handler:
		if f.Person.check(&v, "handler", f.Group); v.Err() != nil {
			return nil, v.Err()
		}
	}
	var events []Event
	reason := "batch " + c.Batch
	if f.Group != s.Group {
		events = append(events, AssignedToGroup{Group: f.Group, Unit: f.Unit, Previous: s.Group, Reason: reason})
		events = append(events, s.unhelped()...)
	}
	switch f.Handler {
	case s.Handler:
	case "":
		events = append(events, Released{From: s.Handler, Code: ReleasedOther, Reason: reason})
	default:
		events = append(events, s.given(f.Handler, reason, m)...)
	}
	return events, nil
}
