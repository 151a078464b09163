package readapi

import (
	"cmp"
	"context"
	"slices"
	"time"

	"docket/domain/authz"
	"docket/domain/worktime"
	"docket/internal/httpapi"
	"docket/internal/whatif"
	"docket/projections/kpi"
)

// WhatIfDeps are what the question stands on; all are required but Clock, which is time.Now when nil.
type WhatIfDeps struct {
	Reader    Reader
	Lookups   Lookups
	Calendars Calendars
	Zone      *time.Location // of the organisation
	Clock     func() time.Time
}

// MountWhatIf adds the question what another limit or calendar would have made of the past (mission row X8) to an API.
func MountWhatIf(api *httpapi.API, d WhatIfDeps) {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	s := &service{
		api: api, Deps: Deps{Reader: d.Reader, Lookups: d.Lookups, Calendars: d.Calendars, Clock: d.Clock},
		names: names{lookups: d.Lookups, clock: d.Clock},
	}
	w := &hypotheses{s, d.Zone}
	mount(s, "ask-what-if", "/v1/whatif", "The past with another limit or calendar", "KPIs", w.sums)
	mount(s, "list-what-if-tickets", "/v1/whatif/tickets", "The tickets whose outcome would be another", "KPIs", w.tickets)
}

// hypotheses answers what would have been.
type hypotheses struct {
	*service
	zone *time.Location
}

// WhatIfFilter names the clocks and the change. Clocks are those that began to count in the window, the same on both sides.
type WhatIfFilter struct {
	Request
	Kind      string `query:"clock" enum:"response,handling,stage,handover,acknowledge,supplement,objection,raise" default:"handling"`
	From      string `query:"from" maxLength:"10" doc:"first local day of the window" example:"2026-01-01"`
	To        string `query:"to" maxLength:"10" doc:"local day after the last of the window" example:"2026-02-01"`
	Unit      string `query:"unit" doc:"only clocks of this unit"`
	Group     string `query:"group" doc:"only clocks of this group"`
	Template  string `query:"template" doc:"only tickets of this template"`
	Urgency   string `query:"urgency" enum:"low,normal,urgent,critical" doc:"only tickets of this urgency"`
	LimitDays int64  `query:"limit_days" minimum:"1" maximum:"2600" doc:"another limit, in working days"`
	LimitMs   int64  `query:"limit_ms" minimum:"1" maximum:"100000000000" doc:"another limit, in working milliseconds"`
	Calendar  string `query:"calendar" doc:"another calendar"`
	Version   int    `query:"version" minimum:"1" maximum:"1000000" doc:"of the calendar; left out: its newest"`
}

// WhatIfRequest asks for sums.
type WhatIfRequest struct {
	WhatIfFilter
	By string `query:"by" enum:"unit,group,person,template,urgency" doc:"what the sums are told apart by; left out: not at all"`
}

// WhatIfTicketsRequest asks for the clocks whose outcome would be another.
type WhatIfTicketsRequest struct {
	WhatIfFilter
	Paging
}

// WhatIfBody is the past as it was and as it would have been.
type WhatIfBody struct {
	Clock    string         `json:"clock"`
	Zone     string         `json:"zone"`
	Window   WindowView     `json:"window"`
	AsOf     time.Time      `json:"as_of" doc:"deadlines before it have passed, on both sides"`
	Limit    worktime.Limit `json:"limit,omitzero"`
	Calendar string         `json:"calendar,omitempty"`
	Version  int            `json:"version,omitempty" doc:"of the calendar"`
	By       string         `json:"by,omitempty"`
	Rows     []WhatIfRow    `json:"rows"`
}

// WhatIfRow is the sums of one value. Rates are met over decided (kpis §1.9).
type WhatIfRow struct {
	Key    string `json:"key,omitempty"`
	Clocks int64  `json:"clocks"`
	Was    Tally  `json:"was"`
	Would  Tally  `json:"would"`
	Better int64  `json:"better" doc:"missed, and would be met"`
	Worse  int64  `json:"worse" doc:"met, and would be missed"`
	Differ int64  `json:"differ" doc:"outcomes that would be others"`
}

