package journey_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/batch"
	"docket/domain/ticket"
)

// told is a batch as its page tells it.
type told struct {
	Command, Reason, Undoes  string
	Finished                 bool
	Done, Unchanged, Refused int
	UndoneBy                 []string `json:"undone_by"`
	Tickets                  []batch.Outcome
}

// settled waits until every ticket of a batch has its outcome, and gives the batch.
func (o *office) settled(login, id string) (b told) {
	o.Helper()
	deadline, tick := time.NewTimer(time.Minute), time.NewTicker(20*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for o.Get(login, "/v1/batches/"+id, &b); !b.Finished; o.Get(login, "/v1/batches/"+id, &b) {
		select {
		case <-tick.C:
		case <-deadline.C:
			require.Fail(o, "a batch has no end", "%+v", b)
		}
	}
	o.arrived() // what is read next has seen everything that the batch did
	return b
}

// arrived is a plain ticket that has just come.
func (o *office) arrived() string {
	o.Helper()
	return o.Do("clerk", "ticket.register", "", ticket.Register{
		Unit: o.Unit("客戶服務中心"), Type: "CERT", Channel: ticket.Window, Urgency: ticket.Normal, Title: "補發證件",
	}).ID
}

// taken is a plain ticket of a group, held by somebody.
func (o *office) taken(group, login string) string {
	o.Helper()
	id := o.arrived()
	o.Do("clerk", "ticket.accept", id, ticket.Accept{})
	o.Do("manager", "ticket.assign_group", id, ticket.AssignToGroup{Group: o.Unit(group)})
	o.Do(login, "ticket.take", id, ticket.Take{})
	return id
}

// holder is who holds a ticket.
func (o *office) holder(id string) string {
	o.Helper()
	var page struct{ Handler *struct{ Name string } }
	o.Get("manager", "/v1/tickets/"+id, &page)
	if page.Handler == nil {
		return ""
	}
	return page.Handler.Name
}

// TestBulkMoveAndItsUndoing: a leader moves many tickets at once; what is not hers, and what is over, is refused one by one.
// Undoing puts back what has gone no other way since.
func TestBulkMoveAndItsUndoing(t *testing.T) {
	t.Parallel()
	o := Office(t)
	const ours, theirs = "業務處理一組", "業務處理二組"
	first, second, foreign := o.taken(ours, "handler"), o.taken(ours, "handler"), o.taken(theirs, "handler3")
	already, over := o.taken(ours, "handler2"), o.taken(ours, "handler")
	o.Do("leader", "ticket.cancel", over, ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "撤回"})
	move := batch.Start{
		Command: "ticket.assign_handler", Tickets: []string{first, second, foreign, already, over},
		Payload: map[string]any{"handler": o.Person("黃美玲")}, Reason: "林志強休假",
	}
	o.Refused("handler", "batch.start", "", move, http.StatusForbidden, "not_allowed")
	o.Invalid("leader", "batch.start", "", batch.Start{
		Command: move.Command, Tickets: []string{first, first}, Payload: map[string]any{"person": "x"}, Reason: "x",
	}, []string{"payload not_allowed", "tickets[1] duplicate"})

	started := o.Do("leader", "batch.start", "", move, keyed("holiday"))
	require.Equal(t, started.ID, o.Do("leader", "batch.start", "", move, keyed("holiday")).ID, "one batch")
	b := o.settled("leader", started.ID)
	require.Equal(t, []batch.Outcome{
		{Ticket: first, Result: batch.Done}, {Ticket: second, Result: batch.Done},
		{Ticket: foreign, Result: batch.Refused, Code: "not_found", Rule: "not_found"},
		{Ticket: already, Result: batch.Unchanged},
		{Ticket: over, Result: batch.Refused, Code: "conflict", Rule: "ticket.not_open"},
	}, b.Tickets)
	require.Equal(t, []int{2, 1, 2}, []int{b.Done, b.Unchanged, b.Refused})
	require.Equal(t, "黃美玲", o.holder(first))
	require.Equal(t, "張偉", o.holder(foreign))
	o.NotGet("leader2", "/v1/batches/"+started.ID, http.StatusNotFound, "batch.unknown")
	o.NotGet("leader", "/v1/batches/"+first, http.StatusNotFound, "batch.unknown")

	o.Do("handler2", "ticket.offer_handover", second, ticket.OfferHandover{To: o.Person("王淑芬"), Note: "請接手"})
	undone := o.Do("leader", "batch.undo", "", batch.Undo{Batch: started.ID, Reason: "休假取消"})
	u := o.settled("leader", undone.ID)
	require.Equal(t, started.ID, u.Undoes)
	require.Equal(t, []batch.Outcome{
		{Ticket: first, Result: batch.Done},
		{Ticket: second, Result: batch.Refused, Code: "conflict", Rule: "ticket.moved_since", Fields: []string{"since TicketHandoverOffered"}},
	}, u.Tickets)
	require.Equal(t, "林志強", o.holder(first))
	require.Equal(t, "黃美玲", o.holder(second))
	o.Get("manager", "/v1/batches/"+started.ID, &b)
	require.Equal(t, []string{undone.ID}, b.UndoneBy)
	o.Refused("leader", "batch.undo", "", batch.Undo{Batch: undone.ID, Reason: "x"}, http.StatusConflict, "batch.no_move")

	again := o.settled("leader", o.Do("leader", "batch.undo", "", batch.Undo{Batch: started.ID, Reason: "再撤"}).ID)
	require.Equal(t, 2, again.Refused, "what was put back is not put back twice")
}

