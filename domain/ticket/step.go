package ticket

import (
	"slices"

	"docket/domain"
	"docket/domain/casetype"
)

// Deviation says how a handler departed from the key steps of the procedure.
type Deviation string

// The deviations.
const (
	StepSkipped    Deviation = "skipped"
	StepOutOfOrder Deviation = "out_of_order"
)

// Deviations are the codes.
var Deviations = []Deviation{StepSkipped, StepOutOfOrder}

// UnmarshalText refuses an unknown deviation.
func (d *Deviation) UnmarshalText(b []byte) error { return domain.ParseCode(d, b, Deviations) }

// StepState is a key step that is settled: recorded, or skipped for a reason.
type StepState struct {
	Key      string
	Recorded bool
}

// StepDeviated: a mandatory key step was skipped, or taken before an earlier one, for a reason (mission row T6).
type StepDeviated struct {
	Step   string    `json:"step" class:"skeleton"`
	Kind   Deviation `json:"kind" class:"skeleton"`
	Before []string  `json:"before,omitempty" class:"skeleton"` // earlier steps that were open
	Reason string    `json:"reason" class:"content"`
	By     string    `json:"by,omitempty" class:"skeleton"`
}

func (StepDeviated) isTicket() {}
func (StepDeviated) isDuty()   {}

// Refusals of key steps.
var (
	ErrStepMissing = domain.Refusal(domain.Conflict, "ticket.step_missing", "a key step has no work record yet")
	ErrStepSettled = domain.Refusal(domain.Conflict, "ticket.step_settled", "the key step has been recorded or skipped already")
	ErrNoSteps     = domain.Refusal(domain.Conflict, "ticket.no_steps", "the ticket follows no key steps")
)

// SkipStep leaves out a key step, for a reason; it is flagged as a deviation.
type SkipStep struct {
	Step   string `json:"step" minLength:"1" maxLength:"40"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a ticket in handling that follows key steps.
func (c SkipStep) May(s State, _ domain.Meta) error {
	if len(s.steps()) == 0 {
		return ErrNoSteps
	}
	return handling(s)
}

// Decide skips a step of the template that is not settled yet.
func (c SkipStep) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if !slices.ContainsFunc(s.steps(), func(step casetype.Step) bool { return step.Key == c.Step }) {
		v.Fail("step", "unknown", "is no key step of the template")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	if s.stepSettled(c.Step) {
		return nil, ErrStepSettled
	}
	return []Event{StepDeviated{Step: c.Step, Kind: StepSkipped, Before: s.openBefore(c.Step), Reason: c.Reason, By: m.Actor.Staff}}, nil
}

// steps are the key steps of the ticket's template, in order.
func (s State) steps() []casetype.Step {
	if s.Rules == nil {
		return nil
	}
	return s.Rules.Steps
}

func (s State) stepSettled(key string) bool {
	return slices.ContainsFunc(s.Duty.Steps, func(d StepState) bool { return d.Key == key })
}

// openBefore lists the mandatory steps that come before one and are not settled.
func (s State) openBefore(key string) []string {
	var open []string
	for _, step := range s.steps() {
		if step.Key == key {
			break
		}
		if step.Mandatory && !s.stepSettled(step.Key) {
			open = append(open, step.Key)
		}
	}
	return open
}

// stepsRefusal is what keeps a planned ticket from being handed on: a key step whose work record is missing (mission row A5).
func stepsRefusal(s State) error {
	if slices.ContainsFunc(s.steps(), func(step casetype.Step) bool { return step.Record && !s.stepSettled(step.Key) }) {
		return ErrStepMissing
	}
	return nil
}

// finishRefusal is what keeps a ticket from being completed: key steps neither recorded nor skipped, and blocking sub-tasks
// of other units.
func finishRefusal(s State) error {
	if slices.ContainsFunc(s.steps(), func(step casetype.Step) bool {
		return (step.Record || step.Mandatory) && !s.stepSettled(step.Key)
	}) {
		return ErrStepMissing
	}
	return s.subtasksRefusal()
}

// check adds what is wrong with a work record of a key step: it tells when and with what result, and in its order or why not.
func (c RecordWork) check(s State, v *domain.Checks) {
	v.Text("deviation", c.Deviation, maxText)
	if c.Step == "" {
		if c.Deviation != "" {
			v.Fail("deviation", "not_applicable", "is given without a step")
		}
		return
	}
	if !slices.ContainsFunc(s.steps(), func(step casetype.Step) bool { return step.Key == c.Step }) {
		v.Fail("step", "unknown", "is no key step of the template")
		return
	}
	v.Required("result", c.Result)
	if c.StartedAt == nil && c.EndedAt == nil {
		v.Fail("started_at", "required", "must not be empty")
	}
	if c.EndedAt == nil {
		v.Fail("ended_at", "required", "must not be empty")
	}
	if !s.stepSettled(c.Step) && len(s.openBefore(c.Step)) > 0 {
		v.Required("deviation", c.Deviation)
	}
}

// deviates tells of a step that was taken before an earlier one.
func (c RecordWork) deviates(s State, m domain.Meta) []Event {
	if c.Step == "" || s.stepSettled(c.Step) {
		return nil
	}
	before := s.openBefore(c.Step)
	if len(before) == 0 {
		return nil
	}
	return []Event{StepDeviated{Step: c.Step, Kind: StepOutOfOrder, Before: before, Reason: c.Deviation, By: m.Actor.Staff}}
}
