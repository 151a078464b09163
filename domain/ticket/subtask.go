package ticket

import (
	"slices"
	"time"

	"docket/domain"
)

// SubtaskStatus says where a sub-task stands.
type SubtaskStatus string

// The statuses.
const (
	SubtaskIsOpen      SubtaskStatus = "open"
	SubtaskIsAccepted  SubtaskStatus = "accepted"
	SubtaskIsDone      SubtaskStatus = "done"
	SubtaskIsCancelled SubtaskStatus = "cancelled"
)

// Subtask is help asked of another unit or group (mission row A7). Whom it is put to has the ticket as a party while it lasts.
type Subtask struct {
	Number   int
	Unit     string // unit or group that helps
	To       string // staff
	Blocking bool
	Status   SubtaskStatus
	DueAt    time.Time
	Reminded int // the highest share, in percent, that was reminded of
}

// Pending reports whether it still has to be done.
func (t Subtask) Pending() bool { return t.Status == SubtaskIsOpen || t.Status == SubtaskIsAccepted }

// SubtaskOpened: another unit is asked to help, by a time of its own. The ticket stays with its handler.
type SubtaskOpened struct {
	Subtask  int       `json:"subtask" class:"skeleton"` // counts the ticket's sub-tasks from 1
	Unit     string    `json:"unit" class:"skeleton"`    // unit or group
	To       string    `json:"to" class:"skeleton"`      // who leads it
	Title    string    `json:"title" class:"content"`
	Ask      string    `json:"ask,omitempty" class:"content"`
	DueAt    time.Time `json:"due_at" class:"skeleton"`
	Blocking bool      `json:"blocking,omitempty" class:"skeleton"` // the ticket cannot be completed before it is done
}

// SubtaskAccepted: the other unit does it, in the person of Handler.
type SubtaskAccepted struct {
	Subtask int    `json:"subtask" class:"skeleton"`
	By      string `json:"by" class:"skeleton"`
	Handler string `json:"handler" class:"skeleton"`
}

// SubtaskFinished: the help has been given.
type SubtaskFinished struct {
	Subtask int    `json:"subtask" class:"skeleton"`
	By      string `json:"by" class:"skeleton"`
	Result  string `json:"result" class:"content"`
}

// SubtaskCancelled: the help is no longer asked for.
type SubtaskCancelled struct {
	Subtask int    `json:"subtask" class:"skeleton"`
	Reason  string `json:"reason" class:"content"`
}

func (SubtaskOpened) isTicket()    {}
func (SubtaskOpened) isDuty()      {}
func (SubtaskAccepted) isTicket()  {}
func (SubtaskAccepted) isDuty()    {}
func (SubtaskFinished) isTicket()  {}
func (SubtaskFinished) isDuty()    {}
func (SubtaskCancelled) isTicket() {}
func (SubtaskCancelled) isDuty()   {}

// Refusals of sub-tasks.
var (
	ErrSubtaskOpen = domain.Refusal(domain.Conflict, "ticket.subtask_open", "a sub-task that another unit has to do first is still open")
	ErrNoSubtask   = domain.Refusal(domain.Conflict, "ticket.no_subtask", "there is no such sub-task that could be answered now")
	ErrNotYourTask = domain.Refusal(domain.Forbidden, "ticket.not_your_subtask", "the sub-task is put to somebody else")
)

// SubtaskFacts are what the directory tells about the unit that is to help.
type SubtaskFacts struct {
	Known, Active bool
	Leader        string
}

// OpenSubtask asks another unit or group to help.
type OpenSubtask struct {
	Unit     string    `json:"unit" minLength:"1" maxLength:"64" doc:"unit or group; its leader answers"`
	Title    string    `json:"title" minLength:"1" maxLength:"200"`
	Ask      string    `json:"ask,omitempty" maxLength:"10000"`
	DueAt    time.Time `json:"due_at"`
	Blocking bool      `json:"blocking,omitempty" doc:"the ticket cannot be completed before it is done"`

	Facts SubtaskFacts `json:"-"`
}

// May wants a ticket in handling.
func (c OpenSubtask) May(s State, _ domain.Meta) error { return handling(s) }

