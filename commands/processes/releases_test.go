package processes_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/commands/processes"
	"docket/domain"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// TestTicketsLeaveWithTheirHandler: to the deputy when an absence begins, back to the queue when somebody leaves; a ticket of
// somebody else, and a closed one, stay.
func TestTicketsLeaveWithTheirHandler(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	releases := &processes.Releases{Pool: o.pool}
	r, err := processes.New(processes.Options{
		Pool: o.pool, Log: o.runner, Commands: o.pipeline, Logger: quiet, Expansions: releases.Expansions(),
		Processes: []processes.Process{releases.Process()},
		Clock:     func() time.Time { return time.Now().Add(time.Duration(o.late.Load()) * time.Second) },
	})
	require.NoError(t, err)
	o.keep(r.Run)

	held, closed := o.reviewed(), o.reviewed()
	o.do("ann", "ticket.deliver", closed, &ticket.DeliverResult{Channel: ticket.Phone, Text: "ready"})
	o.do("ann", "ticket.close", closed, &ticket.Close{})
	o.do("admin", "staff.enter_absence", o.ids["ann"], &staff.EnterAbsence{From: time.Now().Add(time.Hour), Deputy: o.ids["bob"]})
	require.Zero(t, o.count(held, "TicketReleased"))
	o.late.Store(2 * 3600)
	o.until("the deputy has it", func() bool { return o.count(held, "TicketAssignedToHandler") == 1 })
	require.Zero(t, o.count(closed, "TicketReleased"))

	o.do("admin", "staff.leave", o.ids["bob"], &staff.Leave{Reason: "retired"})
	o.until("the queue has it", func() bool { return o.count(held, "TicketReleased") == 2 })
	last := o.events(held)
	require.Equal(t, ticket.Released{From: o.ids["bob"], Code: ticket.ReleasedLeft}, last[len(last)-1].Event)
}

// TestNobodyHoldsMoreThanTheirGroupAllows: the limit is told as a failing field to whoever would exceed it, and ends with the
// ticket.
func TestNobodyHoldsMoreThanTheirGroupAllows(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	releases := &processes.Releases{Pool: o.pool}
	o.run(releases.Process())
	held := func(n int) func() bool {
		return func() bool {
			open, err := releases.Held(t.Context(), o.ids["ann"])
			require.NoError(t, err)
			return len(open) == n
		}
	}
	o.do("admin", "unit.limit_load", o.ids["group"], &unit.LimitLoad{Open: 1})
	first := o.reviewed()
	o.until("the first is counted", held(1))
	second := o.queued()
	require.Equal(t, []domain.FieldError{{Field: "actor", Code: "over_limit", Msg: "holds as many open tickets as are allowed"}},
		o.refused("ann", "ticket.take", second, &ticket.Take{}).Fields)
	o.do("bob", "ticket.take", second, &ticket.Take{})
	o.do("ann", "ticket.deliver", first, &ticket.DeliverResult{Channel: ticket.Phone, Text: "ready"})
	o.do("ann", "ticket.close", first, &ticket.Close{})
	o.until("the first no longer counts", held(0))
	o.do("ann", "ticket.take", o.queued(), &ticket.Take{})
}
