package ticket

import "docket/domain"

// Refusals of handovers.
var (
	ErrNoHandler     = domain.Refusal(domain.Conflict, "ticket.no_handler", "nobody holds the ticket, so nobody can hand it over")
	ErrOfferPending  = domain.Refusal(domain.Conflict, "ticket.handover_pending", "an earlier handover has not been answered yet")
	ErrNoOffer       = domain.Refusal(domain.Conflict, "ticket.no_handover", "no handover is waiting for an answer")
	ErrNotReceiver   = domain.Refusal(domain.Forbidden, "ticket.not_receiver", "the handover is offered to somebody else")
	ErrNotThisOffer  = domain.Refusal(domain.Conflict, "ticket.other_handover", "another handover is pending than the one named")
	ErrSelfHandover  = domain.FieldError{Field: "to", Code: "self", Msg: "must be somebody else than the handler"}
	maxHandoverPages = 100_000
)

// OfferHandover offers the ticket to somebody, who has to accept (內部流轉, mission row C1).
type OfferHandover struct {
	To    string `json:"to" doc:"receiver" minLength:"1" maxLength:"64"`
	Note  string `json:"note,omitempty" maxLength:"10000"`
	Pages int    `json:"pages,omitempty" doc:"pages that go along" minimum:"0" maximum:"100000"`
	Paper bool   `json:"paper,omitempty" doc:"the paper original goes along"`

	Items []string `json:"items,omitempty" maxItems:"200" doc:"list of what goes along"`

	Facts Person     `json:"-"`
	Clock ClockFacts `json:"-"`
}

// May wants a ticket that somebody holds and that is not offered already, is not in dispute, and has its key steps recorded.
func (c OfferHandover) May(s State, _ domain.Meta) error {
	switch {
	case !s.Live():
		return ErrNotOpen
	case s.Handler == "":
		return ErrNoHandler
	case s.Offer.Pending():
		return ErrOfferPending
	case s.disputeRefusal() != nil:
		return s.disputeRefusal()
	}
	return stepsRefusal(s)
}

// Decide offers to an active member of the responsible group other than the handler, who is here and qualified. What goes
// along is listed, and for planned tickets where the ticket stood is recorded.
func (c OfferHandover) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if c.To == s.Handler {
		v.Fail(ErrSelfHandover.Field, ErrSelfHandover.Code, ErrSelfHandover.Msg)
	} else {
		c.Facts.check(&v, "to", s.Group)
	}
	v.Text("note", c.Note, maxText)
	if c.Pages < 0 || c.Pages > maxHandoverPages {
		v.Fail("pages", "out_of_range", "must be between 0 and 100000")
	}
	for _, item := range c.Items {
		v.RequiredText("items", item, maxTitle)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	e := HandoverOffered{
		Handover: s.Offers + 1, From: s.Handler, To: c.To, Note: c.Note, Pages: c.Pages, Paper: c.Paper, Items: c.Items,
	}
	if s.Planned() {
		e.Status = s.Status
	}
	return append([]Event{e}, s.startClock(HandoverClock, m.Now, c.Clock.Calendar)...), nil
}

// AcceptHandover makes the receiver responsible (收到業務單, mission row C2).
type AcceptHandover struct {
	Handover int `json:"handover,omitempty" doc:"which offer; the pending one when left out" minimum:"0"`

	Facts Person `json:"-"` // about the receiver
}

// May wants a pending offer to the actor.
func (c AcceptHandover) May(s State, m domain.Meta) error { return answering(s, m) }

// Decide accepts. Whoever becomes responsible holds the certificate that the template asks for now, not only when the ticket was
// offered (mission row O2). Who hands over need not: that is how a ticket gets away from a certificate that has ended.
func (c AcceptHandover) Decide(s State, m domain.Meta) ([]Event, error) {
	if err := namesOffer(s, c.Handover); err != nil {
		return nil, err
	}
	if c.Facts.Unqualified {
		return nil, ErrNotQualified
	}
	events := []Event{HandoverAccepted{Handover: s.Offer.Handover, From: s.Handler, To: s.Offer.To}}
	return append(events, s.stopClock(HandoverClock, m.Now)...), nil
}

// RefuseHandover leaves the ticket with its sender, for a coded reason.
type RefuseHandover struct {
	Handover int           `json:"handover,omitempty" doc:"which offer; the pending one when left out" minimum:"0"`
	Code     RefusalReason `json:"code" enum:"not_responsible,incomplete,overloaded,unqualified"`
	Reason   string        `json:"reason" minLength:"1" maxLength:"10000"`

	Facts ArbiterFacts `json:"-"`
}

// ArbiterFacts name who decides when nobody takes the ticket.
type ArbiterFacts struct{ Arbiter string }

// May wants a pending offer to the actor.
func (c RefuseHandover) May(s State, m domain.Meta) error { return answering(s, m) }

// Decide refuses; code and reason are both needed. One refusal too many puts the ticket before an arbiter.
func (c RefuseHandover) Decide(s State, m domain.Meta) ([]Event, error) {
	if err := namesOffer(s, c.Handover); err != nil {
		return nil, err
	}
	var v domain.Checks
	domain.OneOf(&v, "code", c.Code, RefusalReasons...)
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := []Event{HandoverRefused{
		Handover: s.Offer.Handover, From: s.Handler, To: s.Offer.To, Code: c.Code, Reason: c.Reason,
	}}
	events = append(events, s.disputed(c.Facts.Arbiter)...)
	return append(events, s.stopClock(HandoverClock, m.Now)...), nil
}

func answering(s State, m domain.Meta) error {
	switch {
	case !s.Live():
		return ErrNotOpen
	case !s.Offer.Pending():
		return ErrNoOffer
	case s.Offer.To != m.Actor.Staff:
		return ErrNotReceiver
	}
	return nil
}

func namesOffer(s State, handover int) error {
	if handover != 0 && handover != s.Offer.Handover {
		return ErrNotThisOffer
	}
	return nil
}