// Decide asks the leader of another unit or group.
func (c OpenSubtask) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	switch {
	case c.Unit == s.Group || s.Group == "" && c.Unit == s.Unit:
		v.Fail("unit", "own_unit", "must be another than the ticket's own")
	case !c.Facts.Known:
		v.Fail("unit", "unknown", "no such unit at that time")
	case !c.Facts.Active:
		v.Fail("unit", "inactive", "is closed at that time")
	case c.Facts.Leader == "":
		v.Fail("unit", "no_leader", "has nobody who leads it")
	}
	v.RequiredText("title", c.Title, maxTitle)
	v.Text("ask", c.Ask, maxText)
	if !c.DueAt.After(m.Effective) {
		v.Fail("due_at", "too_early", "must lie in the future")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{SubtaskOpened{
		Subtask: len(s.Duty.Subtasks) + 1, Unit: c.Unit, To: c.Facts.Leader, Title: c.Title, Ask: c.Ask, DueAt: c.DueAt.UTC(), Blocking: c.Blocking,
	}}, nil
}

// AcceptSubtask takes a sub-task on, for oneself or for a colleague.
type AcceptSubtask struct {
	Subtask int    `json:"subtask" minimum:"1"`
	Handler string `json:"handler,omitempty" maxLength:"64" doc:"who does it; left out: the one who accepts"`

	Facts Person `json:"-"` // about the handler
}

// May wants an open sub-task that is put to the actor.
func (c AcceptSubtask) May(s State, m domain.Meta) error { return s.maySubtask(m, SubtaskIsOpen) }

// Decide accepts.
func (c AcceptSubtask) Decide(s State, m domain.Meta) ([]Event, error) {
	t, err := s.subtaskOf(c.Subtask, m, SubtaskIsOpen)
	if err != nil {
		return nil, err
	}
	e := SubtaskAccepted{Subtask: t.Number, By: t.To, Handler: t.To}
	if c.Handler != "" && c.Handler != t.To {
		var v domain.Checks
		if c.Facts.check(&v, "handler", ""); v.Err() != nil {
			return nil, v.Err()
		}
		e.Handler = c.Handler
	}
	return []Event{e}, nil
}

// FinishSubtask gives the help that was asked for.
type FinishSubtask struct {
	Subtask int    `json:"subtask" minimum:"1"`
	Result  string `json:"result" minLength:"1" maxLength:"10000"`
}

// May wants an accepted sub-task of the actor.
func (c FinishSubtask) May(s State, m domain.Meta) error { return s.maySubtask(m, SubtaskIsAccepted) }

// Decide finishes.
func (c FinishSubtask) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("result", c.Result, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	t, err := s.subtaskOf(c.Subtask, m, SubtaskIsAccepted)
	if err != nil {
		return nil, err
	}
	return []Event{SubtaskFinished{Subtask: t.Number, By: t.To, Result: c.Result}}, nil
}

// CancelSubtask asks for the help no longer.
type CancelSubtask struct {
	Subtask int    `json:"subtask" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"10000"`
}

// May wants a sub-task that is not done.
func (c CancelSubtask) May(s State, _ domain.Meta) error {
	if !slices.ContainsFunc(s.Duty.Subtasks, Subtask.Pending) {
		return ErrNoSubtask
	}
	return nil
}

// Decide cancels, for a reason.
func (c CancelSubtask) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.Duty.Subtasks, func(t Subtask) bool { return t.Number == c.Subtask && t.Pending() }) {
		return nil, ErrNoSubtask
	}
	return []Event{SubtaskCancelled(c)}, nil
}

// subtasksRefusal is what keeps a ticket from being completed: a blocking sub-task that is not done.
func (s State) subtasksRefusal() error {
	if slices.ContainsFunc(s.Duty.Subtasks, func(t Subtask) bool { return t.Blocking && t.Pending() }) {
		return ErrSubtaskOpen
	}
	return nil
}

func (s State) maySubtask(m domain.Meta, in SubtaskStatus) error {
	if s.Status.Finished() {
		return ErrNotOpen
	}
	pending := slices.DeleteFunc(slices.Clone(s.Duty.Subtasks), func(t Subtask) bool { return t.Status != in })
	switch {
	case len(pending) == 0:
		return ErrNoSubtask
	case !slices.ContainsFunc(pending, func(t Subtask) bool { return t.To == m.Actor.Staff }):
		return ErrNotYourTask
	}
	return nil
}

func (s State) subtaskOf(number int, m domain.Meta, in SubtaskStatus) (Subtask, error) {
	for _, t := range s.Duty.Subtasks {
		switch {
		case t.Number != number || t.Status != in:
		case t.To != m.Actor.Staff:
			return Subtask{}, ErrNotYourTask
		default:
			return t, nil
		}
	}
	return Subtask{}, ErrNoSubtask
}

// settled gives a sub-task that is pending its last status.
func settled(list []Subtask, number int, status SubtaskStatus) []Subtask {
	return changed(list, func(t *Subtask) {
		if t.Number == number && t.Pending() {
			t.Status = status
		}
	})
}
