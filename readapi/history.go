package readapi

import (
	"context"
	"strconv"
	"time"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/ticketpage"
)

// HistoryRequest asks for the events of a ticket.
type HistoryRequest struct {
	Request
	TicketPath
	Paging
}

// HistoryItem is one event: its line in the timeline and what exactly was recorded, marked values masked.
type HistoryItem struct {
	EntryView
	EventID   string    `json:"id"`
	Position  uint64    `json:"position" doc:"place in the log"`
	Source    string    `json:"source,omitempty" doc:"network address the command came from"`
	Key       string    `json:"idempotency_key,omitempty"`
	StoredAt  time.Time `json:"stored_at" doc:"the event store's own stamp"`
	Data      any       `json:"data" doc:"the event's payload"`
	Destroyed []string  `json:"destroyed,omitempty" doc:"classes of fields whose content has been destroyed"`
}

// history reads the event store itself, so it is never behind.
func (s *service) history(ctx context.Context, in *HistoryRequest) (*ListResponse[HistoryItem], error) {
	after := int64(-1)
	var c check
	c.id("path.id", &in.ID)
	if in.After != "" {
		revision, err := strconv.ParseUint(in.After, 10, 62)
		if err != nil {
			return nil, errCursor
		}
		after = int64(revision) //nolint:gosec // 62 bits
	}
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	position, err := s.passed(ctx)
	if err != nil {
		return nil, err
	}
	events, err := s.recall(ctx, "ticket.history", in.ID)
	if err != nil {
		return nil, err
	}
	page, _ := ticketpage.Replay(events)
	out := &ListResponse[HistoryItem]{
		Position: max(position, events[len(events)-1].Position), Body: List[HistoryItem]{Items: []HistoryItem{}},
	}
	for i := range page.Timeline {
		e := &events[i]
		switch {
		case int64(e.Revision) <= after: //nolint:gosec // revisions stay far below 2^63
		case len(out.Body.Items) == in.Limit:
			out.Body.Next = strconv.FormatUint(out.Body.Items[in.Limit-1].Revision, 10)
			return out, nil
		default:
			out.Body.Items = append(out.Body.Items, s.historyItem(e, &page.Timeline[i]))
		}
	}
	return out, nil
}

// recall loads a ticket's whole history for a reader who may see it; the state now decides that, not the state then.
func (s *service) recall(ctx context.Context, operation, id string) ([]domain.Envelope, error) {
	events, _, err := s.History.LoadMasked(ctx, domain.Stream(ticket.Decider.Category, id))
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, ticketpage.ErrUnknown
	}
	var state ticket.State
	for _, e := range events {
		if event, ok := e.Event.(ticket.Event); ok {
			state = ticket.Decider.Evolve(state, event)
		}
	}
	if err := s.mayRecall(ctx, operation, id, ticket.Decider.Scope(state)); err != nil {
		return nil, err
	}
	return events, nil
}

func (s *service) historyItem(e *domain.Envelope, line *ticketpage.Entry) HistoryItem {
	item := HistoryItem{
		EntryView: s.entry(line), EventID: e.ID, Position: e.Position, Source: e.Meta.Source, Key: e.Meta.Key,
		StoredAt: e.Created.UTC(), Data: e.Event,
	}
	for _, class := range e.Lost {
		item.Destroyed = append(item.Destroyed, string(class))
	}
	return item
}