// Tally counts outcomes.
type Tally struct {
	Met     int64 `json:"met"`
	Decided int64 `json:"decided"`
	Pending int64 `json:"pending" doc:"neither stopped nor overdue yet"`
	Removed int64 `json:"removed" doc:"cancelled in time"`
	Unknown int64 `json:"unknown" doc:"a calendar does not know a year that it needs"`
}

func (t *Tally) add(o whatif.Outcome) {
	switch o {
	case whatif.Met:
		t.Met++
		t.Decided++
	case whatif.Missed:
		t.Decided++
	case whatif.Pending:
		t.Pending++
	case whatif.Removed:
		t.Removed++
	case whatif.Unknown:
		t.Unknown++
	}
}

func (w *hypotheses) sums(ctx context.Context, in *WhatIfRequest) (*OneResponse[WhatIfBody], error) {
	q, rerun, err := w.ask(ctx, "whatif.read", &in.WhatIfFilter)
	if err != nil {
		return nil, err
	}
	out := &OneResponse[WhatIfBody]{}
	var rows map[string]*WhatIfRow
	err = w.run(ctx, q, rerun, in.Kind, nil, func(position uint64) {
		out.Position, rows = position, map[string]*WhatIfRow{}
	}, func(r whatif.Result) bool {
		key := in.key(&r.Based)
		if rows[key] == nil {
			rows[key] = &WhatIfRow{Key: key}
		}
		rows[key].add(r)
		return true
	})
	if err != nil {
		return nil, err
	}
	b := &out.Body
	b.Clock, b.Zone, b.Window, b.AsOf, b.By = in.Kind, w.zone.String(), WindowView{bound(q.Window.From), bound(q.Window.To)}, rerun.AsOf.UTC(), in.By
	b.Limit, b.Rows = rerun.Limit, make([]WhatIfRow, 0, len(rows))
	for _, r := range rows {
		b.Rows = append(b.Rows, *r)
	}
	slices.SortFunc(b.Rows, func(a, b WhatIfRow) int { return cmp.Compare(a.Key, b.Key) })
	if c := rerun.Calendar; c != nil {
		b.Calendar, b.Version = c.ID(), c.Version()
	}
	return out, nil
}

func (r *WhatIfRow) add(x whatif.Result) {
	r.Clocks++
	r.Was.add(x.Was)
	r.Would.add(x.Would)
	switch {
	case !x.Differs():
		return
	case x.Was == whatif.Missed && x.Would == whatif.Met:
		r.Better++
	case x.Was == whatif.Met && x.Would == whatif.Missed:
		r.Worse++
	}
	r.Differ++
}

func (in *WhatIfRequest) key(b *kpi.Based) string {
	switch in.By {
	case "unit":
		return b.Unit
	case "group":
		return b.Group
	case "person":
		return b.Person
	case "template":
		return b.Template
	case "urgency":
		return b.Urgency
	}
	return ""
}

// run runs clocks again on one snapshot, one after another until each has enough; begin tells where a snapshot stands, and that
// whatever was collected on another one does not count.
func (w *hypotheses) run(
	ctx context.Context, q kpi.Question, rerun whatif.Rerun, kind string, from *kpi.BasedKey, begin func(position uint64),
	each func(whatif.Result) (more bool),
) error {
	after, _ := httpapi.After(ctx)
	return kpi.Read(ctx, w.Reader, after, func(ctx context.Context, s kpi.Snapshot) error {
		begin(s.Position)
		return s.Bases(ctx, q, kind, from, func(b kpi.Based) (bool, error) {
			r, err := rerun.Run(b)
			return err == nil && each(r), err
		})
	})
}

// WhatIfTicket is a clock whose outcome would be another.
type WhatIfTicket struct {
	Ticket   string     `json:"ticket"`
	Clock    string     `json:"clock"`
	Round    int        `json:"round"`
	Unit     *Ref       `json:"unit"`
	Group    *Ref       `json:"group"`
	Person   *Ref       `json:"person"`
	Since    time.Time  `json:"since"`
	Stopped  *time.Time `json:"stopped_at"`
	Was      string     `json:"was" enum:"met,missed,pending,removed,unknown"`
	WasDue   *time.Time `json:"was_due_at"`
	Would    string     `json:"would" enum:"met,missed,pending,removed,unknown"`
	WouldDue *time.Time `json:"would_be_due_at"`
}

