package ticket

import "docket/domain"

// Refusals that several commands share. Those of one behaviour stand beside it.
var (
	ErrNotOpen     = domain.Refusal(domain.Conflict, "ticket.not_open", "the ticket is not accepted, or it is closed or cancelled")
	ErrNotHandling = domain.Refusal(domain.Conflict, "ticket.not_in_handling", "the ticket is not being handled now")
	ErrNoPerson    = domain.Refusal(domain.Forbidden, "ticket.no_person", "only a person can do this, not a service for itself")
)

// The longest texts, in characters: free texts, titles, names of people, and what is kept masked.
const (
	maxText   = 10_000
	maxTitle  = 200
	maxName   = 200
	maxMarked = 32
)

// bounded wants a text that may be left out to be at most maxText long.
func bounded(field, value string) error {
	var v domain.Checks
	v.Text(field, value, maxText)
	return v.Err()
}

// Person is what the directory tells about somebody a command names, as of the effective time. The pipeline fills it.
type Person struct {
	Known  bool
	Active bool
	Member bool // of the ticket's group

	Absent      bool // entered as away
	Unqualified bool // lacks the certificate that the template asks of handlers (mission row O2)
	Overloaded  bool // holds as many open tickets as the group allows
	Closed      bool // the ticket's group is
}

// check adds the failures that make a person unfit to be responsible for a ticket of the given group (mission row A2).
func (p Person) check(c *domain.Checks, field, group string) {
	switch {
	case !p.Known:
		c.Fail(field, "unknown", "no such member of staff at that time")
	case !p.Active:
		c.Fail(field, "inactive", "is not active at that time")
	case group != "" && !p.Member:
		c.Fail(field, "not_member", "is not a member of the responsible group at that time")
	case group != "" && p.Closed:
		c.Fail(field, "group_closed", "belongs to a group that is closed at that time")
	case p.Absent:
		c.Fail(field, "absent", "is absent at that time")
	case p.Unqualified:
		c.Fail(field, "unqualified", "does not hold the certificate that is needed")
	case p.Overloaded:
		c.Fail(field, "over_limit", "holds as many open tickets as are allowed")
	}
}

func live(s State) error {
	if !s.Live() {
		return ErrNotOpen
	}
	return nil
}

func handling(s State) error {
	if !s.Handling() {
		return ErrNotHandling
	}
	return nil
}
