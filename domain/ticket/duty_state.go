package ticket

import (
	"slices"

	"docket/domain"
)

// DutyEvent is an event of who has to do what: contacts, problems raised, key steps, sub-tasks, circulation outside (mission rows A3–A7, C4, C5).
//
//sumtype:decl
type DutyEvent interface {
	Event
	isDuty()
}

// Duty is what decisions read of it. Its lists are not to be changed: states share them.
type Duty struct {
	Notes        []bool // by number from 1: whether the customer may see it
	Problems     []Problem
	Steps        []StepState // key steps that are settled, in the order in which that happened
	Subtasks     []Subtask
	Circulations []Circulation
	Dispute      Dispute
	Overdue      int      // the handover whose receiver has let the time pass
	Helpers      []string // staff who work on it beside the handler, in the order in which they were named
}

var dutyEvents = domain.Contract[Event]{
	"TicketReleased":            domain.Of[Released](),
	"TicketHelperNamed":         domain.Of[HelperNamed](),
	"TicketHelperReleased":      domain.Of[HelperReleased](),
	"TicketHandoverWithdrawn":   domain.Of[HandoverWithdrawn](),
	"TicketHandoverOverdue":     domain.Of[HandoverOverdue](),
	"TicketHandoverDisputed":    domain.Of[HandoverDisputed](),
	"TicketArbitrated":          domain.Of[Arbitrated](),
	"TicketCustomerContacted":   domain.Of[CustomerContacted](),
	"TicketProgressReported":    domain.Of[ProgressReported](),
	"TicketProgressAnnounced":   domain.Of[ProgressAnnounced](),
	"TicketNoteSent":            domain.Of[NoteSent](),
	"TicketProblemRaised":       domain.Of[ProblemRaised](),
	"TicketProblemAnswered":     domain.Of[ProblemAnswered](),
	"TicketProblemPassedUp":     domain.Of[ProblemPassedUp](),
	"TicketStepDeviated":        domain.Of[StepDeviated](),
	"TicketSubtaskOpened":       domain.Of[SubtaskOpened](),
	"TicketSubtaskAccepted":     domain.Of[SubtaskAccepted](),
	"TicketSubtaskReminderDue":  domain.Of[SubtaskReminderDue](),
	"TicketSubtaskFinished":     domain.Of[SubtaskFinished](),
	"TicketSubtaskCancelled":    domain.Of[SubtaskCancelled](),
	"TicketCirculationPrepared": domain.Of[CirculationPrepared](),
	"TicketCirculationReleased": domain.Of[CirculationReleased](),
	"TicketCirculationReceived": domain.Of[CirculationReceived](),
	"TicketCirculationReturned": domain.Of[CirculationReturned](),
	"TicketReceiptChased":       domain.Of[ReceiptChased](),
}

// afterDuty folds the family's own part, and the core where the event says so.
func (s State) afterDuty(event DutyEvent) State {
	d := s.Duty
	switch e := event.(type) {
	case Released:
		if e.To == "" {
			s = s.heldByNobody()
		}
	case HelperNamed:
		d.Helpers = append(without(d.Helpers, e.Helper), e.Helper)
	case HelperReleased:
		d.Helpers = without(d.Helpers, e.Helper)
	case HandoverWithdrawn:
		s.Offer = Offer{}
	case HandoverOverdue:
		d.Overdue = e.Handover
	case HandoverDisputed:
		d.Dispute = Dispute{Open: true, Arbiter: e.Arbiter, Refusals: e.Refusals}
	case Arbitrated:
		d.Dispute = Dispute{Settled: true}
	case ProblemRaised:
		d.Problems = append(slices.Clone(d.Problems), Problem{Number: e.Raise, To: e.To})
	case ProblemAnswered:
		d.Problems = changed(d.Problems, func(p *Problem) { p.Answered = p.Answered || p.Number == e.Raise })
	case ProblemPassedUp:
		d.Problems = changed(d.Problems, func(p *Problem) {
			if p.Number == e.Raise {
				p.To = e.To
			}
		})
	case StepDeviated:
		if e.Kind == StepSkipped {
			d.Steps = append(slices.Clone(d.Steps), StepState{e.Step, false})
		}
	case SubtaskOpened:
		d.Subtasks = append(slices.Clone(d.Subtasks), Subtask{
			Number: e.Subtask, Unit: e.Unit, To: e.To, Blocking: e.Blocking, Status: SubtaskIsOpen, DueAt: e.DueAt,
		})
	case SubtaskAccepted:
		d.Subtasks = changed(d.Subtasks, func(t *Subtask) {
			if t.Number == e.Subtask && t.Pending() {
				t.To, t.Status = e.Handler, SubtaskIsAccepted
			}
		})
	case SubtaskReminderDue:
		d.Subtasks = changed(d.Subtasks, func(t *Subtask) {
			if t.Number == e.Subtask {
				t.Reminded = e.Percent
			}
		})
	case SubtaskFinished:
		d.Subtasks = settled(d.Subtasks, e.Subtask, SubtaskIsDone)
	case SubtaskCancelled:
		d.Subtasks = settled(d.Subtasks, e.Subtask, SubtaskIsCancelled)
	case CirculationPrepared:
		d.Circulations = append(slices.Clone(d.Circulations), Circulation{
			Number: e.Circulation, Reference: e.Reference, Digest: e.Digest, Fields: e.Fields, Paper: e.Paper, Revision: e.Revision,
		})
	case CirculationReleased:
		d.Circulations = changed(d.Circulations, func(c *Circulation) { c.Released = c.Released || c.Number == e.Circulation })
	case CirculationReceived:
		d.Circulations = changed(d.Circulations, func(c *Circulation) { c.Received = c.Received || c.Number == e.Circulation })
	case CirculationReturned:
		d.Circulations = changed(d.Circulations, func(c *Circulation) { c.Returned = c.Returned || c.Number == e.Circulation })
	case ReceiptChased:
		d.Circulations = changed(d.Circulations, func(c *Circulation) {
			if c.Number == e.Circulation {
				c.Chased = max(c.Chased, e.Days)
			}
		})
	case CustomerContacted, ProgressReported, ProgressAnnounced, NoteSent:
	}
	s.Duty = d
	return s
}

// noting folds what the core's events mean for duties.
func (d Duty) noting(event Event) Duty {
	switch e := event.(type) { //nolint:gochecksumtype // most of the core's events mean nothing for duties
	case Noted:
		d.Notes = append(slices.Clone(d.Notes), e.Visible)
	case WorkRecorded:
		if e.Step != "" {
			d.Steps = append(slices.Clone(d.Steps), StepState{e.Step, true})
		}
	case HandoverAccepted, AssignedToGroup, ReviewReturned, Reopened:
		d.Dispute = Dispute{}
	case HandoverRefused:
		d.Dispute.Refusals++
	case Closed, Cancelled:
		d.Helpers = nil
	}
	return d
}

// heldByNobody puts the ticket back into its queue.
func (s State) heldByNobody() State {
	s.Handler, s.Offer = "", Offer{}
	if s.Status == StatusInProgress {
		s.Status = StatusAccepted
	}
	return s
}

// changed is a copy of the list in which every member has been offered for a change.
func changed[T any](list []T, change func(*T)) []T {
	next := slices.Clone(list)
	for i := range next {
		change(&next[i])
	}
	return next
}
