package ticketpage

import (
	"slices"
	"time"

	"docket/domain"
	"docket/domain/ticket"
)

// Holding is who was responsible for a ticket from From up to but not including To, and where the ticket stood meanwhile
// (mission row X14). Empty texts mean "none": without a Person the group's queue holds the ticket, without a Group the unit.
type Holding struct {
	From, To  time.Time
	Status    ticket.Status
	Unit      string
	Group     string
	Person    string
	OfferedTo string           // who has been offered the ticket and has not answered; the sender goes on holding it
	Waiting   ticket.PauseKind // what it waits for outside
	Customer  bool             // it waits for the customer to cure defects
	Outside   int              // circulations with outside bodies that are not back
	Cause     uint64           // revision of the event that began it
}

// same reports whether nothing about the holding differs but its time and cause.
func (h Holding) same(o Holding) bool {
	h.From, h.To, h.Cause = o.From, o.To, o.Cause
	return h == o
}

// Custody gives who held a ticket at every instant from its first event up to end, by when things happened: the holdings
// follow each other without gaps, none overlaps another, and together they last from the first event to end. At each instant
// it agrees with the ticket as folded from the events that had happened by then, in the order they were stored. It is empty
// when nothing had happened by end.
func Custody(history []domain.Envelope, end time.Time) []Holding {
	var held []Holding
	each(history, func(at time.Time, cause uint64, s ticket.State) bool {
		if !at.Before(end) {
			return false
		}
		h := holding(s)
		h.From, h.Cause = at, cause
		n := len(held)
		switch {
		case n > 0 && held[n-1].From.Equal(at): // of events at one instant only the outcome counts
			held[n-1] = h
			if n > 1 && held[n-2].same(h) {
				held = held[:n-1]
			}
		case n == 0 || !held[n-1].same(h):
			held = append(held, h)
		}
		return true
	})
	for i := range held {
		held[i].To = end
		if i+1 < len(held) {
			held[i].To = held[i+1].From
		}
	}
	return held
}

// each gives the ticket's state after each event in the order in which things happened: folded, in the order they were
// stored, from all events that had happened by then; from when it was opened or registered on.
func each(history []domain.Envelope, f func(at time.Time, cause uint64, s ticket.State) bool) {
	order := make([]int, 0, len(history))
	for i := range history {
		if _, ok := history[i].Event.(ticket.Event); ok {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return history[a].Meta.Effective.Compare(history[b].Meta.Effective) })
	var state ticket.State
	last, begun := -1, false
	for n, i := range order {
		switch history[i].Event.(type) {
		case ticket.Opened, ticket.Registered:
			begun = true
		}
		if i > last {
			state, last = ticket.Decider.Evolve(state, history[i].Event.(ticket.Event)), i
		} else { // recorded late: what was stored after it has to be folded on top again
			happened := slices.Sorted(slices.Values(order[:n+1]))
			state = ticket.State{}
			for _, j := range happened {
				state = ticket.Decider.Evolve(state, history[j].Event.(ticket.Event))
			}
		}
		if begun && !f(history[i].Meta.Effective, history[i].Revision, state) {
			return
		}
	}
}

func holding(s ticket.State) Holding {
	h := Holding{
		Status: s.Status, Unit: s.Unit, Group: s.Group, Person: s.Handler, OfferedTo: s.Offer.To, Waiting: s.Pause,
		Customer: s.Status == ticket.StatusDraft && s.Intake.Curing,
	}
	for _, c := range s.Duty.Circulations {
		if c.Outside() {
			h.Outside++
		}
	}
	return h
}

// HolderAt is the holding of an instant; false when the ticket did not exist by then or the custody ends before it.
func HolderAt(held []Holding, at time.Time) (Holding, bool) {
	i, found := slices.BinarySearchFunc(held, at, func(h Holding, at time.Time) int { return h.From.Compare(at) })
	if !found {
		i--
	}
	if i < 0 || i >= len(held) || !at.Before(held[i].To) {
		return Holding{}, false
	}
	return held[i], true
}
