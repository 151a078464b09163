package ticket

import "docket/domain"

// Refusals of reviews.
var (
	ErrNotReviewable = domain.Refusal(domain.Conflict, "ticket.not_reviewable", "only a completed result that has not been reviewed can be reviewed")
	ErrOwnWork       = domain.Refusal(domain.Forbidden, "ticket.own_work", "nobody reviews their own work")
)

// PassReview finds the result good (審核通過, mission row R1).
type PassReview struct {
	Opinion string `json:"opinion" minLength:"1" maxLength:"10000"`
}

// May wants a completed result of somebody else: of none who holds the ticket, held it when it was completed, or
// completed it.
func (c PassReview) May(s State, m domain.Meta) error { return reviewable(s, m) }

// Decide passes.
func (c PassReview) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("opinion", c.Opinion, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{ReviewPassed{Reviewer: m.Actor.Staff, Opinion: c.Opinion}}, nil
}

// ReturnReview sends the result back to the handler (返回重新處理並註明原因, mission row R3).
type ReturnReview struct {
	Fault  Fault    `json:"fault" enum:"staff,customer,external,system,rule_change,undetermined"`
	Reason string   `json:"reason" minLength:"1" maxLength:"10000"`
	Items  []string `json:"items" doc:"what has to be put right" minItems:"1" maxItems:"100"`
}

// May wants a completed result of somebody else.
func (c ReturnReview) May(s State, m domain.Meta) error { return reviewable(s, m) }

// Decide returns it for a new round; reason and items are needed.
func (c ReturnReview) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "fault", c.Fault, Faults...)
	v.RequiredText("reason", c.Reason, maxText)
	if len(c.Items) == 0 {
		v.Fail("items", "required", "must name what has to be put right")
	}
	for _, item := range c.Items {
		v.RequiredText("items", item, maxText)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{ReviewReturned{
		Reviewer: m.Actor.Staff, Fault: c.Fault, Reason: c.Reason, Items: c.Items, Round: s.Round + 1,
	}}, nil
}

func reviewable(s State, m domain.Meta) error {
	if err := identityRefusal(s, m); err != nil {
		return err
	}
	switch {
	case s.Status != StatusCompleted:
		return ErrNotReviewable
	case s.Planned():
		return ErrFollowsRoute
	case m.Actor.Staff == "":
		return ErrNoPerson
	case isOneOf(m.Actor, s.Handler, s.Completer, s.Finisher):
		return ErrOwnWork
	}
	return nil
}

// isOneOf reports whether the actor, or the account that acts in the actor's name, is one of these members of staff.
func isOneOf(a domain.Actor, people ...string) bool {
	for _, person := range people {
		if person != "" && (a.Staff == person || a.Principal == string(domain.Stream("staff", person))) {
			return true
		}
	}
	return false
}
