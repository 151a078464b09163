package commands

import (
	"fmt"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/batch"
	"docket/domain/ticket"
)

// batchCommands act on many tickets at once, and take such moves back. The acts themselves follow: package processes issues
// them with the rights of whoever started the batch (docs/adr/0017-batches-are-carried-out-by-a-process.md).
var batchCommands = []Entry{
	Define(batch.Decider, Spec[batch.State, batch.Start]{
		Name: "batch.start", Route: "/v1/batches", Creates: true, Allow: authz.TicketBulk,
		Doc:     "Asks for one command on many tickets; what becomes of each is told by the batch.",
		Refuses: []*domain.Error{batch.ErrExists, batch.ErrNoPerson},
		Example: batch.Start{
			Command: "ticket.assign_group", Tickets: []string{exampleID}, Payload: map[string]any{"group": exampleID}, Reason: "the group is split",
		},
		Enrich: func(_ Facts, _ batch.State, c *batch.Start) {
			c.Facts = batch.StartFacts{Payload: batchPayload(c.Command, c.Payload)}
		},
	}),
	Define(batch.Decider, Spec[batch.State, batch.Undo]{
		Name: "batch.undo", Route: "/v1/batches/undo", Creates: true, Allow: authz.TicketBulk,
		Doc:     "Puts the tickets that a batch has moved back where they were, unless they have gone another way since.",
		Refuses: []*domain.Error{batch.ErrExists, batch.ErrNoPerson, batch.ErrUnknown, batch.ErrRunning, batch.ErrNoMove, batch.ErrNothingDone},
		Example: batch.Undo{Batch: exampleID, Reason: "the wrong group"},
		Enrich: func(f Facts, _ batch.State, c *batch.Undo) {
			c.Facts = batch.UndoFacts{Of: f.Batch(c.Batch)}
		},
		Guard: &Guard[batch.Undo]{
			After: true,
			Of:    func(_ any, c batch.Undo) domain.StreamID { return domain.Stream(batch.Decider.Category, c.Batch) },
			Claim: noteUndone,
		},
	}),
	Define(batch.Decider, Spec[batch.State, batch.Record]{
		Name: "batch.record", Route: "/v1/batches/{id}/record", Allow: authz.TicketTimer,
		Doc:     "Notes what became of tickets of the batch; the service itself issues it.",
		Refuses: []*domain.Error{batch.ErrUnknown},
		Example: batch.Record{Outcomes: []batch.Outcome{{Ticket: exampleID, Result: batch.Done}}},
	}),
	Define(ticket.Decider, Spec[ticket.State, ticket.PutBack]{
		Name: batch.PutBack, Route: "/v1/tickets/{id}/put-back", Allow: authz.TicketAssign,
		Doc:     "Takes the move of a batch back for one ticket.",
		Refuses: []*domain.Error{ticket.ErrNotOpen, ticket.ErrNotMoved, ticket.ErrMovedSince},
		Example: ticket.PutBack{Batch: exampleID},
		Enrich: func(f Facts, s ticket.State, c *ticket.PutBack) {
			c.Facts = f.moveOf(c.Batch)
			c.Facts.Person = person(f, s, c.Facts.Handler, c.Facts.Group)
		},
	}),
}

// noteUndone tells on the stream of a batch which one takes it back.
func noteUndone(history []domain.Envelope, id string, _ batch.Undo) ([]any, error) {
	var s batch.State
	for i := range history {
		e, ok := history[i].Event.(batch.Event)
		if !ok {
			return nil, fmt.Errorf("event %d of %s is a %T", history[i].Revision, history[i].Stream, history[i].Event)
		}
		s = batch.Decider.Evolve(s, e)
	}
	return erased(batch.NoteUndone(s, id)), nil
}
