package ticket

import (
	"slices"

	"docket/domain"
)

// HelperNamed: somebody works on the ticket beside its handler, who stays responsible alone (助手, mission row A2).
type HelperNamed struct {
	Helper string `json:"helper" class:"skeleton"` // staff
	By     string `json:"by" class:"skeleton"`
	Task   string `json:"task,omitempty" class:"content"` // with what
}

// HelperReleased: somebody helps no longer, and does not see the ticket by it any more.
type HelperReleased struct {
	Helper string `json:"helper" class:"skeleton"`
	By     string `json:"by,omitempty" class:"skeleton"` // empty: it followed from another act, such as a move to another group
	Reason string `json:"reason,omitempty" class:"content"`
}

func (HelperNamed) isTicket()    {}
func (HelperNamed) isDuty()      {}
func (HelperReleased) isTicket() {}
func (HelperReleased) isDuty()   {}

// Refusals of helpers.
var (
	ErrNoHelper      = domain.Refusal(domain.Conflict, "ticket.no_helper", "nobody of that name helps with the ticket")
	ErrHelps         = domain.Refusal(domain.Conflict, "ticket.helps", "helps with the ticket already")
	ErrNotYourHelper = domain.Refusal(domain.Forbidden, "ticket.not_your_helper", "who helps releases nobody but themselves")
)

// NameHelper names somebody of the group who works on the ticket too: who sees it, writes work records, contacts and notes, but
// neither completes it nor hands it over. It counts to nobody's load, and asks for no certificate, since the handler answers for
// the work.
type NameHelper struct {
	Helper string `json:"helper" minLength:"1" maxLength:"64"`
	Task   string `json:"task,omitempty" maxLength:"10000" doc:"with what"`

	Facts Person `json:"-"`
}

// May wants a ticket in handling that somebody holds: without a handler there is nobody to help.
func (c NameHelper) May(s State, m domain.Meta) error {
	switch {
	case m.Actor.Staff == "":
		return ErrNoPerson
	case !s.Handling():
		return ErrNotHandling
	case s.Handler == "":
		return ErrNoHandler
	}
	return nil
}

// Decide names; a person who is away, works here no longer, or belongs to another group does not help. Other groups and units
// help by sub-tasks.
func (c NameHelper) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if c.Helper == s.Handler {
		v.Fail("helper", "self", "must be somebody else than the handler")
	} else {
		fit := c.Facts
		fit.Unqualified, fit.Overloaded = false, false
		fit.check(&v, "helper", s.Group)
	}
	v.Text("task", c.Task, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if s.Duty.helps(c.Helper) {
		return nil, ErrHelps
	}
	return []Event{HelperNamed{Helper: c.Helper, By: m.Actor.Staff, Task: c.Task}}, nil
}

// ReleaseHelper ends somebody's help; who helps may step back by themselves.
type ReleaseHelper struct {
	Helper string `json:"helper" minLength:"1" maxLength:"64"`
	Reason string `json:"reason,omitempty" maxLength:"10000"`
}

// May wants a ticket that somebody helps with.
func (c ReleaseHelper) May(s State, m domain.Meta) error {
	switch {
	case m.Actor.Staff == "":
		return ErrNoPerson
	case len(s.Duty.Helpers) == 0:
		return ErrNoHelper
	}
	return nil
}

// Decide releases.
func (c ReleaseHelper) Decide(s State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.Text("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	switch {
	case !s.Duty.helps(c.Helper):
		return nil, ErrNoHelper
	case s.Duty.helps(m.Actor.Staff) && c.Helper != m.Actor.Staff:
		return nil, ErrNotYourHelper
	}
	return []Event{HelperReleased{Helper: c.Helper, By: m.Actor.Staff, Reason: c.Reason}}, nil
}

// helps reports whether somebody helps with the ticket.
func (d Duty) helps(person string) bool { return slices.Contains(d.Helpers, person) }

// without are the helpers but for one.
func without(helpers []string, person string) []string {
	return slices.DeleteFunc(slices.Clone(helpers), func(h string) bool { return h == person })
}

// unhelped releases everybody who helps, since the ticket goes where they do not belong.
func (s State) unhelped() []Event {
	events := make([]Event, len(s.Duty.Helpers))
	for i, h := range s.Duty.Helpers {
		events[i] = HelperReleased{Helper: h}
	}
	return events
}
