package ticket

import (
	"slices"

	"docket/domain"
	"docket/domain/route"
)

// RequireSecondReview makes a ticket pass a stage before handling although the stage's condition does not hold: a superior
// finds it important or complex (復審, mission row R5).
type RequireSecondReview struct {
	Stage  string `json:"stage" doc:"key of a stage with a condition" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants an application whose stages before handling are not over.
func (c RequireSecondReview) May(s State, m domain.Meta) error {
	switch {
	case !s.Planned():
		return ErrNoRoute
	case s.Status != StatusRegistered:
		return ErrNoStageOpen
	case m.Actor.Staff == "":
		return ErrNoPerson
	}
	return nil
}

// Decide requires the stage, unless somebody has required it already. A condition that holds now may not hold after an
// amendment, so the decision is recorded all the same.
func (c RequireSecondReview) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	st, known := s.stage(c.Stage)
	switch {
	case !known:
		v.Fail("stage", "unknown", "no such stage in this ticket's route")
	case st.When != route.Before || st.Condition == "":
		v.Fail("stage", "not_conditional", "must be a stage before handling that has a condition")
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if s.passed(st) {
		return nil, ErrStagePassed
	}
	if slices.Contains(s.Route.Forced, st.Key) {
		return nil, nil
	}
	return []Event{SecondReviewRequired{Stage: st.Key, By: signs(m.Actor), Reason: c.Reason}}, nil
}
