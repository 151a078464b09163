package ticket

import "docket/domain"

// Refusals of pauses.
var (
	ErrPaused    = domain.Refusal(domain.Conflict, "ticket.paused", "the ticket is paused; resume it first")
	ErrNotPaused = domain.Refusal(domain.Conflict, "ticket.not_paused", "the ticket is not paused")
)

// Pause stops the ticket while somebody outside has to act (暫停, mission row L4). Only listed kinds stop a clock.
type Pause struct {
	Kind   PauseKind `json:"kind" enum:"customer,external,inspection,force_majeure"`
	Reason string    `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a ticket in handling that is not paused.
func (c Pause) May(s State, _ domain.Meta) error {
	if s.Pause != "" {
		return ErrPaused
	}
	return handling(s)
}

// Decide pauses.
func (c Pause) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "kind", c.Kind, PauseKinds...)
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Paused(c)}, nil
}

// Resume lets the ticket go on.
type Resume struct {
	Reason string `json:"reason,omitempty" maxLength:"10000"`
}

// May wants a paused ticket.
func (c Resume) May(s State, _ domain.Meta) error {
	if s.Pause == "" {
		return ErrNotPaused
	}
	return nil
}

// Decide resumes.
func (c Resume) Decide(s State, _ domain.Meta) ([]Event, error) {
	if err := bounded("reason", c.Reason); err != nil {
		return nil, err
	}
	return []Event{Resumed{Kind: s.Pause, Reason: c.Reason}}, nil
}
