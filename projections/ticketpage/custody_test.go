package ticketpage_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/ticket"
	"docket/projections/ticketpage"
)

// life draws a ticket's history; acts may be recorded late, so that what is stored later happened earlier.
func life(t *rapid.T) []domain.Envelope {
	people, groups := rapid.SampledFrom([]string{"ann", "bob", "eve"}), rapid.SampledFrom([]string{"g1", "g2"})
	at := began
	var log []domain.Envelope
	add := func(e ticket.Event) {
		effective := at.Add(-time.Duration(rapid.IntRange(0, 3).Draw(t, "late")) * time.Minute)
		log = append(log, domain.Envelope{
			Stream: "ticket-1", Revision: uint64(len(log)), Position: uint64(len(log) + 1), Type: ticket.Decider.Events.Name(e), Event: e,
			Meta: domain.Metadata{Effective: effective, Decided: at},
		})
		at = at.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "pause")) * time.Second)
	}
	add(ticket.Registered{Number: "N-1", Unit: "u"})
	for i := range rapid.IntRange(0, 30).Draw(t, "acts") {
		switch rapid.IntRange(0, 12).Draw(t, "act") {
		case 0:
			add(ticket.Accepted{})
		case 1:
			add(ticket.AssignedToGroup{Group: groups.Draw(t, "group"), Unit: "u"})
		case 2:
			add(ticket.Taken{Handler: people.Draw(t, "who")})
		case 3:
			add(ticket.AssignedToHandler{Handler: people.Draw(t, "who")})
		case 4:
			add(ticket.HandoverOffered{Handover: i + 1, From: people.Draw(t, "from"), To: people.Draw(t, "to")})
		case 5:
			add(ticket.HandoverAccepted{To: people.Draw(t, "to")})
		case 6:
			add(ticket.HandoverRefused{})
		case 7:
			add(ticket.Paused{Kind: ticket.AwaitingCustomer})
		case 8:
			add(ticket.Resumed{})
		case 9:
			add(ticket.Released{From: "ann", Code: ticket.ReleasedLeft})
		case 10:
			add(ticket.Completed{Handler: "ann"})
		case 11:
			add(ticket.Closed{})
		case 12:
			add(ticket.Reopened{Round: 2})
		}
	}
	return log
}

// TestCustodyHasNoGaps: whatever happens to a ticket and however late it is recorded, the holdings follow each other without
// gap or overlap, last from the first act to the end, and agree at every instant with the ticket as folded by then.
func TestCustodyHasNoGaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		log := life(t)
		first, end := log[0].Meta.Effective, log[0].Meta.Effective
		for _, e := range log { // what is said to have happened before the registration held nobody
			if e.Meta.Effective.After(end) {
				end = e.Meta.Effective
			}
		}
		end = end.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "since")) * time.Second)
		held := ticketpage.Custody(log, end)
		require.NotEmpty(t, held)
		require.Equal(t, first, held[0].From)
		require.Equal(t, end, held[len(held)-1].To)
		var total time.Duration
		for i, h := range held {
			require.True(t, h.From.Before(h.To), "each lasts")
			if i > 0 {
				require.Equal(t, held[i-1].To, h.From, "no gap and no overlap")
			}
			total += h.To.Sub(h.From)
		}
		require.Equal(t, end.Sub(first), total)

		for at := first; at.Before(end); at = at.Add(17 * time.Second) {
			h, ok := ticketpage.HolderAt(held, at)
			require.True(t, ok)
			var state ticket.State
			for _, e := range log {
				if !e.Meta.Effective.After(at) {
					state = ticket.Decider.Evolve(state, e.Event.(ticket.Event))
				}
			}
			require.Equal(t, fmt.Sprint(state.Unit, state.Group, state.Handler, state.Status, state.Pause, state.Offer.To),
				fmt.Sprint(h.Unit, h.Group, h.Person, h.Status, h.Waiting, h.OfferedTo), "%v", at)
		}
		_, before := ticketpage.HolderAt(held, first.Add(-time.Second))
		_, after := ticketpage.HolderAt(held, end)
		require.False(t, before || after)
	})
}
