package readapi

import (
	"context"
	"slices"
	"strings"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/internal/httpapi"
	"docket/projections/queue"
)

// QueueRequest narrows and sorts the queue.
type QueueRequest struct {
	Request
	Paging
	Sort      string    `query:"sort" enum:"due,-due,registered,-registered,number,-number" default:"due" doc:"a minus sorts downwards"`
	State     []string  `query:"state" enum:"open,finished,registered,accepted,in_progress,completed,reviewed,delivered,closed,cancelled" doc:"states, parted by commas; either open or finished ones" default:"open"`
	Unit      string    `query:"unit" doc:"responsible unit"`
	Group     string    `query:"group" doc:"responsible group"`
	Handler   string    `query:"handler" doc:"responsible person: an id, me, or none"`
	Handover  string    `query:"handover" doc:"handovers that wait for this receiver's answer: an id or me"`
	Urgency   string    `query:"urgency" enum:"critical,urgent,normal,low"`
	Type      string    `query:"type" maxLength:"8" doc:"business type"`
	Reference string    `query:"reference" maxLength:"64" doc:"number in another system"`
	DueBefore time.Time `query:"due_before" doc:"promised before"`
	Paused    string    `query:"paused" enum:"true,false"`
}

// QueueItem is one ticket of a list.
type QueueItem struct {
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	Type         string       `json:"type"`
	Title        string       `json:"title"`
	Reference    string       `json:"reference,omitempty"`
	Channel      string       `json:"channel"`
	Urgency      string       `json:"urgency"`
	Status       string       `json:"status"`
	Unit         *Ref         `json:"unit"`
	Group        *Ref         `json:"group"`
	Handler      *Ref         `json:"handler" doc:"who is responsible now; null while the group's queue holds the ticket"`
	Paused       *PausedView  `json:"paused,omitempty"`
	Handover     *PendingView `json:"handover,omitempty" doc:"the offer that waits for an answer"`
	Handovers    int          `json:"handovers" doc:"offers so far"`
	Round        int          `json:"round"`
	DueAt        *time.Time   `json:"due_at,omitempty"`
	RegisteredAt time.Time    `json:"registered_at"`
	ChangedAt    time.Time    `json:"changed_at"`
	Revision     uint64       `json:"revision"`
}

// PausedView says what a ticket waits for.
type PausedView struct {
	Kind  string     `json:"kind"`
	Since *time.Time `json:"since"`
}

// PendingView is a handover that its receiver has not answered yet.
type PendingView struct {
	Handover  int        `json:"handover"`
	Receiver  *Ref       `json:"receiver"`
	OfferedAt *time.Time `json:"offered_at"`
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

var finishedStates = []ticket.Status{
	ticket.StatusClosed, ticket.StatusCancelled, ticket.StatusDeclined, ticket.StatusLapsed, ticket.StatusJoined,
}

func (s *service) queue(ctx context.Context, in *QueueRequest) (*ListResponse[QueueItem], error) {
	reach, err := s.reaches(ctx, "queue.list", authz.TicketRead)
	if err != nil {
		return nil, err
	}
	filter, page, err := in.query(httpapi.ActorFrom(ctx).Staff)
	if err != nil {
		return nil, err
	}
	filter.Reach = reach
	after, err := s.after(ctx)
	if err != nil {
		return nil, err
	}
	l, err := queue.List(ctx, s.Reader, after, filter, page)
	if err != nil {
		return nil, err
	}
	out := &ListResponse[QueueItem]{Position: l.Position, Body: List[QueueItem]{Items: make([]QueueItem, len(l.Rows))}}
	now := s.Clock()
	for i := range l.Rows {
		out.Body.Items[i] = s.queueItem(&l.Rows[i], now)
	}
	if l.Next != nil {
		out.Body.Next = encodeCursor(l.Next)
	}
	return out, nil
}

// query turns the parameters into a filter and a page; every failing one is told.
func (in *QueueRequest) query(me string) (queue.Filter, queue.Page, error) {
	var c check
	f := queue.Filter{Urgency: ticket.Urgency(in.Urgency), Type: in.Type, Reference: in.Reference}
	f.DueBefore = c.instant("query.due_before", in.DueBefore)
	f.Unit, f.Group, f.Handler, f.Receiver = in.Unit, in.Group, in.Handler, in.Handover
	c.id("query.unit", &f.Unit)
	c.id("query.group", &f.Group)
	if f.Handler == "none" {
		f.Handler, f.Unassigned = "", true
	}
	c.person("query.handler", &f.Handler, me)
	c.person("query.handover", &f.Receiver, me)
	if in.Paused != "" {
		paused := in.Paused == "true"
		f.Paused = &paused
	}
	in.states(&f, &c.v)
	p := queue.Page{Order: queue.Order(strings.TrimPrefix(in.Sort, "-")), Descending: strings.HasPrefix(in.Sort, "-"), Limit: in.Limit}
	if in.After != "" {
		p.After = &queue.Key{}
		if !decodeCursor(in.After, p.After) || !fits(p) {
			return f, p, errCursor
		}
	}
	return f, p, c.v.Err()
}

// states sets which tickets are listed: open and finished ones are two lists.
func (in *QueueRequest) states(f *queue.Filter, v *domain.Checks) {
	var open, all bool
	for _, state := range in.State {
		finished := state == "finished" || slices.Contains(finishedStates, ticket.Status(state))
		open, f.Finished = open || !finished, f.Finished || finished
		all = all || state == "open" || state == "finished"
		f.Statuses = append(f.Statuses, ticket.Status(state))
	}
	if open && f.Finished {
		v.Fail("query.state", "not_together", "must name either open or finished states")
	}
	if all {
		f.Statuses = nil
	}
}

// fits reports whether a cursor belongs to the order that is asked for and says nothing a row could not.
func fits(p queue.Page) bool {
	k := p.After
	if !isID(k.Ticket) || k.Order != p.Order || k.Descending != p.Descending || !clean(k.Number) {
		return false
	}
	if k.Order == queue.ByRegistered && k.At == nil {
		return false
	}
	return k.At == nil || sensible(*k.At)
}

func (s *service) queueItem(r *queue.Row, now time.Time) QueueItem {
	item := QueueItem{
		ID: r.Ticket, Number: r.Number, Type: r.Type, Title: r.Title, Reference: r.Reference, Channel: string(r.Channel),
		Urgency: string(r.Urgency), Status: string(r.Status), Unit: s.names.unit(r.Unit, now), Group: s.names.unit(r.Group, now),
		Handler: s.names.staff(r.Handler, now), Handovers: r.Handovers, Round: r.Round, DueAt: utc(r.DueAt),
		RegisteredAt: r.RegisteredAt.UTC(), ChangedAt: r.ChangedAt.UTC(), Revision: r.Revision,
	}
	if r.Paused != "" {
		item.Paused = &PausedView{Kind: string(r.Paused), Since: utc(r.PausedAt)}
	}
	if r.Handover > 0 {
		item.Handover = &PendingView{Handover: r.Handover, Receiver: s.names.staff(r.Receiver, now), OfferedAt: utc(r.OfferedAt)}
	}
	return item
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
