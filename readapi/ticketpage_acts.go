package readapi

import (
	"time"

	"docket/projections/ticketpage"
)

// SubtaskView is help asked of another unit or group (mission row A7).
type SubtaskView struct {
	Subtask  int        `json:"subtask"`
	Unit     *Ref       `json:"unit"`
	To       *Ref       `json:"to" doc:"who leads it"`
	Handler  *Ref       `json:"handler,omitempty" doc:"who does it"`
	Title    string     `json:"title"`
	Ask      string     `json:"ask,omitempty"`
	Status   string     `json:"status" enum:"open,accepted,done,cancelled"`
	Blocking bool       `json:"blocking,omitempty" doc:"the ticket cannot be completed before it is done"`
	OpenedAt time.Time  `json:"opened_at"`
	DueAt    time.Time  `json:"due_at"`
	EndedAt  *time.Time `json:"ended_at,omitempty"`
	Result   string     `json:"result,omitempty"`
	Reason   string     `json:"reason,omitempty" doc:"of a cancellation"`
}

// CirculationView is the ticket's way to an outside body and back (mission rows C4 and C5).
type CirculationView struct {
	Circulation int        `json:"circulation"`
	Reference   string     `json:"reference"`
	Body        string     `json:"body,omitempty"`
	Channel     string     `json:"channel,omitempty"`
	Basis       string     `json:"basis,omitempty"`
	Fields      []string   `json:"fields" doc:"keys of what was sent"`
	Digest      string     `json:"digest" doc:"of the sealed copy of what was sent"`
	Paper       bool       `json:"paper,omitempty"`
	CheckedBy   *Ref       `json:"checked_by,omitempty"`
	ReleasedBy  *Ref       `json:"released_by,omitempty"`
	Receipt     string     `json:"receipt,omitempty" doc:"kind of the proof that it was received"`
	Signer      string     `json:"signer,omitempty"`
	PreparedAt  time.Time  `json:"prepared_at"`
	ReleasedAt  *time.Time `json:"released_at,omitempty"`
	ReceivedAt  *time.Time `json:"received_at,omitempty"`
	ReturnedAt  *time.Time `json:"returned_at,omitempty"`
}

// ProblemView is what a handler raised to a superior (mission row A4).
type ProblemView struct {
	Raise      int        `json:"raise"`
	Category   string     `json:"category"`
	Situation  string     `json:"situation"`
	Ask        string     `json:"ask"`
	By         *Ref       `json:"by,omitempty"`
	To         *Ref       `json:"to" doc:"who has to answer, or had to last"`
	RaisedAt   time.Time  `json:"raised_at"`
	Answer     string     `json:"answer,omitempty"`
	Text       string     `json:"text,omitempty"`
	AnsweredBy *Ref       `json:"answered_by,omitempty"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
}

// ObjectionView is the customer's objection to a result (mission row F3).
type ObjectionView struct {
	Objection int        `json:"objection"`
	Number    string     `json:"number"`
	Grounds   string     `json:"grounds"`
	FiledAt   time.Time  `json:"filed_at"`
	Verdict   string     `json:"verdict,omitempty"`
	Reviewer  *Ref       `json:"reviewer,omitempty"`
	Reasons   string     `json:"reasons,omitempty"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
	ClosedAt  *time.Time `json:"closed_at,omitempty"`
	Tries     int        `json:"tries,omitempty" doc:"attempts to reach the customer about the answer"`
}

// LinksView is what else belongs to the matter.
type LinksView struct {
	JoinedInto string          `json:"joined_into,omitempty" doc:"ticket that the matter goes on as"`
	JoinedFrom []string        `json:"joined_from" doc:"tickets that go on as this one; only on a page of the present"`
	Reference  string          `json:"reference,omitempty" doc:"number in another system"`
	Objections []ObjectionView `json:"objections"`
	Earlier    []QueueItem     `json:"earlier" doc:"other tickets of the customer that the reader may see, newest first; only on a page of the present"`
}

// acts adds what was done beside the form and the route.
func (m scene) acts(p *ticketpage.Page, view *TicketPage) {
	view.Files, view.Subtasks, view.Circulations, view.Problems = []FileView{}, []SubtaskView{}, []CirculationView{}, []ProblemView{}
	for _, f := range p.Files {
		view.Files = append(view.Files, m.file(p.Ticket, f))
	}
	view.Helpers = []*Ref{}
	for _, person := range p.State.Duty.Helpers {
		view.Helpers = append(view.Helpers, m.names.staff(person, p.ChangedAt))
	}
	for _, t := range p.Subtasks {
		view.Subtasks = append(view.Subtasks, SubtaskView{
			Subtask: t.Subtask, Unit: m.names.unit(t.Unit, t.OpenedAt), To: m.names.staff(t.To, t.OpenedAt),
			Handler: m.names.staff(t.Handler, t.OpenedAt), Title: t.Title, Ask: t.Ask, Status: string(t.Status), Blocking: t.Blocking,
			OpenedAt: t.OpenedAt, DueAt: t.DueAt, EndedAt: t.EndedAt, Result: t.Result, Reason: t.Reason,
		})
	}
	for _, c := range p.Circulations {
		view.Circulations = append(view.Circulations, CirculationView{
			Circulation: c.Number, Reference: c.Reference, Body: c.Body, Channel: string(c.Channel), Basis: string(c.Basis), Fields: c.Fields,
			Digest: c.Digest, Paper: c.Paper, CheckedBy: m.names.staff(c.CheckedBy, c.PreparedAt),
			ReleasedBy: m.names.staff(c.ReleasedBy, c.PreparedAt), Receipt: string(c.Receipt), Signer: c.Signer, PreparedAt: c.PreparedAt,
			ReleasedAt: c.ReleasedAt, ReceivedAt: c.ReceivedAt, ReturnedAt: c.ReturnedAt,
		})
	}
	for _, r := range p.Problems {
		view.Problems = append(view.Problems, ProblemView{
			Raise: r.Raise, Category: string(r.Category), Situation: r.Situation, Ask: r.Ask, By: m.names.staff(r.By, r.At),
			To: m.names.staff(r.To, r.At), RaisedAt: r.At, Answer: string(r.Answer), Text: r.Text,
			AnsweredBy: m.names.staff(r.AnsweredBy, r.At), AnsweredAt: r.AnsweredAt,
		})
	}
	view.Links = LinksView{
		JoinedInto: p.State.Intake.Into, JoinedFrom: []string{}, Reference: p.Form.Reference, Objections: []ObjectionView{}, Earlier: []QueueItem{},
	}
	for _, o := range p.Objections {
		view.Links.Objections = append(view.Links.Objections, ObjectionView{
			Objection: o.Objection, Number: o.Number, Grounds: o.Grounds, FiledAt: o.At, Verdict: string(o.Verdict),
			Reviewer: m.names.staff(o.Reviewer, o.At), Reasons: o.Reasons, DecidedAt: o.DecidedAt, ClosedAt: o.ClosedAt, Tries: o.Tries,
		})
	}
}
