package ticket

import (
	"slices"
	"time"

	"docket/domain"
)

// ReminderDue: so many percent of a limit are used up, and the one who has to know is to be told (mission row L5). At 100 it
// is the overdue mark.
type ReminderDue struct {
	Clock   string     `json:"clock" class:"skeleton"`
	Round   int        `json:"round" class:"skeleton"`
	Percent int        `json:"percent" class:"skeleton"`
	At      time.Time  `json:"at" class:"skeleton"` // when the share was used up
	To      string     `json:"to" class:"skeleton"` // role: handler, then leader, then deputy manager
	DueAt   *time.Time `json:"due_at,omitempty" class:"skeleton"`
}

func (ReminderDue) isTicket() {}
func (ReminderDue) isClock()  {}

// ErrNotDue: the instant that the timer names has not come by the service's clock; it is to be asked again.
var ErrNotDue = domain.Refusal(domain.Conflict, "clock.not_due", "that instant has not come yet")

// Remind notes that a share of a limit is used up. It is the timer's; a state that no longer holds is nothing to remind of.
type Remind struct {
	Clock   string    `json:"clock" minLength:"1" maxLength:"60"`
	Round   int       `json:"round" minimum:"1"`
	Percent int       `json:"percent" minimum:"1" maximum:"1000"`
	At      time.Time `json:"at" doc:"when the share is used up, as the event told it"`
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c Remind) May(State, domain.Meta) error { return nil }

// Decide reminds once of each share, and only while the clock that was to be reminded of still runs to that instant.
func (c Remind) Decide(s State, m domain.Meta) ([]Event, error) {
	clock, ok := s.Clocks.Clock(c.Clock)
	due := slices.ContainsFunc(clock.Shares, func(x Share) bool { return x.Percent == c.Percent && x.At.Equal(c.At) })
	if !ok || clock.Round != c.Round || !clock.Running() || !due || clock.Reminded >= c.Percent {
		return nil, nil
	}
	if m.Now.Before(c.At) {
		return nil, ErrNotDue
	}
	e := ReminderDue{Clock: c.Clock, Round: c.Round, Percent: c.Percent, At: c.At, To: s.reminded(c.Percent)}
	if !clock.Due.IsZero() {
		e.DueAt = &clock.Due
	}
	return []Event{e}, nil
}

// reminded is the role that a share concerns: the first the handler, the next the leader, and from then on the deputy manager.
func (s State) reminded(percent int) string {
	roles := []string{roleHandler, roleLeader, roleDeputyManager}
	return roles[min(max(slices.Index(s.shares(), percent), 0), len(roles)-1)]
}

// ExpirePause ends a pause that has lasted as long as the ticket's rules allow. It is the timer's.
type ExpirePause struct {
	Round int       `json:"round" doc:"of the clock \"pause\"" minimum:"1"`
	DueAt time.Time `json:"due_at" doc:"its deadline, as the event told it"`

	Facts ClockFacts `json:"-"`
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c ExpirePause) May(State, domain.Meta) error { return nil }

// Decide resumes the ticket as of the instant at which the pause was over, however late the timer comes.
func (c ExpirePause) Decide(s State, m domain.Meta) ([]Event, error) {
	clock, ok := s.Clocks.Clock(PauseClock)
	if !ok || clock.Round != c.Round || !clock.Running() || !clock.Due.Equal(c.DueAt) || s.Pause == "" {
		return nil, nil
	}
	if m.Now.Before(c.DueAt) {
		return nil, ErrNotDue
	}
	clocks, err := s.resumeClocks(c.DueAt, c.Facts.Clocks)
	if err != nil {
		return nil, err
	}
	return append([]Event{Resumed{Kind: s.Pause}}, clocks...), nil
}
