package readapi

import (
	"math"
	"time"

	"docket/domain"
	"docket/domain/unit"
	"docket/projections/flow"
)

// FlowFilter narrows the process map. Windows are local days of the zone, half-open (kpis §1.1); a step lies in the window in
// which it happened.
type FlowFilter struct {
	Request
	From     string `query:"from" maxLength:"10" doc:"first local day of the window" example:"2026-01-01"`
	To       string `query:"to" maxLength:"10" doc:"local day after the last of the window" example:"2026-02-01"`
	Unit     string `query:"unit" doc:"only steps after which the ticket lay with this unit"`
	Group    string `query:"group" doc:"only steps after which the ticket lay with this group"`
	Type     string `query:"type" maxLength:"16" doc:"only tickets of this business type"`
	Template string `query:"template" maxLength:"36" doc:"only tickets of this template; none: plain tickets"`
	Version  int    `query:"version" minimum:"1" maximum:"1000000" doc:"only of this version of the template"`
	AsOf     uint64 `query:"as_of" maximum:"9223372036854775807" doc:"only events up to this position of the log; left out: all"`
}

// FlowRequest asks for the map.
type FlowRequest struct {
	FlowFilter
	Minimum int64 `query:"minimum" minimum:"1" maximum:"1000000000" default:"1" doc:"leaves out what was seen less often; what is left out is counted"`
}

// FlowTicketsRequest asks for the tickets behind an edge.
type FlowTicketsRequest struct {
	FlowFilter
	Paging
	FromActivity string `query:"from_activity" required:"true" minLength:"1" maxLength:"128" doc:"activity before, or begin: the ticket's first act"`
	ToActivity   string `query:"to_activity" required:"true" minLength:"1" maxLength:"128" doc:"activity after, or end or stands: nothing came after, the ticket being over or not"`
}

// question reads the parameters; every failing one is told.
func (in *FlowFilter) question(zone *time.Location) (*flow.Question, error) {
	var c check
	q := &flow.Question{Position: in.AsOf, Unit: in.Unit, Group: in.Group, Type: in.Type, Template: in.Template, Version: in.Version}
	c.id("query.unit", &q.Unit)
	c.id("query.group", &q.Group)
	if q.Template != flow.PlainTickets {
		c.id("query.template", &q.Template)
	}
	q.From, q.To = c.window(in.From, in.To, zone)
	return q, c.v.Err()
}

// window reads two local days as the half-open window between their midnights; the zero time is an open end.
func (c *check) window(from, to string, zone *time.Location) (start, end time.Time) {
	if from != "" {
		start = midnight(day(&c.v, "query.from", from), zone)
	}
	if to != "" {
		end = midnight(day(&c.v, "query.to", to), zone)
	}
	if !start.IsZero() && !end.IsZero() && end.Before(start) {
		c.v.Fail("query.to", "too_early", "must not lie before from")
	}
	return start, end
}

// key reads where the page before ended.
func (in *FlowTicketsRequest) key() (*flow.Key, error) {
	if in.After == "" {
		return nil, nil
	}
	k := &flow.Key{}
	if !decodeCursor(in.After, k) || k.Pos > math.MaxInt64 {
		return nil, errCursor
	}
	return k, nil
}

// within is the part of the organisation that figures are asked about: a group lies in its unit.
func (s *service) within(in, group string) domain.Scope {
	scope := domain.Scope{Unit: in, Group: group}
	if group == "" || in != "" {
		return scope
	}
	if g, known := s.Lookups.Unit(group, s.Clock()); known && g.Kind == unit.Group {
		scope.Unit = g.Parent
	}
	return scope
}
