package readapi

import (
	"context"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/unit"
	"docket/projections/kpi"
)

// FigureRequest narrows a figure. Windows are local days of the zone, half-open (kpis §1.1).
type FigureRequest struct {
	Request
	Zone  string `query:"zone" maxLength:"64" doc:"zone of the midnights, by name; left out: the organisation's" example:"Asia/Shanghai"`
	Unit  string `query:"unit" doc:"only what lies with this unit"`
	Group string `query:"group" doc:"only what lies with this group"`
	From  string `query:"from" maxLength:"10" doc:"first local day of the window" example:"2026-01-01"`
	To    string `query:"to" maxLength:"10" doc:"local day after the last of the window" example:"2026-02-01"`
	AsOf  uint64 `query:"position" maximum:"9223372036854775807" doc:"only events up to this position of the log; left out: all"`
}

// VolumesRequest tells volumes apart.
type VolumesRequest struct {
	FigureRequest
	By string `query:"by" enum:"unit,group,channel,type,urgency" doc:"what the volumes are told apart by; left out: not at all"`
}

// BacklogRequest names the instants: one, or the midnights of a row of local days.
type BacklogRequest struct {
	FigureRequest
	At    time.Time `query:"at" doc:"an instant; left out, and no midnights asked for: now"`
	First string    `query:"midnights_from" maxLength:"10" doc:"first local day whose midnight is told" example:"2026-01-01"`
	Last  string    `query:"midnights_to" maxLength:"10" doc:"last local day whose midnight is told" example:"2026-12-01"`
	Step  string    `query:"step" enum:"day,month" default:"day" doc:"every day, or those that begin a month"`

	instants []time.Time
}

// maxInstants is how many midnights one question may ask about.
const maxInstants = 4000

func (in *FigureRequest) question() *FigureRequest { return in }

func (in *FigureRequest) resolve(*kpis, *time.Location, *domain.Checks) {}

func (in *BacklogRequest) resolve(k *kpis, zone *time.Location, v *domain.Checks) {
	if in.From != "" || in.To != "" {
		v.Fail("query.from", "not_applicable", "a backlog is told at instants, not in a window")
	}
	if in.First == "" && in.Last == "" {
		if in.At.IsZero() {
			in.At = k.Clock()
		}
		if !sensible(in.At) {
			v.Fail("query.at", "out_of_range", "must be a time from 1900 to 2999")
		}
		in.instants = []time.Time{in.At}
		return
	}
	if !in.At.IsZero() {
		v.Fail("query.at", "not_together", "must not be given together with midnights")
	}
	first, last := day(v, "query.midnights_from", in.First), day(v, "query.midnights_to", in.Last)
	switch {
	case first.IsZero() || last.IsZero():
	case last.Before(first):
		v.Fail("query.midnights_to", "too_early", "must not lie before midnights_from")
	case last.Sub(first) > maxInstants*24*time.Hour:
		v.Fail("query.midnights_to", "too_far", "must lie at most 4000 days after midnights_from")
	default:
		in.instants = kpi.Midnights(first, last, zone, in.Step == "month")
	}
}

// ask turns a request into a question the asker may ask; every failing parameter is told.
func (k *kpis) ask(ctx context.Context, d kpi.Definition, in figureRequest) (*kpi.Question, *time.Location, error) {
	r := in.question()
	var c check
	q, zone := k.narrow(&c, r)
	in.resolve(k, zone, &c.v)
	if err := c.v.Err(); err != nil {
		return nil, nil, err
	}
	return q, zone, k.api.Allow(ctx, "kpi."+d.Name, authz.KPIRead, k.scope(r))
}

// narrow reads what a figure is narrowed to.
func (k *kpis) narrow(c *check, r *FigureRequest) (*kpi.Question, *time.Location) {
	c.id("query.unit", &r.Unit)
	c.id("query.group", &r.Group)
	zone := k.zone
	if r.Zone != "" {
		if named, err := time.LoadLocation(r.Zone); err == nil && r.Zone != "Local" {
			zone = named
		} else {
			c.v.Fail("query.zone", "unknown", "must be the name of a time zone, for example Asia/Shanghai")
		}
	}
	q := &kpi.Question{Filter: kpi.Filter{Unit: r.Unit, Group: r.Group}}
	if r.From != "" {
		q.Window.From = midnight(day(&c.v, "query.from", r.From), zone)
	}
	if r.To != "" {
		q.Window.To = midnight(day(&c.v, "query.to", r.To), zone)
	}
	if r.From != "" && r.To != "" && q.Window.To.Before(q.Window.From) {
		c.v.Fail("query.to", "too_early", "must not lie before from")
	}
	return q, zone
}

// scope is the part of the organisation that is asked about: a group lies in its unit.
func (k *kpis) scope(r *FigureRequest) domain.Scope {
	s := domain.Scope{Unit: r.Unit, Group: r.Group}
	if r.Group == "" || r.Unit != "" {
		return s
	}
	if g, known := k.Lookups.Unit(r.Group, k.Clock()); known && g.Kind == unit.Group {
		s.Unit = g.Parent
	}
	return s
}

// day reads a date; the zero time when it is none.
func day(v *domain.Checks, field, text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || !sensible(t) {
		v.Fail(field, "not_a_date", "must be a date of the form 2026-01-31")
		return time.Time{}
	}
	return t
}

// midnight is when a local day begins.
func midnight(day time.Time, zone *time.Location) time.Time {
	if day.IsZero() {
		return day
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}
