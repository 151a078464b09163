package commands_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/domain"
	"docket/domain/authz"
	"docket/domain/staff"
	"docket/domain/ticket"
)

// A deputy has the lender's posts for what was lent, during the period, and no longer than it is lent.
func TestActingByDelegation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.must("ticket.register", "", d.registration()).ID
	d.must("ticket.accept", id, &ticket.Accept{})
	forChief := func(r *commands.Request) { r.OnBehalfOf = d.chief }
	assign := func(group string) (commands.Answer, error) {
		return d.do(d.p, "ticket.assign_group", id, &ticket.AssignToGroup{Group: group}, by(d.as(d.mate)), forChief)
	}
	_, err := assign(d.group)
	require.ErrorIs(t, err, commands.ErrNotAllowed, "nothing is lent yet")

	from := d.clock.now().Add(time.Hour)
	lend := &staff.Delegate{
		To: d.mate, Posts: []domain.Post{{Role: authz.Manager}}, Permissions: []string{string(authz.TicketAssign), string(authz.TicketNote)},
		From: from, Until: from.Add(time.Hour),
	}
	_, err = d.do(d.p, "staff.delegate", d.chief, lend, by(d.as(d.mate)))
	require.ErrorIs(t, err, commands.ErrNotAllowed, "nobody lends another's powers")
	d.settle(d.must("staff.delegate", d.chief, lend, by(d.as(d.chief))).Position)

	_, err = assign(d.group)
	require.ErrorIs(t, err, commands.ErrNotAllowed, "the period has not begun")
	d.clock.move(time.Hour)
	a, err := assign(d.group)
	require.NoError(t, err)
	m := d.events(domain.Stream("ticket", id))[a.Revision].Meta
	require.Equal(t, "staff-"+d.mate, m.Principal)
	require.Equal(t, d.chief, m.Actor)
	require.Equal(t, d.chief, m.OnBehalfOf)
	require.Equal(t, authz.Manager, m.Role)
	require.Equal(t, "manager:ticket.assign:all;delegation:"+d.chief+"/1", m.Rule)

	_, err = d.do(d.p, "ticket.cancel", id, &ticket.Cancel{Code: ticket.CancelError, Reason: "x"}, by(d.as(d.mate)), forChief)
	require.ErrorIs(t, err, commands.ErrNotAllowed, "only what was lent")
	_, err = d.do(d.p, "ticket.note", id, &ticket.Note{Text: "x"}, by(d.as(d.mate)), forChief, func(r *commands.Request) { r.Effective = from.Add(-time.Minute) })
	require.ErrorIs(t, err, commands.ErrNoDelegation, "not for the time before")
	_, err = d.do(d.p, "ticket.note", id, &ticket.Note{Text: "x"}, by(d.as(d.handler)), forChief)
	require.ErrorIs(t, err, commands.ErrNoDelegation, "only the deputy")

	// Revoked powers are gone at once, whether or not the directory has heard.
	d.must("staff.revoke_delegation", d.chief, &staff.RevokeDelegation{Delegation: 1}, by(d.as(d.chief)))
	_, err = assign(d.second)
	require.ErrorIs(t, err, commands.ErrNotAllowed)
}
