// Package plan decides which commands carry a process log into the service: first the organisation that the log presupposes,
// then, row by row, what happened to each case. It is pure and sends nothing. Commands name groups and people by the log's
// own keys; whoever sends them puts the service's ids in their place.
package plan

import (
	"time"

	"docket/domain/ticket"
	"docket/internal/importer/caselog"
)

// Verb names a command; the part of its route after /v1/tickets/{id}/.
type Verb string

// The verbs that a plan uses.
const (
	Register       Verb = "register"
	AssignGroup    Verb = "assign-group"
	Take           Verb = "take"
	OfferHandover  Verb = "offer-handover"
	AcceptHandover Verb = "accept-handover"
	RecordWork     Verb = "record-work"
	Note           Verb = "note"
	Pause          Verb = "pause"
	Resume         Verb = "resume"
	Complete       Verb = "complete"
	Reopen         Verb = "reopen"
	Close          Verb = "close"
)

// Command is one request. On whose behalf it is issued is By, a person of the log; empty, the import acts for itself.
type Command struct {
	Verb Verb
	By   string
	Body Body
}

// Body is what a command says. Only the fields that its verb has are set. Group and To hold keys of the log.
type Body struct {
	Unit      string           `json:"unit,omitempty"`
	Type      string           `json:"type,omitempty"`
	Channel   ticket.Channel   `json:"channel,omitempty"`
	Urgency   ticket.Urgency   `json:"urgency,omitempty"`
	Title     string           `json:"title,omitempty"`
	Reference string           `json:"reference,omitempty"`
	Group     string           `json:"group,omitempty"`
	To        string           `json:"to,omitempty"`
	Content   string           `json:"content,omitempty"`
	Text      string           `json:"text,omitempty"`
	Kind      ticket.PauseKind `json:"kind,omitempty"`
	Reason    string           `json:"reason,omitempty"`
	Outcome   ticket.Outcome   `json:"outcome,omitempty"`
	Summary   string           `json:"summary,omitempty"`
	Fault     ticket.Fault     `json:"fault,omitempty"`
}

// Step is what becomes of one row: commands at the row's time, in order, or the fault that keeps it out.
type Step struct {
	Row      caselog.Row
	Commands []Command
	Fault    *caselog.Fault
}

// NoteOnly reports whether the row changes nothing and is kept as a work record or note.
func (s Step) NoteOnly() bool {
	for _, c := range s.Commands {
		if c.Verb != RecordWork && c.Verb != Note {
			return false
		}
	}
	return s.Fault == nil
}

// At is the effective time of the step's commands.
func (s Step) At() time.Time { return s.Row.At }
