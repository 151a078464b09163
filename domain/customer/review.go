package customer

import (
	"time"

	"docket/domain"
)

// ErrNotDue: the day of the review has not come by the service's clock; the timer asks again.
var ErrNotDue = domain.Refusal(domain.Conflict, "clock.not_due", "that instant has not come yet")

// Confirmed: somebody has looked through the file, and it is still right (定期維護, mission row U4).
type Confirmed struct {
	Note string `json:"note,omitempty" class:"content"`
}

// ReviewDue: nobody has changed or confirmed the file for long, and who keeps it is to look through it (mission row U4).
type ReviewDue struct {
	Unit   string    `json:"unit" class:"skeleton"`   // that keeps the file
	Change uint64    `json:"change" class:"skeleton"` // revision of the last change or confirmation
	At     time.Time `json:"at" class:"skeleton"`     // when it became due
}

func (Confirmed) isCustomer() {}
func (ReviewDue) isCustomer() {}

// ReviewAt is when a file that was changed or confirmed at an instant is to be looked through again.
func ReviewAt(changed time.Time, months int) time.Time { return changed.AddDate(0, months, 0).UTC() }

// Confirm says that somebody has looked through the file and it is still right.
type Confirm struct {
	Note string `json:"note,omitempty" doc:"how it was checked" maxLength:"10000"`
}

// May wants a person, and a file that stands for itself.
func (c Confirm) May(s State, m domain.Meta) error {
	if m.Actor.Staff == "" {
		return ErrNoPerson
	}
	return current(s)
}

// Decide confirms; the months until the next review count from now.
func (c Confirm) Decide(State, domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.Text("note", c.Note, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Confirmed(c)}, nil
}

// FallDue notes that a file is to be looked through. It is the timer's; a file that was changed or confirmed since, was merged
// into another or can be read no more is nothing to look through.
type FallDue struct {
	Change uint64    `json:"change" doc:"revision of the change or confirmation that it was due after"`
	At     time.Time `json:"at" doc:"when it is due"`

	Destroyed bool `json:"-"` // the file's key
}

// May leaves it to Decide, since what no longer holds is no refusal.
func (c FallDue) May(State, domain.Meta) error { return nil }

// Decide asks once for each review.
func (c FallDue) Decide(s State, m domain.Meta) ([]Event, error) {
	r := s.reviewed
	if !s.Exists() || s.Into != "" || c.Destroyed || r.change != c.Change || r.asked {
		return nil, nil
	}
	if m.Now.Before(c.At) {
		return nil, ErrNotDue
	}
	return []Event{ReviewDue{Unit: s.Unit, Change: c.Change, At: c.At.UTC()}}, nil
}

// reviewed is how long a file has been left alone: the revision of its last change or confirmation, and whether it has been
// asked for since.
type reviewed struct {
	next   uint64 // revision of the event that comes next
	change uint64
	asked  bool
}

// Reviewed is the revision of the last change or confirmation.
func (s State) Reviewed() uint64 { return s.reviewed.change }

// Due reports whether the file is to be looked through.
func (s State) Due() bool { return s.reviewed.asked && s.Into == "" }

// changed is the review of a file that has just been changed or confirmed. What the customer wants, or who was shown what, is
// no such change: it says nothing of whether the file is still right.
func (r reviewed) changed() reviewed { return reviewed{next: r.next, change: r.next} }
