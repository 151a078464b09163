package ticketpage

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/ticket"
)

// Step is a key step that was recorded or skipped (關鍵步驟, mission row T6).
type Step struct {
	Key        string
	Skipped    bool
	OutOfOrder bool
	Reason     string // of a deviation
	By         string
	At         time.Time
	Revision   uint64
}

// File is an attached file.
type File struct {
	ticket.FileAttached
	By       string
	At       time.Time
	Revision uint64
}

// Subtask is help asked of another unit or group (mission row A7).
type Subtask struct {
	ticket.SubtaskOpened
	Status   ticket.SubtaskStatus
	Handler  string // who does it
	Result   string
	Reason   string // of a cancellation
	OpenedAt time.Time
	EndedAt  *time.Time
}

// Circulation is the ticket's way to an outside body and back (mission rows C4 and C5).
type Circulation struct {
	Number     int
	Reference  string
	Body       string
	Channel    ticket.CirculationChannel
	Basis      ticket.LegalBasis
	Fields     []string
	Digest     string
	Paper      bool
	CheckedBy  string
	ReleasedBy string
	Receipt    ticket.ReceiptKind
	Signer     string
	PreparedAt time.Time
	ReleasedAt *time.Time
	ReceivedAt *time.Time // when the outside body signed
	ReturnedAt *time.Time
}

// Problem is what a handler raised to a superior (mission row A4).
type Problem struct {
	ticket.ProblemRaised
	Answer     ticket.ProblemAnswer
	Text       string
	AnsweredBy string
	At         time.Time
	AnsweredAt *time.Time
}

// Objection is the customer's objection to a result (mission row F3).
type Objection struct {
	ticket.Objected
	Verdict   ticket.Verdict
	Reviewer  string
	Reasons   string
	Tries     int
	At        time.Time
	DecidedAt *time.Time
	ClosedAt  *time.Time
}

// acts collects what the state does not hold. Its lists are replaced, never changed in place, so that pages made on the way
// stay as they are.
type acts struct {
	decisions    decisions
	steps        []Step
	files        []File
	subtasks     []Subtask
	circulations []Circulation
	problems     []Problem
	objections   []Objection
}

func (a *acts) add(e *domain.Envelope, event ticket.Event) {
	a.decisions = a.decisions.add(e, event)
	at := e.Meta.Effective
	switch v := event.(type) {
	case ticket.WorkRecorded:
		if v.Step != "" {
			a.steps = append(slices.Clip(a.steps), Step{Key: v.Step, By: v.By, At: at, Revision: e.Revision})
		}
	case ticket.StepDeviated:
		a.deviated(e, v)
	case ticket.FileAttached:
		a.files = append(slices.Clip(a.files), File{v, e.Meta.Actor, at, e.Revision})
	case ticket.SubtaskOpened:
		a.subtasks = append(slices.Clip(a.subtasks), Subtask{SubtaskOpened: v, Status: ticket.SubtaskIsOpen, OpenedAt: at})
	case ticket.SubtaskAccepted:
		a.subtask(v.Subtask, func(t *Subtask) { t.Status, t.Handler = ticket.SubtaskIsAccepted, v.Handler })
	case ticket.SubtaskFinished:
		a.subtask(v.Subtask, func(t *Subtask) { t.Status, t.Result, t.EndedAt = ticket.SubtaskIsDone, v.Result, &at })
	case ticket.SubtaskCancelled:
		a.subtask(v.Subtask, func(t *Subtask) { t.Status, t.Reason, t.EndedAt = ticket.SubtaskIsCancelled, v.Reason, &at })
	case ticket.CirculationPrepared:
		a.circulations = append(slices.Clip(a.circulations), Circulation{
			Number: v.Circulation, Reference: v.Reference, Fields: v.Fields, Digest: v.Digest, Paper: v.Paper, CheckedBy: v.CheckedBy, PreparedAt: at,
		})
	case ticket.CirculationReleased:
		a.circulation(v.Circulation, func(c *Circulation) {
			c.Body, c.Channel, c.Basis, c.ReleasedBy, c.ReleasedAt = v.Body, v.Channel, v.Basis, e.Meta.Actor, &at
		})
	case ticket.CirculationReceived:
		a.circulation(v.Circulation, func(c *Circulation) { c.Receipt, c.Signer, c.ReceivedAt = v.Kind, v.Signer, utc(&v.SignedAt) })
	case ticket.CirculationReturned:
		a.circulation(v.Circulation, func(c *Circulation) { c.ReturnedAt = utc(&v.At) })
	case ticket.ProblemRaised:
		a.problems = append(slices.Clip(a.problems), Problem{ProblemRaised: v, At: at})
	case ticket.ProblemPassedUp:
		a.problem(v.Raise, func(p *Problem) { p.To = v.To })
	case ticket.ProblemAnswered:
		a.problem(v.Raise, func(p *Problem) { p.Answer, p.Text, p.AnsweredBy, p.AnsweredAt = v.Answer, v.Text, v.By, &at })
	case ticket.Objected:
		a.objections = append(slices.Clip(a.objections), Objection{Objected: v, At: at})
	case ticket.ObjectionDecided:
		a.objection(v.Objection, func(o *Objection) {
			o.Verdict, o.Reviewer, o.Reasons, o.DecidedAt = v.Verdict, v.Reviewer, v.Reasons, &at
		})
	case ticket.ObjectionContacted:
		a.objection(v.Objection, func(o *Objection) { o.Tries = v.Try })
	case ticket.ObjectionClosed:
		a.objection(v.Objection, func(o *Objection) { o.ClosedAt = &at })
	}
}

// deviated notes a skipped step by itself, and one out of order at its record, which comes in the same act.
func (a *acts) deviated(e *domain.Envelope, v ticket.StepDeviated) {
	step := Step{
		Key: v.Step, Skipped: v.Kind == ticket.StepSkipped, OutOfOrder: v.Kind != ticket.StepSkipped, Reason: v.Reason, By: v.By,
		At: e.Meta.Effective, Revision: e.Revision,
	}
	a.steps = append(slices.Clip(a.steps), step)
}

func (a *acts) subtask(n int, f func(*Subtask)) {
	a.subtasks = changed(a.subtasks, func(t *Subtask) bool { return t.Subtask == n }, f)
}

func (a *acts) circulation(n int, f func(*Circulation)) {
	a.circulations = changed(a.circulations, func(c *Circulation) bool { return c.Number == n }, f)
}

func (a *acts) problem(n int, f func(*Problem)) {
	a.problems = changed(a.problems, func(p *Problem) bool { return p.Raise == n }, f)
}

func (a *acts) objection(n int, f func(*Objection)) {
	a.objections = changed(a.objections, func(o *Objection) bool { return o.Objection == n }, f)
}

// changed is a copy of a list in which the members that are meant have been changed.
func changed[T any](list []T, meant func(*T) bool, change func(*T)) []T {
	next := slices.Clone(list)
	for i := range next {
		if meant(&next[i]) {
			change(&next[i])
		}
	}
	return next
}

// show puts what was collected on a page.
func (a *acts) show(p *Page) {
	p.Decisions, p.Steps, p.Files, p.Subtasks = slices.Clip(a.decisions), a.steps, a.files, a.subtasks
	p.Circulations, p.Problems, p.Objections = a.circulations, a.problems, a.objections
}
