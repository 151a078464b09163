package ticket_test

import (
	"strings"
	"testing"
	"time"

	"docket/domain"
	"docket/domain/domaintest"
	"docket/domain/ticket"
	"docket/domain/worktime"
)

var (
	g1      = ticket.GroupFacts{Known: true, Active: true, Unit: "u1", Led: true, Responsible: true, Qualified: true}
	toGroup = ticket.Placement{
		Rule: "groups[0]", Group: "g1", Facts: g1, Called: "eve",
		Fallback: "g9", FallbackFacts: ticket.GroupFacts{Known: true, Active: true, Unit: "u1"}, FallbackCalled: "bob", UnitCalled: "max",
	}
	submission = ticket.SubmitFacts{
		UnitCode: "CS", Type: "PER", Number: "CS-PER-2026-000001-Q", Urgency: ticket.Normal, Group: toGroup, Calendar: office,
	}

	// Fourteen hours from noon on Monday are four on Monday, seven on Tuesday and three on Wednesday.
	handlingEnds = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)
	numbered     = ticket.Registered{
		Number: "CS-PER-2026-000001-Q", Unit: "u1", Type: "PER", Channel: ticket.Window, Urgency: ticket.Normal, Title: "permit",
		Description: "a tea shop", Customer: "c-17", CustomerName: "王小明", CustomerPhone: "13800138000",
		CustomerIDNumber: "11010519491231002X", Reference: "12345/7", DueAt: &handlingEnds, Template: ref,
	}
	placed      = ticket.AssignedToGroup{Group: "g1", Unit: "u1", Rule: "groups[0]"}
	normalLimit = []ticket.Event{
		limit(ticket.ResponseClock, time.Hour, noon.Add(2*time.Hour)), limit(ticket.HandlingClock, 14*time.Hour, handlingEnds),
	}
	submitted = then(then(ready, numbered, placed, ticket.Accepted{}), normalLimit...)
)

// limit is a clock of the office that starts at noon.
func limit(name string, allowed time.Duration, ends time.Time) ticket.ClockStarted {
	return ticket.ClockStarted{Clock: name, Round: 1, Since: noon, Limit: worktime.WorkingHours(allowed), Deadline: ticket.Deadline{
		Calendar: "office", Version: 1, AllowedMs: allowed.Milliseconds(), DueAt: &ends,
	}}
}

// submitting is a submission with other facts.
func submitting(change func(*ticket.SubmitFacts)) ticket.Submit {
	c := ticket.Submit{Facts: submission}
	change(&c.Facts)
	return c
}

// failing are failing fields, each told as "field code".
func failing(fields ...string) []domain.FieldError {
	list := make([]domain.FieldError, len(fields))
	for i, f := range fields {
		list[i].Field, list[i].Code, _ = strings.Cut(f, " ")
	}
	return list
}