func (w *hypotheses) tickets(ctx context.Context, in *WhatIfTicketsRequest) (*ListResponse[WhatIfTicket], error) {
	var from *kpi.BasedKey
	if in.After != "" {
		from = &kpi.BasedKey{}
		if !decodeCursor(in.After, from) {
			return nil, errCursor
		}
	}
	q, rerun, err := w.ask(ctx, "whatif.tickets", &in.WhatIfFilter)
	if err != nil {
		return nil, err
	}
	out := &ListResponse[WhatIfTicket]{}
	var found []whatif.Result
	err = w.run(ctx, q, rerun, in.Kind, from, func(position uint64) {
		out.Position, found = position, nil
	}, func(r whatif.Result) bool {
		if r.Differs() {
			found = append(found, r)
		}
		return len(found) <= in.Limit
	})
	if err != nil {
		return nil, err
	}
	if len(found) > in.Limit {
		found = found[:in.Limit]
		out.Body.Next = encodeCursor(found[in.Limit-1].Key())
	}
	out.Body.Items = make([]WhatIfTicket, len(found))
	for i, r := range found {
		since := time.UnixMilli(r.SinceMS).UTC()
		t := WhatIfTicket{
			Ticket: r.Ticket, Clock: r.Clock, Round: r.Round, Unit: w.names.unit(r.Unit, since), Group: w.names.unit(r.Group, since),
			Person: w.names.staff(r.Person, since), Since: since, Was: string(r.Was), WasDue: r.WasDue, Would: string(r.Would), WouldDue: r.WouldDue,
		}
		if r.StoppedMS != 0 {
			t.Stopped = bound(time.UnixMilli(r.StoppedMS))
		}
		out.Body.Items[i] = t
	}
	return out, nil
}

// ask reads the filter and lets in whoever may see the figures of that part; every failing parameter is told.
func (w *hypotheses) ask(ctx context.Context, operation string, in *WhatIfFilter) (kpi.Question, whatif.Rerun, error) {
	var c check
	rerun := whatif.Rerun{AsOf: w.Clock(), Known: w.Calendars.CalendarVersion}
	c.id("query.unit", &in.Unit)
	c.id("query.group", &in.Group)
	c.id("query.template", &in.Template)
	c.id("query.calendar", &in.Calendar)
	q := kpi.Question{Filter: kpi.Filter{Unit: in.Unit, Group: in.Group, Template: in.Template, Urgency: in.Urgency}}
	q.Window.From, q.Window.To = c.window(in.From, in.To, w.zone)
	switch {
	case in.LimitDays > 0 && in.LimitMs > 0:
		c.v.Fail("query.limit_ms", "not_together", "must not be given together with limit_days")
	case in.LimitDays > 0:
		rerun.Limit = worktime.WorkingDays(in.LimitDays)
	case in.LimitMs > 0:
		rerun.Limit = worktime.WorkingHours(time.Duration(in.LimitMs) * time.Millisecond)
	case in.Calendar == "":
		c.v.Fail("query", "required", "must give another limit or another calendar")
	}
	if in.Version > 0 && in.Calendar == "" {
		c.v.Fail("query.version", "not_applicable", "is a version of a calendar, which must be given")
	}
	if in.Calendar != "" {
		calendar, known := w.calendar(in.Calendar, in.Version)
		if !known {
			c.v.Fail("query.calendar", "unknown", "there is no such calendar, or not in that version")
		}
		rerun.Calendar = calendar
	}
	if err := c.v.Err(); err != nil {
		return q, rerun, err
	}
	return q, rerun, w.api.Allow(ctx, operation, authz.KPIRead, w.within(in.Unit, in.Group))
}

// calendar is a version of a calendar, or its newest.
func (w *hypotheses) calendar(id string, version int) (*worktime.Calendar, bool) {
	if version == 0 {
		for _, f := range w.Calendars.Calendars(w.Clock()) {
			if f.ID == id {
				version = f.Versions[len(f.Versions)-1].Version
			}
		}
	}
	return w.Calendars.CalendarVersion(id, version)
}
