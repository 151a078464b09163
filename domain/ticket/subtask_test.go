package ticket_test

import (
	"slices"
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var sueLeads = ticket.SubtaskFacts{Known: true, Active: true, Leader: "sue"}

func help() ticket.OpenSubtask {
	return ticket.OpenSubtask{Unit: "u2", Title: "measure", Ask: "the plot", DueAt: tomorrow, Blocking: true, Facts: sueLeads}
}

var openSubtaskCases = domaintest.Cases{
	"of another unit":              given(held...).When(help()).As(ann).Then(helped),
	"of the ticket's own group":    given(held...).When(ticket.OpenSubtask{Unit: "g1", Title: "t", DueAt: tomorrow, Facts: sueLeads}).Invalid("unit own_unit"),
	"of its own unit, in no group": given(accepted...).When(ticket.OpenSubtask{Unit: "u1", Title: "t", DueAt: tomorrow, Facts: sueLeads}).Invalid("unit own_unit"),
	"of nobody's":                  given(held...).When(ticket.OpenSubtask{Unit: "u2", Title: "t", DueAt: tomorrow, Facts: ticket.SubtaskFacts{Known: true, Active: true}}).Invalid("unit no_leader"),
	"of a closed one":              given(held...).When(ticket.OpenSubtask{Unit: "u2", Title: "t", DueAt: tomorrow, Facts: ticket.SubtaskFacts{Known: true}}).Invalid("unit inactive"),
	"of nothing":                   given(held...).When(ticket.OpenSubtask{}).Invalid("unit unknown", "title required", "due_at too_early"),
	"for yesterday":                given(held...).When(ticket.OpenSubtask{Unit: "u2", Title: "t", DueAt: earlier, Facts: sueLeads}).Invalid("due_at too_early"),
	"once completed":               given(completed...).When(help()).Refused(ticket.ErrNotHandling),

	"keeps the ticket from being completed": given(then(held, helped)...).When(completing).As(ann).Refused(ticket.ErrSubtaskOpen),
	"accepted, it still does":               given(then(held, helped, takenOn)...).When(completing).As(ann).Refused(ticket.ErrSubtaskOpen),
	"done, it does not":                     given(then(held, helped, takenOn, doneSub)...).When(completing).As(ann).Then(finish),
	"cancelled, it does not":                given(then(held, helped, ticket.SubtaskCancelled{Subtask: 1, Reason: "x"})...).When(completing).As(ann).Then(finish),
	"that does not block": given(then(held, ticket.SubtaskOpened{Subtask: 1, Unit: "u2", To: "sue", Title: "t", DueAt: tomorrow})...).
		When(completing).As(ann).Then(finish),
}

var acceptSubtaskCases = domaintest.Cases{
	"by the leader": given(then(held, helped)...).When(ticket.AcceptSubtask{Subtask: 1}).As(sue).Then(takenOn),
	"for a colleague": given(then(held, helped)...).When(ticket.AcceptSubtask{Subtask: 1, Handler: "bob", Facts: guest}).As(sue).
		Then(ticket.SubtaskAccepted{Subtask: 1, By: "sue", Handler: "bob"}),
	"for a stranger":   given(then(held, helped)...).When(ticket.AcceptSubtask{Subtask: 1, Handler: "zoe"}).As(sue).Invalid("handler unknown"),
	"by somebody else": given(then(held, helped)...).When(ticket.AcceptSubtask{Subtask: 1}).As(bob).Refused(ticket.ErrNotYourTask),
	"another":          given(then(held, helped)...).When(ticket.AcceptSubtask{Subtask: 2}).As(sue).Refused(ticket.ErrNoSubtask),
	"another's of two": given(then(held, helped, ticket.SubtaskOpened{Subtask: 2, Unit: "u3", To: "bob", Title: "t", DueAt: tomorrow})...).
		When(ticket.AcceptSubtask{Subtask: 2}).As(sue).Refused(ticket.ErrNotYourTask),
	"of a ticket that has ended": given(then(held, helped, ticket.Cancelled{Code: ticket.CancelError})...).When(ticket.AcceptSubtask{Subtask: 1}).As(sue).Refused(ticket.ErrNotOpen),
	"twice":                      given(then(held, helped, takenOn)...).When(ticket.AcceptSubtask{Subtask: 1}).As(sue).Refused(ticket.ErrNoSubtask),
}

var finishSubtaskCases = domaintest.Cases{
	"by who took it on":  given(then(held, helped, takenOn)...).When(ticket.FinishSubtask{Subtask: 1, Result: "420 m²"}).As(sue).Then(doneSub),
	"before it is taken": given(then(held, helped)...).When(ticket.FinishSubtask{Subtask: 1, Result: "x"}).As(sue).Refused(ticket.ErrNoSubtask),
	"by somebody else":   given(then(held, helped, takenOn)...).When(ticket.FinishSubtask{Subtask: 1, Result: "x"}).As(ann).Refused(ticket.ErrNotYourTask),
	"another":            given(then(held, helped, takenOn)...).When(ticket.FinishSubtask{Subtask: 3, Result: "x"}).As(sue).Refused(ticket.ErrNoSubtask),
	"with nothing":       given(then(held, helped, takenOn)...).When(ticket.FinishSubtask{Subtask: 1}).As(sue).Invalid("result required"),
}

var cancelSubtaskCases = domaintest.Cases{
	"for a reason": given(then(held, helped)...).When(ticket.CancelSubtask{Subtask: 1, Reason: "found it"}).Then(ticket.SubtaskCancelled{Subtask: 1, Reason: "found it"}),
	"for none":     given(then(held, helped)...).When(ticket.CancelSubtask{Subtask: 1}).Invalid("reason required"),
	"another":      given(then(held, helped)...).When(ticket.CancelSubtask{Subtask: 2, Reason: "x"}).Refused(ticket.ErrNoSubtask),
	"that is done": given(then(held, helped, takenOn, doneSub)...).When(ticket.CancelSubtask{Subtask: 1, Reason: "x"}).Refused(ticket.ErrNoSubtask),
}

func TestOpenSubtask(t *testing.T)   { t.Parallel(); openSubtaskCases.Run(t) }
func TestAcceptSubtask(t *testing.T) { t.Parallel(); acceptSubtaskCases.Run(t) }
func TestFinishSubtask(t *testing.T) { t.Parallel(); finishSubtaskCases.Run(t) }
func TestCancelSubtask(t *testing.T) { t.Parallel(); cancelSubtaskCases.Run(t) }

// TestWhoHelpsIsAParty: whoever a sub-task is put to has the ticket as theirs while it lasts, and no longer.
func TestWhoHelpsIsAParty(t *testing.T) {
	t.Parallel()
	for party, history := range map[bool][]ticket.Event{true: then(held, helped), false: then(held, helped, takenOn, doneSub)} {
		if got := slices.Contains(ticket.Decider.Scope(ticket.Decider.Fold(history...)).Parties, "sue"); got != party {
			t.Errorf("sue is a party: %v", got)
		}
	}
}
