package ticket

import (
	"time"

	"docket/domain"
)

// AssignToGroup makes a group responsible (分配至相應業務小組, mission row A1).
type AssignToGroup struct {
	Group  string `json:"group" minLength:"1" maxLength:"64"`
	Reason string `json:"reason,omitempty" maxLength:"10000"`

	Facts GroupFacts `json:"-"`
}

// GroupFacts are what the directory tells about the group as of the effective time.
type GroupFacts struct {
	Known, Active bool
	Unit          string // the unit the group belongs to

	// What is asked of the groups of planned tickets (mission rows A1 and O1).
	Led         bool // somebody leads it
	Responsible bool // takes on the ticket's type
	Qualified   bool // a member who is here holds the certificate that the template asks for
}

// check adds the failure that makes a group unfit to be responsible for a ticket.
func (g GroupFacts) check(v *domain.Checks, s State) {
	switch g.unfit(s.Planned()) {
	case "unknown":
		v.Fail("group", "unknown", "no such group at that time")
	case "inactive":
		v.Fail("group", "inactive", "is closed at that time")
	case "no_unit":
		v.Fail("group", "no_unit", "belongs to no unit, which a ticket is never without")
	case "no_leader":
		v.Fail("group", "no_leader", "has nobody who leads it")
	case "not_responsible":
		v.Fail("group", "not_responsible", "does not take on tickets of this type")
	case "unqualified":
		v.Fail("group", "unqualified", "has no member with the certificate that is needed")
	}
}

// unfit tells why a group cannot be responsible for a ticket; empty when it can. Groups of planned tickets are led, take on
// the type, and have somebody qualified.
func (g GroupFacts) unfit(planned bool) string {
	switch {
	case !g.Known:
		return "unknown"
	case !g.Active:
		return "inactive"
	case g.Unit == "":
		return "no_unit"
	case !planned:
	case !g.Led:
		return "no_leader"
	case !g.Responsible:
		return "not_responsible"
	case !g.Qualified:
		return "unqualified"
	}
	return ""
}

// May wants a ticket that is still looked after.
func (c AssignToGroup) May(s State, _ domain.Meta) error { return live(s) }

// Decide assigns; the group that has it already is not an error. A handler stays responsible until a handover is accepted,
// but one that was offered within the former group lapses, and who helped was of that group. Planned tickets are moved on for a reason (mission row A7).
func (c AssignToGroup) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	c.Facts.check(&v, s)
	if s.Planned() && s.Group != "" && c.Group != s.Group {
		v.Required("reason", c.Reason)
	}
	v.Text("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Group == s.Group {
		return nil, nil
	}
	moved := append(s.withdrawn(m), AssignedToGroup{Group: c.Group, Unit: c.Facts.Unit, Previous: s.Group, Reason: c.Reason})
	return append(moved, s.unhelped()...), nil
}

// AssignToHandler names the responsible handler over the group's head (安排專人負責, mission row A2).
type AssignToHandler struct {
	Handler string `json:"handler" minLength:"1" maxLength:"64"`
	Reason  string `json:"reason,omitempty" maxLength:"10000" doc:"required when somebody else holds the ticket"`

	Facts Person    `json:"-"`
	Load  LoadFacts `json:"-"`
}

// May wants a ticket that is still looked after.
func (c AssignToHandler) May(s State, _ domain.Meta) error { return live(s) }

// Decide names the handler. Taking a ticket from somebody needs a reason (mission row A7).
func (c AssignToHandler) Decide(s State, m domain.Meta) ([]Event, error) {
	if c.Handler == s.Handler {
		return s.withdrawn(m), nil // whoever names the present handler decides against the offer
	}
	if err := s.disputeRefusal(); err != nil {
		return nil, err
	}
	var v domain.Checks
	c.Facts.check(&v, "handler", s.Group)
	if s.Handler != "" {
		v.Required("reason", c.Reason)
	}
	v.Text("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return append(s.acknowledged(m, s.given(c.Handler, c.Reason, m)[0]), s.stopClock(HandoverClock, m.Now)...), nil
}

// Take makes the actor the responsible handler of a ticket nobody holds.
type Take struct {
	Facts Person    `json:"-"` // about the actor
	Load  LoadFacts `json:"-"`
}

// LoadFacts are what the guard of somebody's load needs where their group limits it (mission row A2); without a Limit there is
// nothing to guard.
type LoadFacts struct {
	Staff string // who is to hold the ticket
	Field string // that names them
	Limit int    // open tickets that they may hold
	Month time.Time
	Held  []string       // what they hold, as far as is known
	Ended map[string]int // claims that no longer count, by ticket and ordinal
}

// ErrHeld: somebody is responsible already; the ticket can be handed over, not taken.
var ErrHeld = domain.Refusal(domain.Conflict, "ticket.held", "somebody holds the ticket already")

// May wants a ticket without a handler, and a person to hold it.
func (c Take) May(s State, m domain.Meta) error {
	switch {
	case m.Actor.Staff == "":
		return ErrNoPerson
	case !s.Live():
		return ErrNotOpen
	case s.Handler != "" && s.Handler != m.Actor.Staff:
		return ErrHeld
	}
	return nil
}

// Decide makes the actor responsible; taking one's own ticket again changes nothing.
func (c Take) Decide(s State, m domain.Meta) ([]Event, error) {
	if s.Handler == m.Actor.Staff {
		return nil, nil
	}
	var v domain.Checks
	c.Facts.check(&v, "actor", s.Group)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return s.acknowledged(m, Taken{Handler: m.Actor.Staff}), nil
}
