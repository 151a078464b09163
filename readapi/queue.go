package readapi

import (
	"context"
	"time"

	"docket/domain/authz"
	"docket/domain/view"
	"docket/projections/queue"
)

// QueueRequest narrows and sorts the queue.
type QueueRequest struct {
	Request
	Paging
	QueueFilter
	QueueSort
}

// List is a page of a list and where the next one begins.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"what to give as after for the next page; left out on the last"`
}

// ListResponse is a page with the position it stands at.
type ListResponse[T any] struct {
	Position uint64 `header:"Docket-Position"`
	Body     List[T]
}

// QueuePage is a page of tickets, with the instant that shares of limits were compared with.
type QueuePage struct {
	List[QueueItem]
	AsOf time.Time `json:"as_of"`
}

// QueueResponse is a page of the queue with the position it stands at.
type QueueResponse struct {
	Position uint64 `header:"Docket-Position"`
	Body     QueuePage
}

// mountQueue adds the lists of tickets, what they count, and the supervisor's board.
func mountQueue(s *service) {
	mount(s, "list-queue", "/v1/queue", "Tickets to be looked after", "Tickets", s.queue)
	mount(s, "count-queue", "/v1/queue/facets", "How many tickets a list holds, by their values", "Tickets", s.queueFacets)
	mount(s, "read-board", "/v1/queue/board", "The supervisor's tiles", "Tickets", s.board)
}

func (s *service) queue(ctx context.Context, in *QueueRequest) (*QueueResponse, error) {
	reach, err := s.reaches(ctx, "queue.list", authz.TicketRead)
	if err != nil {
		return nil, err
	}
	page := queue.Page{Sort: view.Sort(in.Sort), Limit: in.Limit}
	filter, err := s.filter(ctx, &in.QueueFilter, &page, in.After)
	if err != nil {
		return nil, err
	}
	filter.Reach = reach
	return s.queuePage(ctx, filter, page)
}

// queuePage reads a page of tickets.
func (s *service) queuePage(ctx context.Context, f queue.Filter, p queue.Page) (*QueueResponse, error) {
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	l, err := queue.List(ctx, s.Reader, after, f, p)
	if err != nil {
		return nil, err
	}
	out := &QueueResponse{Position: l.Position, Body: QueuePage{AsOf: f.AsOf}}
	out.Body.Items = make([]QueueItem, len(l.Rows))
	names := s.names.roll(f.AsOf)
	for i := range l.Rows {
		out.Body.Items[i] = queueItem(&l.Rows[i], names)
	}
	if l.Next != nil {
		out.Body.Next = encodeCursor(l.Next)
	}
	return out, nil
}
