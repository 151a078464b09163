package kpi_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"docket/domain/route"
	"docket/domain/ticket"
	"docket/domain/worktime"
	"docket/projections/kpi"
)

var far = on(3, 1, 0, 0).Add(later)

// Fields found at fault of staff count once each, for 60 days; other faults do not count, and undetermined ones are told.
func TestFillAccuracy(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, key := range []string{"a", "b", "c"} {
		d.tell(key, on(3, 2, 8, 0), "clerk", ticket.Opened{Template: typ, Unit: "u", Type: "INC", Channel: ticket.Window},
			ticket.FormFilled{Values: map[string]string{"name": "x", "place": "y", "gone": "z"}}, ticket.FormFilled{Values: map[string]string{"gone": ""}})
		d.begin(key, on(3, 2, 9, 0), worktime.WorkingHours(2*hour), "p")
	}
	corrected := func(key string, at time.Time, field string, fault ticket.Fault) {
		d.tell(key, at, "p", ticket.FieldCorrected{Field: field, Fault: fault, Corrector: "p"})
	}
	corrected("a", on(3, 3, 9, 0), "name", ticket.FaultStaff)
	before := d.last()
	d.tell("a", on(3, 4, 9, 0), "r", ticket.StageReturned{Stage: "first", When: route.Before, Round: 2, Fault: ticket.FaultStaff, Fields: []string{"name", "place"}})
	corrected("b", on(3, 3, 9, 0), "name", ticket.FaultCustomer)
	corrected("b", on(3, 3, 9, 0), "place", ticket.FaultUndetermined)
	corrected("c", on(3, 2, 9, 0).AddDate(0, 0, 61), "name", ticket.FaultStaff)
	q := month(3, on(3, 31, 0, 0), kpi.ByPerson)
	got := d.rows("fill-accuracy", 1, q)
	require.Equal(t, map[string]string{"|clerk": "2/3", "fields|clerk": "4/6"}, parts(got))
	require.EqualValues(t, 3, got[0].Provisional, "the window of observation is open")
	require.EqualValues(t, 1, got[0].Undetermined)
	require.True(t, got[0].Hidden, "three are too few for a rate")
	require.Empty(t, got[0].Value)
	require.Equal(t, "66.7", got[1].Value)
	require.Zero(t, d.rows("fill-accuracy", 1, month(3, far))[0].Provisional)
	then := month(3, far)
	then.Position = before
	require.Equal(t, map[string]string{"": "2/3", "fields": "5/6"}, d.figures("fill-accuracy", 1, then), "as it was known by then")
}

// Errors are caught inside or escape; those that escaped are not also internal, and both with accuracy make the whole.
func TestAccuracyAndReview(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, key := range []string{"clean", "caught", "escaped", "both"} {
		d.begin(key, on(3, 2, 9, 0), worktime.WorkingHours(2*hour), "p")
	}
	for _, key := range []string{"caught", "both"} {
		d.tell(key, on(3, 2, 9, 30), "p", ticket.Completed{Handler: "p", Outcome: ticket.Fulfilled}, ticket.ReviewReturned{Reviewer: "r", Fault: ticket.FaultStaff, Round: 2})
	}
	for _, key := range []string{"clean", "caught", "escaped", "both"} {
		d.deliver(key, on(3, 2, 10, 0))
	}
	d.tell("escaped", on(3, 5, 9, 0), "r", ticket.Objected{Objection: 1}, ticket.ObjectionDecided{Objection: 1, Verdict: ticket.PartlyUpheld, Fault: ticket.FaultStaff})
	d.tell("both", on(3, 5, 9, 0), "p", ticket.FieldCorrected{Field: "name", Fault: ticket.FaultStaff, Corrector: "p"})
	d.tell("clean", on(3, 6, 9, 0), "r", ticket.Objected{Objection: 1}, ticket.ObjectionDecided{Objection: 1, Verdict: ticket.NotUpheld},
		ticket.ObjectionClosed{Objection: 1, Confirmed: true})
	require.Equal(t, map[string]string{"": "1/4", "error": "3/4", "internal": "1/4", "escaped": "2/4"}, d.figures("accuracy", 1, month(3, far)))
	require.Equal(t, map[string]string{"": "2/4", "rework": "2/4", "rounds": "6/4"}, d.figures("first-pass", 1, month(3, far)))
	require.Equal(t, map[string]string{"": "2/4", "upheld": "1/2", "settled": "1/1"}, d.figures("objections", 1, month(3, far)))
	require.Equal(t, "4/4", d.figures("promise-kept", 1, month(3, far))[""])
	require.Equal(t, "4/4", d.figures("efficiency", 1, month(3, far))["early"])
	require.Equal(t, "1000/0", d.figures("efficiency", 1, month(3, far))["weighted"], "two and a half each")
	require.Equal(t, "20000/40000", d.figures("limit-compression", 1, month(3, far))[""])
}

