// Package whatif runs clocks of the past again with another limit or another calendar (mission row X8): what was met and what
// missed, as it was and as it would have been. It is pure arithmetic on what each clock was computed on; which clocks are
// looked at is the asker's choice, and nothing is stored.
package whatif

import (
	"errors"
	"time"

	"docket/domain/worktime"
	"docket/projections/kpi"
)

// Change is what would have been otherwise; what is left out stays as it was. Extensions stay as they were granted, each
// counting only if it was granted before the deadline that it would have moved.
type Change struct {
	Limit    worktime.Limit
	Calendar *worktime.Calendar
}

// Outcome is where a clock stands as of an instant (kpis §1.9).
type Outcome string

// The outcomes.
const (
	Met     Outcome = "met"
	Missed  Outcome = "missed"
	Pending Outcome = "pending" // neither stopped nor overdue yet
	Removed Outcome = "removed" // cancelled in time
	Unknown Outcome = "unknown" // the calendar does not know a year that it needs
)

// Outcomes are the outcomes, in the order in which they are told.
var Outcomes = []Outcome{Met, Missed, Pending, Removed, Unknown}

// Decided reports whether the outcome counts in the denominator of a rate.
func (o Outcome) Decided() bool { return o == Met || o == Missed }

// Result is a clock on both sides. Due is its deadline; nil while a pause lasts, or where it is unknown.
type Result struct {
	kpi.Based
	Was, Would       Outcome
	WasDue, WouldDue *time.Time
}

// Differs reports whether the outcome would be another.
func (r Result) Differs() bool { return r.Was != r.Would }

// Rerun runs clocks again as of an instant, by the calendar versions they were computed by where no other is given.
type Rerun struct {
	Change
	AsOf  time.Time
	Known func(id string, version int) (*worktime.Calendar, bool) // versions of calendars
}

// Run runs one clock again. Errors are those of the arithmetic, but for a year that a calendar does not know.
func (r Rerun) Run(b kpi.Based) (Result, error) {
	out := Result{Based: b, Was: r.outcome(b, b.DueMS), WasDue: instant(b.DueMS), Would: Unknown}
	if b.Basis == nil {
		return out, nil
	}
	c := worktime.Clock{
		Calendar: r.Calendar, Rule: b.Basis.Rule, Since: b.Basis.Since, Limit: b.Basis.Limit, Pauses: b.Basis.Pauses,
		Extensions: b.Basis.Extensions,
	}
	if !r.Limit.Zero() {
		c.Limit = r.Limit
	}
	if c.Calendar == nil {
		known := false
		if c.Calendar, known = r.Known(b.Basis.Calendar, b.Basis.Version); !known {
			return out, nil
		}
	}
	due, ok, err := c.Deadline()
	switch {
	case errors.Is(err, worktime.ErrUnknownYear):
		return out, nil
	case err != nil:
		return out, err
	case ok:
		out.Would, out.WouldDue = r.outcome(b, due.UnixMilli()), &due
	default:
		out.Would = r.outcome(b, 0)
	}
	return out, nil
}

// outcome is where a clock with a deadline stands; none is 0.
func (r Rerun) outcome(b kpi.Based, due int64) Outcome {
	late := func(at int64) bool { return due != 0 && at > due }
	switch {
	case b.StoppedMS == 0 && late(r.AsOf.UnixMilli()):
		return Missed
	case b.StoppedMS == 0:
		return Pending
	case late(b.StoppedMS):
		return Missed
	case b.Cancelled:
		return Removed
	case b.Unjust:
		return Missed
	}
	return Met
}

func instant(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	at := time.UnixMilli(ms).UTC()
	return &at
}
