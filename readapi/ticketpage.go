package readapi

import (
	"slices"
	"time"

	"golang.org/x/text/language"

	"docket/domain/casetype"
	"docket/domain/ticket"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// TicketPage is everything a ticket's page shows.
type TicketPage struct {
	ID           string         `json:"id"`
	Number       string         `json:"number"`
	Status       string         `json:"status"`
	Round        int            `json:"round" doc:"counts from 1; a return or a reopening begins the next"`
	Unit         *Ref           `json:"unit"`
	Group        *Ref           `json:"group"`
	Handler      *Ref           `json:"handler" doc:"who is responsible now; null while the group's queue holds the ticket"`
	Completer    *Ref           `json:"completer,omitempty" doc:"who completed the running round"`
	Paused       *PausedView    `json:"paused,omitempty"`
	Handover     *PendingView   `json:"handover,omitempty" doc:"the offer that waits for an answer"`
	DueAt        *time.Time     `json:"due_at,omitempty"`
	RegisteredAt time.Time      `json:"registered_at"`
	ChangedAt    time.Time      `json:"changed_at" doc:"when the newest act happened"`
	RecordedAt   time.Time      `json:"recorded_at" doc:"when the newest act was recorded"`
	Revision     uint64         `json:"revision"`
	Form         FormView       `json:"form"`
	Timeline     []EntryView    `json:"timeline"`
	Pauses       []PauseView    `json:"pauses"`
	Handovers    []HandoverStep `json:"handovers"`
	Reviews      []ReviewView   `json:"reviews"`

	Corrections []CorrectionView `json:"corrections" doc:"old and new values with the stamp, in the order they were made"`

	Procedure *TicketProcedure `json:"procedure,omitempty" doc:"what its handlers work by; left out where its template names none"`

	Fields       []FieldView       `json:"fields" doc:"the form in the order of the template, corrections struck through; empty for a plain ticket"`
	Organisation []PlaceView       `json:"organisation" doc:"where the ticket lies, from its group up to the root"`
	Calendar     *CalendarInForce  `json:"calendar,omitempty" doc:"that the limits run by, as in force then"`
	HeldSince    time.Time         `json:"held_since" doc:"since when responsibility lies where it lies"`
	Clocks       []ClockView       `json:"clocks" doc:"limits with a short derivation; the whole table is at clocks_link"`
	ClocksLink   string            `json:"clocks_link"`
	Stages       []StageView       `json:"stages" doc:"every stage of the route, in order"`
	Checklist    []StepView        `json:"checklist" doc:"key steps, in order"`
	Materials    []MaterialView    `json:"materials" doc:"what the template asks for and what has come"`
	Files        []FileView        `json:"files"`
	Subtasks     []SubtaskView     `json:"subtasks"`
	Helpers      []*Ref            `json:"helpers" doc:"who works on it beside its handler"`
	Circulations []CirculationView `json:"circulations" doc:"ways to outside bodies and back"`
	Problems     []ProblemView     `json:"problems" doc:"raised to superiors"`
	Links        LinksView         `json:"links"`
	Customer     *CustomerSince    `json:"customer,omitempty" doc:"the customer's file since the ticket was submitted; only on a page of the present"`

	AllowedCommands []string       `json:"allowed_commands" doc:"what the reader may do now; empty on a page of the past"`
	OtherCommands   []OtherCommand `json:"other_commands" doc:"what the reader may not do now, and by which rule"`
}

// OtherCommand is a command that the reader may not issue now.
type OtherCommand struct {
	Name string `json:"name"`
	Why  string `json:"why" doc:"slug of the rule"`
	Text string `json:"text,omitempty" doc:"the rule in words"`
}

// FormView is the ticket as it was filled in.
type FormView struct {
	Type             string            `json:"type"`
	Channel          string            `json:"channel"`
	Urgency          string            `json:"urgency"`
	Title            string            `json:"title"`
	Description      string            `json:"description,omitempty"`
	Customer         string            `json:"customer,omitempty"`
	CustomerName     string            `json:"customer_name,omitempty"`
	CustomerPhone    string            `json:"customer_phone,omitempty"`
	CustomerIDNumber string            `json:"customer_id_number,omitempty"`
	Reference        string            `json:"reference,omitempty"`
	Template         casetype.Ref      `json:"template,omitzero" doc:"version of the template that the ticket follows; left out for a plain ticket"`
	Values           map[string]string `json:"values,omitempty" doc:"by field of the template, corrections included; marked ones masked"`

	Policy    ticket.Policy `json:"policy" doc:"what the unit asked of the ticket when it was registered"`
	Masked    []string      `json:"masked" doc:"fields that are shown masked"`
	Destroyed []string      `json:"destroyed" doc:"fields whose content has been destroyed"`
}

// PauseView is an interval in which the ticket waited for somebody outside.
type PauseView struct {
	Kind        string     `json:"kind"`
	Reason      string     `json:"reason"`
	From        time.Time  `json:"from"`
	To          *time.Time `json:"to,omitempty" doc:"left out while it waits"`
	EndedReason string     `json:"ended_reason,omitempty"`
}

// HandoverStep is one offer and what became of it.
type HandoverStep struct {
	Handover   int        `json:"handover"`
	From       *Ref       `json:"from"`
	To         *Ref       `json:"to"`
	Note       string     `json:"note,omitempty"`
	Pages      int        `json:"pages,omitempty"`
	Paper      bool       `json:"paper,omitempty"`
	OfferedAt  time.Time  `json:"offered_at"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	Outcome    string     `json:"outcome" enum:"pending,accepted,refused,superseded"`
	Code       string     `json:"code,omitempty"`
	Reason     string     `json:"reason,omitempty"`
}

// ReviewView is one reviewer's verdict.
type ReviewView struct {
	Reviewer *Ref      `json:"reviewer"`
	At       time.Time `json:"at"`
	Passed   bool      `json:"passed"`
	Opinion  string    `json:"opinion,omitempty"`
	Fault    string    `json:"fault,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Items    []string  `json:"items,omitempty"`
}

// scene is the instant that a page shows, and what people read there: names of what holds are those of the instant, names of
// what happened those of when it happened.
type scene struct {
	at       time.Time
	names    names
	language language.Tag
}

func (s *service) scene(at time.Time, tag language.Tag) scene { return scene{at, s.names, tag} }

func (m scene) staff(id string) *Ref { return m.names.staff(id, m.at) }
func (m scene) unit(id string) *Ref  { return m.names.unit(id, m.at) }

// ticketPage shows a page as of a moment.
func (s *service) ticketPage(p *ticketpage.Page, m scene) *TicketPage {
	f := &p.Form
	view := &TicketPage{
		ID: p.Ticket, Number: p.Number, Status: string(p.Status), Round: p.Round, Unit: m.unit(p.Unit), Group: m.unit(p.Group),
		Handler: m.staff(p.Handler), Completer: m.staff(p.Completer), DueAt: utc(p.DueAt), RegisteredAt: p.RegisteredAt.UTC(),
		ChangedAt: p.ChangedAt.UTC(), RecordedAt: p.RecordedAt.UTC(), Revision: p.Revision,
		Form: FormView{
			Type: f.Type, Channel: string(f.Channel), Urgency: string(p.Urgency), Title: f.Title, Description: f.Description,
			Customer: f.Customer, CustomerName: f.CustomerName, CustomerPhone: f.CustomerPhone,
			CustomerIDNumber: f.CustomerIDNumber, Reference: f.Reference, Policy: f.Policy, Masked: f.Masked, Destroyed: f.Destroyed,
			Template: f.Template, Values: f.Values,
		},
		HeldSince: p.HeldSince.UTC(), ClocksLink: "/v1/tickets/" + p.Ticket + "/clocks", Organisation: s.places(p, m),
		Timeline: make([]EntryView, len(p.Timeline)), Pauses: make([]PauseView, len(p.Pauses)),
		Handovers: make([]HandoverStep, len(p.Handovers)), Reviews: make([]ReviewView, len(p.Reviews)),
		Corrections: m.corrections(p.Corrections), Procedure: s.procedureOf(f.Procedure),
		AllowedCommands: []string{}, OtherCommands: []OtherCommand{},
	}
	if p.Paused != "" {
		view.Paused = &PausedView{Kind: string(p.Paused), Since: utc(p.PausedAt)}
	}
	if p.Head.Handover > 0 {
		view.Handover = &PendingView{Handover: p.Head.Handover, Receiver: m.staff(p.Receiver), OfferedAt: utc(p.OfferedAt)}
	}
	for i := range p.Timeline {
		view.Timeline[i] = m.entry(&p.Timeline[i])
	}
	for i, v := range p.Pauses {
		view.Pauses[i] = PauseView{Kind: string(v.Kind), Reason: v.Reason, From: v.From, To: v.To, EndedReason: v.Ended}
	}
	for i, h := range p.Handovers {
		view.Handovers[i] = HandoverStep{
			Handover: h.Handover, From: m.names.staff(h.From, h.OfferedAt), To: m.names.staff(h.To, h.OfferedAt), Note: h.Note,
			Pages: h.Pages, Paper: h.Paper, OfferedAt: h.OfferedAt, AnsweredAt: h.AnsweredAt, Outcome: string(h.Outcome),
			Code: string(h.Code), Reason: h.Reason,
		}
	}
	for i, r := range p.Reviews {
		view.Reviews[i] = ReviewView{
			Reviewer: m.names.staff(r.Reviewer, r.At), At: r.At, Passed: r.Passed, Opinion: r.Opinion, Fault: string(r.Fault),
			Reason: r.Reason, Items: r.Items,
		}
	}
	s.planned(p, m, view)
	m.acts(p, view)
	return view
}

// planned adds what the ticket's template asks for.
func (s *service) planned(p *ticketpage.Page, m scene, view *TicketPage) {
	d := s.definition(p.State.Template)
	label := func(key string) string { return key }
	if d != nil {
		p.State.Rules = &d.Rules
		label = func(key string) string { return d.Label(key, m.language.String()) }
		view.Calendar = s.calendarInForce(d.Rules.Calendar, m.at)
	}
	view.Fields = m.fields(p, d, label)
	view.Stages = s.stages(p, m, label)
	view.Checklist = m.checklist(p, d, label)
	view.Materials = m.materials(p, d, label)
	view.Clocks = s.clockLines(p.State.Clocks, m.at)
}

// offer adds what the reader may do, and why not the rest, in words.
func (t *TicketPage) offer(offers []Offer, tag language.Tag) {
	t.OtherCommands = slices.Grow(t.OtherCommands, len(offers))
	for _, o := range offers {
		if o.Allowed {
			t.AllowedCommands = append(t.AllowedCommands, o.Name)
			continue
		}
		text, _ := httpapi.Message(tag, o.Why)
		t.OtherCommands = append(t.OtherCommands, OtherCommand{Name: o.Name, Why: o.Why, Text: text})
	}
}
