package readapi

import (
	"context"
	"slices"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/closing"
	"docket/internal/httpapi"
	closings "docket/projections/closing"
)

// ClosingDeps are what the closed months stand on; all are required but Clock, which is time.Now when nil.
type ClosingDeps struct {
	Reader  Reader
	History History
	Lookups Lookups
	Zone    *time.Location // of the organisation
	Clock   func() time.Time
}

var errNoClosing = domain.Refusal(domain.NotFound, "closing.unknown", "there is no such closing, or it is not for you to see")

// MountClosings adds the closed months (mission row M9) to an API.
func MountClosings(api *httpapi.API, d ClosingDeps) {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	s := &service{
		api: api, Deps: Deps{Reader: d.Reader, History: d.History, Lookups: d.Lookups, Clock: d.Clock}, names: names{lookups: d.Lookups, clock: d.Clock},
	}
	b := &months{s, d.Zone}
	mount(s, "list-closings", "/v1/closings", "Months whose figures were closed", "KPIs", b.list)
	mount(s, "read-closing", "/v1/closings/{id}", "A month's figures as they were closed", "KPIs", b.read)
	mount(s, "read-own-closing", "/v1/closings/{id}/mine", "What a month's published figures say about oneself", "KPIs", b.mine)
	mount(s, "list-closing-sheets", "/v1/closings/{id}/sheets", "A month's scores on the scorecard, as they were frozen", "KPIs", b.sheets)
	mount(s, "list-year-sheets", "/v1/sheets/year", "Scores and grades of a year", "KPIs", b.year)
	mount(s, "read-scorecard", "/v1/scorecards", "What months are scored by, in all its versions", "KPIs", b.scorecard)
	mount(s, "read-kpi-closed", "/v1/kpis/{kpi}/closed", "A month's figure as closed and as now", "KPIs", b.compare)
	mount(s, "list-kpi-closed-changes", "/v1/kpis/{kpi}/closed/tickets", "The tickets behind the difference", "KPIs", b.changes)
}

// months answers about closed months.
type months struct {
	*service
	zone *time.Location
}

// ClosingsRequest narrows the list of months.
type ClosingsRequest struct {
	Request
	Paging
	Unit   string `query:"unit" doc:"only this unit's; left out: all, the whole organisation's among them"`
	Status string `query:"status" enum:"frozen,published,closed"`
	From   string `query:"from" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"first month" example:"2026-01"`
	To     string `query:"to" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"month after the last" example:"2027-01"`
}

