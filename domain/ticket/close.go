package ticket

import (
	"docket/domain"
	"docket/domain/route"
)

// Refusals on the way out.
var (
	ErrNotCompleted = domain.Refusal(domain.Conflict, "ticket.not_completed", "no completed result is waiting to go out")
	ErrNotReviewed  = domain.Refusal(domain.Conflict, "ticket.not_reviewed", "the result has not passed its review")
	ErrNotDelivered = domain.Refusal(domain.Conflict, "ticket.not_delivered", "the customer has not been told the result")
	ErrNotReopened  = domain.Refusal(domain.Conflict, "ticket.not_finished", "only a completed, delivered or closed ticket can be reopened")
	ErrFinished     = domain.Refusal(domain.Conflict, "ticket.finished", "a completed, closed or cancelled ticket cannot be cancelled")
	ErrNoticeNeeded = domain.Refusal(domain.Conflict, "ticket.notice_needed", "the ticket follows a template: its customer is told by a result notice")
)

// DeliverResult tells the customer of a plain ticket the result (結果通知). A ticket that follows a template is told by
// [NotifyResult], whose content the rules bind (mission rows F1 and F2).
type DeliverResult struct {
	Channel Channel `json:"channel" enum:"window,phone,online,mail,system"`
	Text    string  `json:"text" doc:"exactly what is told" minLength:"1" maxLength:"10000"`
}

// May wants a plain ticket whose result has passed its review, or is completed where the policy waives reviews.
func (c DeliverResult) May(s State, _ domain.Meta) error {
	if s.Planned() {
		return ErrNoticeNeeded
	}
	return reviewed(s)
}

// Decide delivers, which is what the handling limit asks for.
func (c DeliverResult) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "channel", c.Channel, Channels...)
	v.RequiredText("text", c.Text, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return s.told(m, c.Channel, c.Text), nil
}

// Close ends the ticket.
type Close struct {
	Reason string `json:"reason,omitempty" maxLength:"10000"`
}

// May wants a delivered result, or a reviewed or completed one where the policy waives the steps between; no handover
// left unanswered, and nothing outside without its receipt.
func (c Close) May(s State, _ domain.Meta) error {
	switch {
	case s.Offer.Pending():
		return ErrOfferPending
	case s.Result.Objection.Open:
		return ErrObjectionOpen
	case s.outsideRefusal() != nil:
		return s.outsideRefusal()
	case s.Status == StatusDelivered:
		return nil
	case s.Status == StatusRefused: // mission row R7: whatever the policy waives
		return ErrNotDelivered
	case !s.Policy.WaiveDelivery && (s.Status == StatusCompleted || s.Status == StatusReviewed):
		return ErrNotDelivered
	}
	return reviewed(s)
}

// Decide closes. A handling limit that still runs ends here where the policy waives delivery; what others run for will not
// happen any more.
func (c Close) Decide(s State, m domain.Meta) ([]Event, error) {
	if err := bounded("reason", c.Reason); err != nil {
		return nil, err
	}
	return append([]Event{Closed(c)}, s.stopClocks(m.Effective, HandlingClock)...), nil
}

// Reopen starts a new round after completion, delivery or closing; the first round stays as it was.
type Reopen struct {
	Fault  Fault  `json:"fault" enum:"staff,customer,external,system,rule_change,undetermined"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// May wants a ticket whose running round has ended. A result that stages are judging is returned by them, and an objection
// that nobody has decided is answered first.
func (c Reopen) May(s State, _ domain.Meta) error {
	switch s.Status {
	case StatusCompleted, StatusReviewed, StatusDelivered, StatusClosed:
		if _, judged := s.pending(route.After); judged && s.Status == StatusCompleted {
			return ErrFollowsRoute
		}
		if o := s.Result.Objection; o.Open && o.Verdict == "" {
			return ErrObjectionOpen
		}
		return nil
	case StatusDraft, StatusRegistered, StatusAccepted, StatusInProgress, StatusCancelled,
		StatusDeclined, StatusLapsed, StatusRefused, StatusJoined:
	}
	return ErrNotReopened
}

// Decide reopens, and the handling limit goes on where it stopped (kpis §1.8).
func (c Reopen) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "fault", c.Fault, Faults...)
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	clock, err := s.goOn(HandlingClock, m.Effective, c.Facts.Clocks)
	if err != nil {
		return nil, err
	}
	return s.timed(append(s.reopened(c.Fault, c.Reason), clock...), m.Effective, c.Facts.Calendar), nil
}

// Cancel ends a ticket without a result.
type Cancel struct {
	Code   CancelReason `json:"code" enum:"withdrawn,registered_in_error,not_accepted,out_of_scope"`
	Reason string       `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a ticket that has not been completed.
func (c Cancel) May(s State, _ domain.Meta) error {
	switch s.Status {
	case StatusDraft, StatusRegistered, StatusAccepted, StatusInProgress:
		return nil
	case StatusCompleted, StatusReviewed, StatusDelivered, StatusClosed, StatusCancelled,
		StatusDeclined, StatusLapsed, StatusRefused, StatusJoined:
	}
	return ErrFinished
}

// Decide cancels, and with the ticket every limit that runs. An application that follows a template is not cancelled to turn
// it down: intake declines it (mission row I4) or its stages refuse it (mission row R7), and the customer is told why.
func (c Cancel) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "code", c.Code, CancelReasons...)
	if s.Planned() && (c.Code == CancelNotAccepted || c.Code == CancelOutOfScope) {
		v.Fail("code", "not_applicable", "an application is turned down by its intake or its stages")
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Code == CancelWithdrawn {
		if err := agentRefusal(s, m, MayWithdraw); err != nil {
			return nil, err
		}
	}
	return append([]Event{Cancelled(c)}, s.stopClocks(m.Effective)...), nil
}

// reviewed wants a result that may leave the house.
func reviewed(s State) error {
	switch {
	case s.Status == StatusReviewed, s.Status == StatusRefused:
		return nil
	case s.Planned() && s.Status == StatusCompleted:
		if _, open := s.pending(route.After); open {
			return ErrNotReviewed
		}
		return nil
	case s.Status == StatusCompleted && s.Policy.WaiveReview:
		return nil
	case s.Status == StatusCompleted:
		return ErrNotReviewed
	}
	return ErrNotCompleted
}
