package ticket_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/ticket"
)

// putBack is asked by the batch b1, once history has told where the ticket was.
func putBack(facts ticket.PutBackFacts) ticket.PutBack {
	facts.Moved = true
	return ticket.PutBack{Batch: "b1", Facts: facts}
}

var (
	movedGroup = then(held, ticket.AssignedToGroup{Group: "g2", Unit: "u2", Previous: "g1"})
	movedOn    = then(held, reassigned) // from ann to bob
)

var putBackCases = domaintest.Cases{
	"to its group": given(movedGroup...).When(putBack(ticket.PutBackFacts{Group: "g1", Unit: "u1", Handler: "ann"})).
		Then(ticket.AssignedToGroup{Group: "g1", Unit: "u1", Previous: "g2", Reason: "batch b1"}),
	"to no group": given(queued...).When(putBack(ticket.PutBackFacts{Unit: "u1"})).
		Then(ticket.AssignedToGroup{Unit: "u1", Previous: "g1", Reason: "batch b1"}),
	"to its handler": given(movedOn...).When(putBack(ticket.PutBackFacts{Group: "g1", Unit: "u1", Handler: "ann", Person: fit})).
		Then(ticket.AssignedToHandler{Handler: "ann", Previous: "bob", Reason: "batch b1"}),
	"to the queue": given(held...).When(putBack(ticket.PutBackFacts{Group: "g1", Unit: "u1"})).
		Then(ticket.Released{From: "ann", Code: ticket.ReleasedOther, Reason: "batch b1"}),
	"to whom it was released from": given(then(held, ticket.Released{From: "ann", Code: ticket.ReleasedAbsent})...).
		When(putBack(ticket.PutBackFacts{Group: "g1", Unit: "u1", Handler: "ann", Person: fit})).
		Then(ticket.AssignedToHandler{Handler: "ann", Reason: "batch b1"}),
	"to where it is": given(held...).When(putBack(ticket.PutBackFacts{Group: "g1", Unit: "u1", Handler: "ann"})).Nothing(),
	"to somebody who is away": given(movedOn...).When(putBack(ticket.PutBackFacts{Group: "g1", Unit: "u1", Handler: "ann", Person: unfit})).
		Invalid("handler absent"),
	"once it went another way": given(movedOn...).When(putBack(ticket.PutBackFacts{Group: "g1", Unit: "u1", Handler: "ann", Since: "TicketTaken"})).
		Refused(ticket.ErrMovedSince.With(domain.FieldError{Field: "since", Code: "TicketTaken"})),
	"by a batch that did not move it": given(held...).When(ticket.PutBack{Batch: "b1"}).Refused(ticket.ErrNotMoved),
	"by no batch":                     given(held...).When(ticket.PutBack{}).Invalid("batch required"),
	"once closed":                     given(closed...).When(putBack(ticket.PutBackFacts{Group: "g2", Unit: "u2"})).Refused(ticket.ErrNotOpen),
}

func TestPutBack(t *testing.T) { t.Parallel(); putBackCases.Run(t) }

// TestHolding: what tells of the holding is told apart from what is done meanwhile.
func TestHolding(t *testing.T) {
	t.Parallel()
	require.True(t, ticket.Holding(reassigned))
	require.True(t, ticket.Holding(ticket.Released{}))
	require.False(t, ticket.Holding(ticket.WorkRecorded{}))
	require.False(t, ticket.Holding(ticket.Noted{}))
}
