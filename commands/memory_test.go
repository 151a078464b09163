package commands_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/ticket"
	"docket/internal/eventstore"
)

// reading is the real store, counting how often tickets are read.
type reading struct {
	*eventstore.Store
	tickets atomic.Int64
}

func (r *reading) Load(ctx context.Context, id domain.StreamID) ([]domain.Envelope, domain.Revision, error) {
	if id.Category() == "ticket" {
		r.tickets.Add(1)
	}
	return r.Store.Load(ctx, id)
}

// twoInstances are two pipelines over one store, of which the first knows a ticket from its own command.
func twoInstances(t *testing.T) (d *desk, here *commands.Pipeline, store *reading, id string) {
	t.Helper()
	d = newDesk(t)
	store = &reading{Store: d.store}
	here = d.pipeline(func(c *commands.Config) { c.Journal = store })
	id = d.inHandling()
	_, err := d.do(here, "ticket.note", id, &ticket.Note{Text: "known now"})
	require.NoError(t, err)
	require.Equal(t, int64(1), store.tickets.Load())
	return d, here, store, id
}

// TestAKnownTicketIsNotReadAgain: not for what is accepted; it is for what is refused, or when everything was forgotten.
func TestAKnownTicketIsNotReadAgain(t *testing.T) {
	t.Parallel()
	d, here, store, id := twoInstances(t)
	for range 3 {
		_, err := d.do(here, "ticket.record_work", id, &ticket.RecordWork{Content: "x"}, by(d.as(d.handler)))
		require.NoError(t, err)
	}
	require.Equal(t, int64(1), store.tickets.Load())
	_, err := d.do(here, "ticket.accept", id, &ticket.Accept{})
	require.Error(t, err)
	require.Equal(t, int64(2), store.tickets.Load())
	a, err := d.do(here, "ticket.note", id, &ticket.Note{Text: "read for this"}, keyed("k"))
	require.NoError(t, err)
	require.Equal(t, int64(3), store.tickets.Load())
	again, err := d.do(here, "ticket.note", id, &ticket.Note{Text: "read for this"}, keyed("k"))
	require.NoError(t, err)
	require.True(t, again.Repeated)
	require.Equal(t, a.Events, again.Events)
	require.Equal(t, int64(4), store.tickets.Load())
	_, err = d.do(here, "ticket.note", id, &ticket.Note{Text: "and known"})
	require.NoError(t, err)
	here.Forget()
	_, err = d.do(here, "ticket.note", id, &ticket.Note{Text: "read again"})
	require.NoError(t, err)
	require.Equal(t, int64(6), store.tickets.Load())
}

// TestWhatAnotherInstanceDidCounts: a state from memory that is no longer true refuses nothing, denies nobody, takes nothing
// for done, and lets nothing through.
func TestWhatAnotherInstanceDidCounts(t *testing.T) {
	t.Parallel()
	t.Run("refused by what was, allowed by what is", func(t *testing.T) {
		t.Parallel()
		d, here, _, id := twoInstances(t)
		d.must("ticket.pause", id, &ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "papers"})
		_, err := d.do(here, "ticket.resume", id, &ticket.Resume{})
		require.NoError(t, err)
	})
	t.Run("allowed by what was, refused by what is", func(t *testing.T) {
		t.Parallel()
		d, here, _, id := twoInstances(t)
		d.must("ticket.pause", id, &ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "papers"})
		_, err := d.do(here, "ticket.pause", id, &ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "more papers"})
		require.ErrorIs(t, err, ticket.ErrPaused)
	})
	t.Run("denied by what was", func(t *testing.T) {
		t.Parallel()
		d, here, _, id := twoInstances(t)
		d.must("ticket.assign_group", id, &ticket.AssignToGroup{Group: d.second})
		there := domain.Actor{Principal: "staff-s", Staff: "s", Groups: []string{d.second}, Posts: []domain.Post{{Role: authz.Handler, Unit: d.second}}}
		_, err := d.do(here, "ticket.note", id, &ticket.Note{Text: "mine now"}, by(there))
		require.NoError(t, err)
		require.Empty(t, d.denied(), "nobody was turned away")
	})
	t.Run("so already by what was", func(t *testing.T) {
		t.Parallel()
		d, here, _, id := twoInstances(t)
		d.must("ticket.assign_group", id, &ticket.AssignToGroup{Group: d.second})
		a, err := d.do(here, "ticket.assign_group", id, &ticket.AssignToGroup{Group: d.group})
		require.NoError(t, err)
		require.NotEmpty(t, a.Events)
	})
	t.Run("issued there already", func(t *testing.T) {
		t.Parallel()
		d, here, _, id := twoInstances(t)
		first := d.must("ticket.note", id, &ticket.Note{Text: "once"}, keyed("k"))
		a, err := d.do(here, "ticket.note", id, &ticket.Note{Text: "once"}, keyed("k"))
		require.NoError(t, err)
		require.Equal(t, first.Events, a.Events)
		require.Len(t, d.events(domain.Stream("ticket", id)), 6)
		_, err = d.do(here, "ticket.note", id, &ticket.Note{Text: "other"}, keyed("k"))
		require.ErrorIs(t, err, commands.ErrKeyReused)
	})
	t.Run("decided on a revision that is past", func(t *testing.T) {
		t.Parallel()
		d, here, _, id := twoInstances(t)
		d.must("ticket.note", id, &ticket.Note{Text: "there"})
		_, err := d.do(here, "ticket.note", id, &ticket.Note{Text: "here"}, matching(4))
		require.ErrorIs(t, err, commands.ErrMoved)
	})
}

// TestALostAnswerIsLookedUpAlthoughTheTicketIsKnown: what may have been stored is never taken for granted.
func TestALostAnswerIsLookedUpAlthoughTheTicketIsKnown(t *testing.T) {
	t.Parallel()
	for name, written := range map[string]bool{"stored": true, "not stored": false} {
		d := newDesk(t)
		h := &hiccup{Store: d.store, write: written}
		here := d.pipeline(func(c *commands.Config) { c.Journal = h })
		id := d.inHandling()
		_, err := d.do(here, "ticket.note", id, &ticket.Note{Text: "known now"})
		require.NoError(t, err, name)
		h.lose = 1
		_, err = d.do(here, "ticket.note", id, &ticket.Note{Text: "lost"})
		require.NoError(t, err, name)
		_, err = d.do(here, "ticket.note", id, &ticket.Note{Text: "next"})
		require.NoError(t, err, name)
		require.Len(t, d.events(domain.Stream("ticket", id)), 7, name)
	}
}
