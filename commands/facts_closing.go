package commands

import (
	"context"
	"time"

	"docket/domain"
	"docket/domain/closing"
)

// Measures computes the figures of months.
type Measures interface {
	// Month measures every figure of a month, of a unit or (without one) of the organisation, by the events up to a position;
	// deadlines before asOf have passed. It is nil for what is no month and for one that has not ended by then. Errors:
	// unavailable when the figures are not measured up to the position yet.
	Month(ctx context.Context, unit, month string, position uint64, asOf time.Time) (*closing.Statement, error)
	// Unit is how a part of a figure reads in the newest version of its definition: percent, count, mean or mean_ms; empty when
	// there is no such figure or part.
	Unit(kpi, part string) string
}

// ErrUnmeasured: this process can measure nothing.
var ErrUnmeasured = domain.Refusal(domain.Unavailable, "closing.unmeasured", "figures cannot be measured here")

// month measures up to the end of the log.
func (t *try) month(ctx context.Context, unit, month string) (*closing.Statement, error) {
	if t.p.Measures == nil {
		return nil, ErrUnmeasured
	}
	head, err := t.p.Journal.Head(ctx)
	if err != nil {
		return nil, err
	}
	return t.p.Measures.Month(ctx, unit, month, head, t.m.Now)
}

// Month is the figures of a month as of now; nil for what is no month and for one that has not ended.
func (f Facts) Month(unit, month string) *closing.Statement { return f.sources.month(unit, month) }
