package ticketpage

import (
	"time"

	"docket/domain/ticket"
)

// Page is everything a ticket's page shows. Pauses, handovers, reviews and corrections are read off the
// timeline. Staff and units stand as ids.
type Page struct {
	Head
	Form      Form
	Timeline  []Entry // in order of revision
	Pauses    []Pause
	Handovers []Handover
	Reviews   []Review

	Corrections []Correction

	State        ticket.State // all that decisions read; its Rules are for the caller to fill in
	Decisions    []Decision   // of stages, those that do not stand any more included
	Steps        []Step
	Files        []File
	Subtasks     []Subtask
	Circulations []Circulation
	Problems     []Problem
	Objections   []Objection
}

// Pause is an interval in which the ticket waited for somebody outside; To is nil while it still waits.
type Pause struct {
	Kind   ticket.PauseKind
	Reason string
	From   time.Time
	To     *time.Time
	Ended  string // the reason given when it ended
}

// Handover is one offer and what became of it.
type Handover struct {
	Handover   int
	From, To   string // staff
	Note       string
	Pages      int
	Paper      bool
	OfferedAt  time.Time
	AnsweredAt *time.Time // when it was accepted, refused or overtaken
	Outcome    HandoverOutcome
	Code       ticket.RefusalReason
	Reason     string // of a refusal
}

// HandoverOutcome says what became of an offer.
type HandoverOutcome string

// The outcomes. Superseded: the ticket was given to somebody, closed or cancelled before the receiver answered.
const (
	Pending    HandoverOutcome = "pending"
	Accepted   HandoverOutcome = "accepted"
	Refused    HandoverOutcome = "refused"
	Superseded HandoverOutcome = "superseded"
)

// Review is one reviewer's verdict.
type Review struct {
	Reviewer string
	At       time.Time
	Passed   bool
	Opinion  string // of a pass
	Fault    ticket.Fault
	Reason   string // of a return
	Items    []string
}

// assemble makes the page of its stored parts.
func assemble(h Head, f Form, timeline []Entry) Page {
	p := Page{Head: h, Form: f, Timeline: timeline, Pauses: []Pause{}, Handovers: []Handover{}, Reviews: []Review{}}
	p.Corrections = []Correction{}
	for _, e := range timeline {
		p.Form.filledIn(e)
		switch e.Type {
		case "TicketPaused":
			p.endPause(e)
			p.Pauses = append(p.Pauses, Pause{Kind: ticket.PauseKind(e.Detail.Kind), Reason: e.Why, From: e.Effective})
		case "TicketResumed":
			p.endPause(e)
		case "TicketHandoverOffered":
			p.answer(e, Superseded)
			p.Handovers = append(p.Handovers, Handover{
				Handover: e.Detail.Handover, From: e.Detail.From, To: e.Detail.To, Note: e.Text, Pages: e.Detail.Pages,
				Paper: e.Detail.Paper, OfferedAt: e.Effective, Outcome: Pending,
			})
		case "TicketHandoverAccepted":
			p.answer(e, Accepted)
		case "TicketHandoverRefused":
			p.answer(e, Refused)
		case "TicketTaken", "TicketAssignedToHandler", "TicketReleased", "TicketHandoverWithdrawn", "TicketJoined":
			p.answer(e, Superseded)
		case "TicketReviewPassed":
			p.Reviews = append(p.Reviews, Review{Reviewer: e.Detail.Reviewer, At: e.Effective, Passed: true, Opinion: e.Text})
		case "TicketReviewReturned":
			p.endPause(e)
			p.Reviews = append(p.Reviews, Review{
				Reviewer: e.Detail.Reviewer, At: e.Effective, Fault: ticket.Fault(e.Detail.Fault), Reason: e.Why, Items: e.Detail.Items,
			})
		case "TicketFieldCorrected":
			if c, ok := correctionOf(e); ok {
				p.Corrections = append(p.Corrections, c)
			}
		case "TicketReopened":
			p.endPause(e)
		case "TicketClosed", "TicketCancelled":
			p.endPause(e)
			p.answer(e, Superseded)
		}
	}
	return p
}

// endPause ends the running pause, if there is one.
func (p *Page) endPause(e Entry) {
	if n := len(p.Pauses); n > 0 && p.Pauses[n-1].To == nil {
		at := e.Effective
		p.Pauses[n-1].To, p.Pauses[n-1].Ended = &at, e.Why
	}
}

// answer settles the pending offer, if there is one.
func (p *Page) answer(e Entry, o HandoverOutcome) {
	n := len(p.Handovers)
	if n == 0 || p.Handovers[n-1].Outcome != Pending {
		return
	}
	at := e.Effective
	last := &p.Handovers[n-1]
	last.AnsweredAt, last.Outcome = &at, o
	if o == Refused {
		last.Code, last.Reason = ticket.RefusalReason(e.Detail.Code), e.Why
	}
}
