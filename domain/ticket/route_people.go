package ticket

import (
	"errors"
	"strings"

	"docket/domain"
	"docket/domain/route"
)

// Refusals of people by a stage (mission rows I8, R1, R2, R6, R8).
var (
	ErrNotYourStage = domain.Refusal(domain.Forbidden, "ticket.not_your_stage", "the stage is decided by another role, or by that role's post elsewhere")
	ErrFilledIn     = domain.Refusal(domain.Forbidden, "ticket.filled_in", "nobody decides on a form that they filled in or corrected")
	ErrNotQualified = domain.Refusal(domain.Forbidden, "ticket.not_qualified", "this asks for a certificate that you do not hold now")
	ErrDecided      = domain.Refusal(domain.Forbidden, "ticket.decided_already", "nobody decides twice on the same round")
)

// seat is the post by which somebody decides a stage: its role at the ticket's unit or group, or for the whole organisation.
func (s State) seat(st route.Stage, a domain.Actor) (domain.Post, bool) {
	for _, p := range a.Posts {
		if p.Role == st.Role && (p.Unit == "" || p.Unit == s.Unit || s.Group != "" && p.Unit == s.Group) {
			return p, true
		}
	}
	return domain.Post{}, false
}

// signer is the person who signs, and whose powers that person uses; nobody's when they are the signer's own.
func signer(a domain.Actor) (by, lender string) {
	if a.Delegation == "" {
		return a.Staff, ""
	}
	return strings.TrimPrefix(a.Principal, "staff-"), a.Staff
}

// signs is the person who signs.
func signs(a domain.Actor) string {
	by, _ := signer(a)
	return by
}

// Signer is the person who signs what an actor decides: the deputy, where the powers are lent.
func Signer(a domain.Actor) string { return signs(a) }

// signs wants somebody who may decide a stage and holds the certificate that it asks for, which an expired one is not (mission
// row O2).
func (s State) signs(st route.Stage, m domain.Meta, f StageFacts) error {
	if err := s.decides(st, m); err != nil {
		return err
	}
	if f.Lapsed {
		return ErrNotQualified
	}
	return nil
}

// decides wants somebody who may decide a stage. Neither the deputy nor the one whose powers are used may have filled in the
// form (before handling) or done the work (after it), nor have decided on this round already.
func (s State) decides(st route.Stage, m domain.Meta) error {
	a := m.Actor
	if a.Staff == "" {
		return ErrNoPerson
	}
	if _, ok := s.seat(st, a); !ok {
		return ErrNotYourStage
	}
	if st.When == route.After && isOneOf(a, s.Handler, s.Completer, s.Finisher) {
		return ErrOwnWork
	}
	if isOneOf(a, s.Route.Editors...) || st.When == route.Before && isOneOf(a, s.Intake.Clerks...) {
		return ErrFilledIn
	}
	for _, p := range s.Route.Passes {
		if p.When == st.When && isOneOf(a, p.By, p.For) {
			return ErrDecided
		}
	}
	return nil
}

// deciding wants an open stage that the actor may decide. Who decides another stage of the same side is told to wait for
// their turn; and where what the conditions were looked at has changed since, they may try at once, since the skipped stage
// may apply now.
func deciding(s State, m domain.Meta) error {
	open, err := s.OpenStage()
	if err == nil {
		err = identityRefusal(s, m)
	}
	if err != nil {
		return err
	}
	why := s.decides(open, m)
	if why == nil || m.Actor.Staff == "" {
		return why
	}
	skipped := s.Route.Looked != Looked{s.Route.Form.Revision, s.Route.Risk, s.Urgency}
	for _, st := range s.Rules.Stages {
		if st.Key == open.Key {
			skipped = false
			continue
		}
		if _, ok := s.seat(st, m.Actor); !ok || st.When != open.When || s.passed(st) {
			continue
		}
		if skipped {
			return nil
		}
		if errors.Is(why, ErrNotYourStage) {
			why = ErrStageNotNow
		}
	}
	return why
}
