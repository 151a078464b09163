package processes

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// Organisation tells who works where; *directory.View is one.
type Organisation interface {
	Unit(id string, at time.Time) (unit.Facts, bool)
	People(at time.Time) []staff.Facts
}

// Inbox keeps what members of staff are told about: their reminders, handovers, sub-tasks, reassignments, returned work, and
// notices that reached nobody (mission rows A7, C2, F1, L5); and of certificates, files and alerts that want somebody's
// attention. A line says what it is about and why; the thing itself tells the rest to whoever may read it.
type Inbox struct {
	Pool         *pgxpool.Pool
	Streams      Streams
	Organisation Organisation
}

// Process writes the lines.
func (b *Inbox) Process() Process {
	types := map[string]bool{}
	for name := range concerns {
		types[name] = true
	}
	for name := range named {
		types[name] = true
	}
	for name := range affairs {
		types[name] = true
	}
	return Process{Name: "inbox", Types: types, Keep: b.keep}
}

// named are whom an event is told to that names them itself.
var named = map[string]func(e domain.Envelope) []string{
	"TicketHandoverOffered": func(e domain.Envelope) []string {
		return []string{e.Event.(ticket.HandoverOffered).To}
	},
	"TicketHandoverAccepted": func(e domain.Envelope) []string {
		return []string{e.Event.(ticket.HandoverAccepted).From}
	},
	"TicketHandoverRefused": func(e domain.Envelope) []string {
		return []string{e.Event.(ticket.HandoverRefused).From}
	},
	"TicketAssignedToHandler": func(e domain.Envelope) []string {
		a := e.Event.(ticket.AssignedToHandler)
		return []string{a.Handler, a.Previous}
	},
	"TicketHandoverOverdue": func(e domain.Envelope) []string {
		return e.Event.(ticket.HandoverOverdue).Superiors
	},
	"TicketPaged": func(e domain.Envelope) []string {
		return []string{e.Event.(ticket.Paged).Person}
	},
	"TicketSubtaskOpened": func(e domain.Envelope) []string {
		return []string{e.Event.(ticket.SubtaskOpened).To}
	},
	"TicketProblemRaised": func(e domain.Envelope) []string {
		return []string{e.Event.(ticket.ProblemRaised).To}
	},
	"TicketProblemPassedUp": func(e domain.Envelope) []string {
		return []string{e.Event.(ticket.ProblemPassedUp).To}
	},
}

// concerns says whom an event is told to, where the ticket has to be asked.
var concerns = map[string]func(b *Inbox, e domain.Envelope, s ticket.State) []string{
	"TicketReminderDue": func(b *Inbox, e domain.Envelope, s ticket.State) []string {
		return b.holders(e.Event.(ticket.ReminderDue).To, s, e.Meta.Effective)
	},
	"TicketNoticeExhausted": func(b *Inbox, e domain.Envelope, s ticket.State) []string {
		return b.holders(authz.Handler, s, e.Meta.Effective)
	},
	"TicketReleased": func(b *Inbox, e domain.Envelope, s ticket.State) []string {
		r := e.Event.(ticket.Released)
		if r.To != "" {
			return []string{r.To}
		}
		return b.holders(authz.Leader, s, e.Meta.Effective)
	},
	"TicketGroupFallback": func(b *Inbox, e domain.Envelope, s ticket.State) []string {
		if group := e.Event.(ticket.GroupFallback).Group; group != "" {
			s.Group = group
		}
		return b.holders(authz.Leader, s, e.Meta.Effective)
	},
	"TicketSubtaskAccepted": func(b *Inbox, e domain.Envelope, s ticket.State) []string {
		return append(b.holders(authz.Handler, s, e.Meta.Effective), e.Event.(ticket.SubtaskAccepted).Handler)
	},
	"TicketSubtaskFinished": func(b *Inbox, e domain.Envelope, s ticket.State) []string {
		return b.holders(authz.Handler, s, e.Meta.Effective)
	},
	"TicketReceiptChased": func(b *Inbox, e domain.Envelope, s ticket.State) []string {
		return append(b.holders(authz.Dispatcher, s, e.Meta.Effective), b.holders(authz.Handler, s, e.Meta.Effective)...)
	},
	"TicketSubtaskReminderDue": func(b *Inbox, e domain.Envelope, s ticket.State) []string {
		r := e.Event.(ticket.SubtaskReminderDue)
		told := append(b.holders(authz.Handler, s, e.Meta.Effective), r.To)
		if helping, ok := b.Organisation.Unit(r.Unit, e.Meta.Effective); ok {
			told = append(told, helping.Leader)
		}
		return told
	},
	"TicketReviewReturned": func(b *Inbox, e domain.Envelope, s ticket.State) []string {
		return b.holders(authz.Handler, s, e.Meta.Effective)
	},
}

