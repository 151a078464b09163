package readapi

import (
	"context"
	"slices"
	"strconv"
	"time"

	"docket/domain"
	"docket/domain/casetype"
	"docket/domain/ticket"
	"docket/internal/httpapi"
	"docket/projections/ticketpage"
)

// HistoryRequest asks for the events of a ticket.
type HistoryRequest struct {
	Request
	TicketPath
	Paging
	Kind     string `query:"kind" maxLength:"40" doc:"only these: core, intake, route, duty, clock, result, privacy, or an event type"`
	Language string `header:"Accept-Language"`
}

// HistoryItem is one event: its line in the timeline and what exactly was recorded, marked values masked.
type HistoryItem struct {
	EntryView
	EventID   string    `json:"id"`
	Position  uint64    `json:"position" doc:"place in the log"`
	Source    string    `json:"source,omitempty" doc:"network address the command came from"`
	Key       string    `json:"idempotency_key,omitempty"`
	StoredAt  time.Time `json:"stored_at" doc:"the event store's own stamp"`
	Kind      string    `json:"kind" enum:"core,intake,route,duty,clock,result,privacy"`
	Directory uint64    `json:"directory,omitempty" doc:"position up to which the organisation was known when it was decided"`
	Version   int       `json:"schema_version"`
	Index     int       `json:"index" doc:"place among the events of one command, from 0"`
	Cause     string    `json:"causation_id,omitempty"`
	Matter    string    `json:"correlation_id,omitempty"`

	Template  *casetype.Ref `json:"template,omitempty" doc:"version of the template that bound the act"`
	Data      any           `json:"data" doc:"the event's payload"`
	Destroyed []string      `json:"destroyed,omitempty" doc:"classes of fields whose content has been destroyed"`
}

// history shows every event whole, marked values masked (mission rows X1 and X13).
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
	if _, known := ticket.Decider.Events[in.Kind]; in.Kind != "" && !known && !slices.Contains(families, in.Kind) {
		c.v.Fail("query.kind", "unknown", "must be a family of events or an event type")
	}
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	f, err := s.recall(ctx, "ticket.history", in.ID)
	if err != nil {
		return nil, err
	}
	out := &ListResponse[HistoryItem]{Position: f.position, Body: List[HistoryItem]{Items: []HistoryItem{}}}
	m := s.scene(s.Clock(), httpapi.Wanted(in.Language))
	for i := range f.Timeline {
		e := &f.events[i]
		switch {
		case int64(e.Revision) <= after: //nolint:gosec // revisions stay far below 2^63
		case in.Kind != "" && in.Kind != e.Type && in.Kind != family(e.Event):
		case len(out.Body.Items) == in.Limit:
			out.Body.Next = strconv.FormatUint(out.Body.Items[in.Limit-1].Revision, 10)
			return out, nil
		default:
			out.Body.Items = append(out.Body.Items, m.historyItem(e, &f.Timeline[i], f.Form.Template))
		}
	}
	return out, nil
}

// families are the kinds of a ticket's events.
var families = []string{"core", "intake", "route", "duty", "clock", "result", "privacy"}

// family is the kind of a ticket's event.
func family(event any) string {
	switch event.(type) {
	case ticket.IntakeEvent:
		return "intake"
	case ticket.RouteEvent:
		return "route"
	case ticket.DutyEvent:
		return "duty"
	case ticket.ClockEvent:
		return "clock"
	case ticket.ResultEvent:
		return "result"
	case ticket.PrivacyEvent:
		return "privacy"
	}
	return "core"
}

func (m scene) historyItem(e *domain.Envelope, line *ticketpage.Entry, template casetype.Ref) HistoryItem {
	item := HistoryItem{
		EntryView: m.entry(line), EventID: e.ID, Position: e.Position, Source: e.Meta.Source, Key: e.Meta.Key,
		StoredAt: e.Created.UTC(), Data: e.Event, Kind: family(e.Event), Directory: e.Meta.Directory, Version: e.Meta.Version,
		Index: e.Meta.Index, Cause: e.Meta.Causation, Matter: e.Meta.Correlation,
	}
	if !template.Zero() {
		item.Template = &template
	}
	for _, class := range e.Lost {
		item.Destroyed = append(item.Destroyed, string(class))
	}
	return item
}
