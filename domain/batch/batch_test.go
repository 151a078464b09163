package batch_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/batch"
	"docket/domain/domaintest"
)

var given = domaintest.Of(batch.Decider)

var (
	eve    = domain.Actor{Principal: "staff-eve", Staff: "eve"}
	deputy = domain.Actor{Principal: "staff-bob", Staff: "eve", OnBehalfOf: "eve", Delegation: "eve/1"}

	started  = batch.Started{Command: "ticket.assign_group", Tickets: []string{"a", "b", "c"}, Principal: "staff-eve", Staff: "eve", Payload: `{"group":"g"}`, Reason: "split"}
	noted    = batch.Started{Command: "ticket.note", Tickets: []string{"a"}, Principal: "staff-eve", Staff: "eve", Payload: `{"text":"x"}`, Reason: "all alike"}
	done     = batch.Outcome{Ticket: "a", Result: batch.Done}
	same     = batch.Outcome{Ticket: "b", Result: batch.Unchanged}
	refused  = batch.Outcome{Ticket: "c", Result: batch.Refused, Code: domain.Conflict, Rule: "ticket.not_open"}
	finished = []batch.Event{started, recorded(done, same), recorded(refused)}
)

func recorded(o ...batch.Outcome) batch.OutcomesRecorded { return batch.OutcomesRecorded{Outcomes: o} }

