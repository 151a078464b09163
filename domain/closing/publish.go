package closing

import (
	"time"

	"docket/domain"
)

// Publish shows the figures to the people they are about, who can appeal for some time (公布).
type Publish struct {
	AppealUntil time.Time `json:"appeal_until" doc:"up to when people can appeal"`
}

// May wants frozen figures.
func (c Publish) May(s State, m domain.Meta) error {
	if err := person(m); err != nil {
		return err
	}
	if s.Status != StatusFrozen {
		return ErrNotFrozen
	}
	return nil
}

// Decide publishes.
func (c Publish) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if c.AppealUntil.Before(m.Now) {
		v.Fail("appeal_until", "too_early", "must not have passed")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Published{AppealUntil: c.AppealUntil.UTC(), By: m.Actor.Staff}}, nil
}

// Close makes the figures final, once nobody can appeal any more and every appeal has been answered (定案).
type Close struct{}

// May wants published figures that nothing is held against.
func (c Close) May(s State, m domain.Meta) error {
	if err := person(m); err != nil {
		return err
	}
	switch {
	case s.Status != StatusPublished:
		return ErrNotPublished
	case s.Open() > 0:
		return ErrAppealsOpen
	case s.Contested():
		return ErrContested
	case m.Now.Before(s.AppealUntil):
		return ErrWindowOpen
	}
	return nil
}

// Decide closes.
func (c Close) Decide(_ State, m domain.Meta) ([]Event, error) {
	return []Event{Closed{By: m.Actor.Staff}}, nil
}