var submitCases = domaintest.Cases{
	"what has passed the check": onPlan(ready...).When(ticket.Submit{Facts: submission}).As(ann).Then(submitted[len(ready):]...),
	"with a promise of its own": onPlan(ready...).When(ticket.Submit{DueAt: &later, Facts: submission}).As(ann).
		Then(then([]ticket.Event{promised(later), placed, ticket.Accepted{}}, normalLimit...)...),
	"with a stage before handling": given(ready...).Knowing(reviewedPlan).When(ticket.Submit{Facts: submission}).As(ann).
		Then(then([]ticket.Event{numbered, placed}, normalLimit...)...),
	"an urgent one calls the leader": onPlan(ready...).When(submitting(func(f *ticket.SubmitFacts) { f.Urgency = ticket.Urgent })).As(ann).
		Then(urgent...),
	"where no rule applies": onPlan(ready...).When(submitting(func(f *ticket.SubmitFacts) { f.Group.Rule, f.Group.Group = "", "" })).As(ann).
		Then(then([]ticket.Event{
			numbered, ticket.GroupFallback{Cause: "no_rule", Group: "g9"}, ticket.AssignedToGroup{Group: "g9", Unit: "u1", Rule: "fallback"}, ticket.Accepted{},
		}, normalLimit...)...),
	"where the group is closed": onPlan(ready...).When(submitting(func(f *ticket.SubmitFacts) { f.Group.Facts.Active = false })).As(ann).
		Then(then([]ticket.Event{
			numbered, ticket.GroupFallback{Rule: "groups[0]", Wanted: "g1", Cause: "inactive", Group: "g9"},
			ticket.AssignedToGroup{Group: "g9", Unit: "u1", Rule: "fallback"}, ticket.Accepted{},
		}, normalLimit...)...),
	"where even the fallback is": onPlan(ready...).When(submitting(func(f *ticket.SubmitFacts) {
		f.Group.Facts, f.Group.FallbackFacts = ticket.GroupFacts{}, ticket.GroupFacts{}
	})).As(ann).Then(then([]ticket.Event{
		numbered, ticket.GroupFallback{Rule: "groups[0]", Wanted: "g1", Cause: "unknown"}, ticket.Accepted{},
	}, normalLimit...)...),
	"where the group has no unit": onPlan(ready...).When(submitting(func(f *ticket.SubmitFacts) { f.Group.Facts.Unit = "" })).As(ann).
		Then(then([]ticket.Event{
			numbered, ticket.GroupFallback{Rule: "groups[0]", Wanted: "g1", Cause: "no_unit", Group: "g9"},
			ticket.AssignedToGroup{Group: "g9", Unit: "u1", Rule: "fallback"}, ticket.Accepted{},
		}, normalLimit...)...),
	"the whole list of gaps": onPlan(drafted...).When(ticket.Submit{Facts: submission}).As(ann).
		Refused(ticket.ErrGaps.With(failing("scope undecided", "form.shop missing", "form.area missing", "materials.lease missing")...)),
	"what no field of its type holds": onPlan(then(ready, ticket.FormFilled{
		Values: map[string]string{"area": "wide"}, Marked: map[string]string{"id_number": "110105194912310021"},
	})...).When(ticket.Submit{Facts: submission}).As(ann).
		Refused(ticket.ErrGaps.With(failing("form.area invalid", "form.id_number invalid")...)),
	"what nobody judged": onPlan(then(filled, inScope, ticket.MaterialReceived{Item: 1, Material: "lease", Original: true, Verdict: ticket.Present})...).
		When(ticket.Submit{Facts: submission}).As(ann).
		Refused(ticket.ErrGaps.With(failing("form.shop unchecked", "form.area unchecked", "materials.lease unchecked")...)),
	"what is wrong with materials": onPlan(then(filled, inScope, formValid,
		ticket.MaterialReceived{Item: 1, Material: "lease", Verdict: ticket.Valid}, ticket.MaterialReceived{Item: 2, Material: "photo", Copies: 1, Verdict: ticket.Valid})...).
		When(ticket.Submit{Facts: submission}).As(ann).
		Refused(ticket.ErrGaps.With(failing("materials.lease original_not_seen", "materials.photo too_few")...)),
	"what has expired meanwhile": onPlan(ready...).When(ticket.Submit{Facts: submission}).As(ann).At(at(33, 10, 0)).
		Refused(ticket.ErrGaps.With(failing("materials.lease expired")...)),
	"what cannot be read, an optional one defective": onPlan(then(filled, inScope, badArea, ticket.MaterialReceived{Item: 1, Material: "lease", Unreadable: true, Verdict: ticket.Defective},
		ticket.MaterialReceived{Item: 2, Material: "photo", Verdict: ticket.Defective})...).
		When(ticket.Submit{Facts: submission}).As(ann).
		Refused(ticket.ErrGaps.With(failing("form.area defective", "materials.lease unreadable", "materials.photo defective")...)),
	"for an agent who may":     onPlan(then(ready, agent)...).When(ticket.Submit{Facts: submission}).As(ann).Then(submitted[len(ready):]...),
	"for an agent too late":    onPlan(then(ready, agent)...).When(ticket.Submit{Facts: submission}).As(ann).At(later).Refused(ticket.ErrAgentExpired),
	"twice":                    onPlan(submitted...).When(ticket.Submit{Facts: submission}).As(ann).Refused(ticket.ErrNotDraft),
	"without a calendar":       onPlan(ready...).When(submitting(func(f *ticket.SubmitFacts) { f.Calendar = nil })).Refused(ticket.ErrNoCalendar),
	"at a unit without a code": onPlan(ready...).When(ticket.Submit{DueAt: &earlier}).As(ann).Invalid("unit no_code", "due_at too_early"),

	"an agent withdraws beyond their authority": onPlan(then(submitted, agent)...).When(ticket.Cancel{Code: ticket.CancelWithdrawn, Reason: "x"}).As(ann).
		Refused(ticket.ErrAgentExceeded),
}

