package monthend

import (
	"cmp"
	"context"
	"slices"
	"time"

	"docket/domain/authz"
	"docket/domain/closing"
	"docket/projections/kpi"
)

// most is how many facts of one figure are compared.
const most = 20_000

// Change is a fact that counts otherwise now than when the month was frozen; what it did not count as is nil.
type Change struct {
	Ticket string
	Fact   string
	Then   *Counted
	Now    *Counted
}

// Counted is what a fact adds to a figure.
type Counted struct {
	Numerator   int64     `json:"numerator"`
	Denominator int64     `json:"denominator"`
	At          time.Time `json:"at" doc:"when it counts"`
	Provisional bool      `json:"provisional,omitempty"`
}

// Changes are the facts behind a row of a statement that count otherwise by now, by ticket and fact, as far as the reader reaches.
// Whole is false when there were too many facts to compare them all. The figure's version must be one that this program has.
func Changes(
	ctx context.Context, snapshot kpi.Snapshot, s *closing.Statement, f kpi.Formula, c closing.Cell, reach authz.Reaches, asOf time.Time,
) (changes []Change, whole bool, err error) {
	then, wholeThen, err := facts(ctx, snapshot, f, c, inquiry(s, s.Position, s.AsOf), reach)
	if err != nil {
		return nil, false, err
	}
	now, wholeNow, err := facts(ctx, snapshot, f, c, inquiry(s, snapshot.Position, asOf), reach)
	if err != nil {
		return nil, false, err
	}
	for key, counted := range then {
		if later, still := now[key]; !still || later != counted {
			change := Change{Ticket: key.ticket, Fact: key.fact, Then: &counted}
			if still {
				change.Now = &later
			}
			changes = append(changes, change)
		}
	}
	for key, counted := range now {
		if _, before := then[key]; !before {
			changes = append(changes, Change{Ticket: key.ticket, Fact: key.fact, Now: &counted})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Ticket, b.Ticket), cmp.Compare(a.Fact, b.Fact))
	})
	return changes, wholeThen && wholeNow, nil
}

type fact struct{ ticket, fact string }

// facts are those behind a row, by their names: what adds to the denominator, or to a count.
func facts(ctx context.Context, snapshot kpi.Snapshot, f kpi.Formula, c closing.Cell, q kpi.Inquiry, reach authz.Reaches) (map[fact]Counted, bool, error) {
	of := func(kpi.Behind) string { return c.Key }
	switch kpi.Dimension(c.By) { // a filter cannot ask for what is empty, so each fact is looked at too
	case kpi.ByUnit:
		q.Filter.Unit, of = c.Key, func(b kpi.Behind) string { return b.Unit }
	case kpi.ByGroup:
		q.Filter.Group, of = c.Key, func(b kpi.Behind) string { return b.Group }
	case kpi.ByPerson:
		q.Filter.Person, of = c.Key, func(b kpi.Behind) string { return b.Person }
	case kpi.ByTemplate:
		q.Filter.Template, of = c.Key, func(b kpi.Behind) string { return b.Template }
	case kpi.Overall, kpi.ByChannel, kpi.ByType, kpi.ByUrgency, kpi.ByMonth: // of everything, or by what no month is told by
	}
	all := map[fact]Counted{}
	for _, side := range []kpi.Side{kpi.OfNumerator, kpi.OfDenominator} {
		drill := kpi.Drill{Inquiry: q, Part: c.Part, Side: side, Reach: reach, Limit: 1000}
		for {
			page, next, err := snapshot.Cases(ctx, f, drill)
			if err != nil {
				return nil, false, err
			}
			for _, b := range page {
				if of(b) != c.Key {
					continue
				}
				all[fact{b.Ticket, b.Fact}] = Counted{b.Numerator, b.Denominator, b.At(), b.Provisional}
			}
			if next == nil {
				break
			}
			if len(all) >= most {
				return all, false, nil
			}
			drill.After = next
		}
	}
	return all, true, nil
}