// A leg is the receiver's to answer. One that was refused is none, unless an arbiter finds that it was theirs to take.
func TestCirculation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	offer := func(key string, at time.Time) {
		d.tell(key, at, "p", ticket.HandoverOffered{Handover: 1, From: "p", To: "q"}, d.started(key, "handover", at, worktime.WorkingHours(2*hour)))
	}
	for _, key := range []string{"taken", "late", "refused", "unjust", "lapsed", "open"} {
		d.begin(key, on(3, 2, 9, 0), worktime.WorkingHours(14*hour), "p")
		d.tell(key, on(3, 2, 10, 0), "p", ticket.WorkRecorded{})
		offer(key, on(3, 2, 11, 0))
	}
	answer := func(key string, at time.Time, e ticket.Event) {
		d.tell(key, at, "q", e)
		d.stop(key, "handover", at, false)
	}
	answer("taken", on(3, 2, 14, 0), ticket.HandoverAccepted{Handover: 1, From: "p", To: "q"})
	answer("late", on(3, 2, 14, 1), ticket.HandoverAccepted{Handover: 1, From: "p", To: "q"})
	answer("refused", on(3, 2, 12, 0), ticket.HandoverRefused{Handover: 1, From: "p", To: "q", Code: ticket.RefusedIncomplete})
	answer("unjust", on(3, 2, 12, 0), ticket.HandoverRefused{Handover: 1, From: "p", To: "q", Code: ticket.RefusedOverloaded})
	before := d.last()
	d.tell("unjust", on(3, 3, 9, 0), "boss", ticket.HandoverDisputed{Refusals: 1}, ticket.Arbitrated{Arbiter: "boss", To: "q"},
		ticket.AssignedToHandler{Handler: "q", Previous: "p"})
	answer("lapsed", on(3, 2, 12, 0), ticket.HandoverWithdrawn{Handover: 1, From: "p", To: "q"})
	d.tell("taken", on(3, 3, 9, 0), "q", ticket.CirculationReleased{Circulation: 1}, ticket.NoteSent{Note: 1})
	d.tell("taken", on(3, 4, 9, 0), "q", ticket.CirculationReceived{Circulation: 1})
	got := d.figures("circulation-timeliness", 1, month(3, far, kpi.ByPerson))
	require.Equal(t, "1/4", got["|q"], "taken; late, open, unjust")
	require.Equal(t, "1/4", got["refused_unjustly|q"])
	require.Equal(t, "1/1", got["external|q"])
	hourMS := hour.Milliseconds()
	whole := d.figures("circulation-timeliness", 1, month(3, far))
	require.Equal(t, "1/4", whole[""])
	rows := d.rows("circulation-timeliness", 1, month(3, far))
	require.Equal(t, 4*hourMS, rows[1].Numerator, "an hour from the work record to the offer")
	require.Equal(t, 2*hourMS+2*hourMS+minute, rows[2].Numerator, "lunch does not count")
	require.Equal(t, 24*hourMS, rows[5].Numerator)
	then := month(3, far)
	then.Position = before
	require.Equal(t, "1/4", d.figures("circulation-timeliness", 1, then)[""], "refused in time; lapsed was still open")
	require.Equal(t, "0/4", d.figures("circulation-timeliness", 1, then)["refused_unjustly"])
	require.Equal(t, map[string]string{"": "2/0", "refused": "2/6"}, d.figures("handoffs", 1, month(3, far)))
}

