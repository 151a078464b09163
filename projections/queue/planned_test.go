package queue_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/casetype"
	"docket/domain/route"
	"docket/domain/template"
	"docket/domain/ticket"
	"docket/domain/view"
	"docket/projections"
	"docket/projections/queue"
)

var stages = []route.Stage{
	{Key: "first", When: route.Before, Kind: route.Review, Role: authz.Reviewer},
	{Key: "second", When: route.Before, Kind: route.Review, Role: authz.Specialist, Condition: "form.amount > 1.0"},
	{Key: "approval", When: route.Before, Kind: route.Approval, Role: authz.Approver, Quorum: 2},
	{Key: "result", When: route.After, Kind: route.Review, Role: authz.Leader},
}

var version = casetype.Ref{Template: "t1", Version: 2, Digest: "d"}

// log makes envelopes of a template's drafts and one ticket's events, a minute apart.
func log(history []ticket.Event) []domain.Envelope {
	drafted := template.Drafted{Version: 1, Definition: casetype.Definition{Rules: casetype.Rules{Stages: stages[:1]}}}
	revised := template.Revised{Version: 2, Definition: casetype.Definition{Rules: casetype.Rules{Stages: stages, Weight: 250}}}
	all := []domain.Envelope{
		{Stream: "template-t1", Position: 1, Type: "TemplateDrafted", Event: drafted},
		{Stream: "template-t1", Revision: 1, Position: 2, Type: "TemplateRevised", Event: revised},
	}
	for i, e := range history {
		at := began.Add(time.Duration(i) * time.Minute)
		all = append(all, domain.Envelope{
			Stream: "ticket-1", Revision: uint64(i), Position: uint64(i + 3), Type: ticket.Decider.Events.Name(e), Event: e, //nolint:gosec // small
			Meta: domain.Metadata{Effective: at, Decided: at},
		})
	}
	return all
}

func only(t require.TestingT, history []ticket.Event) queue.Row {
	rows := queue.Rows(projections.Replay(queue.Model, log(history)))
	require.Len(t, rows, 1)
	return rows[0]
}

// TestRowShowsTheOpenStage: whatever happens to a planned ticket, the row names the stage that the aggregate would let be
// decided, and whom it would keep from deciding.
func TestRowShowsTheOpenStage(t *testing.T) {
	t.Parallel()
	person := rapid.SampledFrom([]string{"ann", "bob", "eve"})
	pass := rapid.Custom(func(t *rapid.T) ticket.Event {
		st := rapid.SampledFrom(stages).Draw(t, "stage")
		return ticket.StagePassed{Stage: st.Key, When: st.When, Signature: ticket.Signature{By: person.Draw(t, "by"), OnBehalfOf: rapid.SampledFrom([]string{"", "eve"}).Draw(t, "for")}}
	})
	other := rapid.SampledFrom([]ticket.Event{
		ticket.FormFilled{By: "bob", Values: map[string]string{"amount": "2"}}, ticket.Registered{Number: "N-1", Unit: "u", Template: version},
		ticket.StagesPlanned{Holds: map[string]bool{"second": false}}, ticket.StagesPlanned{Holds: map[string]bool{"second": true}},
		ticket.SecondReviewRequired{Stage: "second"}, ticket.StageReturned{Stage: "first", When: route.Before, Round: 2, Items: []string{"x"}},
		ticket.ItemsAnswered{Items: []int{1}}, ticket.ApplicationResubmitted{Round: 2, By: "ann", Fields: []string{"amount"}},
		ticket.Accepted{}, ticket.AssignedToHandler{Handler: "ann"}, ticket.WorkRecorded{}, ticket.Noted{}, ticket.Completed{Handler: "ann", By: "eve"},
		ticket.ReviewPassed{}, ticket.ReviewReturned{Round: 2}, ticket.Reopened{Round: 2}, ticket.ApplicationRefused{Stage: "approval"},
		ticket.StagesVoided{Stages: []string{"first", "approval"}}, ticket.ReviewVoided{Stage: "first", Status: ticket.StatusRegistered},
		ticket.FieldCorrected{Field: "amount", New: "3", Corrector: "bob"}, ticket.Closed{},
	})
	rapid.Check(t, func(t *rapid.T) {
		history := append([]ticket.Event{ticket.Opened{Template: version, Unit: "u", By: "ann"}}, rapid.SliceOfN(rapid.OneOf(pass, other), 1, 30).Draw(t, "events")...)
		r, s := only(t, history), ticket.Decider.Fold(history...)
		s.Rules = &casetype.Rules{Stages: stages}
		st, err := s.OpenStage()
		require.Equal(t, st.Key, r.Stage, "%v", err)
		require.Equal(t, st.Role, r.StageRole)
		require.Equal(t, s.Status, r.Status)
		if err == nil {
			require.ElementsMatch(t, s.Barred(st), r.Barred)
		}
		require.Equal(t, 250, r.Weight)
		require.Equal(t, version.Template, r.Template)
	})
}

