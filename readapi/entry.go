package readapi

import (
	"time"

	"docket/projections/ticketpage"
)

// EntryView is one line of a ticket's timeline: who did what, when it happened and when it was recorded, by which right, and
// why. Names are those of the time it happened.
type EntryView struct {
	Revision   uint64     `json:"revision"`
	Type       string     `json:"type" doc:"what became true" example:"TicketAccepted"`
	Command    string     `json:"command"`
	HappenedAt time.Time  `json:"effective_at" doc:"when it happened"`
	RecordedAt time.Time  `json:"recorded_at" doc:"when it was recorded"`
	Actor      *Ref       `json:"actor,omitempty" doc:"whose duty was exercised; left out for a service"`
	Principal  *Ref       `json:"principal" doc:"the account that acted"`
	OnBehalfOf *Ref       `json:"on_behalf_of,omitempty" doc:"for whom the account acted"`
	Role       string     `json:"role,omitempty"`
	PostUnit   *Ref       `json:"post_unit,omitempty" doc:"unit whose post gave the right"`
	Rule       string     `json:"rule,omitempty" doc:"the grant that allowed it"`
	Channel    string     `json:"channel,omitempty"`
	Why        string     `json:"why,omitempty" doc:"the reason that was given"`
	Text       string     `json:"text,omitempty" doc:"what was written"`
	Detail     DetailView `json:"detail"`
}

// DetailView is what a line says beside its texts; what the event does not have is left out.
type DetailView struct {
	Unit      *Ref       `json:"unit,omitempty"`
	Group     *Ref       `json:"group,omitempty"`
	Handler   *Ref       `json:"handler,omitempty"`
	Previous  *Ref       `json:"previous,omitempty" doc:"group or handler before"`
	Handover  int        `json:"handover,omitempty"`
	From      *Ref       `json:"from,omitempty"`
	To        *Ref       `json:"to,omitempty"`
	Pages     int        `json:"pages,omitempty"`
	Paper     bool       `json:"paper,omitempty"`
	Code      string     `json:"code,omitempty"`
	Fault     string     `json:"fault,omitempty"`
	Kind      string     `json:"kind,omitempty"`
	Outcome   string     `json:"outcome,omitempty"`
	Channel   string     `json:"channel,omitempty"`
	Round     int        `json:"round,omitempty"`
	Reviewer  *Ref       `json:"reviewer,omitempty"`
	Items     []string   `json:"items,omitempty"`
	Result    string     `json:"result,omitempty"`
	StartedAt *time.Time `json:"started_at,omitempty"`
	EndedAt   *time.Time `json:"ended_at,omitempty"`

	Event any `json:"event,omitempty" doc:"the whole event, where the line does not spell it out"`
}

func (m scene) entry(e *ticketpage.Entry) EntryView {
	at, d := e.Effective, &e.Detail
	previous := m.names.staff
	if d.Group != "" {
		previous = m.names.unit
	}
	return EntryView{
		Revision: e.Revision, Type: e.Type, Command: e.Command, HappenedAt: at.UTC(), RecordedAt: e.Decided.UTC(),
		Actor: m.names.staff(e.Actor, at), Principal: m.names.account(e.Principal, at), OnBehalfOf: m.names.staff(e.OnBehalfOf, at),
		Role: e.Role, PostUnit: m.names.unit(e.PostUnit, at), Rule: e.Rule, Channel: e.Channel, Why: e.Why, Text: e.Text,
		Detail: DetailView{
			Unit: m.names.unit(d.Unit, at), Group: m.names.unit(d.Group, at), Handler: m.names.staff(d.Handler, at),
			Previous: previous(d.Previous, at), Handover: d.Handover, From: m.names.staff(d.From, at), To: m.names.staff(d.To, at),
			Pages: d.Pages, Paper: d.Paper, Code: d.Code, Fault: d.Fault, Kind: d.Kind, Outcome: d.Outcome, Channel: d.Channel,
			Round: d.Round, Reviewer: m.names.staff(d.Reviewer, at), Items: d.Items, Result: d.Result,
			StartedAt: utc(d.StartedAt), EndedAt: utc(d.EndedAt),
			Event: d.Event,
		},
	}
}