// Notices, extensions, answers, news and escalations.
func TestWhatCustomersWaitFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for key, notices := range map[string]int{"once": 1, "twice": 2, "never": 0} {
		d.tell(key, on(3, 1, 9, 0), "clerk", ticket.Opened{Template: typ, Unit: "u", Type: "INC", Channel: ticket.Window})
		for n := range notices {
			d.tell(key, on(3, 1, 10, n), "clerk", ticket.DefectsNotified{Notice: n + 1, Override: n > 0})
		}
		d.begin(key, on(3, 2, 9, 0), worktime.WorkingHours(2*hour), "p")
	}
	require.Equal(t, map[string]string{"": "1/2", "overrides": "1/0"}, d.figures("one-time-notice", 1, month(3, far)))
	rows := d.rows("customer-side-time", 1, month(3, far))
	require.Equal(t, 3*24*hour.Milliseconds(), rows[0].Numerator)
	require.Equal(t, 24*hour.Milliseconds(), rows[0].Spread.P90.MS)

	d.tell("once", on(3, 2, 9, 0), "p", d.started("once", "response", on(3, 2, 9, 0), worktime.WorkingHours(hour)))
	d.tell("never", on(3, 2, 9, 0), "p", d.started("never", "response", on(3, 2, 9, 0), worktime.WorkingHours(hour)))
	d.tell("once", on(3, 2, 9, 20), "p", ticket.CustomerContacted{Direction: ticket.Outbound, Outcome: ticket.ContactReached})
	d.stop("once", "response", on(3, 2, 9, 20), false)
	d.tell("once", on(3, 2, 9, 30), "p", ticket.CustomerContacted{Direction: ticket.Inbound, Outcome: ticket.ContactReached},
		d.started("once", "response", on(3, 2, 9, 30), worktime.WorkingHours(hour)))
	d.tell("once", on(3, 2, 9, 40), "p", ticket.CustomerContacted{Direction: ticket.Outbound, Outcome: ticket.ContactReached})
	d.stop("once", "response", on(3, 2, 9, 40), false)
	first := d.rows("first-response", 1, month(3, far))
	require.Equal(t, map[string]string{"": "1200000/1", "unanswered": "1/2"}, parts(first))
	require.Equal(t, kpi.Ranked{MS: 20 * minute, Ticket: "once"}, first[0].Spread.P50)
	require.Equal(t, map[string]string{"": "600000/1", "unanswered": "0/1"}, d.figures("next-response", 1, month(3, far)))
	require.Equal(t, "2/3", d.figures("response-timeliness", 1, month(3, far))[""])

	d.extend("once", on(3, 2, 10, 0))
	d.deliver("once", on(3, 2, 12, 0))
	require.Equal(t, map[string]string{"": "1/1", "told": "1/1", "added": "3600000/1"}, d.figures("extensions", 1, month(3, far)))
	require.Equal(t, "0/1", d.figures("promise-kept", 1, month(3, far))[""], "the first date was eleven")
	require.Equal(t, 2*hour.Milliseconds(), d.rows("silence", 1, month(3, far))[0].Numerator, "from ten to noon")
	require.Equal(t, "3/1", d.figures("effort", 1, month(3, far))["contacts"])

	d.tell("twice", on(3, 2, 9, 0), "p", ticket.ProblemRaised{Raise: 1, By: "p", To: "boss"}, ticket.ProblemPassedUp{Raise: 1, From: "boss", To: "head"},
		ticket.LateReported{Clock: "handling", Round: 1, By: "p"})
	got := d.figures("breaches", 1, month(3, far))
	require.Equal(t, "3/0", got["missed"], "two handling clocks and an answer")
	require.Equal(t, "1/0", got["missed_reported"])
	require.Equal(t, "1/0", got["passed_up"])
}

