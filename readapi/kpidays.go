package readapi

import (
	"context"
	"time"

	"docket/domain/authz"
	"docket/internal/httpapi"
	"docket/projections/kpi"
)

// DaysRequest asks for the days of somebody, of which the denominator of tickets per day is made.
type DaysRequest struct {
	FigureRequest
	Person string    `query:"person" required:"true" doc:"whose days: an id or me"`
	At     time.Time `query:"as_of" doc:"days that begin later do not count; left out: now, or with a position, when its newest fact was recorded"`
}

// DayItem is what one date is for somebody; a date on which they belong to several groups is told for each.
type DayItem struct {
	Date       string `json:"date" example:"2026-03-02"`
	Unit       *Ref   `json:"unit"`
	Group      *Ref   `json:"group"`
	Available  string `json:"available" doc:"working days, to hundredths" example:"0.57"`
	Hundredths int64  `json:"hundredths" doc:"what it adds to the denominator"`
	Reason     string `json:"reason,omitempty" enum:"closed,holiday,closure,absent,not_a_member,not_yet,no_calendar,unknown_year" doc:"why it does not count, or not whole; left out: it counts"`
	Name       string `json:"name,omitempty" doc:"of the holiday or closure"`
}

// mostDays bounds a list of days.
const mostDays = 400 * 24 * time.Hour

// days tells of somebody's days to those who read figures, and to the person.
func (k *kpis) days(ctx context.Context, in *DaysRequest) (*ListResponse[DayItem], error) {
	actor := httpapi.ActorFrom(ctx)
	cell := &CellRequest{Person: in.Person, At: in.At}
	var c check
	q, _ := k.narrow(&c, &in.FigureRequest)
	c.person("query.person", &cell.Person, actor.Staff)
	c.instant("query.as_of", cell.At)
	if in.From == "" || in.To == "" {
		c.v.Fail("query.from", "required", "must be given together with to")
	} else if q.Window.To.Sub(q.Window.From) > mostDays {
		c.v.Fail("query.to", "too_far", "must lie at most 400 days after from")
	}
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	if own := cell.Person == actor.Staff && authz.Anywhere(actor, authz.KPIAppeal); !own {
		if err := k.api.Allow(ctx, "kpi.days", authz.KPIRead, k.scope(&in.FigureRequest)); err != nil {
			return nil, err
		}
	}
	inquiry := &kpi.Inquiry{Question: *q}
	inquiry.Filter.Person = cell.Person
	out := &ListResponse[DayItem]{Body: List[DayItem]{Items: []DayItem{}}}
	var recorded *time.Time
	var err error
	out.Position, err = k.answer(ctx, &inquiry.Question, in.AsOf, func(ctx context.Context, s kpi.Snapshot) error {
		if err := k.moment(ctx, s, inquiry, cell, in.AsOf, &recorded); err != nil {
			return err
		}
		days, err := s.Days(ctx, *inquiry)
		out.Body.Items = out.Body.Items[:0] // it may be called again
		for _, d := range days {
			out.Body.Items = append(out.Body.Items, k.dayItem(d))
		}
		return err
	})
	return out, err
}

func (k *kpis) dayItem(d kpi.Day) DayItem {
	n, at := names{lookups: k.Lookups, clock: k.Clock}, time.UnixMilli(d.AtMS).UTC()
	return DayItem{
		Date: d.Date.String(), Unit: n.unit(d.Unit, at), Group: n.unit(d.Group, at), Available: inHundredths(d.Hundredths),
		Hundredths: d.Hundredths, Reason: d.Reason, Name: d.Name,
	}
}