// ClosingView is how far the closing of a month has come.
type ClosingView struct {
	ID          string     `json:"id"`
	Unit        *Ref       `json:"unit" doc:"null: the whole organisation"`
	Month       string     `json:"month"`
	Status      string     `json:"status" enum:"frozen,published,closed"`
	Round       int        `json:"round" doc:"how often the figures were frozen"`
	Position    uint64     `json:"position" doc:"events up to here are taken into account"`
	AsOf        time.Time  `json:"as_of" doc:"deadlines before it had passed"`
	Digest      string     `json:"digest" doc:"SHA-256 of the figures and of what fixes them"`
	FrozenBy    *Ref       `json:"frozen_by"`
	FrozenAt    time.Time  `json:"frozen_at"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	AppealUntil *time.Time `json:"appeal_until,omitempty"`
	ClosedAt    *time.Time `json:"closed_at,omitempty"`
	ClosedBy    *Ref       `json:"closed_by,omitempty"`
	Appeals     int        `json:"appeals"`
	Waiting     int        `json:"waiting" doc:"appeals without an answer"`
	Contested   bool       `json:"contested" doc:"an appeal against these figures was upheld"`
	Revision    uint64     `json:"revision"`
}

func (b *months) list(ctx context.Context, in *ClosingsRequest) (*ListResponse[ClosingView], error) {
	var c check
	f := closings.Filter{Unit: in.Unit, Status: closing.Status(in.Status), From: in.From, To: in.To, Limit: in.Limit}
	c.id("query.unit", &f.Unit)
	if in.After != "" {
		f.After = &closings.Key{}
		if !decodeCursor(in.After, f.After) {
			return nil, errCursor
		}
	}
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	var err error
	if f.Reach, err = b.reaches(ctx, "closing.list", authz.KPIRead); err != nil {
		return nil, err
	}
	after, err := b.after(ctx)
	if err != nil {
		return nil, err
	}
	l, err := closings.List(ctx, b.Reader, after, f)
	if err != nil {
		return nil, err
	}
	out := &ListResponse[ClosingView]{Position: l.Position, Body: List[ClosingView]{Items: make([]ClosingView, len(l.Rows))}}
	for i := range l.Rows {
		out.Body.Items[i] = b.view(&l.Rows[i])
	}
	if l.Next != nil {
		out.Body.Next = encodeCursor(l.Next)
	}
	return out, nil
}

func (b *months) view(r *closings.Row) ClosingView {
	v := ClosingView{
		ID: r.ID, Unit: b.names.unit(r.Unit, r.AsOf), Month: r.Month, Status: string(r.Status), Round: r.Round, Position: r.Position,
		AsOf: r.AsOf.UTC(), Digest: r.Digest, FrozenBy: b.names.staff(r.FrozenBy, r.FrozenAt), FrozenAt: r.FrozenAt.UTC(),
		PublishedAt: utc(r.PublishedAt), AppealUntil: utc(r.AppealUntil), ClosedAt: utc(r.ClosedAt),
		Appeals: r.Appeals, Waiting: r.Waiting, Contested: r.Contested, Revision: r.Revision,
	}
	if r.ClosedAt != nil {
		v.ClosedBy = b.names.staff(r.ClosedBy, *r.ClosedAt)
	}
	return v
}

// closed is a month with its whole history.
type closed struct {
	id       string
	state    closing.State
	history  []domain.Envelope
	position uint64
}

// load reads a month by its key, or by the month's name and a unit. What does not exist and what is hidden look alike.
func (b *months) load(ctx context.Context, id, unit string) (*closed, error) {
	if !isID(id) {
		id = closing.Key(unit, id)
	}
	position, err := b.passed(ctx)
	if err != nil {
		return nil, err
	}
	history, _, err := b.History.LoadMasked(ctx, domain.Stream(closing.Decider.Category, id))
	if err != nil {
		return nil, err
	}
	c := &closed{id: id, history: history, position: position}
	for i := range history {
		if event, ok := history[i].Event.(closing.Event); ok {
			c.state = closing.Decider.Evolve(c.state, event)
		}
		c.position = max(c.position, history[i].Position)
	}
	if !c.state.Exists() {
		return nil, errNoClosing
	}
	return c, nil
}

// readable is load for a reader of the unit's figures.
func (b *months) readable(ctx context.Context, operation, id, unit string) (*closed, error) {
	actor := httpapi.ActorFrom(ctx)
	if !authz.Anywhere(actor, authz.KPIRead) {
		b.api.Deny(ctx, operation, authz.KPIRead, "")
		return nil, httpapi.ErrNotAllowed
	}
	c, err := b.load(ctx, id, unit)
	if err != nil {
		return nil, err
	}
	if _, ok := authz.Allowed(actor, authz.KPIRead, closing.Decider.Scope(c.state)); !ok {
		b.api.Deny(ctx, operation, authz.KPIRead, domain.Stream(closing.Decider.Category, c.id))
		return nil, errNoClosing
	}
	return c, nil
}

// MonthRequest names a month.
type MonthRequest struct {
	Request
	ID   string `path:"id" maxLength:"36" doc:"key of the closing, or a month such as 2026-03" example:"2026-03"`
	Unit string `query:"unit" doc:"with a month: the unit's; left out: the whole organisation's"`
}

// named brings the key to the form that streams are named by.
func (in *MonthRequest) named() error {
	var c check
	c.id("query.unit", &in.Unit)
	if _, _, month := closing.Bounds(in.ID, time.UTC); !month {
		c.id("path.id", &in.ID)
	}
	return c.v.Err()
}

// ClosingRequest asks for a month's figures.
type ClosingRequest struct {
	MonthRequest
	KPI string `query:"kpi" maxLength:"64" doc:"only this figure"`
	By  string `query:"by" maxLength:"16" doc:"only by this dimension; all: only of everything at once"`
}

// ClosingBody is a month as it was closed: everything in it is read from the event that froze it.
type ClosingBody struct {
	ID          string            `json:"id"`
	Status      string            `json:"status" enum:"frozen,published,closed"`
	Round       int               `json:"round"`
	AppealUntil *time.Time        `json:"appeal_until,omitempty"`
	Statement   closing.Statement `json:"statement"`
	Digest      string            `json:"digest" doc:"SHA-256 of the whole statement's canonical JSON, also where only a part is shown"`
	Appeals     []AppealView      `json:"appeals"`
}

// AppealView is an appeal and what became of it.
type AppealView struct {
	Appeal   int          `json:"appeal"`
	Cell     closing.Cell `json:"cell"`
	By       *Ref         `json:"by"`
	At       time.Time    `json:"at"`
	Reason   string       `json:"reason"`
	Verdict  string       `json:"verdict,omitempty" doc:"left out while it waits"`
	Answer   string       `json:"answer,omitempty"`
	Answerer *Ref         `json:"answered_by,omitempty"`
}

func (b *months) read(ctx context.Context, in *ClosingRequest) (*OneResponse[ClosingBody], error) {
	if err := in.named(); err != nil {
		return nil, err
	}
	c, err := b.readable(ctx, "closing.read", in.ID, in.Unit)
	if err != nil {
		return nil, err
	}
	body := b.body(c, "")
	body.Statement.Figures = slices.DeleteFunc(slices.Clone(c.state.Statement.Figures), func(f closing.Figure) bool {
		return in.KPI != "" && f.KPI != in.KPI || in.By != "" && f.By != in.By && (in.By != "all" || f.By != "")
	})
	return &OneResponse[ClosingBody]{Position: c.position, Body: body}, nil
}

// body tells a month, with the appeals of one person or, without one, of all.
func (b *months) body(c *closed, of string) ClosingBody {
	v := ClosingBody{
		ID: c.id, Status: string(c.state.Status), Round: c.state.Round, Statement: c.state.Statement, Digest: c.state.Digest,
		AppealUntil: bound(c.state.AppealUntil), Appeals: []AppealView{},
	}
	all := map[int]*AppealView{}
	for i := range c.history {
		at := c.history[i].Meta.Decided
		switch e := c.history[i].Event.(type) {
		case closing.Appealed:
			all[e.Appeal] = &AppealView{Appeal: e.Appeal, Cell: e.Cell, By: b.names.staff(e.By, at), At: at, Reason: e.Reason}
		case closing.AppealAnswered:
			if a := all[e.Appeal]; a != nil {
				a.Verdict, a.Answer, a.Answerer = string(e.Verdict), e.Answer, b.names.staff(e.By, at)
			}
		}
	}
	for n := 1; n <= len(c.state.Appeals); n++ {
		if a := all[n]; a != nil && (of == "" || c.state.Appeals[n-1].By == of) {
			v.Appeals = append(v.Appeals, *a)
		}
	}
	return v
}

// mine shows the published figures of the reader, of the groups they belong to, and of everything.
func (b *months) mine(ctx context.Context, in *MonthRequest) (*OneResponse[ClosingBody], error) {
	if err := in.named(); err != nil {
		return nil, err
	}
	actor := httpapi.ActorFrom(ctx)
	if !authz.Anywhere(actor, authz.KPIAppeal) || actor.Staff == "" {
		b.api.Deny(ctx, "closing.mine", authz.KPIAppeal, "")
		return nil, httpapi.ErrNotAllowed
	}
	c, err := b.load(ctx, in.ID, in.Unit)
	switch {
	case err != nil:
		return nil, err
	case c.state.Status == closing.StatusFrozen: // not published yet
		return nil, errNoClosing
	}
	body := b.body(c, actor.Staff)
	body.Statement.Figures = []closing.Figure{}
	body.Statement.Sheets = slices.DeleteFunc(slices.Clone(c.state.Statement.Sheets), func(s closing.Sheet) bool { return !mine(s, actor) })
	for _, f := range c.state.Statement.Figures {
		own := closing.Figure{KPI: f.KPI, By: f.By}
		for _, r := range f.Rows {
			if f.By == "" || f.By == "person" && r.Key == actor.Staff || f.By == "group" && slices.Contains(actor.Groups, r.Key) {
				own.Rows = append(own.Rows, r)
			}
		}
		if len(own.Rows) > 0 {
			body.Statement.Figures = append(body.Statement.Figures, own)
		}
	}
	return &OneResponse[ClosingBody]{Position: c.position, Body: body}, nil
}
