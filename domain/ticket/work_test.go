package ticket_test

import (
	"testing"

	"docket/domain/domaintest"
	"docket/domain/ticket"
)

var workCases = domaintest.Cases{
	"what was done, when, with what result": given(held...).
		When(ticket.RecordWork{Content: "inspected", Result: "sound", StartedAt: &earlier, EndedAt: &noon}).
		Then(ticket.WorkRecorded{Content: "inspected", Result: "sound", StartedAt: &earlier, EndedAt: &noon}),
	"that goes on":      given(held...).When(ticket.RecordWork{Content: "inspecting", StartedAt: &earlier}).Then(ticket.WorkRecorded{Content: "inspecting", StartedAt: &earlier}),
	"that took no time": given(held...).When(ticket.RecordWork{Content: "rang", StartedAt: &noon, EndedAt: &noon}).Then(ticket.WorkRecorded{Content: "rang", StartedAt: &noon, EndedAt: &noon}),
	"in the queue":      given(queued...).When(ticket.RecordWork{Content: "sorted"}).Then(ticket.WorkRecorded{Content: "sorted"}),
	"while paused":      given(then(held, pause)...).When(ticket.RecordWork{Content: "rang"}).Then(ticket.WorkRecorded{Content: "rang"}),
	"once completed":    given(completed...).When(ticket.RecordWork{Content: "filed"}).Then(ticket.WorkRecorded{Content: "filed"}),
	"not accepted yet":  given(registered...).When(ticket.RecordWork{Content: "filed"}).Refused(ticket.ErrNotOpen),
	"once closed":       given(closed...).When(ticket.RecordWork{Content: "filed"}).Refused(ticket.ErrNotOpen),
	"once cancelled":    given(cancelled...).When(ticket.RecordWork{Content: "filed"}).Refused(ticket.ErrNotOpen),
	"of nothing":        given(held...).When(ticket.RecordWork{}).Invalid("content required"),
	"of volumes":        given(held...).When(ticket.RecordWork{Content: tooLong, Result: tooLong}).Invalid("content too_long", "result too_long"),
	"start after end":   given(held...).When(ticket.RecordWork{Content: "rang", StartedAt: &noon, EndedAt: &earlier}).Invalid("ended_at too_early"),
	"start to come":     given(held...).When(ticket.RecordWork{Content: "rang", StartedAt: &later}).Invalid("started_at too_late"),
	"both to come":      given(held...).When(ticket.RecordWork{Content: "rang", StartedAt: &later, EndedAt: &later}).Invalid("started_at too_late", "ended_at too_late"),
	"end without start": given(held...).When(ticket.RecordWork{Content: "rang", EndedAt: &earlier}).Invalid("started_at required"),
	"back-dated, so that it lay in the future then": given(held...).When(ticket.RecordWork{Content: "rang", StartedAt: &noon}).
		Effective(earlier).Invalid("started_at too_late"),
}

var noteCases = domaintest.Cases{
	"at the desk":    given(registered...).When(ticket.Note{Text: "rang back"}).Then(ticket.Noted{Text: "rang back"}),
	"once closed":    given(closed...).When(ticket.Note{Text: "rang back"}).Then(ticket.Noted{Text: "rang back"}),
	"once cancelled": given(cancelled...).When(ticket.Note{Text: "rang back"}).Then(ticket.Noted{Text: "rang back"}),
	"of nothing":     given(held...).When(ticket.Note{Text: "\n"}).Invalid("text required"),
	"of volumes":     given(held...).When(ticket.Note{Text: tooLong}).Invalid("text too_long"),
}

var pauseCases = domaintest.Cases{
	"for the customer":    given(held...).When(ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "asked for the deed"}).Then(pause),
	"in the queue":        given(queued...).When(ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "asked for the deed"}).Then(pause),
	"while offered":       given(offered...).When(ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "asked for the deed"}).Then(pause),
	"again after resumed": given(then(held, pause, resume)...).When(ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "asked for the deed"}).Then(pause),
	"for a second thing":  given(then(held, pause)...).When(ticket.Pause{Kind: ticket.ForceMajeure, Reason: "flood"}).Refused(ticket.ErrPaused),
	"not accepted yet":    given(registered...).When(ticket.Pause{Kind: ticket.ForceMajeure, Reason: "flood"}).Refused(ticket.ErrNotHandling),
	"once completed":      given(completed...).When(ticket.Pause{Kind: ticket.ForceMajeure, Reason: "flood"}).Refused(ticket.ErrNotHandling),
	"once closed":         given(closed...).When(ticket.Pause{Kind: ticket.ForceMajeure, Reason: "flood"}).Refused(ticket.ErrNotHandling),
	"once cancelled":      given(cancelled...).When(ticket.Pause{Kind: ticket.ForceMajeure, Reason: "flood"}).Refused(ticket.ErrNotHandling),
	"for no listed kind":  given(held...).When(ticket.Pause{Kind: "lunch", Reason: "noodles"}).Invalid("kind not_allowed"),
	"for no reason":       given(held...).When(ticket.Pause{}).Invalid("kind not_allowed", "reason required"),
}

var resumeCases = domaintest.Cases{
	"tells what was waited for": given(then(held, pause)...).When(ticket.Resume{Reason: "deed came"}).
		Then(ticket.Resumed{Kind: ticket.AwaitingCustomer, Reason: "deed came"}),
	"in other hands":       given(then(offered, pause, receive)...).When(ticket.Resume{}).As(bob).Then(resume),
	"what goes on":         given(held...).When(ticket.Resume{}).Refused(ticket.ErrNotPaused),
	"twice":                given(then(held, pause, resume)...).When(ticket.Resume{}).Refused(ticket.ErrNotPaused),
	"what a cancel ended":  given(then(held, pause, cancelled[len(cancelled)-1])...).When(ticket.Resume{}).Refused(ticket.ErrNotPaused),
	"with too much to say": given(then(held, pause)...).When(ticket.Resume{Reason: tooLong}).Invalid("reason too_long"),
}

func TestRecordWork(t *testing.T) { t.Parallel(); workCases.Run(t) }
func TestNote(t *testing.T)       { t.Parallel(); noteCases.Run(t) }
func TestPause(t *testing.T)      { t.Parallel(); pauseCases.Run(t) }
func TestResume(t *testing.T)     { t.Parallel(); resumeCases.Run(t) }
