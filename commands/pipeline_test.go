package commands_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/security"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
	"docket/internal/eventstore"
)

func TestTicketGoesItsWay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.must("ticket.register", "", d.registration(), by(d.as(d.clerk)), keyed("first"))
	history, _, err := d.store.Load(t.Context(), domain.Stream("ticket", a.ID))
	require.NoError(t, err)
	require.Equal(t, []commands.Stored{{ID: history[0].ID, Type: "TicketRegistered", Revision: 0}}, a.Events)
	require.Equal(t, uint64(0), a.Revision)
	require.Equal(t, "CS-INC-2026-000001-", a.Number[:len(a.Number)-1])
	require.Equal(t, a.Position, d.head())

	d.must("ticket.accept", a.ID, &ticket.Accept{}, by(d.as(d.clerk)))
	d.must("ticket.assign_group", a.ID, &ticket.AssignToGroup{Group: d.group}, by(d.as(d.clerk)))
	d.must("ticket.take", a.ID, &ticket.Take{}, by(d.as(d.handler)))
	d.must("ticket.offer_handover", a.ID, &ticket.OfferHandover{To: d.mate}, by(d.as(d.handler)))
	d.must("ticket.accept_handover", a.ID, &ticket.AcceptHandover{}, by(d.as(d.mate)))
	d.must("ticket.complete", a.ID, &ticket.Complete{Outcome: ticket.Fulfilled, Summary: "done"}, by(d.as(d.mate)))
	d.must("ticket.pass_review", a.ID, &ticket.PassReview{Opinion: "good"}, by(d.as(d.chief)), matching(6))
	d.must("ticket.deliver", a.ID, &ticket.DeliverResult{Channel: ticket.Phone, Text: "done"}, by(d.as(d.mate)))
	last := d.must("ticket.close", a.ID, &ticket.Close{}, by(d.as(d.mate)))
	require.Equal(t, uint64(9), last.Revision)

	history = d.events(domain.Stream("ticket", a.ID))
	require.Equal(t, []string{
		"TicketRegistered", "TicketAccepted", "TicketAssignedToGroup", "TicketTaken", "TicketHandoverOffered", "TicketHandoverAccepted",
		"TicketCompleted", "TicketReviewPassed", "TicketResultDelivered", "TicketClosed",
	}, types(history))
	m := history[0].Meta
	require.Equal(t, "staff-"+d.clerk, m.Principal)
	require.Equal(t, d.clerk, m.Actor)
	require.Equal(t, authz.Clerk, m.Role)
	require.Equal(t, d.unit, m.Unit)
	require.Equal(t, "clerk:ticket.register:unit", m.Rule)
	require.Equal(t, "ticket.register", m.Command)
	require.Equal(t, "first", m.Key)
	require.Equal(t, "api", m.Channel)
	require.Equal(t, "192.0.2.9", m.Source)
	require.Equal(t, d.clock.now(), m.Decided)
	require.Equal(t, d.clock.now(), m.Effective)
	require.NotEmpty(t, m.Digest)
	require.NotEmpty(t, m.Correlation)
	require.NotEmpty(t, m.Causation)
	require.NotZero(t, m.Directory)
}

func TestUnchangedStoresNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.inHandling()
	before := d.head()
	a := d.must("ticket.take", id, &ticket.Take{}, by(d.as(d.handler)))
	require.Equal(t, before, d.head())
	require.Empty(t, a.Events)
	require.Equal(t, uint64(3), a.Revision)
	require.Equal(t, d.events(domain.Stream("ticket", id))[3].Position, a.Position)
}

func TestOfTwoWhoDecideOnOneRevisionOneSucceeds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.inHandling()
	errs := make([]error, 8)
	together(len(errs), func(i int) {
		_, errs[i] = d.do(d.p, "ticket.note", id, &ticket.Note{Text: "mine"}, matching(3))
	})
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		require.ErrorIs(t, err, commands.ErrMoved)
		var c *commands.Conflict
		require.ErrorAs(t, err, &c)
		require.Equal(t, domain.Revision(4), c.Revision)
		require.Equal(t, []commands.Stored{{Type: "TicketNoted", Revision: 4}}, c.Since)
		require.Contains(t, c.Allowed, "ticket.complete")
	}
	require.Equal(t, 1, won)
	require.Len(t, d.events(domain.Stream("ticket", id)), 5)
}

func TestTwoWhoTakeAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.must("ticket.register", "", d.registration()).ID
	d.must("ticket.accept", id, &ticket.Accept{})
	d.must("ticket.assign_group", id, &ticket.AssignToGroup{Group: d.group})
	people, errs := []string{d.handler, d.mate}, make([]error, 2)
	together(2, func(i int) { _, errs[i] = d.do(d.p, "ticket.take", id, &ticket.Take{}, by(d.as(people[i]))) })
	lost := errors.Join(errs...)
	require.ErrorIs(t, lost, ticket.ErrHeld, "the other is told, without If-Match, what is so now")
	require.NotEqual(t, errs[0] == nil, errs[1] == nil)
	var c *commands.Conflict
	require.ErrorAs(t, lost, &c)
	require.Equal(t, domain.Revision(3), c.Revision)
	require.Len(t, d.events(domain.Stream("ticket", id)), 4)
}

