package queue

import (
	"docket/domain/casetype"
	"docket/domain/route"
	"docket/domain/template"
	"docket/domain/ticket"
)

// Track is what is kept of a planned ticket beside its row, so that its open stage and its limits can be told from one event to
// the next. No list shows it.
type Track struct {
	Ticket string `db:"ticket,key"`
	Life   life   `db:"life,json"`
}

// life is the part of the aggregate's state that stages depend on, and the limits.
type life struct {
	Weight    int             `json:"weight,omitempty"`
	Stages    []route.Stage   `json:"stages,omitempty"`
	Holds     map[string]bool `json:"holds,omitempty"`
	Forced    []string        `json:"forced,omitempty"`
	Passes    []ticket.Pass   `json:"passes,omitempty"`
	Returned  ticket.Returned `json:"returned,omitzero"`
	Refused   string          `json:"refused,omitempty"`
	Editors   []string        `json:"editors,omitempty"`
	Clerks    []string        `json:"clerks,omitempty"`
	Completer string          `json:"completer,omitempty"`
	Finisher  string          `json:"finisher,omitempty"`
	Clocks    []clock         `json:"clocks,omitempty"`
}

// Edition is the route of one version of a template, as far as lists need it.
type Edition struct {
	Template string        `db:"template,key"`
	Version  int           `db:"version,key"`
	Stages   []route.Stage `db:"stages,json"`
	Weight   int           `db:"weight"`
}

// editionOf reads a version off the event that drafted or revised it; the last reading before its approval stands for ever.
func editionOf(id string, event any) (Edition, bool) {
	switch e := event.(type) {
	case template.Drafted:
		return Edition{id, e.Version, e.Definition.Rules.Stages, e.Definition.Rules.Weight}, true
	case template.Revised:
		return Edition{id, e.Version, e.Definition.Rules.Stages, e.Definition.Rules.Weight}, true
	}
	return Edition{}, false
}

// follows is the version that an event puts its ticket on; zero for other events.
func follows(event ticket.Event) casetype.Ref {
	switch e := event.(type) { // the events that name a version
	case ticket.Opened:
		return e.Template
	case ticket.Registered:
		return e.Template
	case ticket.Migrated:
		return e.Template
	}
	return casetype.Ref{}
}

// state is the ticket's state as its row and track tell it; of a plain ticket there is no track.
func (t *Track) state(r Row) ticket.State {
	s := r.state()
	if t == nil {
		return s
	}
	l := t.Life
	s.Template = casetype.Ref{Template: r.Template, Version: r.Version}
	s.Completer, s.Finisher = l.Completer, l.Finisher
	s.Rules = &casetype.Rules{Stages: l.Stages}
	s.Route.Holds, s.Route.Forced, s.Route.Passes, s.Route.Returned, s.Route.Refused = l.Holds, l.Forced, l.Passes, l.Returned, l.Refused
	s.Route.Editors, s.Intake.Clerks = l.Editors, l.Clerks
	return s
}

// take keeps what the state is after an event.
func (t *Track) take(s ticket.State, event ticket.Event) {
	l := &t.Life
	l.Completer, l.Finisher = s.Completer, s.Finisher
	l.Holds, l.Forced, l.Passes, l.Returned, l.Refused = s.Route.Holds, s.Route.Forced, s.Route.Passes, s.Route.Returned, s.Route.Refused
	l.Editors, l.Clerks = s.Route.Editors, s.Intake.Clerks
	l.Clocks = told(l.Clocks, event)
}

// show puts on the row what the track tells: the open stage, and the limits.
func (t *Track) show(r Row, s ticket.State) Row {
	r.Stage, r.StageRole, r.Barred = "", "", nil
	if st, err := s.OpenStage(); err == nil {
		r.Stage, r.StageRole, r.Barred = st.Key, st.Role, s.Barred(st)
	}
	if t.Life.Weight > 0 {
		r.Weight = t.Life.Weight
	}
	handling := find(t.Life.Clocks, ticket.HandlingClock)
	r.Limited = !handling.Since.IsZero()
	r.HalfAt, r.MostAt, r.OverAt = handling.HalfAt, handling.MostAt, handling.OverAt
	r.DeadlineAt, r.Deadline = nil, ""
	for _, c := range t.Life.Clocks {
		if !c.Rests && c.OverAt != nil && (r.DeadlineAt == nil || c.OverAt.Before(*r.DeadlineAt)) {
			r.DeadlineAt, r.Deadline = c.OverAt, c.Name
		}
	}
	return r
}
