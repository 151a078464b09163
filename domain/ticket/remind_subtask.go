package ticket

import (
	"slices"
	"time"

	"docket/domain"
)

// SubtaskReminderDue: so much of the time that another unit was given for a sub-task is over, and both sides are to be told
// (mission rows A7 and L5). At 100 percent it is the overdue mark.
type SubtaskReminderDue struct {
	Subtask int       `json:"subtask" class:"skeleton"`
	Percent int       `json:"percent" class:"skeleton"`
	Unit    string    `json:"unit" class:"skeleton"` // that helps
	To      string    `json:"to" class:"skeleton"`   // who does it there, or has still to accept it
	DueAt   time.Time `json:"due_at" class:"skeleton"`
}

func (SubtaskReminderDue) isTicket() {}
func (SubtaskReminderDue) isDuty()   {}

// SubtaskShares are the shares of a sub-task's time, in percent, at which both sides are reminded. Its date was agreed between
// units and belongs to no calendar, so that the time counts as it passes.
var SubtaskShares = []int{80, 100}

// SubtaskShareAt is when a share of the time between two instants is over.
func SubtaskShareAt(opened, due time.Time, percent int) time.Time {
	return opened.Add(due.Sub(opened) / 100 * time.Duration(percent)).UTC()
}

// RemindSubtask notes that a share of a sub-task's time is over. It is the timer's.
type RemindSubtask struct {
	Subtask int       `json:"subtask" minimum:"1"`
	Percent int       `json:"percent" minimum:"1" maximum:"100"`
	At      time.Time `json:"at" doc:"when the share is over"`
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c RemindSubtask) May(State, domain.Meta) error { return nil }

// Decide reminds once of each share, and only while the ticket and its sub-task still wait.
func (c RemindSubtask) Decide(s State, m domain.Meta) ([]Event, error) {
	i := slices.IndexFunc(s.Duty.Subtasks, func(t Subtask) bool { return t.Number == c.Subtask && t.Pending() })
	if i < 0 || s.Status.Finished() || !slices.Contains(SubtaskShares, c.Percent) || s.Duty.Subtasks[i].Reminded >= c.Percent {
		return nil, nil
	}
	t := s.Duty.Subtasks[i]
	if m.Now.Before(c.At) || c.Percent == 100 && m.Now.Before(t.DueAt) {
		return nil, ErrNotDue
	}
	return []Event{SubtaskReminderDue{Subtask: t.Number, Percent: c.Percent, Unit: t.Unit, To: t.To, DueAt: t.DueAt}}, nil
}
