package commands

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"docket/domain"
	"docket/domain/authz"
	"docket/domain/batch"
	"docket/internal/httpapi"
)

// Rehearse decides a command as [Pipeline.Do] would and appends nothing, not even a record of a denied attempt. It tells whether the
// command would change something, or the refusal. By the time it is issued things may stand otherwise.
func (p *Pipeline) Rehearse(ctx context.Context, e *Entry, r Request) (changes bool, err error) {
	t := &try{p: p, e: e, r: r, rehearsed: true}
	if err := t.prepare(ctx); err != nil {
		return false, err
	}
	if err := t.load(ctx); err != nil {
		return false, err
	}
	if err := t.authorise(ctx); err != nil {
		return false, err
	}
	events, err := t.decide(ctx)
	return len(events) > 0, err
}

// ActPayload is the command of one ticket of a batch, read from the batch's payload; a reason that it lacks is the batch's.
func ActPayload(e *Entry, payload, reason string) (any, error) {
	fields := map[string]any{}
	if err := json.Unmarshal([]byte(payload), &fields); err != nil {
		return nil, fmt.Errorf("payload of a batch: %w", err)
	}
	_, reasoned := e.Payload.FieldByName("Reason")
	if given, _ := fields["reason"].(string); reasoned && given == "" {
		fields["reason"] = reason
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, fmt.Errorf("payload of a batch: %w", err)
	}
	command := e.New()
	if err := json.Unmarshal(text, command); err != nil {
		return nil, fmt.Errorf("payload of a batch: %w", err)
	}
	return command, nil
}

// preview is what would become of a batch now.
type preview struct {
	Body struct {
		Done      int             `json:"done"`
		Unchanged int             `json:"unchanged"`
		Refused   int             `json:"refused"`
		Tickets   []batch.Outcome `json:"tickets" doc:"in the order in which they were named"`
	}
}

// mountPreview adds the dry run of a batch: which tickets would take the command now, and why the others would refuse it.
func mountPreview(api *httpapi.API, p *Pipeline) {
	type input struct{ Body batch.Start }
	huma.Register(api.Huma, huma.Operation{
		OperationID: "batch.preview", Method: http.MethodPost, Path: "/v1/batches/preview", Tags: []string{"batch"},
		Summary: "Tells what would become of each ticket of a batch; nothing is done.",
	}, func(ctx context.Context, in *input) (*preview, error) {
		if err := api.Allow(ctx, "batch.preview", authz.TicketBulk, domain.Scope{}); err != nil {
			return nil, httpapi.Problem(err)
		}
		out, err := p.preview(ctx, httpapi.ActorFrom(ctx), in.Body)
		if err != nil {
			return nil, httpapi.Problem(err)
		}
		return out, nil
	})
}

// preview rehearses the command of every ticket. What makes the batch itself impossible is the error.
func (p *Pipeline) preview(ctx context.Context, actor domain.Actor, c batch.Start) (*preview, error) {
	c.Facts = batch.StartFacts{Payload: batchPayload(c.Command, c.Payload)}
	now := p.Clock()
	started, err := domain.Run(c, batch.State{}, domain.Meta{Actor: actor, Now: now, Effective: now})
	if err != nil {
		return nil, err
	}
	asked, ok := started[0].(batch.Started)
	e, known := Lookup(c.Command)
	if !ok || !known {
		return nil, fmt.Errorf("no command %s", c.Command)
	}
	out := &preview{}
	for _, ticket := range asked.Tickets {
		command, err := ActPayload(e, asked.Payload, asked.Reason)
		if err != nil {
			return nil, err
		}
		changes, err := p.Rehearse(ctx, e, Request{ID: ticket, Command: command, Actor: actor})
		o, err := OutcomeOf(ticket, changes, err)
		if err != nil {
			return nil, err
		}
		switch o.Result {
		case batch.Done:
			out.Body.Done++
		case batch.Unchanged:
			out.Body.Unchanged++
		case batch.Refused:
			out.Body.Refused++
		}
		out.Body.Tickets = append(out.Body.Tickets, o)
	}
	return out, nil
}

// OutcomeOf says what became of one ticket. What may be different a moment later is an error; all else is an outcome.
func OutcomeOf(ticket string, changes bool, err error) (batch.Outcome, error) {
	outcome := batch.Outcome{Ticket: ticket, Result: batch.Done}
	var refused *domain.Error
	switch {
	case err == nil && !changes:
		outcome.Result = batch.Unchanged
	case err == nil:
	case !errors.As(err, &refused), refused.Code == domain.Unavailable, errors.Is(refused, ErrContended):
		return batch.Outcome{}, err
	default:
		outcome.Result, outcome.Code, outcome.Rule = batch.Refused, refused.Code, refused.Rule
		for _, f := range refused.Fields {
			outcome.Fields = append(outcome.Fields, f.Field+" "+f.Code)
		}
	}
	return outcome, nil
}
