package processes_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/commands"
	"docket/commands/processes"
	"docket/domain"
	"docket/domain/batch"
	"docket/domain/staff"
	"docket/domain/ticket"
	"docket/domain/unit"
)

// torn carries commands out until its strength is spent; then the process is cut off, as by a crash.
type torn struct {
	*commands.Pipeline
	left   atomic.Int64
	broken chan struct{}
}

var errCrashed = errors.New("crashed")

func (c *torn) Do(ctx context.Context, e *commands.Entry, r commands.Request) (commands.Answer, error) {
	switch left := c.left.Add(-1); {
	case left == 0:
		close(c.broken)
		return commands.Answer{}, errCrashed
	case left < 0:
		return commands.Answer{}, errCrashed
	}
	return c.Pipeline.Do(ctx, e, r)
}

// moving is a batch by which eve moves tickets that ann holds to bob, and those tickets.
func (o *office) moving(n int) (id string, tickets []string) {
	o.t.Helper()
	for range n {
		t := o.do("admin", "ticket.register", "", &ticket.Register{Unit: o.ids["unit"], Type: "INC", Channel: ticket.Window, Urgency: ticket.Normal, Title: "permit"}).ID
		o.do("admin", "ticket.accept", t, &ticket.Accept{})
		o.do("eve", "ticket.assign_group", t, &ticket.AssignToGroup{Group: o.ids["group"]})
		o.do("ann", "ticket.take", t, &ticket.Take{})
		tickets = append(tickets, t)
	}
	id = o.do("eve", "batch.start", "", &batch.Start{
		Command: "ticket.assign_handler", Tickets: tickets, Payload: map[string]any{"handler": o.ids["bob"]}, Reason: "ill",
	}).ID
	return id, tickets
}

func (o *office) batch(id string) (s batch.State) {
	o.t.Helper()
	history, _, err := o.store.Load(o.t.Context(), domain.Stream("batch", id))
	require.NoError(o.t, err)
	for _, e := range history {
		s = batch.Decider.Evolve(s, e.Event.(batch.Event))
	}
	return s
}

// TestBatchGoesOnAfterACrash: cut off among its acts, and before any outcome is recorded, a batch is carried out to its end
// and every act happens once, in the name of whoever started it.
func TestBatchGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	id, tickets := o.moving(5)
	cut := &torn{Pipeline: o.pipeline, broken: make(chan struct{})}
	cut.left.Store(4)
	first := &processes.Batches{Streams: o.store, Commands: cut, People: o.view}
	stop := o.run(first.Process())
	<-cut.broken
	stop()
	require.Equal(t, 1, o.count(tickets[2], "TicketAssignedToHandler"), "carried out before the crash")
	require.Zero(t, o.count(tickets[3], "TicketAssignedToHandler"))
	require.Len(t, o.batch(id).Open(), 5, "no outcome was recorded")

	second := &processes.Batches{Streams: o.store, Commands: o.pipeline, People: o.view}
	o.run(second.Process())
	o.until("the batch is finished", func() bool { return o.batch(id).Finished() })
	for _, ticket := range tickets {
		require.Equal(t, batch.Done, o.batch(id).Outcomes[ticket].Result)
		require.Equal(t, 1, o.count(ticket, "TicketAssignedToHandler"))
		events := o.events(ticket)
		last := events[len(events)-1].Meta
		require.Equal(t, "staff-"+o.ids["eve"], last.Principal)
		require.Equal(t, batch.ActKey(id, ticket), last.Key)
	}
}

// TestBatchOfSomebodyWhoLeft: nothing is carried out with rights that its starter no longer has.
func TestBatchOfSomebodyWhoLeft(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	id, tickets := o.moving(1)
	o.do("admin", "unit.appoint_leader", o.ids["group"], &unit.AppointLeader{Leader: o.ids["bob"]})
	left := o.do("admin", "staff.leave", o.ids["eve"], &staff.Leave{Reason: "retired"})
	require.NoError(t, o.view.WaitFor(t.Context(), left.Position))
	b := &processes.Batches{Streams: o.store, Commands: o.pipeline, People: o.view}
	o.run(b.Process())
	o.until("the batch is finished", func() bool { return o.batch(id).Finished() })
	require.Equal(t, batch.Refused, o.batch(id).Outcomes[tickets[0]].Result)
	require.Zero(t, o.count(tickets[0], "TicketAssignedToHandler"))
}
