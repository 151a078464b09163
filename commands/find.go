package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"docket/domain"
	"docket/domain/customer"
)

// FindCustomers gives the keys of the customers who have an identifier now, sorted. What the index tells is only where to
// look: each customer's own stream says whether it is so. Those whose data have been destroyed are not found.
func (p *Pipeline) FindCustomers(ctx context.Context, id domain.Identifier) ([]string, error) {
	if p.Index == nil {
		return nil, nil
	}
	streams, err := p.Index.Find(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("find customers: %w", err)
	}
	var found []string
	for _, stream := range streams {
		key, ok := strings.CutPrefix(stream, customer.Decider.Category+"-")
		if !ok {
			continue
		}
		history, _, err := p.Journal.Load(ctx, domain.StreamID(stream))
		if err != nil {
			return nil, fmt.Errorf("find customers: %w", err)
		}
		var s customer.State
		for i := range history {
			if e, ok := history[i].Event.(customer.Event); ok {
				s = customer.Decider.Evolve(s, e)
			}
		}
		if s.Has(id) {
			found = append(found, key)
		}
	}
	slices.Sort(found)
	return found, nil
}