// keep writes the lines of a page.
func (b *Inbox) keep(ctx context.Context, tx pgx.Tx, events []domain.Envelope) error {
	var told, ids, tickets, abouts, kinds []string
	var at []time.Time
	for _, e := range events {
		people, err := b.concerned(ctx, e)
		if err != nil {
			return err
		}
		ticketID, about := e.Stream.Key(), ""
		if e.Stream.Category() != ticket.Decider.Category {
			ticketID, about = "", string(e.Stream)
		}
		for _, person := range people {
			if person == "" || person == e.Meta.Actor {
				continue // nobody, or who did it
			}
			told, ids, tickets = append(told, person), append(ids, e.ID), append(tickets, ticketID)
			abouts, kinds, at = append(abouts, about), append(kinds, e.Type), append(at, e.Meta.Decided)
		}
	}
	if len(told) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO processes.inbox (staff, event, ticket, about, kind, at)
		SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
		ON CONFLICT DO NOTHING`, told, ids, tickets, abouts, kinds, at)
	if err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	return nil
}

// concerned are the people whom an event is told to.
func (b *Inbox) concerned(ctx context.Context, e domain.Envelope) ([]string, error) {
	if of := affairs[e.Type]; of != nil {
		return of(b, e), nil
	}
	if of := named[e.Type]; of != nil {
		return of(e), nil
	}
	s, err := b.state(ctx, e)
	if err != nil {
		return nil, err
	}
	return concerns[e.Type](b, e, s), nil
}

// state is the ticket as it was right after the event.
func (b *Inbox) state(ctx context.Context, e domain.Envelope) (ticket.State, error) {
	history, _, err := b.Streams.Load(ctx, e.Stream)
	if err != nil {
		return ticket.State{}, err
	}
	upTo := slices.IndexFunc(history, func(past domain.Envelope) bool { return past.Revision > e.Revision })
	if upTo < 0 {
		upTo = len(history)
	}
	return fold(history[:upTo]), nil
}

// holders are the people who stand for a role towards a ticket: its handler, else who leads the group or unit; of the
// others who hold the post at its unit.
func (b *Inbox) holders(role string, s ticket.State, at time.Time) []string {
	if role == authz.Handler && s.Handler != "" {
		return []string{s.Handler}
	}
	if role == authz.Handler || role == authz.Leader {
		for _, place := range []string{s.Group, s.Unit} {
			if u, ok := b.Organisation.Unit(place, at); ok && u.Leader != "" {
				return []string{u.Leader}
			}
		}
	}
	var people []string
	for _, p := range b.Organisation.People(at) {
		if p.Active && (slices.Contains(p.Posts, domain.Post{Role: role, Unit: s.Unit}) || slices.Contains(p.Posts, domain.Post{Role: role})) {
			people = append(people, p.ID)
		}
	}
	slices.Sort(people)
	return people
}

// Line is one thing somebody is told about.
type Line struct {
	ID     int64      `json:"id"`
	Ticket string     `json:"ticket,omitempty" doc:"key of the ticket"`
	About  string     `json:"about,omitempty" doc:"stream of what it is about, where that is no ticket"`
	Kind   string     `json:"kind" doc:"wire name of the event that is told of"`
	Event  string     `json:"event" doc:"id of the event"`
	At     time.Time  `json:"at"`
	ReadAt *time.Time `json:"read_at,omitempty"`
	Text   string     `json:"text" db:"-" doc:"what it is about, in the reader's language"`
}

// List gives somebody's lines, the newest first, before an id (0: from the newest); only unread ones if so asked.
func (b *Inbox) List(ctx context.Context, person string, unread bool, before int64, limit int) ([]Line, error) {
	found, err := b.Pool.Query(ctx, `SELECT id, ticket, about, kind, event::text, at, read_at FROM processes.inbox
		WHERE staff = $1 AND (NOT $2 OR read_at IS NULL) AND ($3 = 0 OR id < $3) ORDER BY id DESC LIMIT $4`, person, unread, before, limit)
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	lines, err := pgx.CollectRows(found, pgx.RowToStructByPos[Line])
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	for i := range lines {
		lines[i].At = lines[i].At.UTC()
		if lines[i].ReadAt != nil {
			read := lines[i].ReadAt.UTC()
			lines[i].ReadAt = &read
		}
	}
	return lines, nil
}

// MarkRead marks one line of somebody's as read; false when they have no such line. Doing it again changes nothing.
func (b *Inbox) MarkRead(ctx context.Context, person string, id int64, at time.Time) (bool, error) {
	marked, err := b.Pool.Exec(ctx, `UPDATE processes.inbox SET read_at = coalesce(read_at, $3) WHERE id = $1 AND staff = $2`, id, person, at)
	if err != nil {
		return false, fmt.Errorf("inbox: %w", err)
	}
	return marked.RowsAffected() == 1, nil
}
