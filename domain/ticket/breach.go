package ticket

import (
	"slices"

	"docket/domain"
)

// BreachExplained: it was found why a limit was missed, and whose fault that was (kpis §1.12 and §3.39; mission rows C3, L5). A later
// finding takes the place of an earlier one; both stay in the history.
type BreachExplained struct {
	Clock  string `json:"clock" class:"skeleton"`
	Round  int    `json:"round" class:"skeleton"`
	Cause  Fault  `json:"cause" class:"skeleton"`
	By     string `json:"by" class:"skeleton"`
	Reason string `json:"reason" class:"content"`
}

func (BreachExplained) isTicket() {}
func (BreachExplained) isClock()  {}

// Refusals of explanations.
var (
	ErrNoBreach  = domain.Refusal(domain.Conflict, "ticket.no_breach", "no such limit of the ticket has been missed")
	ErrOwnBreach = domain.Refusal(domain.Forbidden, "ticket.own_breach", "nobody finds whose fault it was where they held the ticket themselves")
)

// ExplainBreach says why a limit was missed (逾期原因), by a cause that figures can be told by. Superiors find it, as they answer late
// reports, and never about what they held themselves.
type ExplainBreach struct {
	Clock  string `json:"clock,omitempty" doc:"whose limit, such as stage:first_review; handling when left out" maxLength:"60"`
	Round  int    `json:"round,omitempty" doc:"which clock of that name; the newest when left out" minimum:"0"`
	Cause  Fault  `json:"cause" enum:"staff,customer,external,system,rule_change,undetermined"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a limit that was missed, and somebody who did not hold the ticket.
func (c ExplainBreach) May(s State, m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	switch {
	case !slices.ContainsFunc(s.Clocks.All, func(k Clock) bool { return k.missed(m) }):
		return ErrNoBreach
	case isOneOf(m.Actor, s.Handler, s.Completer, s.Finisher):
		return ErrOwnBreach
	}
	return nil
}

// Decide explains.
func (c ExplainBreach) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "cause", c.Cause, Faults...)
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	name := c.Clock
	if name == "" {
		name = HandlingClock
	}
	k, found := s.Clocks.Clock(name)
	if c.Round > 0 {
		k, found = s.Clocks.of(name, c.Round)
	}
	if !found || !k.missed(m) {
		return nil, ErrNoBreach
	}
	return []Event{BreachExplained{Clock: k.Name, Round: k.Round, Cause: c.Cause, By: m.Actor.Staff, Reason: c.Reason}}, nil
}

// of finds a clock by name and round.
func (c Clocks) of(name string, round int) (Clock, bool) {
	for _, k := range c.All {
		if k.Name == name && k.Round == round {
			return k, true
		}
	}
	return Clock{}, false
}

// missed reports whether somebody here missed the limit: what customers have to keep, and pauses, are nobody's breach.
func (c Clock) missed(m domain.Meta) bool {
	return c.Name != PauseClock && c.Name != SupplementClock && c.Overdue(m.Now)
}