func promised(at time.Time) ticket.Registered {
	e := numbered
	e.DueAt = &at
	return e
}

// An urgent ticket: seven hours end at noon on Tuesday, half an hour to take it at half past one.
var (
	takenBy = noon.Add(90 * time.Minute)
	calling = limit(ticket.AcknowledgeClock, 30*time.Minute, takenBy)
	urgent  = []ticket.Event{
		func() ticket.Registered {
			e := promised(supplementDue)
			e.Urgency = ticket.Urgent
			return e
		}(), placed, ticket.Accepted{}, limit(ticket.ResponseClock, time.Hour, noon.Add(2*time.Hour)),
		limit(ticket.HandlingClock, 7*time.Hour, supplementDue), calling,
		ticket.Paged{Level: 1, Person: "eve", Group: "g1", Urgency: ticket.Urgent, DueAt: &takenBy},
	}
	called  = then(ready, urgent...)
	unheard = ticket.ClockStopped{Clock: ticket.AcknowledgeClock, Round: 1, At: takenBy, Met: true, DueAt: &takenBy}
)

func expiring(superior string) ticket.ExpireAcknowledge {
	return ticket.ExpireAcknowledge{Round: 1, DueAt: takenBy, Facts: ticket.AcknowledgeFacts{Superior: superior, Clocks: ticket.ClockFacts{Calendar: office}}}
}

var acknowledgeCases = domaintest.Cases{
	"nobody took it": onPlan(called...).When(expiring("max")).As(robot).At(takenBy).Then(unheard, paged(2, "max"), nextCall()),
	"nobody is left": onPlan(called...).When(expiring("")).As(robot).At(takenBy).
		Then(unheard, ticket.Paged{Level: 2, Group: "g1", Urgency: ticket.Urgent}),
	"somebody took it": onPlan(then(called, ticket.Taken{Handler: "bob"}, unheard)...).When(expiring("max")).As(robot).At(takenBy).Nothing(),
	"too early":        onPlan(called...).When(expiring("max")).As(robot).Refused(ticket.ErrNotDue),
	"another round":    onPlan(called...).When(ticket.ExpireAcknowledge{Round: 2, DueAt: takenBy}).As(robot).At(takenBy).Nothing(),
	"taking it stops the call": onPlan(called...).When(ticket.Take{Facts: fit}).As(bob).
		Then(ticket.Taken{Handler: "bob"}, ticket.ClockStopped{Clock: ticket.AcknowledgeClock, Round: 1, At: noon, Met: true, DueAt: &takenBy}),
	"naming somebody stops it": onPlan(called...).When(ticket.AssignToHandler{Handler: "bob", Facts: fit}).As(eve).
		Then(ticket.AssignedToHandler{Handler: "bob"}, ticket.ClockStopped{Clock: ticket.AcknowledgeClock, Round: 1, At: noon, Met: true, DueAt: &takenBy}),
}

func paged(level int, person string) ticket.Paged {
	due := takenBy.Add(30 * time.Minute)
	return ticket.Paged{Level: level, Person: person, Group: "g1", Urgency: ticket.Urgent, DueAt: &due}
}

func nextCall() ticket.ClockStarted {
	e := calling
	due := takenBy.Add(30 * time.Minute)
	e.Round, e.Since, e.Deadline.DueAt = 2, takenBy, &due
	return e
}

func TestSubmit(t *testing.T)            { t.Parallel(); submitCases.Run(t) }
func TestExpireAcknowledge(t *testing.T) { t.Parallel(); acknowledgeCases.Run(t) }
