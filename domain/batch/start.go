package batch

import (
	"fmt"
	"slices"
	"strings"

	"docket/domain"
)

// Limits of a batch.
const (
	maxTickets = 500
	maxText    = 10_000
)

// PutBack is the command by which an undoing puts a ticket back.
const PutBack = "ticket.put_back"

// Commands lists what may be asked of many tickets at once, and whether it is a move that can be taken back.
var Commands = map[string]bool{
	"ticket.assign_group": true, "ticket.assign_handler": true, "ticket.release": true,
	"ticket.change_urgency": false, "ticket.note": false, "ticket.report_progress": false,
}

// Refusals of batches.
var (
	ErrExists   = domain.Refusal(domain.Conflict, "batch.exists", "the batch has been started already")
	ErrNoPerson = domain.Refusal(domain.Forbidden, "batch.no_person", "only a person can act on many tickets at once, not a service")
)

// Start asks for one command on many tickets. What each ticket answers is recorded, one by one; a refusal of one does not
// keep the others from being carried out.
type Start struct {
	Command string         `json:"command" enum:"ticket.assign_group,ticket.assign_handler,ticket.release,ticket.change_urgency,ticket.note,ticket.report_progress"`
	Tickets []string       `json:"tickets" minItems:"1" maxItems:"500" doc:"keys, each once"`
	Payload map[string]any `json:"payload" doc:"of the command; a reason that it lacks is the batch's"`
	Reason  string         `json:"reason" minLength:"1" maxLength:"10000"`

	Facts StartFacts `json:"-"`
}

// StartFacts tell what the command makes of the payload.
type StartFacts struct {
	Payload string // JSON; empty when the command cannot read it
}

// May wants a person, whose rights count for every ticket.
func (c Start) May(s State, m domain.Meta) error { return startable(s, m) }

func startable(s State, m domain.Meta) error {
	switch {
	case s.Exists():
		return ErrExists
	case person(m) == "":
		return ErrNoPerson
	}
	return nil
}

// person is who is signed in, be it for somebody else; empty for a service.
func person(m domain.Meta) string {
	own, found := strings.CutPrefix(m.Actor.Principal, "staff-")
	if !found || m.Actor.OnBehalfOf == "" && own != m.Actor.Staff {
		return ""
	}
	return own
}

// Decide starts the batch.
func (c Start) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	if _, ok := Commands[c.Command]; !ok {
		v.Fail("command", "not_allowed", "cannot be asked of many tickets at once")
	}
	checkTickets(&v, c.Tickets)
	if c.Facts.Payload == "" {
		v.Fail("payload", "not_allowed", "is no payload of that command")
	}
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	return []Event{Started{
		Command: c.Command, Tickets: slices.Clone(c.Tickets), Principal: m.Actor.Principal, Staff: person(m), OnBehalfOf: m.Actor.OnBehalfOf,
		Payload: c.Facts.Payload, Reason: c.Reason,
	}}, nil
}

func checkTickets(v *domain.Checks, tickets []string) {
	switch n := len(tickets); {
	case n == 0:
		v.Fail("tickets", "required", "must name a ticket")
	case n > maxTickets:
		v.Fail("tickets", "too_many", fmt.Sprintf("must be at most %d", maxTickets))
		return
	}
	seen := make(map[string]bool, len(tickets))
	for i, t := range tickets {
		field := fmt.Sprintf("tickets[%d]", i)
		switch {
		case t == "" || len(t) > 64:
			v.Fail(field, "not_an_id", "must be the key of a ticket")
		case seen[t]:
			v.Fail(field, "duplicate", "is named twice")
		}
		seen[t] = true
	}
}
