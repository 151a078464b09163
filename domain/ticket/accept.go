package ticket

import "docket/domain"

// Accept takes the application on (受理).
type Accept struct {
	Opinion string `json:"opinion,omitempty" maxLength:"10000"`
}

// ErrNotRegistered: the ticket has been accepted, closed or cancelled already.
var ErrNotRegistered = domain.Refusal(domain.Conflict, "ticket.not_registered", "only a newly registered ticket can be accepted")

// May wants a registered ticket without a route; the stages of a route accept by themselves.
func (c Accept) May(s State, _ domain.Meta) error {
	switch {
	case s.Status != StatusRegistered:
		return ErrNotRegistered
	case s.Planned():
		return ErrFollowsRoute
	}
	return nil
}

// Decide accepts.
func (c Accept) Decide(State, domain.Meta) ([]Event, error) {
	if err := bounded("opinion", c.Opinion); err != nil {
		return nil, err
	}
	return []Event{Accepted(c)}, nil
}
