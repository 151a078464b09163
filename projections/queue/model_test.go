package queue_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/internal/pgtest"
	"docket/projections"
	"docket/projections/queue"
)

var began = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// events draws any events of a ticket in any order, for folds are total.
func events(t *rapid.T) []ticket.Event {
	person := rapid.SampledFrom([]string{"ann", "bob"})
	offer := rapid.Custom(func(t *rapid.T) ticket.Event {
		return ticket.HandoverOffered{Handover: rapid.IntRange(1, 3).Draw(t, "n"), From: "ann", To: person.Draw(t, "to")}
	})
	return rapid.SliceOfN(rapid.OneOf(offer, rapid.SampledFrom([]ticket.Event{
		ticket.Registered{Number: "N-1", Unit: "u", Title: "one"}, ticket.Accepted{}, ticket.AssignedToGroup{Group: "g", Unit: "u"},
		ticket.AssignedToGroup{Group: "h", Unit: "v"}, ticket.Taken{Handler: "ann"}, ticket.AssignedToHandler{Handler: "bob"},
		ticket.WorkRecorded{}, ticket.Noted{}, ticket.HandoverAccepted{To: "bob"}, ticket.HandoverRefused{},
		ticket.Paused{Kind: ticket.AwaitingCustomer}, ticket.Paused{Kind: ticket.AwaitingExternal}, ticket.Resumed{},
		ticket.Completed{Handler: "ann"}, ticket.ReviewPassed{}, ticket.ReviewReturned{Round: 2}, ticket.ResultDelivered{},
		ticket.Reopened{Round: 3}, ticket.Closed{}, ticket.Cancelled{},
	})), 1, 30).Draw(t, "events")
}

// TestRowStandsWhereTheTicketStands: whatever happens, the row says what the aggregate's state says.
func TestRowStandsWhereTheTicketStands(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		history := events(t)
		log := make([]domain.Envelope, len(history))
		for i, e := range history {
			at := began.Add(time.Duration(i) * time.Minute)
			log[i] = domain.Envelope{
				Stream: "ticket-1", Revision: uint64(i), Position: uint64(i + 1), Type: ticket.Decider.Events.Name(e), Event: e,
				Meta: domain.Metadata{Effective: at, Decided: at},
			}
		}
		rows := queue.Rows(projections.Replay(queue.Model, log))
		require.Len(t, rows, 1)
		r, s := rows[0], ticket.Decider.Fold(history...)
		require.Equal(t, []any{s.Status, s.Unit, s.Group, s.Handler, s.Pause, s.Offer.Handover, s.Offer.To, s.Round, s.Offers},
			[]any{r.Status, r.Unit, r.Group, r.Handler, r.Paused, r.Handover, r.Receiver, r.Round, r.Handovers})
		require.Equal(t, s.Status != ticket.StatusClosed && s.Status != ticket.StatusCancelled, r.Open)
		require.Equal(t, r.Paused != "", r.PausedAt != nil)
		require.Equal(t, r.Handover > 0, r.OfferedAt != nil)
		require.Equal(t, log[len(log)-1].Meta.Effective, r.ChangedAt)
	})
}

// direct reads in a transaction of the test's own.
type direct struct{ tx pgx.Tx }

func (d direct) Read(ctx context.Context, _ string, _ uint64, f func(context.Context, pgx.Tx, uint64) error) error {
	return f(ctx, d.tx, 1)
}

// TestListHoldsWhatMayBeOpened: a list narrowed to somebody's reach holds exactly the tickets they may open one by one.
func TestListHoldsWhatMayBeOpened(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t)
	_, err := pool.Exec(t.Context(), queue.Model.SQL)
	require.NoError(t, err)
	scopes := map[string]domain.Scope{}
	var all []queue.Row
	for _, unit := range []string{"u1", "u2"} {
		for _, group := range []string{"", "g1", "g2"} {
			for _, handler := range []string{"", "ann", "bob"} {
				for _, receiver := range []string{"", "ann", "bob"} {
					key := unit + group + handler + receiver + "."
					s := domain.Scope{Unit: unit, Group: group, Holder: handler}
					for _, party := range []string{handler, receiver} {
						if party != "" {
							s.Parties = append(s.Parties, party)
						}
					}
					for _, exists := scopes[key]; exists; _, exists = scopes[key] {
						key += "."
					}
					scopes[key] = s
					all = append(all, queue.Row{
						Ticket: key, Number: key, Unit: unit, Group: group, Handler: handler, Receiver: receiver, Status: ticket.StatusInProgress, Open: true,
						RegisteredAt: began, ChangedAt: began,
					})
				}
			}
		}
	}
	store(t, pool, all)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(context.WithoutCancel(t.Context()))) }()
	rapid.Check(t, func(rt *rapid.T) {
		place := rapid.SampledFrom([]string{"", "u1", "u2", "g1", "g2"})
		actor := domain.Actor{
			Staff:  rapid.SampledFrom([]string{"", "ann", "bob", "eve"}).Draw(rt, "staff"),
			Groups: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"g1", "g2"}), 0, 2, rapid.ID[string]).Draw(rt, "groups"),
		}
		for range rapid.IntRange(0, 3).Draw(rt, "posts") {
			actor.Posts = append(actor.Posts, domain.Post{
				Role: rapid.SampledFrom(authz.Roles()).Draw(rt, "role"), Unit: place.Draw(rt, "place"),
			})
		}
		right := rapid.SampledFrom([]authz.Permission{authz.TicketRead, authz.TicketHandle, authz.TicketReceive}).Draw(rt, "right")
		var want []string
		for key, scope := range scopes {
			if _, ok := authz.Allowed(actor, right, scope); ok {
				want = append(want, key)
			}
		}
		l, err := queue.List(t.Context(), direct{tx}, 0, queue.Filter{Reach: authz.Reached(actor, right)}, queue.Page{Sort: "number", Limit: 200})
		require.NoError(rt, err)
		var got []string
		for _, r := range l.Rows {
			got = append(got, r.Ticket)
		}
		require.ElementsMatch(rt, want, got)
	})
}
