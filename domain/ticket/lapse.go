package ticket

import (
	"slices"
	"time"

	"docket/domain"
)

// Lapse ends an application of which defects were told and not cured by the date (mission row I5). It is the timer's.
type Lapse struct {
	Round int       `json:"round" doc:"of the clock \"supplement\"" minimum:"1"`
	DueAt time.Time `json:"due_at" doc:"its deadline, as the event told it"`
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c Lapse) May(State, domain.Meta) error { return nil }

// Decide lets the application lapse unless everything the customer was told has been supplied: that it still has to be
// judged is not the customer's delay.
func (c Lapse) Decide(s State, m domain.Meta) ([]Event, error) {
	clock, ok := s.Clocks.Clock(SupplementClock)
	if !ok || s.Status != StatusDraft || clock.Round != c.Round || !clock.Running() || !clock.Due.Equal(c.DueAt) {
		return nil, nil
	}
	if m.Now.Before(c.DueAt) {
		return nil, ErrNotDue
	}
	e := Lapsed{Notice: s.Intake.Notices, DueAt: c.DueAt, Channel: s.Intake.Application.Channel}
	for _, d := range s.curable(m.Now) {
		_, told := s.Intake.Told[d.Path]
		if supplied, ever := s.Intake.Touched[d.Path]; told && (!ever || supplied < s.Intake.Notices) {
			e.Paths = append(e.Paths, d.Path)
		}
	}
	if len(e.Paths) == 0 {
		return nil, nil
	}
	slices.Sort(e.Paths)
	return append([]Event{e}, s.stopClocks(m.Now, SupplementClock)...), nil
}
