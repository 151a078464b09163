package processes

import (
	"context"

	"docket/domain"
	"docket/domain/ticket"
)

// Streams reads a whole stream with everything open, addresses included; *eventstore.Store does.
type Streams interface {
	Load(ctx context.Context, id domain.StreamID) ([]domain.Envelope, domain.Revision, error)
}

// stateOf is a ticket as it stands.
func stateOf(ctx context.Context, streams Streams, id string) (ticket.State, error) {
	history, _, err := streams.Load(ctx, domain.Stream(ticket.Decider.Category, id))
	if err != nil {
		return ticket.State{}, err
	}
	return fold(history), nil
}

// fold is the state that a ticket's events give.
func fold(history []domain.Envelope) (s ticket.State) {
	for _, e := range history {
		if event, ok := e.Event.(ticket.Event); ok {
			s = ticket.Decider.Evolve(s, event)
		}
	}
	return s
}
