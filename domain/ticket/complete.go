package ticket

import "docket/domain"

// Complete ends the handling of the running round (辦結); the result still has to be reviewed and delivered where the
// policy asks for it.
type Complete struct {
	Outcome Outcome `json:"outcome" enum:"fulfilled,not_fulfilled"`
	Summary string  `json:"summary" minLength:"1" maxLength:"10000"`

	Facts RouteFacts `json:"-"`
}

// May wants a ticket in handling that is not paused, and a handler unless the policy waives it; no key step whose record is
// missing, and no blocking sub-task that is open. A planned ticket also wants every condition of its approval and every
// item of its last return answered.
func (c Complete) May(s State, _ domain.Meta) error {
	switch {
	case !s.Handling():
		return ErrNotHandling
	case s.Pause != "":
		return ErrPaused
	case s.Offer.Pending():
		return ErrOfferPending
	case s.Handler == "" && !s.Policy.CompleteUnassigned:
		return ErrNoHandler
	}
	if err := finishRefusal(s); err != nil {
		return err
	}
	return s.routeComplete()
}

// Decide completes; where the template asks handlers for a certificate, who completes signs with one that is good (mission row O2).
func (c Complete) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "outcome", c.Outcome, Outcomes...)
	v.RequiredText("summary", c.Summary, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Facts.Lapsed {
		return nil, ErrNotQualified
	}
	finished := Completed{Handler: s.Handler, By: m.Actor.Staff, Outcome: c.Outcome, Summary: c.Summary}
	if !s.Planned() {
		return []Event{finished}, nil
	}
	_, events := s.looked(c.Facts.Conditions, s.Route.Risk)
	return s.timed(append(events, finished), m.Effective, c.Facts.Calendar), nil
}
