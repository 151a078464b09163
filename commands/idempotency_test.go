package commands_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/ticket"
	"docket/internal/eventstore"
)

func TestKeyGivesTheFirstAnswerAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := d.must("ticket.register", "", d.registration(), keyed("k"))
	again := d.must("ticket.register", "", d.registration(), keyed("k"))
	require.True(t, again.Repeated)
	again.Repeated = false
	require.Equal(t, first, again)

	note := d.must("ticket.note", first.ID, &ticket.Note{Text: "one"}, keyed("n"))
	d.must("ticket.note", first.ID, &ticket.Note{Text: "two"}, keyed("m"))
	before := d.head()
	again = d.must("ticket.note", first.ID, &ticket.Note{Text: "one"}, keyed("n"), matching(0))
	require.True(t, again.Repeated, "the key is looked at before If-Match")
	require.Equal(t, note.Revision, again.Revision)
	require.Equal(t, note.Position, again.Position)
	require.Equal(t, before, d.head())
}

func TestKeyWithOtherContentIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.must("ticket.register", "", d.registration(), keyed("k")).ID
	other := d.registration()
	other.Title = "Scanner"
	for name, try := range map[string]func() error{
		"another payload": func() error { _, err := d.do(d.p, "ticket.register", "", other, keyed("k")); return err },
		"another time": func() error {
			_, err := d.do(d.p, "ticket.register", "", d.registration(), keyed("k"), func(r *commands.Request) { r.Effective = d.clock.now() })
			return err
		},
	} {
		err := try()
		require.ErrorIs(t, err, commands.ErrKeyReused, name)
		var c *commands.Conflict
		require.ErrorAs(t, err, &c, name)
		require.Equal(t, domain.Revision(0), c.Revision, name)
	}
	require.Len(t, d.events(domain.Stream("ticket", id)), 1)

	a := d.must("ticket.register", "", other, keyed("k"), by(d.as(d.clerk)))
	require.NotEqual(t, id, a.ID, "a key is the principal's own")
}

func TestSameKeyAtOnceStoresOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids, numbers := map[string]bool{}, map[string]bool{}
	var mu sync.Mutex
	together(16, func(int) {
		a, err := d.do(d.p, "ticket.register", "", d.registration(), keyed("k"))
		mu.Lock()
		defer mu.Unlock()
		assert.NoError(t, err)
		ids[a.ID], numbers[a.Number] = true, true
	})
	require.Len(t, ids, 1)
	require.Len(t, numbers, 1)
	for id := range ids {
		require.Len(t, d.events(domain.Stream("ticket", id)), 1)
		together(16, func(int) {
			_, err := d.do(d.p, "ticket.note", id, &ticket.Note{Text: "one"}, keyed("n"))
			mu.Lock()
			defer mu.Unlock()
			assert.NoError(t, err)
		})
		require.Len(t, d.events(domain.Stream("ticket", id)), 2)
	}
	require.Len(t, d.events("series-CS-INC-2026"), 1)
}

// hiccup is the real store, whose answers get lost while told to: the append has happened, or has not.
type hiccup struct {
	*eventstore.Store
	mu    sync.Mutex
	lose  int  // answers still to lose
	write bool // whether the lost append is carried out
}

func (h *hiccup) Append(ctx context.Context, id domain.StreamID, expected domain.Revision, seed string, events []domain.Pending) (domain.Appended, error) {
	h.mu.Lock()
	lost, write := h.lose > 0, h.write
	if lost {
		h.lose--
	}
	h.mu.Unlock()
	if !lost {
		return h.Store.Append(ctx, id, expected, seed, events)
	}
	if write {
		if _, err := h.Store.Append(ctx, id, expected, seed, events); err != nil {
			return domain.Appended{}, err
		}
	}
	return domain.Appended{}, domain.ErrAmbiguous
}

func TestLostAnswersAreLookedUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.inHandling()
	for name, h := range map[string]*hiccup{
		"stored":             {Store: d.store, lose: 1, write: true},
		"not stored":         {Store: d.store, lose: 1},
		"lost over and over": {Store: d.store, lose: 3},
	} {
		p := d.pipeline(func(c *commands.Config) { c.Journal = h })
		before := len(d.events(domain.Stream("ticket", id)))
		a, err := d.do(p, "ticket.note", id, &ticket.Note{Text: name}, keyed(name))
		require.NoError(t, err, name)
		require.Equal(t, uint64(before), a.Revision, name)
		require.Len(t, d.events(domain.Stream("ticket", id)), before+1, name)
	}
	h := &hiccup{Store: d.store, lose: 100}
	p := d.pipeline(func(c *commands.Config) { c.Journal = h })
	_, err := d.do(p, "ticket.note", id, &ticket.Note{Text: "x"}, keyed("never"))
	require.ErrorIs(t, err, commands.ErrAmbiguous, "never answered as a plain failure")

	created := &hiccup{Store: d.store, lose: 2, write: true} // the serial's answer is lost, and the ticket's
	p = d.pipeline(func(c *commands.Config) { c.Journal = created })
	a, err := d.do(p, "ticket.register", "", d.registration())
	require.NoError(t, err)
	require.Len(t, d.events(domain.Stream("ticket", a.ID)), 1)
	require.Len(t, d.events("series-CS-INC-2026"), 2)
	require.NotEmpty(t, a.Number)
}

// counter is the real store that counts the appends to one category.
type counter struct {
	hiccup
	category string
	count    sync.Mutex
	appends  int
}

func (c *counter) Append(ctx context.Context, id domain.StreamID, expected domain.Revision, seed string, events []domain.Pending) (domain.Appended, error) {
	if id.Category() == c.category {
		c.count.Lock()
		c.appends++
		c.count.Unlock()
	}
	return c.hiccup.Append(ctx, id, expected, seed, events)
}
