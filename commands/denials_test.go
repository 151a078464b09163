package commands_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/security"
	"docket/domain/ticket"
)

const nowhere = "00000000-0000-4000-8000-000000000000"

func (d *desk) denied() []security.Denied {
	var list []security.Denied
	for _, e := range d.events(security.Stream(d.clock.now())) {
		list = append(list, e.Event.(security.Denied))
	}
	return list
}

func TestDeniedAttemptIsRecorded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.inHandling()
	analyst := domain.Actor{Principal: "staff-x", Staff: "x", Source: "192.0.2.7", Posts: []domain.Post{{Role: authz.Analyst}}}
	before := len(d.events(domain.Stream("ticket", id)))

	_, err := d.do(d.p, "ticket.note", id, &ticket.Note{Text: "x"}, by(analyst))
	require.ErrorIs(t, err, commands.ErrNotAllowed)
	_, err = d.do(d.p, "ticket.pass_review", id, &ticket.PassReview{Opinion: "x"}, by(d.as(d.handler)))
	require.ErrorIs(t, err, commands.ErrNotAllowed)
	require.Equal(t, []security.Denied{
		{Operation: "ticket.note", Permission: "ticket.note", Target: "ticket-" + id, Rule: "not_allowed"},
		{Operation: "ticket.pass_review", Permission: "ticket.review", Target: "ticket-" + id, Rule: "not_allowed"},
	}, d.denied())
	m := d.events(security.Stream(d.clock.now()))[0].Meta
	require.Equal(t, "staff-x", m.Principal)
	require.Equal(t, "192.0.2.7", m.Source)
	require.Len(t, d.events(domain.Stream("ticket", id)), before)
}

func TestForbiddenByARuleIsRecordedToo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.inHandling()
	a := d.must("ticket.complete", id, &ticket.Complete{Outcome: ticket.Fulfilled, Summary: "x"}, by(d.as(d.handler)))
	own := d.as(d.handler)
	own.Posts = append(own.Posts, domain.Post{Role: authz.Manager})
	_, err := d.do(d.p, "ticket.pass_review", id, &ticket.PassReview{Opinion: "x"}, by(own), matching(a.Revision))
	require.ErrorIs(t, err, ticket.ErrOwnWork)
	require.Equal(t, "ticket.own_work", d.denied()[0].Rule)
}

func TestExistenceIsHidden(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.inHandling()
	stranger := domain.Actor{Principal: "staff-s", Staff: "s", Groups: []string{d.second}, Posts: []domain.Post{{Role: authz.Handler, Unit: d.second}}}
	analyst := domain.Actor{Principal: "staff-x", Staff: "x", Posts: []domain.Post{{Role: authz.Analyst}}}
	for name, c := range map[string]struct {
		id   string
		by   domain.Actor
		want error
	}{
		"not there, right somewhere":      {nowhere, stranger, commands.ErrUnknown},
		"there, but not theirs to see":    {id, stranger, commands.ErrUnknown},
		"not there, right nowhere":        {nowhere, analyst, commands.ErrNotAllowed},
		"there, right nowhere":            {id, analyst, commands.ErrNotAllowed},
		"there, theirs to see, not to do": {id, d.as(d.clerk), nil},
	} {
		_, err := d.do(d.p, "ticket.note", c.id, &ticket.Note{Text: "x"}, by(c.by))
		if c.want == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := d.do(d.p, "ticket.take", id, &ticket.Take{}, by(d.as(d.clerk)))
	require.ErrorIs(t, err, commands.ErrNotAllowed)
	_, err = d.do(d.p, "ticket.note", id, &ticket.Note{Text: "x"}, by(analyst), func(r *commands.Request) { r.OnBehalfOf = d.handler })
	require.ErrorIs(t, err, commands.ErrNotAllowed, "as if it were not there, whomever they name")
}

func TestOneSourceCannotFloodTheSecurityLog(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	flood := domain.Actor{Principal: "staff-f", Source: "192.0.2.66"}
	record := func(a domain.Actor, n int) {
		for range n {
			d.denials.Record(t.Context(), a, "ticket.note", authz.TicketNote, "ticket-"+nowhere, "not_allowed")
		}
	}
	record(flood, 50)
	require.Len(t, d.denied(), 20)
	record(domain.Actor{Principal: "staff-g", Source: "192.0.2.66"}, 1)
	require.Len(t, d.denied(), 21, "each has a share of their own")
	d.clock.move(time.Minute)
	record(flood, 1)
	require.Equal(t, 30, d.denied()[21].Suppressed)
	record(flood, 24)
	d.denials.Close(t.Context())
	list := d.denied()
	require.Equal(t, 4, list[len(list)-1].Suppressed, "the entry itself is the fifth")

	elsewhere := commands.NewDenials(d.store, d.clock.now, slog.New(slog.DiscardHandler))
	elsewhere.Record(t.Context(), flood, "ticket.note", authz.TicketNote, "", "not_allowed")
	d.clock.move(time.Minute)
	record(flood, 1)
	require.Len(t, d.denied(), len(list)+2, "another process had moved the stream on")
}
