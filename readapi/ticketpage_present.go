package readapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/language"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/customer"
	"docket/domain/joins"
	"docket/internal/httpapi"
	"docket/projections/queue"
)

// CustomerSince tells how the customer's file has changed since the ticket was submitted; the ticket itself keeps what was
// submitted (mission row U4).
type CustomerSince struct {
	ID         string     `json:"id"`
	Changed    bool       `json:"changed" doc:"the customer's file has since changed"`
	Fields     []string   `json:"fields" doc:"which fields; the values are in the file, for those who may open it"`
	ChangedAt  *time.Time `json:"changed_at,omitempty" doc:"the latest change"`
	MergedInto string     `json:"merged_into,omitempty" doc:"the file was merged into this one"`
}

// earlierTickets is how many other tickets of the customer a page names.
const earlierTickets = 20

// present adds what only a page of the present has: what the reader may do, the customer's file since, and what else there
// is of the customer. The parts come from different places and are asked for side by side.
func (s *service) present(ctx context.Context, f *folder, opened Opened, view *TicketPage, tag language.Tag) error {
	parts, side := errgroup.WithContext(ctx)
	key := f.State.Customer
	if key == "" {
		key = f.Form.Customer
	}
	if key != "" {
		parts.Go(func() (err error) {
			view.Customer, err = s.customerSince(side, key, f)
			return err
		})
		parts.Go(func() error {
			into, err := s.joinedFrom(side, key, f.Ticket)
			view.Links.JoinedFrom = append(view.Links.JoinedFrom, into...)
			return err
		})
		parts.Go(func() error {
			reach := authz.Reached(httpapi.ActorFrom(ctx), authz.TicketRead)
			rows, err := queue.OfCustomer(side, s.Reader, reach, key, f.Ticket, earlierTickets)
			names := s.names.roll(s.Clock())
			for i := range rows {
				view.Links.Earlier = append(view.Links.Earlier, queueItem(&rows[i], names))
			}
			return err
		})
	}
	offers, err := opened.Offers(httpapi.ActorFrom(ctx))
	view.offer(offers, tag)
	return errors.Join(parts.Wait(), err)
}

// customerSince looks at the file's own stream for what was recorded after the ticket had been submitted.
func (s *service) customerSince(ctx context.Context, key string, f *folder) (*CustomerSince, error) {
	v := &CustomerSince{ID: key, Fields: []string{}}
	if f.Form.Submitted == nil {
		return v, nil
	}
	history, _, err := s.History.LoadMasked(ctx, domain.Stream(customer.Decider.Category, key))
	if err != nil {
		return nil, fmt.Errorf("the customer's file: %w", err)
	}
	for i := range history {
		e := &history[i]
		if e.Position <= f.Form.Submitted.Position {
			continue
		}
		switch c := e.Event.(type) {
		case customer.FieldRecorded:
			if !slices.Contains(v.Fields, string(c.Field)) {
				v.Fields = append(v.Fields, string(c.Field))
			}
		case customer.MergedInto:
			v.MergedInto = c.Into
		case customer.Unmerged:
			v.MergedInto = ""
		default:
			continue
		}
		v.Changed, v.ChangedAt = true, utc(&e.Meta.Effective)
	}
	slices.Sort(v.Fields)
	return v, nil
}

// joinedFrom are the tickets that go on as this one, as the guard of the customer's joins knows them.
func (s *service) joinedFrom(ctx context.Context, key, id string) ([]string, error) {
	history, _, err := s.History.LoadMasked(ctx, joins.Stream(key))
	if err != nil {
		return nil, fmt.Errorf("joined tickets: %w", err)
	}
	var state joins.State
	for i := range history {
		if e, ok := history[i].Event.(joins.Event); ok {
			state = joins.Decider.Evolve(state, e)
		}
	}
	var from []string
	for other, into := range state.Into {
		if into == id {
			from = append(from, other)
		}
	}
	slices.Sort(from)
	return from, nil
}
