package ticket

import (
	"cmp"
	"time"

	"docket/domain"
)

// place makes the group of the rules responsible, or the fallback queue with the cause, so that somebody is told; a ticket is
// never without a responsible unit (mission row A1).
func (p Placement) place(s State) []Event {
	if len(s.Rules.Groups) == 0 && p.Fallback == "" {
		return nil // the unit's own desk has it, as the template wants
	}
	cause := p.cause()
	if cause == "" {
		return []Event{AssignedToGroup{Group: p.Group, Unit: p.Facts.Unit, Rule: p.Rule}}
	}
	back := GroupFallback{Rule: p.Rule, Wanted: p.Group, Cause: cause}
	if f := p.FallbackFacts; f.Known && f.Active && f.Unit != "" {
		back.Group = p.Fallback
		return []Event{back, AssignedToGroup{Group: p.Fallback, Unit: f.Unit, Rule: "fallback"}}
	}
	return []Event{back}
}

// cause tells why the rules place the ticket nowhere; empty when they do.
func (p Placement) cause() string {
	if p.Rule == "" {
		return "no_rule"
	}
	return p.Facts.unfit(true)
}

// with is the group that gets the ticket and who is called for it.
func (p Placement) with() (group, called string) {
	switch {
	case p.cause() == "" && p.Group != "":
		return p.Group, cmp.Or(p.Called, p.UnitCalled)
	case p.FallbackFacts.Known && p.FallbackFacts.Active:
		return p.Fallback, cmp.Or(p.FallbackCalled, p.UnitCalled)
	}
	return "", p.UnitCalled
}

// page starts the limit in which an urgent ticket is to be taken and calls who is on duty, else who leads the group (mission row
// I10).
func (s State) page(at time.Time, f SubmitFacts) []Event {
	clock := s.startClock(AcknowledgeClock, at, f.Calendar)
	if len(clock) == 0 {
		return nil
	}
	group, called := f.Group.with()
	return append(clock, Paged{Level: 1, Person: called, Group: group, Urgency: s.Urgency, DueAt: dueOf(clock, AcknowledgeClock)})
}

// ExpireAcknowledge calls the next superior when nobody has taken an urgent ticket within its limit (mission row I10). It is
// the timer's.
type ExpireAcknowledge struct {
	Round int       `json:"round" doc:"of the clock \"acknowledge\"" minimum:"1"`
	DueAt time.Time `json:"due_at" doc:"its deadline, as the event told it"`

	Facts AcknowledgeFacts `json:"-"`
}

// AcknowledgeFacts are what the pipeline looks up before the call goes further up.
type AcknowledgeFacts struct {
	Superior string // of whoever was called last; empty at the top
	Clocks   ClockFacts
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c ExpireAcknowledge) May(State, domain.Meta) error { return nil }

// Decide calls the superior, and gives that one the same limit; at the top it stays with the last one called.
func (c ExpireAcknowledge) Decide(s State, m domain.Meta) ([]Event, error) {
	clock, ok := s.Clocks.Clock(AcknowledgeClock)
	if !ok || clock.Round != c.Round || !clock.Running() || !clock.Due.Equal(c.DueAt) || s.Handler != "" || s.Status.Finished() {
		return nil, nil
	}
	if m.Now.Before(c.DueAt) {
		return nil, ErrNotDue
	}
	events := s.stopClock(AcknowledgeClock, m.Now)
	paged := Paged{Level: s.Intake.Paged + 1, Person: c.Facts.Superior, Group: s.Group, Urgency: s.Urgency}
	if c.Facts.Superior == "" {
		return append(events, paged), nil
	}
	for _, e := range events {
		s = evolve(s, e)
	}
	next := s.startClock(AcknowledgeClock, m.Now, c.Facts.Clocks.Calendar)
	paged.DueAt = dueOf(next, AcknowledgeClock)
	return append(append(events, paged), next...), nil
}

// acknowledged stops the limit in which an urgent ticket was to be taken.
func (s State) acknowledged(m domain.Meta, taken Event) []Event {
	return append([]Event{taken}, s.stopClock(AcknowledgeClock, m.Effective)...)
}