// Missed clocks are told by the cause that was found last, as of any position; what is still to be found is told too.
func TestBreachesByCause(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, key := range []string{"open", "done", "silent", "met"} {
		d.begin(key, on(3, 2, 9, 0), worktime.WorkingHours(2*hour), "p")
	}
	d.deliver("met", on(3, 2, 10, 0))
	d.deliver("done", on(3, 2, 15, 0))
	found := func(key string, at time.Time, cause ticket.Fault) {
		d.do(key, at, "boss", ticket.ExplainBreach{Cause: cause, Reason: "so"})
	}
	require.ErrorIs(t, d.try("met", on(3, 3, 9, 0), "boss", ticket.ExplainBreach{Cause: ticket.FaultStaff, Reason: "so"}), ticket.ErrNoBreach)
	found("open", on(3, 3, 9, 0), ticket.FaultStaff)
	before := d.last()
	found("open", on(3, 3, 10, 0), ticket.FaultSystem)
	found("done", on(3, 3, 9, 0), ticket.FaultUndetermined)
	got := d.figures("breaches", 2, month(3, far, kpi.ByPerson))
	require.Equal(t, map[string]string{
		"|p": "2/3", "unexplained|p": "1/0", "unreported|p": "3/0", "cause_staff|p": "0/3", "cause_customer|p": "0/3", "cause_external|p": "0/3",
		"cause_system|p": "1/3", "cause_rule_change|p": "0/3", "cause_undetermined|p": "1/3",
	}, got)
	require.EqualValues(t, 1, d.rows("breaches", 2, month(3, far))[0].Undetermined)
	then := month(3, far)
	then.Position = before
	require.Equal(t, "1/3", d.figures("breaches", 2, then)["cause_staff"], "as it was known by then")
	require.Equal(t, "2/0", d.figures("breaches", 2, then)["unexplained"])
	require.Equal(t, "3/0", d.figures("breaches", 1, month(3, far))["missed"], "the first version means what it meant")
}

// Whoever has a ticket has it in working time, without a gap: the shares sum to the whole.
func TestShareOfTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(14*hour), "")
	d.tell("a", on(3, 2, 10, 0), "p", ticket.Taken{Handler: "p"})
	d.do("a", on(3, 2, 11, 0), "p", ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "so", Facts: d.facts()})
	d.do("a", on(3, 2, 14, 0), "p", ticket.Resume{Facts: d.facts()})
	d.do("a", on(3, 2, 15, 0), "p", ticket.Pause{Kind: ticket.AwaitingExternal, Reason: "so", Facts: d.facts()})
	d.do("a", on(3, 3, 10, 0), "p", ticket.Resume{Facts: d.facts()})
	d.deliver("a", on(3, 3, 12, 0))
	got := d.figures("wait-share", 1, month(3, far))
	ms := hour.Milliseconds()
	require.Equal(t, map[string]string{
		"group": ratio(ms, 10*ms), "person": ratio(4*ms, 10*ms), "customer": ratio(2*ms, 10*ms), "external": ratio(3*ms, 10*ms), "unit": ratio(0, 10*ms),
	}, got)
	rows := d.rows("resolution-time", 1, month(3, far))
	require.Equal(t, 5*ms, rows[0].Numerator, "working time without pauses")
	require.Equal(t, 27*ms, rows[1].Numerator)
}

