package ticket

import "docket/domain"

// Dispute is a ticket that nobody takes: its handover was refused too often, and an arbiter decides once and finally.
type Dispute struct {
	Refusals int // of handovers since somebody last took the ticket
	Open     bool
	Arbiter  string // staff; empty: whoever has the right
	Settled  bool
}

// HandoverOverdue: the receiver has let the time pass in which to answer; both superiors are to know (mission row C2). The
// sender stays responsible and the offer stands.
type HandoverOverdue struct {
	Handover  int      `json:"handover" class:"skeleton"`
	From      string   `json:"from" class:"skeleton"`
	To        string   `json:"to" class:"skeleton"`
	Superiors []string `json:"superiors,omitempty" class:"skeleton"` // of the sender and of the receiver
}

// HandoverDisputed: the handover was refused as often as the template allows; an arbiter decides.
type HandoverDisputed struct {
	Refusals int    `json:"refusals" class:"skeleton"`
	Arbiter  string `json:"arbiter,omitempty" class:"skeleton"`
}

// Arbitrated: the arbiter has decided who is responsible, finally.
type Arbitrated struct {
	Arbiter string `json:"arbiter" class:"skeleton"`
	To      string `json:"to" class:"skeleton"`
	Reason  string `json:"reason" class:"content"`
}

func (HandoverOverdue) isTicket()  {}
func (HandoverOverdue) isDuty()    {}
func (HandoverDisputed) isTicket() {}
func (HandoverDisputed) isDuty()   {}
func (Arbitrated) isTicket()       {}
func (Arbitrated) isDuty()         {}

// Refusals of disputes.
var (
	ErrDisputed   = domain.Refusal(domain.Conflict, "ticket.disputed", "the handover was refused too often; an arbiter decides")
	ErrArbitrated = domain.Refusal(domain.Conflict, "ticket.arbitrated", "an arbiter has decided who is responsible, finally")
	ErrNoDispute  = domain.Refusal(domain.Conflict, "ticket.no_dispute", "no handover waits for an arbiter")
	ErrNotArbiter = domain.Refusal(domain.Forbidden, "ticket.not_arbiter", "another arbiter was named")
)

// TimeOutHandover tells both superiors of a handover that was not answered in time. It is the timer's.
type TimeOutHandover struct {
	Handover int `json:"handover" minimum:"1" doc:"which offer"`

	Facts TimeOutFacts `json:"-"`
}

// TimeOutFacts are the superiors of sender and receiver, each told once.
type TimeOutFacts struct{ Superiors []string }

// May leaves it to Decide, since what no longer holds is no refusal.
func (c TimeOutHandover) May(State, domain.Meta) error { return nil }

// Decide tells of the same offer once, and only while it is pending.
func (c TimeOutHandover) Decide(s State, m domain.Meta) ([]Event, error) {
	if !s.Live() || s.Offer.Handover != c.Handover || !s.Offer.Pending() || s.Duty.Overdue == c.Handover {
		return nil, nil
	}
	if err := s.due(HandoverClock, m); err != nil {
		return nil, err
	}
	return []Event{HandoverOverdue{Handover: c.Handover, From: s.Handler, To: s.Offer.To, Superiors: c.Facts.Superiors}}, nil
}

// Arbitrate decides who is responsible for a ticket that nobody takes.
type Arbitrate struct {
	To     string `json:"to" minLength:"1" maxLength:"64" doc:"who is responsible from now on; the present handler is possible"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts Person `json:"-"` // about the one who gets it
}

// May wants a dispute, and the arbiter who was named for it.
func (c Arbitrate) May(s State, m domain.Meta) error {
	switch {
	case !s.Live():
		return ErrNotOpen
	case !s.Duty.Dispute.Open:
		return ErrNoDispute
	case m.Actor.Staff == "":
		return ErrNoPerson
	case s.Duty.Dispute.Arbiter != "" && s.Duty.Dispute.Arbiter != m.Actor.Staff:
		return ErrNotArbiter
	}
	return nil
}

// Decide gives the ticket to the one named, whether or not they agree.
func (c Arbitrate) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if c.To != s.Handler {
		c.Facts.check(&v, "to", s.Group)
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := []Event{Arbitrated{Arbiter: m.Actor.Staff, To: c.To, Reason: c.Reason}}
	if c.To != s.Handler {
		events = append(events, s.given(c.To, c.Reason, m)...)
	}
	return events, nil
}

// disputed tells of a refusal that was one too many.
func (s State) disputed(arbiter string) []Event {
	if s.Rules == nil || s.Rules.Handover.Refusals == 0 {
		return nil
	}
	refusals := s.Duty.Dispute.Refusals + 1
	if refusals < s.Rules.Handover.Refusals || s.Duty.Dispute.Open {
		return nil
	}
	return []Event{HandoverDisputed{Refusals: refusals, Arbiter: arbiter}}
}

// disputeRefusal keeps a disputed ticket from being offered or given to somebody before or against the arbiter's word.
func (s State) disputeRefusal() error {
	switch {
	case s.Duty.Dispute.Open:
		return ErrDisputed
	case s.Duty.Dispute.Settled:
		return ErrArbitrated
	}
	return nil
}