func TestRefusalsTellWhereTheStreamStands(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.inHandling()
	_, err := d.do(d.p, "ticket.accept_handover", id, &ticket.AcceptHandover{}, by(d.as(d.mate)))
	require.ErrorIs(t, err, ticket.ErrNoOffer)
	var c *commands.Conflict
	require.ErrorAs(t, err, &c)
	require.Equal(t, domain.Revision(3), c.Revision)
	require.Contains(t, c.Allowed, "ticket.note")
	require.NotContains(t, c.Allowed, "ticket.accept_handover")

	_, err = d.do(d.p, "ticket.pass_review", id, &ticket.PassReview{Opinion: "good"}, by(d.as(d.chief)))
	require.ErrorIs(t, err, commands.ErrMatchRequired)
}

func TestEffectiveTimes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.inHandling()
	now := d.clock.now()
	at := func(e time.Time) func(*commands.Request) { return func(r *commands.Request) { r.Effective = e } }

	_, err := d.do(d.p, "ticket.note", id, &ticket.Note{Text: "x"}, at(now.Add(2*time.Second)))
	require.Equal(t, []domain.FieldError{{Field: "header.Docket-Effective-At", Code: "too_late", Msg: "must not lie in the future"}}, fields(t, err))

	a := d.must("ticket.note", id, &ticket.Note{Text: "a client's clock runs ahead"}, at(now.Add(time.Second)))
	history := d.events(domain.Stream("ticket", id))
	require.Equal(t, now, history[a.Revision].Meta.Effective)

	d.clock.move(time.Hour)
	d.must("ticket.note", id, &ticket.Note{Text: "late, not before the latest"}, at(now.Add(time.Minute)), by(d.as(d.handler)))
	_, err = d.do(d.p, "ticket.note", id, &ticket.Note{Text: "before the latest"}, at(now), by(d.as(d.handler)))
	require.ErrorIs(t, err, commands.ErrBackdate)
	d.must("ticket.note", id, &ticket.Note{Text: "before the latest, by right"}, at(now), by(d.as(d.chief)))

	d.clock.move(48 * time.Hour)
	_, err = d.do(d.p, "ticket.note", id, &ticket.Note{Text: "too far back"}, at(now.Add(2*time.Hour)), by(d.as(d.handler)))
	require.ErrorIs(t, err, commands.ErrBackdate)
	a = d.must("ticket.note", id, &ticket.Note{Text: "too far back, by right"}, at(now.Add(2*time.Hour)))
	require.Equal(t, now.Add(2*time.Hour), d.events(domain.Stream("ticket", id))[a.Revision].Meta.Effective)
	require.Equal(t, d.clock.now(), d.events(domain.Stream("ticket", id))[a.Revision].Meta.Decided)

	denied := d.events("security-20260302")
	require.Len(t, denied, 1)
	require.Equal(t, "time.backdate", denied[0].Event.(security.Denied).Rule)
}

func TestOnBehalf(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.must("ticket.register", "", d.registration()).ID
	d.must("ticket.accept", id, &ticket.Accept{})
	d.must("ticket.assign_group", id, &ticket.AssignToGroup{Group: d.group})
	for_ := func(person string) func(*commands.Request) {
		return func(r *commands.Request) { r.OnBehalfOf = person }
	}
	a := d.must("ticket.take", id, &ticket.Take{}, for_(d.handler))
	taken := d.events(domain.Stream("ticket", id))[a.Revision]
	require.Equal(t, ticket.Taken{Handler: d.handler}, taken.Event)
	require.Equal(t, "service-import", taken.Meta.Principal)
	require.Equal(t, d.handler, taken.Meta.Actor)
	require.Equal(t, d.handler, taken.Meta.OnBehalfOf)
	require.Equal(t, authz.Importer, taken.Meta.Role)

	_, err := d.do(d.p, "ticket.note", id, &ticket.Note{Text: "x"}, for_("00000000-0000-4000-8000-000000000000"))
	require.Equal(t, "unknown", fields(t, err)[0].Code)
	d.settle(d.must("staff.leave", d.mate, &staff.Leave{}).Position)
	_, err = d.do(d.p, "ticket.note", id, &ticket.Note{}, for_(d.mate))
	require.Equal(t, []string{"header.Docket-On-Behalf-Of", "text"}, fieldNames(t, err), "told together with what Decide finds")
	require.Equal(t, "inactive", fields(t, err)[0].Code)

	_, err = d.do(d.p, "ticket.note", id, &ticket.Note{Text: "x"}, for_(d.handler), by(d.as(d.chief)))
	require.ErrorIs(t, err, commands.ErrNoDelegation)
	_, err = d.do(d.p, "ticket.note", id, &ticket.Note{Text: "x"}, for_(d.handler), by(domain.Actor{Principal: "service-other", Posts: []domain.Post{{Role: authz.Manager}}}))
	require.ErrorIs(t, err, commands.ErrActFor)
}

func TestDirectoryIsWaitedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.must("unit.open", "", &unit.Open{Kind: unit.Department, Code: "NEW", Name: "New"}, keyed("u"))
	r := d.registration()
	r.Unit = a.ID
	b := d.must("ticket.register", "", r, func(q *commands.Request) { q.After = a.Position })
	require.Contains(t, b.Number, "NEW-INC-2026-")

	_, err := d.do(d.p, "ticket.register", "", d.registration(), func(q *commands.Request) { q.After = d.head() + 1 })
	require.Equal(t, []domain.FieldError{{Field: "header.Docket-After", Code: "beyond_end", Msg: "lies beyond the end of the log"}}, fields(t, err))

	slow := d.pipeline(func(c *commands.Config) { c.Lookups, c.Wait = stuck{d.dir}, time.Millisecond })
	_, err = d.do(slow, "ticket.register", "", d.registration(), func(q *commands.Request) { q.After = d.head() })
	require.ErrorIs(t, err, commands.ErrDirectoryBehind)
}

// stuck is a directory that has stopped reading.
type stuck struct{ *directory }

func (stuck) Position() uint64 { return 1 }

func (stuck) WaitFor(ctx context.Context, _ uint64) error {
	<-ctx.Done()
	return ctx.Err()
}

// together runs f n times at the same moment and waits for all.
func together(n int, f func(i int)) {
	start := make(chan struct{})
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	running.Wait()
}

func fields(t testing.TB, err error) []domain.FieldError {
	t.Helper()
	require.ErrorIs(t, err, domain.ErrInvalid)
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	return e.Fields
}

func fieldNames(t testing.TB, err error) []string {
	t.Helper()
	var names []string
	for _, f := range fields(t, err) {
		names = append(names, f.Field)
	}
	return names
}

// overtaken is the real store with somebody who always is a moment earlier.
type overtaken struct{ *eventstore.Store }

func (o overtaken) Append(ctx context.Context, id domain.StreamID, expected domain.Revision, seed string, events []domain.Pending) (domain.Appended, error) {
	other := events[0]
	other.Meta.Key = "of somebody else"
	if _, err := o.Store.Append(ctx, id, expected, "other "+seed, []domain.Pending{other}); err != nil {
		return domain.Appended{}, err
	}
	return o.Store.Append(ctx, id, expected, seed, events)
}

func TestContentionEndsAsAConflict(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.inHandling()
	p := d.pipeline(func(c *commands.Config) { c.Journal = overtaken{d.store} })
	_, err := d.do(p, "ticket.note", id, &ticket.Note{Text: "mine"}, keyed("k"))
	require.ErrorIs(t, err, commands.ErrContended)
	var c *commands.Conflict
	require.ErrorAs(t, err, &c)
	require.Equal(t, domain.Revision(7), c.Revision, "decided four times")
	require.Contains(t, c.Allowed, "ticket.note")
}

// offers is how the commands on a stream stand for somebody now.
func (d *desk) offers(a domain.Actor, id domain.StreamID) ([]commands.Offer, error) {
	history, _, err := d.store.Load(d.t.Context(), id)
	require.NoError(d.t, err)
	return d.p.Offers(a, id, history)
}

func TestOffersAreWhatMaySaysNow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := domain.Stream("ticket", d.inHandling())
	offered := func(a domain.Actor) (allowed []string, why map[string]string) {
		list, err := d.offers(a, id)
		require.NoError(t, err)
		why = map[string]string{}
		for _, o := range list {
			if o.Allowed {
				allowed = append(allowed, o.Name)
			} else {
				why[o.Name] = o.Why
			}
			require.Contains(t, o.Route, "/v1/tickets/{id}/")
		}
		return allowed, why
	}
	allowed, why := offered(d.as(d.handler))
	require.Subset(t, allowed, []string{"ticket.take", "ticket.record_work", "ticket.note", "ticket.offer_handover", "ticket.pause", "ticket.complete"})
	require.Equal(t, "ticket.no_handover", why["ticket.accept_handover"])
	require.Equal(t, "not_allowed", why["ticket.pass_review"])
	d.must("ticket.offer_handover", id.Key(), &ticket.OfferHandover{To: d.mate}, by(d.as(d.handler)))
	allowed, why = offered(d.as(d.mate))
	require.Contains(t, allowed, "ticket.accept_handover")
	require.Equal(t, "ticket.held", why["ticket.take"])
	_, err := d.offers(d.as(d.chief), domain.Stream("ticket", nowhere))
	require.ErrorIs(t, err, commands.ErrUnknown)
	list, err := d.offers(d.as(d.chief), domain.Stream("unit", d.unit))
	require.NoError(t, err)
	about := func(e commands.Entry) bool { return e.Category == "unit" && !e.Creates }
	require.Len(t, list, len(slices.DeleteFunc(slices.Clone(commands.Catalogue()), func(e commands.Entry) bool { return !about(e) })))
}
