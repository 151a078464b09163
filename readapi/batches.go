package readapi

import (
	"context"
	"time"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/batch"
	"docket/internal/httpapi"
)

// BatchRequest asks for one batch.
type BatchRequest struct {
	Request
	ID string `path:"id" doc:"key of the batch"`
}

// BatchView is what was asked of many tickets at once, and what became of each.
type BatchView struct {
	ID        string        `json:"id"`
	Command   string        `json:"command"`
	Reason    string        `json:"reason"`
	StartedAt time.Time     `json:"started_at"`
	StartedBy *Ref          `json:"started_by"`
	For       *Ref          `json:"for" doc:"who lent their powers; null: nobody"`
	Undoes    string        `json:"undoes,omitempty" doc:"batch whose moves this one takes back"`
	UndoneBy  []string      `json:"undone_by" doc:"batches that take this one's moves back"`
	Finished  bool          `json:"finished" doc:"every ticket has its outcome"`
	Done      int           `json:"done"`
	Unchanged int           `json:"unchanged"`
	Refused   int           `json:"refused"`
	Tickets   []BatchTicket `json:"tickets" doc:"in the order in which they were named"`
}

// BatchTicket is one ticket of a batch; result is empty until it has been asked.
type BatchTicket struct {
	batch.Outcome
}

// batch shows a batch to whoever started it, or lent their powers for it, and to those who may read every ticket. To others
// there is none.
func (s *service) batch(ctx context.Context, in *BatchRequest) (*OneResponse[BatchView], error) {
	var c check
	c.id("path.id", &in.ID)
	if err := c.v.Err(); err != nil {
		return nil, err
	}
	position, err := s.passed(ctx)
	if err != nil {
		return nil, err
	}
	stream := domain.Stream(batch.Decider.Category, in.ID)
	history, _, err := s.History.LoadMasked(ctx, stream)
	if err != nil {
		return nil, err
	}
	var b batch.State
	for _, e := range history {
		if event, ok := e.Event.(batch.Event); ok {
			b = batch.Decider.Evolve(b, event)
		}
	}
	actor := httpapi.ActorFrom(ctx)
	_, everything := authz.Allowed(actor, authz.TicketRead, domain.Scope{})
	own := actor.Staff != "" && (actor.Staff == b.Staff || actor.Staff == b.OnBehalfOf)
	switch {
	case !b.Exists():
		return nil, batch.ErrUnknown
	case !own && !everything:
		s.api.Deny(ctx, "batch.read", authz.TicketRead, stream)
		return nil, batch.ErrUnknown
	}
	return &OneResponse[BatchView]{Position: max(position, history[len(history)-1].Position), Body: s.batchView(in.ID, b, history[0].Meta.Decided)}, nil
}

func (s *service) batchView(id string, b batch.State, at time.Time) BatchView {
	v := BatchView{
		ID: id, Command: b.Command, Reason: b.Reason, StartedAt: at, StartedBy: s.names.staff(b.Staff, at), For: s.names.staff(b.OnBehalfOf, at),
		Undoes: b.Undoes, UndoneBy: append([]string{}, b.UndoneBy...), Finished: b.Finished(), Tickets: make([]BatchTicket, len(b.Tickets)),
	}
	for i, t := range b.Tickets {
		o := b.Outcomes[t]
		o.Ticket = t
		switch o.Result {
		case batch.Done:
			v.Done++
		case batch.Unchanged:
			v.Unchanged++
		case batch.Refused:
			v.Refused++
		}
		v.Tickets[i] = BatchTicket{o}
	}
	return v
}
