package plan

import (
	"fmt"
	"regexp"
	"strings"

	"docket/domain/ticket"
	"docket/internal/importer/caselog"
	"docket/internal/importer/mapping"
)

// progress is where the ticket of a case stands after the commands planned so far.
type progress int

const (
	unregistered progress = iota
	open
	completed
	closed
)

// planner follows one case.
type planner struct {
	mapping *mapping.Mapping
	stands  progress
	group   string // responsible group, as the log calls it
	person  string // responsible handler
	paused  ticket.PauseKind
}

var reference = regexp.MustCompile(`^[A-Za-z0-9_./-]{1,64}$`)

// Steps plans a case: one step a row, in order. Every row without a fault has at least one command.
func Steps(m *mapping.Mapping, c caselog.Case) []Step {
	p := planner{mapping: m}
	steps := make([]Step, len(c.Rows))
	for i, r := range c.Rows {
		steps[i] = Step{Row: r, Fault: r.Fault}
		if r.Fault == nil {
			steps[i].Commands = p.row(r)
		}
	}
	return steps
}

// row carries one row in: what it changes about the responsible group and person, then what it says happened.
func (p *planner) row(r caselog.Row) []Command {
	var cs []Command
	first := p.stands == unregistered
	if first {
		cs = append(cs, p.register(r))
	}
	// A finished case that goes on was reopened. A closed ticket admits no change of group or person before that.
	if (p.stands == completed || p.stands == closed) && goesOn(r.Operation) {
		cs = append(cs, Command{Reopen, r.Person, Body{Fault: ticket.FaultUndetermined, Reason: says(r)}})
		p.stands = open
	}
	if p.stands != closed {
		cs = append(cs, p.responsible(r)...)
	}
	kind := p.mapping.Pauses[r.Activity]
	if p.paused != "" && (r.Operation != mapping.Pause || kind != p.paused) {
		cs = append(cs, Command{Resume, r.Person, Body{Reason: says(r)}})
		p.paused = ""
	}
	switch r.Operation {
	case mapping.Register:
		if !first {
			cs = append(cs, p.note(r))
		}
	case mapping.Work, mapping.None:
		cs = append(cs, p.note(r))
	case mapping.Pause:
		if p.paused != "" {
			cs = append(cs, p.note(r))
			break
		}
		cs = append(cs, Command{Pause, r.Person, Body{Kind: kind, Reason: says(r)}})
		p.paused = kind
	case mapping.Resolve:
		if p.stands != open {
			cs = append(cs, p.note(r))
			break
		}
		cs = append(cs, p.complete(r))
	case mapping.Close:
		if p.stands == closed {
			cs = append(cs, p.note(r))
			break
		}
		if p.stands == open {
			cs = append(cs, p.complete(r))
		}
		cs = append(cs, Command{Close, r.Person, Body{Reason: says(r)}})
		p.stands = closed
	}
	return cs
}

func (p *planner) register(r caselog.Row) Command {
	p.stands = open
	t := p.mapping.Ticket
	body := Body{
		Type: t.Type, Channel: t.Channel, Urgency: t.Urgency, Title: strings.ReplaceAll(t.Title, "{case}", r.Case),
	}
	if urgency, known := p.mapping.Urgencies[r.Urgent]; known {
		body.Urgency = urgency
	}
	if reference.MatchString(r.Case) {
		body.Reference = r.Case
	}
	return Command{Verb: Register, Body: body}
}

// responsible carries over who has the ticket. Where the log knows nobody, it stays with whom it was.
func (p *planner) responsible(r caselog.Row) []Command {
	var cs []Command
	if r.Group != "" && r.Group != p.group {
		cs = append(cs, Command{AssignGroup, "", Body{Group: r.Group}})
		p.group = r.Group
	}
	if r.Person == "" || r.Person == p.person {
		return cs
	}
	if p.person == "" {
		cs = append(cs, Command{Take, r.Person, Body{}})
	} else {
		cs = append(cs, Command{OfferHandover, p.person, Body{To: r.Person}}, Command{AcceptHandover, r.Person, Body{}})
	}
	p.person = r.Person
	return cs
}

func (p *planner) complete(r caselog.Row) Command {
	p.stands = completed
	return Command{Complete, r.Person, Body{Outcome: ticket.Fulfilled, Summary: says(r)}}
}

// note keeps what a row says where it changes nothing: as a work record, or as a note once the ticket is closed.
func (p *planner) note(r caselog.Row) Command {
	if p.stands == closed || !goesOn(r.Operation) {
		return Command{Note, r.Person, Body{Text: says(r)}}
	}
	return Command{RecordWork, r.Person, Body{Content: says(r)}}
}

// goesOn reports whether an operation means that the case is being handled.
func goesOn(o mapping.Operation) bool {
	switch o {
	case mapping.Register, mapping.Work, mapping.Pause:
		return true
	case mapping.Resolve, mapping.Close, mapping.None:
	}
	return false
}

func says(r caselog.Row) string {
	if r.Activity == "" {
		return fmt.Sprintf("row %d", r.Order)
	}
	return fmt.Sprintf("%s (row %d)", r.Activity, r.Order)
}
