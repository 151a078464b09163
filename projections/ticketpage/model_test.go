package ticketpage_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/ticketpage"
)

var began = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// TestReplayIsTotal: any part of any history gives a page that agrees with the aggregate and with itself, or none.
func TestReplayIsTotal(t *testing.T) {
	t.Parallel()
	all := []ticket.Event{
		ticket.Registered{Number: "N-1", Unit: "u"}, ticket.Accepted{}, ticket.AssignedToGroup{Group: "g", Unit: "u"}, ticket.Taken{Handler: "ann"},
		ticket.AssignedToHandler{Handler: "bob"}, ticket.WorkRecorded{}, ticket.Noted{}, ticket.HandoverOffered{Handover: 1, From: "ann", To: "bob"},
		ticket.HandoverAccepted{To: "bob"}, ticket.HandoverRefused{}, ticket.Paused{Kind: ticket.AwaitingCustomer}, ticket.Resumed{},
		ticket.Completed{Handler: "ann"}, ticket.ReviewPassed{}, ticket.ReviewReturned{Round: 2}, ticket.ResultDelivered{},
		ticket.Reopened{Round: 3}, ticket.Closed{}, ticket.Cancelled{},
	}
	for name, kind := range ticket.Decider.Events { // and every other of the contract, empty
		if !slices.ContainsFunc(all, func(e ticket.Event) bool { return ticket.Decider.Events.Name(e) == name }) {
			all = append(all, reflect.Zero(kind.Type).Interface().(ticket.Event))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		history := rapid.SliceOfN(rapid.SampledFrom(all), 0, 30).Draw(t, "history")
		log := make([]domain.Envelope, len(history))
		registered := false
		for i, e := range history {
			at := began.Add(time.Duration(i) * time.Minute)
			log[i] = domain.Envelope{
				Stream: "ticket-1", Revision: uint64(i), Position: uint64(i + 1), Type: ticket.Decider.Events.Name(e), Event: e,
				Meta: domain.Metadata{Effective: at, Decided: at},
			}
			_, is := e.(ticket.Registered)
			_, opened := e.(ticket.Opened)
			registered = registered || is || opened
		}
		p, ok := ticketpage.Replay(log)
		require.Equal(t, registered, ok)
		if !ok {
			return
		}
		state := ticket.Decider.Fold(history...)
		require.Equal(t, ticket.Decider.Scope(state), p.Scope())
		require.Equal(t, []any{state.Status, state.Pause, state.Round, state.Offer.Handover}, []any{p.Status, p.Paused, p.Round, p.Head.Handover})
		require.Len(t, p.Timeline, len(history))
		for i, pause := range p.Pauses {
			if i < len(p.Pauses)-1 {
				require.NotNil(t, pause.To, "only the last can still run")
				require.False(t, pause.To.After(p.Pauses[i+1].From))
			}
		}
		for i, h := range p.Handovers {
			require.Equal(t, h.Outcome == ticketpage.Pending, h.AnsweredAt == nil)
			require.True(t, h.Outcome != ticketpage.Pending || i == len(p.Handovers)-1, "only the last can wait for an answer")
		}
	})
}

// TestLostAndMaskedFieldsAreNamed: the form says which of its fields are masked and which have been destroyed.
func TestLostAndMaskedFieldsAreNamed(t *testing.T) {
	t.Parallel()
	e := domain.Envelope{
		Stream: "ticket-1", Type: "TicketRegistered",
		Event: ticket.Registered{Number: "N-1", CustomerPhone: "*******5678"}, Meta: domain.Metadata{Effective: began, Decided: began},
	}
	p, ok := ticketpage.Replay([]domain.Envelope{e})
	require.True(t, ok)
	require.Equal(t, []string{"customer_phone"}, p.Form.Masked)
	require.Empty(t, p.Form.Destroyed)

	e.Event, e.Lost = ticket.Registered{Number: "N-1", CustomerPhone: domain.Destroyed, CustomerIDNumber: domain.Destroyed}, []domain.Class{domain.Marked}
	p, ok = ticketpage.Replay([]domain.Envelope{e})
	require.True(t, ok)
	require.Empty(t, p.Form.Masked)
	require.Equal(t, []string{"customer_id_number", "customer_phone"}, p.Form.Destroyed)
}