// A backlog is told at the end of each month, by the share of the limit used and by age; what flows makes the difference.
func TestBacklogAndFlow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	limit := worktime.WorkingHours(10 * hour)
	for key, at := range map[string]time.Time{"half": on(3, 31, 9, 0), "most": on(3, 30, 15, 0), "over": on(3, 2, 9, 0), "fresh": on(3, 31, 15, 0), "paused": on(3, 31, 9, 0)} {
		d.begin(key, at, limit, "p")
	}
	d.do("paused", on(3, 31, 16, 0), "p", ticket.Pause{Kind: ticket.AwaitingCustomer, Reason: "so", Facts: d.facts()})
	d.begin("done", on(3, 2, 9, 0), limit, "p")
	d.deliver("done", on(3, 3, 9, 0))
	d.begin("gone", on(4, 2, 9, 0), limit, "p")
	d.tell("gone", on(4, 3, 9, 0), "p", ticket.Cancelled{Code: ticket.CancelWithdrawn})
	d.tell("over", on(4, 3, 9, 0), "q", ticket.AssignedToHandler{Handler: "q", Previous: "p"})
	q := month(3, far)
	require.Equal(t, map[string]string{
		"": "5/0", "paused": "1/0", "under_50": "1/0", "from_50": "1/0", "from_80": "1/0", "overdue": "1/0", "no_limit": "0/0",
		"under_7_days": "4/0", "under_30_days": "1/0", "under_90_days": "0/0", "older": "0/0",
	}, d.figures("backlog-ageing", 1, q))
	require.Equal(t, "5/0", d.figures("backlog-ageing", 1, month(4, far))[""])
	by := kpi.Inquiry{
		Question: kpi.Question{Window: kpi.Window{From: on(2, 1, 0, 0), To: on(5, 1, 0, 0)}}, AsOf: far, By: []kpi.Dimension{kpi.ByMonth, kpi.ByPerson},
		Bounds: []time.Time{on(2, 1, 0, 0), on(3, 1, 0, 0), on(4, 1, 0, 0), on(5, 1, 0, 0)},
	}
	flow, ageing := d.figures("flow", 1, by), d.figures("backlog-ageing", 1, by)
	require.Equal(t, "5/0", ageing["|2026-03|p"])
	require.Equal(t, "4/0", ageing["|2026-04|p"])
	require.Equal(t, "1/0", ageing["|2026-04|q"])
	require.Equal(t, "-1/0", flow["net|2026-04|p"])
	require.Equal(t, "1/0", flow["net|2026-04|q"])
	require.Equal(t, "1/0", flow["cancelled|2026-04|p"])
	require.Equal(t, "1/0", flow["moved|2026-04|q"])
	require.Equal(t, map[string]string{"net": "0/0", "registered": "0/0", "reopened": "0/0", "delivered": "0/0", "cancelled": "0/0", "moved": "0/0"},
		d.figures("flow", 1, month(7, far)), "no data")
}

func ratio(a, b int64) string {
	return parts([]kpi.Row{{Key: []string{}, Numerator: a, Denominator: b}})[""]
}

// Nothing asked for is nothing told: no rate, no zero, no hundred.
func TestNoFacts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.begin("a", on(3, 2, 9, 0), worktime.WorkingHours(2*hour), "p")
	d.measure(t, func(ctx context.Context, s kpi.Snapshot) error {
		for _, f := range kpi.Formulas() {
			q := month(1, far)
			q.Position = d.last()
			r, err := s.Measure(ctx, f, q)
			require.NoError(t, err)
			for i, row := range r.Rows {
				require.Zero(t, row.Denominator)
				require.Nil(t, row.Spread)
				require.Equal(t, f.Parts[i].Unit == kpi.Count, row.Value != "", "%s %s", f.Name, row.Part)
			}
			q.By = []kpi.Dimension{kpi.ByGroup}
			apart, err := s.Measure(ctx, f, q)
			require.NoError(t, err)
			require.Empty(t, apart.Rows)
		}
		return nil
	})
}