// TestShareOfLimit: the band follows the instants that the clock's events tell; a pause and the end keep what has passed.
func TestShareOfLimit(t *testing.T) {
	t.Parallel()
	hours := func(n int) time.Time { return began.Add(time.Duration(n) * time.Hour) }
	deadline := func(half, most, over int) ticket.Deadline {
		due := hours(over)
		return ticket.Deadline{DueAt: &due, Reminders: []ticket.Share{{Percent: 50, At: hours(half)}, {Percent: 80, At: hours(most)}}}
	}
	registered := []ticket.Event{
		ticket.Opened{Template: version, Unit: "u"}, ticket.Registered{Number: "N-1", Unit: "u", Template: version},
		ticket.ClockStarted{Clock: ticket.ResponseClock, Round: 1, Since: hours(0), Deadline: deadline(1, 2, 3)},
		ticket.ClockStarted{Clock: ticket.HandlingClock, Round: 1, Since: hours(0), Deadline: deadline(10, 30, 40)},
	}
	band := func(r queue.Row, at int) view.Band { return r.Band(hours(at)) }

	r := only(t, registered)
	require.Equal(t, []view.Band{view.BelowHalf, view.FromHalf, view.FromMost, view.Over}, []view.Band{band(r, 9), band(r, 10), band(r, 30), band(r, 40)})
	require.Equal(t, ticket.ResponseClock, r.Deadline)
	require.Equal(t, hours(3), *r.DeadlineAt)

	r = only(t, append(registered, ticket.ClockStopped{Clock: ticket.ResponseClock, Round: 1, At: hours(1), Met: true}))
	require.Equal(t, ticket.HandlingClock, r.Deadline)

	paused := append(registered, ticket.ClockPaused{Clock: ticket.HandlingClock, Round: 1, At: hours(12)})
	r = only(t, paused)
	require.Equal(t, view.FromHalf, band(r, 500), "it rests where it was paused")
	require.Nil(t, r.DueAt)

	r = only(t, append(paused, ticket.ClockResumed{Clock: ticket.HandlingClock, Round: 1, At: hours(112), Deadline: deadline(10, 130, 140)}))
	require.Equal(t, []view.Band{view.FromHalf, view.FromMost, view.Over}, []view.Band{band(r, 129), band(r, 130), band(r, 140)})

	late := append(registered, ticket.LateReported{Clock: ticket.HandlingClock, Round: 1})
	require.NotNil(t, only(t, late).ReportedAt)
	moved := append(late, ticket.ClockMoved{Clock: ticket.HandlingClock, Round: 1, Deadline: deadline(20, 60, 80)})
	r = only(t, moved)
	require.Nil(t, r.ReportedAt, "another date has to be reported anew")
	require.Equal(t, view.BelowHalf, band(r, 19))
	r = only(t, append(moved, ticket.ClockStopped{Clock: ticket.HandlingClock, Round: 1, At: hours(65), Met: true}))
	require.Equal(t, view.FromMost, band(r, 900), "it was done in time")

	due := hours(10)
	plain := only(t, []ticket.Event{ticket.Registered{Number: "N-1", Unit: "u", DueAt: &due}})
	require.Equal(t, []view.Band{view.BelowHalf, view.FromHalf, view.FromMost, view.Over}, []view.Band{band(plain, 4), band(plain, 5), band(plain, 8), band(plain, 10)})
	soon := began.Add(10 * time.Minute) // of this history, whose events are a minute apart
	lived := []ticket.Event{ticket.Registered{Number: "N-1", Unit: "u", DueAt: &soon}, ticket.Accepted{}, ticket.Noted{}, ticket.Noted{}, ticket.Noted{}, ticket.Noted{}, ticket.ResultDelivered{}}
	require.Equal(t, view.Over, band(only(t, lived[:6]), 900))
	require.Equal(t, view.FromHalf, band(only(t, lived), 900), "delivered in time, it rests")
	require.Equal(t, view.Over, band(only(t, append(lived, ticket.Reopened{Round: 2})), 900), "taken up again, it goes on to the date that was promised")
	require.Equal(t, view.NoLimit, band(only(t, []ticket.Event{ticket.Registered{Number: "N-1", Unit: "u"}}), 10))
	require.Empty(t, only(t, []ticket.Event{ticket.Opened{Template: version, Unit: "u"}}).Urgency, "a draft has none until it is decided")
}

func TestWhoHelpsIsKnownWhileItLasts(t *testing.T) {
	t.Parallel()
	helpers := func(events ...ticket.Event) (all []string) {
		for _, h := range only(t, append([]ticket.Event{ticket.Registered{Number: "N-1", Unit: "u", Urgency: ticket.Low}}, events...)).Helping {
			all = append(all, h.Staff)
		}
		return all
	}
	asked := ticket.SubtaskOpened{Subtask: 1, Unit: "other", To: "lea"}
	second := ticket.SubtaskOpened{Subtask: 2, Unit: "third", To: "max"}
	accepted := ticket.SubtaskAccepted{Subtask: 1, By: "lea", Handler: "tom"}
	require.Equal(t, []string{"lea"}, helpers(asked))
	require.Equal(t, []string{"tom", "max"}, helpers(asked, second, accepted))
	require.Equal(t, []string{"max"}, helpers(asked, second, accepted, ticket.SubtaskFinished{Subtask: 1, By: "tom"}))
	require.Empty(t, helpers(asked, second, accepted, ticket.SubtaskFinished{Subtask: 1}, ticket.SubtaskCancelled{Subtask: 2}))
	require.Equal(t, []string{"lea", "amy"}, helpers(asked, ticket.HelperNamed{Helper: "amy"}))
	require.Equal(t, []string{"lea"}, helpers(asked, ticket.HelperNamed{Helper: "amy"}, ticket.HelperReleased{Helper: "amy"}))
}
