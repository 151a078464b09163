package readapi

import (
	"context"
	"time"

	"docket/domain/authz"
	"docket/domain/view"
	"docket/internal/httpapi"
	"docket/projections/queue"
)

// Saved views: how many of them are counted, and up to how many tickets.
const (
	mostCountedViews = 50
	countedUpTo      = 1_000
)

// ViewsRequest asks for the views that somebody sees.
type ViewsRequest struct {
	Request
}

// ViewView is a saved view.
type ViewView struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Owner    *Ref        `json:"owner"`
	Level    string      `json:"level" enum:"private,unit,system"`
	Unit     *Ref        `json:"unit,omitempty" doc:"whose people see it"`
	Filter   view.Filter `json:"filter"`
	Sort     string      `json:"sort"`
	Columns  []string    `json:"columns,omitempty"`
	Pinned   bool        `json:"pinned" doc:"you have it on top"`
	Tickets  *int        `json:"tickets,omitempty" doc:"that you would see in it; only the first 50 views are counted, each up to a thousand"`
	AtLeast  bool        `json:"at_least,omitempty" doc:"there are more"`
	Revision uint64      `json:"revision"`
}

// ViewTicketsRequest asks for a page of a view.
type ViewTicketsRequest struct {
	Request
	Paging
	ID   string    `path:"id" doc:"key of the view"`
	AsOf time.Time `query:"as_of" doc:"what shares of limits are compared with; now when left out"`
}

func mountViews(s *service) {
	mount(s, "list-views", "/v1/views", "Saved views", "Tickets", s.views)
	mount(s, "list-view-tickets", "/v1/views/{id}/tickets", "Tickets of a saved view", "Tickets", s.viewTickets)
}

// views lists what the reader sees, pinned ones first, each with how many tickets the reader would see in it.
func (s *service) views(ctx context.Context, _ *ViewsRequest) (*ListResponse[ViewView], error) {
	reach, err := s.reaches(ctx, "view.list", authz.TicketRead)
	if err != nil {
		return nil, err
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	who, now := httpapi.ActorFrom(ctx), s.Clock().UTC()
	list, position, err := queue.Views(ctx, s.Reader, after, who)
	if err != nil {
		return nil, err
	}
	counted := list[:min(len(list), mostCountedViews)]
	filters := make([]queue.Filter, len(counted))
	for i, v := range counted {
		filters[i] = queue.Filter{Filter: v.Filter, Reach: reach, Asker: who, AsOf: now}
	}
	counts, _, err := queue.CountViews(ctx, s.Reader, position, filters, countedUpTo)
	if err != nil {
		return nil, err
	}
	out := &ListResponse[ViewView]{Position: position, Body: List[ViewView]{Items: make([]ViewView, len(list))}}
	for i, v := range list {
		item := ViewView{
			ID: v.ID, Name: v.Name, Owner: s.names.staff(v.Owner, now), Level: string(v.Level), Unit: s.names.unit(v.Unit, now), Filter: v.Filter,
			Sort: string(v.Sort), Columns: v.Columns, Pinned: v.PinnedBy(who.Staff), Revision: v.Revision,
		}
		if i < len(counts) {
			item.Tickets, item.AtLeast = &counts[i].Tickets, counts[i].AtLeast
		}
		out.Body.Items[i] = item
	}
	return out, nil
}

// viewTickets lists a view's tickets as far as the reader sees them. Who does not see the view is told that there is none.
func (s *service) viewTickets(ctx context.Context, in *ViewTicketsRequest) (*QueueResponse, error) {
	reach, err := s.reaches(ctx, "view.tickets", authz.TicketRead)
	if err != nil {
		return nil, err
	}
	var c check
	c.id("path.id", &in.ID)
	at := c.instant("query.as_of", in.AsOf)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	who := httpapi.ActorFrom(ctx)
	v, ok, err := queue.ViewOf(ctx, s.Reader, after, in.ID, who)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, view.ErrUnknown
	}
	filter := queue.Filter{Filter: v.Filter, Reach: reach, Asker: who, AsOf: s.Clock().UTC()}
	if at != nil {
		filter.AsOf = *at
	}
	page := queue.Page{Sort: v.Sort, Limit: in.Limit}
	if err := begin(&page, in.Paging.After); err != nil {
		return nil, err
	}
	return s.queuePage(ctx, filter, page)
}