// TestBulkMoveOfGroups: the manager moves tickets of any group; undone, those that lay with no group lie with none again.
func TestBulkMoveOfGroups(t *testing.T) {
	t.Parallel()
	o := Office(t)
	id := o.arrived()
	o.Do("clerk", "ticket.accept", id, ticket.Accept{})
	held := o.taken("業務處理一組", "handler")
	started := o.Do("manager", "batch.start", "", batch.Start{
		Command: "ticket.assign_group", Tickets: []string{id, held}, Payload: map[string]any{"group": o.Unit("業務處理二組")}, Reason: "分流",
	})
	require.Equal(t, 2, o.settled("manager", started.ID).Done)
	var page struct{ Group *struct{ Name string } }
	o.Get("manager", "/v1/tickets/"+id, &page)
	require.Equal(t, "業務處理二組", page.Group.Name)
	undone := o.Do("manager", "batch.undo", "", batch.Undo{Batch: started.ID, Reason: "分錯"})
	require.Equal(t, 2, o.settled("manager", undone.ID).Done)
	o.Get("manager", "/v1/tickets/"+held, &page)
	require.Equal(t, "業務處理一組", page.Group.Name)
	page.Group = nil
	o.Get("manager", "/v1/tickets/"+id, &page)
	require.Nil(t, page.Group)
}

// TestManyCustomersAreNotified: a line for the customers of many tickets is sent to each of them by the path that all notices take,
// once, and stands among the notices of their tickets (mission row A7).
func TestManyCustomersAreNotified(t *testing.T) {
	t.Parallel()
	o := Office(t)
	tickets := []string{o.taken("業務處理一組", "handler"), o.taken("業務處理一組", "handler")}
	quiet := o.taken("業務處理一組", "handler")
	line := map[string]any{"text": "本週五系統維護，取件順延至下週一", "notify": true}
	all := o.Do("leader", "batch.start", "", batch.Start{Command: "ticket.report_progress", Tickets: tickets, Payload: line, Reason: "系統維護"})
	require.Equal(t, 2, o.settled("leader", all.ID).Done)
	one := o.Do("leader", "batch.start", "", batch.Start{
		Command: "ticket.report_progress", Tickets: []string{quiet}, Payload: map[string]any{"text": "正在核對"}, Reason: "進度",
	})
	require.Equal(t, 1, o.settled("leader", one.ID).Done)
	for _, id := range tickets {
		o.until("the customer is sent it", func() bool {
			return o.happened(id, "TicketNoticeRequested") == 1 && o.happened(id, "TicketNoticeDelivered") == 1
		})
	}
	require.Zero(t, o.happened(quiet, "TicketNoticeRequested"))
}
