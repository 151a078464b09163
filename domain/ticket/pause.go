package ticket

import "docket/domain"

// Refusals of pauses.
var (
	ErrPaused    = domain.Refusal(domain.Conflict, "ticket.paused", "the ticket is paused; resume it first")
	ErrNotPaused = domain.Refusal(domain.Conflict, "ticket.not_paused", "the ticket is not paused")
)

// Pause stops the ticket while somebody outside has to act (暫停, mission row L4). Only kinds that the ticket's rules list
// stop its clocks, from the moment that the pause is decided and for so long as they allow at most.
type Pause struct {
	Kind     PauseKind `json:"kind" enum:"customer,external,inspection,force_majeure"`
	Reason   string    `json:"reason" minLength:"1" maxLength:"10000"`
	Evidence string    `json:"evidence,omitempty" doc:"what the pause stands on: a document's number, where it is filed" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// May wants a ticket in handling that is not paused.
func (c Pause) May(s State, _ domain.Meta) error {
	if s.Pause != "" {
		return ErrPaused
	}
	return handling(s)
}

// Decide pauses, and with the ticket every clock that runs.
func (c Pause) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	domain.OneOf(&v, "kind", c.Kind, PauseKinds...)
	v.RequiredText("reason", c.Reason, maxText)
	v.Text("evidence", c.Evidence, maxText)
	s.Pause = c.Kind
	listed := s.listedPause(c.Kind)
	if s.Planned() && c.Kind != "" && listed.Kind == "" {
		v.Fail("kind", "not_listed", "is no pause that the ticket's rules allow")
	}
	if listed.Evidence {
		v.Required("evidence", c.Evidence)
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	events := []Event{Paused{Kind: c.Kind, Reason: c.Reason}}
	if !s.Planned() {
		return events, nil
	}
	w := Wait{Number: len(s.Clocks.Waits) + 1, Kind: c.Kind, From: m.Now}
	events = append(events, PauseJustified{Pause: w.Number, Kind: w.Kind, From: w.From, Evidence: c.Evidence})
	for _, clock := range s.Clocks.Running() {
		cal := c.Facts.Clocks.of(clock)
		if cal == nil {
			return nil, ErrNoCalendar
		}
		events = append(events, clock.pause(w, m.Now, cal))
	}
	return append(events, s.startClock(PauseClock, m.Now, c.Facts.Calendar)...), nil
}

// Resume lets the ticket go on.
type Resume struct {
	Reason string `json:"reason,omitempty" maxLength:"10000"`

	Facts ClockFacts `json:"-"`
}

// May wants a paused ticket.
func (c Resume) May(s State, _ domain.Meta) error {
	if s.Pause == "" {
		return ErrNotPaused
	}
	return nil
}

// Decide resumes when what was waited for has come, which may be told a little later.
func (c Resume) Decide(s State, m domain.Meta) ([]Event, error) {
	if err := bounded("reason", c.Reason); err != nil {
		return nil, err
	}
	clocks, err := s.resumeClocks(m.Effective, c.Facts.Clocks)
	if err != nil {
		return nil, err
	}
	return append([]Event{Resumed{Kind: s.Pause, Reason: c.Reason}}, clocks...), nil
}
