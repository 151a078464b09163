package ticket_test

import (
	"fmt"

	"docket/domain/ticket"
)

// witness watches a ticket's events as somebody would who knows the rules of the house but not the program: it keeps its
// own account of who holds the ticket and says what must never happen.
type witness struct {
	policy                       ticket.Policy
	began, ended, open           bool
	holder, receiver             string
	paused                       ticket.PauseKind
	round, offers                int
	finished, reviewed, notified bool
	workers                      []string // whose work the result of this round is
}

// see takes one event in, or tells why it cannot be.
func (w *witness) see(event ticket.Event) error {
	_, note := event.(ticket.Noted)
	_, again := event.(ticket.Reopened)
	_, first := event.(ticket.Registered)
	switch {
	case w.began == first:
		return fmt.Errorf("registered twice or not at all")
	case w.ended && !note && !again:
		return fmt.Errorf("happened after the end")
	}
	switch e := event.(type) {
	case ticket.Registered:
		w.began, w.policy, w.round = true, e.Policy, 1
	case ticket.Accepted:
		return w.must(!w.open, func() { w.open = true })
	case ticket.AssignedToGroup:
		return w.must(w.open && e.Unit != "" && e.Group != e.Previous, nil)
	case ticket.Taken:
		return w.must(w.open && w.holder == "" && e.Handler != "", func() { w.holder = e.Handler })
	case ticket.HandoverWithdrawn:
		return w.must(w.answers(e.From, e.To, e.Handover), func() { w.receiver = "" })
	case ticket.AssignedToHandler:
		return w.must(w.open && w.holder == e.Previous && e.Handler != w.holder && e.Handler != "" && (w.holder == "" || e.Reason != ""),
			func() { w.holder, w.receiver = e.Handler, "" })
	case ticket.HandoverOffered:
		w.offers++
		return w.must(w.open && w.receiver == "" && w.holder != "" && e.From == w.holder && e.To != e.From && e.Handover == w.offers,
			func() { w.receiver = e.To })
	case ticket.HandoverAccepted:
		return w.must(w.answers(e.From, e.To, e.Handover), func() { w.holder, w.receiver = w.receiver, "" })
	case ticket.HandoverRefused:
		return w.must(w.answers(e.From, e.To, e.Handover), func() { w.receiver = "" })
	case ticket.Paused:
		return w.must(w.open && w.paused == "" && !w.finished, func() { w.paused = e.Kind })
	case ticket.Resumed:
		return w.must(w.paused != "" && e.Kind == w.paused, func() { w.paused = "" })
	case ticket.Completed:
		w.workers = []string{e.Handler, e.By}
		return w.must(w.open && !w.finished && w.paused == "" && w.receiver == "" && e.Handler == w.holder &&
			(w.holder != "" || w.policy.CompleteUnassigned), func() { w.finished = true })
	case ticket.ReviewPassed:
		return w.must(w.mayReview(e.Reviewer), func() { w.reviewed = true })
	case ticket.ReviewReturned:
		return w.must(w.mayReview(e.Reviewer) && e.Round == w.round+1, w.again)
	case ticket.ResultDelivered:
		return w.must(w.finished && !w.notified && (w.reviewed || w.policy.WaiveReview), func() { w.notified = true })
	case ticket.Closed:
		return w.must(w.finished && w.receiver == "" && (w.notified || w.policy.WaiveDelivery) && (w.reviewed || w.policy.WaiveReview),
			func() { w.ended = true })
	case ticket.Reopened:
		return w.must(w.finished && e.Round == w.round+1, w.again)
	case ticket.Cancelled:
		return w.must(!w.finished, func() { w.ended, w.receiver, w.paused = true, "", "" })
	case ticket.WorkRecorded:
		return w.must(w.open, nil)
	case ticket.Noted:
	}
	return nil
}

func (w *witness) must(may bool, happen func()) error {
	if !may {
		return fmt.Errorf("must not happen; seen so far: %+v", *w)
	}
	if happen != nil {
		happen()
	}
	return nil
}

func (w *witness) answers(from, to string, handover int) bool {
	return w.receiver != "" && from == w.holder && to == w.receiver && handover == w.offers
}

func (w *witness) mayReview(reviewer string) bool {
	for _, own := range append(w.workers, w.holder, "") {
		if reviewer == own {
			return false
		}
	}
	return w.finished && !w.reviewed && !w.notified
}

func (w *witness) again() {
	w.round++
	w.ended, w.finished, w.reviewed, w.notified, w.workers = false, false, false, false, nil
}