func start(change ...func(*batch.Start)) batch.Start {
	c := batch.Start{
		Command: started.Command, Tickets: []string{"a", "b", "c"}, Payload: map[string]any{"group": "g"}, Reason: "split",
		Facts: batch.StartFacts{Payload: started.Payload},
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

func tickets(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint(i)
	}
	return list
}

func onBehalf(e batch.Started) batch.Started {
	e.Principal, e.Staff, e.OnBehalfOf = "staff-bob", "bob", "eve"
	return e
}

var startCases = domaintest.Cases{
	"three tickets":        given().When(start()).As(eve).Then(started),
	"for somebody":         given().When(start()).As(deputy).Then(onBehalf(started)),
	"twice":                given(started).When(start()).As(eve).Refused(batch.ErrExists),
	"by a service":         given().When(start()).As(domain.Actor{Principal: "service-import"}).Refused(batch.ErrNoPerson),
	"by a service for one": given().When(start()).As(domain.Actor{Principal: "service-import", Staff: "eve", OnBehalfOf: "eve"}).Refused(batch.ErrNoPerson),
	"nothing told": given().When(batch.Start{}).As(eve).
		Invalid("command not_allowed", "tickets required", "payload not_allowed", "reason required"),
	"what is not for many": given().When(start(func(c *batch.Start) { c.Command = "ticket.close" })).As(eve).Invalid("command not_allowed"),
	"an undoing by hand":   given().When(start(func(c *batch.Start) { c.Command = batch.PutBack })).As(eve).Invalid("command not_allowed"),
	"one twice":            given().When(start(func(c *batch.Start) { c.Tickets = []string{"a", "b", "a"} })).As(eve).Invalid("tickets[2] duplicate"),
	"one without a key":    given().When(start(func(c *batch.Start) { c.Tickets = []string{"a", ""} })).As(eve).Invalid("tickets[1] not_an_id"),
	"too many":             given().When(start(func(c *batch.Start) { c.Tickets = tickets(501) })).As(eve).Invalid("tickets too_many"),
}

var putBack = batch.Started{
	Command: batch.PutBack, Tickets: []string{"a"}, Principal: "staff-eve", Staff: "eve", Undoes: "b1", Payload: `{"batch":"b1"}`, Reason: "wrong group",
}

// undo is asked once the batch b1 has this history.
func undo(history ...batch.Event) batch.Undo {
	return batch.Undo{Batch: "b1", Reason: "wrong group", Facts: batch.UndoFacts{Of: batch.Decider.Fold(history...)}}
}

var undoCases = domaintest.Cases{
	"what was carried out":     given().When(undo(finished...)).As(eve).Then(putBack),
	"for somebody":             given().When(undo(finished...)).As(deputy).Then(onBehalf(putBack)),
	"of nothing":               given().When(undo()).As(eve).Refused(batch.ErrUnknown),
	"of what still goes on":    given().When(undo(started, recorded(done))).As(eve).Refused(batch.ErrRunning),
	"of notes":                 given().When(undo(noted, recorded(done))).As(eve).Refused(batch.ErrNoMove),
	"of an undoing":            given().When(undo(putBack, recorded(done))).As(eve).Refused(batch.ErrNoMove),
	"where nothing was done":   given().When(undo(started, recorded(same, refused, batch.Outcome{Ticket: "a", Result: batch.Unchanged}))).As(eve).Refused(batch.ErrNothingDone),
	"by a service":             given().When(undo(finished...)).As(domain.Actor{Principal: "service-import"}).Refused(batch.ErrNoPerson),
	"without telling a reason": given().When(batch.Undo{Batch: "b1"}).As(eve).Invalid("reason required"),
	"twice":                    given(putBack).When(undo(finished...)).As(eve).Refused(batch.ErrExists),
}

var recordCases = domaintest.Cases{
	"some":               given(started).When(batch.Record{Outcomes: []batch.Outcome{done, same}}).Then(recorded(done, same)),
	"the first one told": given(started, recorded(done)).When(batch.Record{Outcomes: []batch.Outcome{{Ticket: "a", Result: batch.Unchanged}, refused}}).Then(recorded(refused)),
	"all told already":   given(started, recorded(done)).When(batch.Record{Outcomes: []batch.Outcome{done}}).Nothing(),
	"of no batch":        given().When(batch.Record{Outcomes: []batch.Outcome{done}}).Refused(batch.ErrUnknown),
	"of another's ticket": given(started).When(batch.Record{Outcomes: []batch.Outcome{{Ticket: "z", Result: "lost", Rule: "x"}}}).
		Invalid("outcomes[0].ticket unknown", "outcomes[0].result not_allowed", "outcomes[0].rule mismatch"),
	"a refusal without a rule": given(started).When(batch.Record{Outcomes: []batch.Outcome{{Ticket: "a", Result: batch.Refused}}}).
		Invalid("outcomes[0].rule mismatch"),
}

func TestStart(t *testing.T)  { t.Parallel(); startCases.Run(t) }
func TestUndo(t *testing.T)   { t.Parallel(); undoCases.Run(t) }
func TestRecord(t *testing.T) { t.Parallel(); recordCases.Run(t) }
func TestNoCommandIsForgotten(t *testing.T) {
	t.Parallel()
	domaintest.Complete(t, startCases, undoCases, recordCases)
}

func full(e batch.Started) batch.Started {
	e.OnBehalfOf, e.Undoes = "ann", "b1"
	return e
}

var written = map[string]batch.Event{
	"BatchStarted.v1": full(started), "BatchUndone.v1": batch.Undone{By: "b2"},
	"BatchOutcomesRecorded.v1": recorded(done, batch.Outcome{Ticket: "c", Result: batch.Refused, Code: domain.Invalid, Rule: "invalid", Fields: []string{"group unknown"}}),
}

func TestContract(t *testing.T) { t.Parallel(); domaintest.Contract(t, batch.Decider, written) }
func TestSealed(t *testing.T)   { t.Parallel(); domaintest.Sealed(t, batch.Decider) }
func FuzzBatch(f *testing.F)    { domaintest.FuzzJoin(f, batch.Decider) }

func TestState(t *testing.T) {
	t.Parallel()
	s := batch.Decider.Fold(started, recorded(done))
	require.Equal(t, []string{"b", "c"}, s.Open())
	require.False(t, s.Finished())
	s = batch.Decider.Fold(finished...)
	require.Empty(t, s.Open())
	require.True(t, s.Finished())
	require.False(t, batch.State{}.Finished())
	require.Equal(t, []batch.Event{batch.Undone{By: "b2"}}, batch.NoteUndone(s, "b2"))
	s = batch.Decider.Evolve(s, batch.Undone{By: "b2"})
	require.Empty(t, batch.NoteUndone(s, "b2"), "told once")
	require.Len(t, batch.NoteUndone(s, "b3"), 1)
}
