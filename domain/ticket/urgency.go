package ticket

import (
	"slices"

	"docket/domain"
	"docket/domain/casetype"
)

// UrgencyChanged: the ticket is of another class by hand (mission row I10).
type UrgencyChanged struct {
	From   Urgency `json:"from" class:"skeleton"`
	To     Urgency `json:"to" class:"skeleton"`
	Reason string  `json:"reason" class:"content"`
}

func (UrgencyChanged) isTicket() {}
func (UrgencyChanged) isClock()  {}

// ChangeUrgency raises or lowers the class (緊急業務立即處理、一般業務限時回復). Its limits hold from the start of the clocks
// that run; a deadline that has passed stays.
type ChangeUrgency struct {
	Urgency Urgency `json:"urgency" enum:"critical,urgent,normal,low"`
	Reason  string  `json:"reason" minLength:"1" maxLength:"10000"`

	Facts  ClockFacts `json:"-"`
	Called string     `json:"-"` // who is on duty, else who leads
}

// May wants a ticket that is registered and not at its end.
func (c ChangeUrgency) May(s State, _ domain.Meta) error {
	if s.Status != StatusRegistered && !s.Live() {
		return ErrNotOpen
	}
	return nil
}

// Decide changes the class, and the limits that depend on it. A ticket that has become urgent and that nobody holds calls
// somebody, as one that is urgent from the beginning does.
func (c ChangeUrgency) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "urgency", c.Urgency, Urgencies...)
	if s.Planned() && !slices.ContainsFunc(s.Rules.Limits, func(l casetype.ClassLimits) bool { return l.Urgency == string(c.Urgency) }) {
		v.Fail("urgency", "no_limits", "is a class for which the ticket's rules set no limits")
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Urgency == s.Urgency {
		return nil, nil
	}
	events := []Event{UrgencyChanged{From: s.Urgency, To: c.Urgency, Reason: c.Reason}}
	s.Urgency = c.Urgency
	for _, clock := range s.Clocks.Running() {
		next := clock
		next.Limit = s.limit(clock.Name)
		if next.Limit.Zero() && clock.Name == AcknowledgeClock {
			events = append(events, clock.stop(m.Now, true))
			continue
		}
		if next.Limit.Zero() || next.Limit == clock.Limit || clock.Overdue(m.Now) {
			continue
		}
		cal := c.Facts.Clocks.of(clock)
		if cal == nil {
			return nil, ErrNoCalendar
		}
		events = append(events, clock.moved(MovedByUrgency, next, cal, m.Now, s.shares()))
	}
	if s.Handler == "" {
		if clock := s.startClock(AcknowledgeClock, m.Now, c.Facts.Calendar); len(clock) > 0 {
			events = append(append(events, clock...), Paged{
				Level: s.Intake.Paged + 1, Person: c.Called, Group: s.Group, Urgency: s.Urgency, DueAt: dueOf(clock, AcknowledgeClock),
			})
		}
	}
	return events, nil
}
