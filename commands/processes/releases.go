package processes

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"docket/domain"
	"docket/domain/staff"
	"docket/domain/ticket"
)

// Releases gives tickets back to the queue, or to the deputy named, when their handler leaves, loses the group or goes away
// (mission row A2). It knows who holds what from its own table, and fires by [Due], since an absence may begin later.
type Releases struct{ Pool *pgxpool.Pool }

// releasing names the expansion of what is due.
const releasing = "release"

// Process keeps who holds what, and when somebody can hold none any more.
func (r *Releases) Process() Process {
	return Process{
		Name: "releases",
		Types: map[string]bool{
			"TicketAssignedToGroup": true, "TicketTaken": true, "TicketAssignedToHandler": true, "TicketHandoverAccepted": true,
			"TicketReleased": true, "TicketClosed": true, "TicketCancelled": true, "TicketReopened": true,
			"StaffLeft": true, "StaffMembershipEnded": true, "StaffAbsenceEntered": true, "StaffAbsenceEnded": true,
		},
		Keep: r.keep,
	}
}

// Expansions are what the runner needs to fire what this process makes due.
func (r *Releases) Expansions() map[string]Expansion {
	return map[string]Expansion{releasing: r.expand}
}

// holding is what a page says of one ticket; nil leaves a column as it is.
type holding struct {
	handler, group *string
	open           *bool
}

func (r *Releases) keep(ctx context.Context, tx pgx.Tx, events []domain.Envelope) error {
	held := map[string]holding{}
	for _, e := range events {
		if e.Stream.Category() == staff.Decider.Category {
			if err := keepStaff(ctx, tx, e); err != nil {
				return err
			}
			continue
		}
		id := e.Stream.Key()
		held[id] = held[id].after(e.Event)
	}
	return store(ctx, tx, held)
}

func (h holding) after(event any) holding {
	open, over := true, false
	switch e := event.(type) {
	case ticket.AssignedToGroup:
		h.group = &e.Group
	case ticket.Taken:
		h.handler = &e.Handler
	case ticket.AssignedToHandler:
		h.handler = &e.Handler
	case ticket.HandoverAccepted:
		h.handler = &e.To
	case ticket.Released:
		h.handler = &e.To
	case ticket.Reopened:
		h.open = &open
	case ticket.Closed, ticket.Cancelled:
		h.open = &over
	}
	return h
}

// store writes what a page says of its tickets at once.
func store(ctx context.Context, tx pgx.Tx, held map[string]holding) error {
	if len(held) == 0 {
		return nil
	}
	var ids []string
	for id := range held {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	handlers, groups, opens := make([]*string, len(ids)), make([]*string, len(ids)), make([]*bool, len(ids))
	for i, id := range ids {
		handlers[i], groups[i], opens[i] = held[id].handler, held[id].group, held[id].open
	}
	_, err := tx.Exec(ctx, `WITH page AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) AS p (ticket, handler, grp, open)),
		known AS (UPDATE processes.held h SET handler = coalesce(p.handler, h.handler), grp = coalesce(p.grp, h.grp), open = coalesce(p.open, h.open)
			FROM page p WHERE h.ticket = p.ticket RETURNING h.ticket)
		INSERT INTO processes.held (ticket, handler, grp, open)
		SELECT ticket, coalesce(handler, ''), coalesce(grp, ''), coalesce(open, true) FROM page WHERE ticket NOT IN (SELECT ticket FROM known)`,
		ids, handlers, groups, opens)
	if err != nil {
		return fmt.Errorf("who holds what: %w", err)
	}
	return nil
}

// release is what is due: whose tickets, why, of which group only, and to whom.
type release struct {
	Staff string             `json:"staff"`
	Code  ticket.ReleaseCode `json:"code"`
	Group string             `json:"group,omitempty"`
	To    string             `json:"to,omitempty"`
}

// keepStaff notes when somebody can hold no tickets any more, be it now.
func keepStaff(ctx context.Context, tx pgx.Tx, e domain.Envelope) error {
	due := Due{Stream: e.Stream, Round: 1, At: e.Meta.Effective, Order: Order{Name: releasing}}
	what := release{Staff: e.Stream.Key()}
	switch event := e.Event.(type) {
	case staff.Left:
		due.Kind, what.Code = "left", ticket.ReleasedLeft
	case staff.MembershipEnded:
		due.Kind, what.Code, what.Group = "lost:"+event.Group, ticket.ReleasedLostGroup, event.Group
	case staff.AbsenceEntered:
		due.Kind, due.Round, due.At = "absent", event.Absence.Number, event.Absence.From
		what.Code, what.To = ticket.ReleasedAbsent, event.Absence.Deputy
	case staff.AbsenceEnded:
		due.Kind, due.Round, due.At = "absent", event.Absence, time.Time{} // one that has begun was fired already
	}
	due.Order.Payload = &what
	return Set(ctx, tx, due)
}

// Held is which open tickets somebody holds, as far as the process has read.
func (r *Releases) Held(ctx context.Context, person string) ([]string, error) {
	found, err := r.Pool.Query(ctx, "SELECT ticket FROM processes.held WHERE handler = $1 AND handler <> '' AND open", person)
	if err != nil {
		return nil, fmt.Errorf("what somebody holds: %w", err)
	}
	tickets, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("what somebody holds: %w", err)
	}
	return tickets, nil
}

// expand gives the release of every open ticket that somebody holds by now.
func (r *Releases) expand(ctx context.Context, payload []byte) ([]Order, error) {
	var what release
	if err := json.Unmarshal(payload, &what); err != nil {
		return nil, fmt.Errorf("what to release: %w", err)
	}
	found, err := r.Pool.Query(ctx, `SELECT ticket FROM processes.held WHERE handler = $1 AND handler <> '' AND open AND ($2 = '' OR grp = $2) ORDER BY ticket`,
		what.Staff, what.Group)
	if err != nil {
		return nil, fmt.Errorf("whom to release: %w", err)
	}
	tickets, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("whom to release: %w", err)
	}
	orders := make([]Order, len(tickets))
	for i, id := range tickets {
		orders[i] = Order{Name: "ticket.release", ID: id, Key: id, Payload: &ticket.Release{Handler: what.Staff, Code: what.Code, To: what.To}}
	}
	return orders, nil
}
