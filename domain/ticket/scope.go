package ticket

import "docket/domain"

// DecideScope says whether the application is for this unit (判斷是否屬於公司業務範圍, mission row I4). Out of scope ends it as
// 不予受理, and the customer is told, with the right place if it is known; another unit has to decide anew.
type DecideScope struct {
	Scope      ScopeDecision `json:"scope" enum:"in,out,other_unit"`
	Reason     string        `json:"reason" minLength:"1" maxLength:"10000"`
	Unit       string        `json:"unit,omitempty" doc:"the other unit" maxLength:"64"`
	RightPlace string        `json:"right_place,omitempty" doc:"where to apply instead, if known; of what is out of scope" maxLength:"1000"`
	Text       string        `json:"text,omitempty" doc:"what the customer is told; required for out" maxLength:"10000"`

	Facts ScopeFacts `json:"-"`
}

// ScopeFacts are what the directory tells about the other unit.
type ScopeFacts struct{ UnitKnown, UnitActive bool }

// May wants a draft and a person who decides.
func (c DecideScope) May(s State, m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return draft(s)
}

// Decide records the decision, and declines what is out of scope.
func (c DecideScope) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "scope", c.Scope, ScopeDecisions...)
	v.RequiredText("reason", c.Reason, maxText)
	v.Text("right_place", c.RightPlace, maxRemark)
	v.Text("text", c.Text, maxText)
	switch {
	case c.Scope == OutOfScope:
		v.Required("text", c.Text)
	case c.Scope != OtherUnit:
	case c.Unit == s.Unit:
		v.Fail("unit", "self", "must be another unit")
	case !c.Facts.UnitKnown:
		v.Fail("unit", "unknown", "no such unit at that time")
	case !c.Facts.UnitActive:
		v.Fail("unit", "inactive", "is closed at that time")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if c.Scope == s.Intake.Scope {
		return nil, nil
	}
	decided := ScopeDecided{Scope: c.Scope, Reason: c.Reason}
	switch c.Scope {
	case OtherUnit:
		decided.Unit, decided.Previous = c.Unit, s.Unit
	case OutOfScope:
		declined := Declined{Reason: c.Reason, RightPlace: c.RightPlace, Text: c.Text, Channel: s.Intake.Application.Channel}
		return append([]Event{decided, declined}, s.stopClocks(m.Effective)...), nil
	case InScope:
	}
	return []Event{decided}, nil
}

// ReopenIntake takes back that an application was declined, or that it lapsed. It is a supervisor's act (mission row I4).
type ReopenIntake struct {
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// ErrNotDeclined: there is no ending of intake to take back.
var ErrNotDeclined = domain.Refusal(domain.Conflict, "ticket.not_declined", "the application was neither declined nor has it lapsed")

// May wants a declined or lapsed application.
func (c ReopenIntake) May(s State, _ domain.Meta) error {
	if s.Status != StatusDeclined && s.Status != StatusLapsed {
		return ErrNotDeclined
	}
	return nil
}

// Decide makes a draft of it again; what was told and is not cured gets a new date.
func (c ReopenIntake) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := []Event{IntakeReopened{From: s.Status, Reason: c.Reason}}
	if s.Intake.Curing {
		if c.Facts.Calendar == nil && !s.Rules.Supplement.Zero() {
			return nil, ErrNoCalendar
		}
		events = append(events, s.startClock(SupplementClock, m.Effective, c.Facts.Calendar)...)
	}
	return events, nil
}
