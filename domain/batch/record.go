package batch

import (
	"fmt"
	"slices"

	"docket/domain"
)

// Record notes what became of tickets; the service itself issues it.
type Record struct {
	Outcomes []Outcome `json:"outcomes" minItems:"1" maxItems:"500"`
}

// May wants a batch; whatever is settled stays so.
func (c Record) May(s State, _ domain.Meta) error {
	if !s.Exists() {
		return ErrUnknown
	}
	return nil
}

// Decide records what has no outcome yet; the first one of a ticket stands.
func (c Record) Decide(s State, _ domain.Meta) ([]Event, error) {
	var v domain.Checks
	var fresh []Outcome
	seen := map[string]bool{}
	for i, o := range c.Outcomes {
		field := fmt.Sprintf("outcomes[%d].", i)
		if !slices.Contains(s.Tickets, o.Ticket) {
			v.Fail(field+"ticket", "unknown", "does not belong to the batch")
		}
		domain.OneOf(&v, field+"result", o.Result, Results...)
		if (o.Result == Refused) != (o.Rule != "") {
			v.Fail(field+"rule", "mismatch", "a refusal names its rule, and nothing else does")
		}
		if _, settled := s.Outcomes[o.Ticket]; !settled && !seen[o.Ticket] {
			fresh = append(fresh, o)
		}
		seen[o.Ticket] = true
	}
	if err := v.Err(); err != nil || len(fresh) == 0 {
		return nil, err
	}
	return []Event{OutcomesRecorded{Outcomes: fresh}}, nil
}
