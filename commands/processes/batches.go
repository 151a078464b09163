package processes

import (
	"context"
	"errors"
	"fmt"
	"time"

	"docket/commands"
	"docket/domain"
	"docket/domain/batch"
	"docket/domain/staff"
	"docket/internal/httpapi"
)

// People tells who somebody is at an instant; *directory.View does.
type People interface {
	Staff(id string, at time.Time) (staff.Facts, bool)
}

// Batches carries out what was asked of many tickets at once, with the rights that whoever asked has by then, and records what
// became of each (mission row A7). All fields but Clock are required.
type Batches struct {
	Streams  Streams
	Commands Commands
	People   People
	Clock    func() time.Time // nil: time.Now
}

// chunk is how many outcomes are recorded at once: what a crash makes to be asked again, and how far readers lag behind.
const chunk = 25

// Process carries out every batch that is started. Its place moves past a batch once every ticket has its outcome; until then
// a crash leads back to the batch, whose acts are known by their keys.
func (b *Batches) Process() Process {
	return Process{Name: "batches", Types: map[string]bool{"BatchStarted": true}, React: b.react}
}

func (b *Batches) react(ctx context.Context, e domain.Envelope) ([]Order, error) {
	id := e.Stream.Key()
	history, _, err := b.Streams.Load(ctx, e.Stream)
	if err != nil {
		return nil, fmt.Errorf("batch %s: %w", id, err)
	}
	var s batch.State
	for _, h := range history {
		if event, ok := h.Event.(batch.Event); ok {
			s = batch.Decider.Evolve(s, event)
		}
	}
	open := s.Open()
	for len(open) > 0 {
		n := min(chunk, len(open))
		outcomes := make([]batch.Outcome, n)
		for i, ticket := range open[:n] {
			if outcomes[i], err = b.act(ctx, s, e, ticket); err != nil {
				return nil, fmt.Errorf("%s of ticket %s: %w", s.Command, ticket, err)
			}
		}
		if err := b.record(ctx, e, outcomes); err != nil {
			return nil, fmt.Errorf("outcomes of batch %s: %w", id, err)
		}
		open = open[n:]
	}
	return nil, nil
}

// act issues the command of one ticket. What may be different a moment later is an error; all else is its outcome.
func (b *Batches) act(ctx context.Context, s batch.State, cause domain.Envelope, ticket string) (batch.Outcome, error) {
	a, err := b.issue(ctx, s, cause, ticket)
	return commands.OutcomeOf(ticket, len(a.Events) > 0, err)
}

func (b *Batches) issue(ctx context.Context, s batch.State, cause domain.Envelope, ticket string) (commands.Answer, error) {
	e, ok := commands.Lookup(s.Command)
	if !ok {
		return commands.Answer{}, fmt.Errorf("no command %s", s.Command)
	}
	payload, err := commands.ActPayload(e, s.Payload, s.Reason)
	if err != nil {
		return commands.Answer{}, err
	}
	clock := b.Clock
	if clock == nil {
		clock = time.Now
	}
	who, known := b.People.Staff(s.Staff, clock())
	if !known || !who.Active {
		return commands.Answer{}, httpapi.ErrInactive
	}
	return b.Commands.Do(ctx, e, commands.Request{
		ID: ticket, Command: payload, Key: batch.ActKey(cause.Stream.Key(), ticket), OnBehalfOf: s.OnBehalfOf,
		Actor: domain.Actor{Principal: s.Principal, Staff: s.Staff, Posts: who.Posts, Groups: who.Groups, Channel: "batch"},
		After: cause.Position, Correlation: cause.Meta.Correlation, Causation: cause.ID,
	})
}

// record notes outcomes by the service's own account. Those of a ticket that has one already are left out by the batch.
func (b *Batches) record(ctx context.Context, cause domain.Envelope, outcomes []batch.Outcome) error {
	e, ok := commands.Lookup("batch.record")
	if !ok {
		return errors.New("no command batch.record")
	}
	_, err := b.Commands.Do(ctx, e, commands.Request{
		ID: cause.Stream.Key(), Actor: actor, Command: &batch.Record{Outcomes: outcomes}, Key: "outcomes:" + outcomes[0].Ticket,
		Correlation: cause.Meta.Correlation, Causation: cause.ID,
	})
	return err
}
