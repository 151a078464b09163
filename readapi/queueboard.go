package readapi

import (
	"context"
	"strconv"
	"time"

	"docket/domain/authz"
	"docket/domain/view"
	"docket/projections/queue"
)

// BoardRequest asks for the tiles of a place; without one, of all that the reader sees.
type BoardRequest struct {
	Request
	Unit  string    `query:"unit" doc:"responsible unit"`
	Group string    `query:"group" doc:"responsible group"`
	AsOf  time.Time `query:"as_of" doc:"what dates are compared with; now when left out"`
}

// BoardView is what a supervisor has to see at a glance (主管看板). Every tile is the length of a list: list is its query.
type BoardView struct {
	AsOf  time.Time  `json:"as_of"`
	Tiles []TileView `json:"tiles"`
	Loads []LoadView `json:"loads" doc:"by person, the greatest load first; at most 200"`
}

// TileView is one figure of a board.
type TileView struct {
	Name    string `json:"name"`
	Tickets int    `json:"tickets"`
	List    string `json:"list" doc:"query of /v1/queue that lists them, beside the place's"`
}

// LoadView is what one person holds against what they may hold.
type LoadView struct {
	Handler  *Ref   `json:"handler"`
	Open     int    `json:"open" doc:"tickets that are not paused"`
	Paused   int    `json:"paused"`
	Weight   string `json:"weight" doc:"of all of them; a plain ticket weighs 1" example:"12.5"`
	Late     int    `json:"late"`
	Capacity int    `json:"capacity,omitempty" doc:"open tickets that a member of the group may hold; left out: any number"`
}

func (s *service) board(ctx context.Context, in *BoardRequest) (*OneResponse[BoardView], error) {
	reach, err := s.reaches(ctx, "queue.board", authz.TicketRead)
	if err != nil {
		return nil, err
	}
	filter, err := s.filter(ctx, &QueueFilter{State: []string{view.AnyOpen}, Unit: in.Unit, Group: in.Group, AsOf: in.AsOf}, nil, "")
	if err != nil {
		return nil, err
	}
	filter.Reach = reach
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	y, m, d := filter.AsOf.In(s.Zone).Date()
	until := time.Date(y, m, d+1, 0, 0, 0, 0, s.Zone).UTC()
	b, err := queue.Tiles(ctx, s.Reader, after, filter, until)
	if err != nil {
		return nil, err
	}
	now, end := filter.AsOf.Format(time.RFC3339Nano), until.Format(time.RFC3339Nano)
	v := BoardView{AsOf: filter.AsOf, Loads: make([]LoadView, len(b.Loads)), Tiles: []TileView{
		{"open", b.Open, "state=open"},
		{"due_today", b.DueToday, "due_after=" + now + "&due_before=" + end},
		{"over_80", b.OverMost, "band=80_to_100"},
		{"overdue_reported", b.Reported, "band=over&late_reported=true"},
		{"overdue_unreported", b.Unreported, "band=over&late_reported=false"},
		{"unaccepted_handovers", b.Unaccepted, "handover=any"},
		{"urgent_unacknowledged", b.Unacknowledged, "unacknowledged=true"},
		{"fallback_queue", b.Fallback, "fallback=true"},
		{"awaiting_customer", b.AwaitCustomer, "pause=customer"},
		{"unheld", b.Unheld, "handler=none"},
	}}
	for i, l := range b.Loads {
		v.Loads[i] = LoadView{
			Handler: s.names.staff(l.Handler, filter.AsOf), Open: l.Open, Paused: l.Paused, Weight: hundredths(l.Weight), Late: l.Late,
			Capacity: s.capacity(l.Handler, filter),
		}
	}
	return &OneResponse[BoardView]{Position: b.Position, Body: v}, nil
}

// capacity is how many open tickets somebody may hold: the limit of the group that is asked for, or the sum of those of the
// groups that the person belongs to; 0 where one of them sets none.
func (s *service) capacity(staff string, f queue.Filter) int {
	groups := []string{f.Group}
	if f.Group == "" {
		facts, _ := s.Lookups.Staff(staff, f.AsOf)
		groups = facts.Groups
	}
	sum := 0
	for _, g := range groups {
		facts, ok := s.Lookups.Unit(g, f.AsOf)
		if !ok || facts.Load == 0 {
			return 0
		}
		sum += facts.Load
	}
	return sum
}

// hundredths writes a number of hundredths as a decimal.
func hundredths(n int) string {
	whole, rest := strconv.Itoa(n/100), n%100
	switch {
	case rest == 0:
		return whole
	case rest%10 == 0:
		return whole + "." + strconv.Itoa(rest/10)
	case rest < 10:
		return whole + ".0" + strconv.Itoa(rest)
	}
	return whole + "." + strconv.Itoa(rest)
}
