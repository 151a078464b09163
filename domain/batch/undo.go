package batch

import (
	"encoding/json"
	"fmt"

	"docket/domain"
)

// Refusals of undoing.
var (
	ErrUnknown     = domain.Refusal(domain.NotFound, "batch.unknown", "there is no such batch, or it is not yours to undo")
	ErrRunning     = domain.Refusal(domain.Conflict, "batch.running", "some tickets of the batch have no outcome yet")
	ErrNoMove      = domain.Refusal(domain.Conflict, "batch.no_move", "only moves can be taken back")
	ErrNothingDone = domain.Refusal(domain.Conflict, "batch.nothing_done", "nothing of the batch was carried out")
)

// Undo puts the tickets that a batch has moved back where they were, each only if nothing else has happened to its holding
// since (mission row X9). It is a batch of its own, with an outcome for each ticket.
type Undo struct {
	Batch  string `json:"batch" minLength:"1" maxLength:"64" doc:"whose moves are taken back"`
	Reason string `json:"reason" minLength:"1" maxLength:"10000"`

	Facts UndoFacts `json:"-"`
}

// UndoFacts are the batch to be undone, as it stands.
type UndoFacts struct{ Of State }

// May wants a person, whose rights count for every ticket.
func (c Undo) May(s State, m domain.Meta) error { return startable(s, m) }

// Decide starts the undoing of what was carried out. The moves of others are taken back by whoever may move those tickets.
func (c Undo) Decide(_ State, m domain.Meta) ([]Event, error) {
	var v domain.Checks
	v.RequiredText("reason", c.Reason, maxText)
	if err := v.Err(); err != nil {
		return nil, err
	}
	of := c.Facts.Of
	moved := of.moved()
	switch {
	case !of.Exists():
		return nil, ErrUnknown
	case !Commands[of.Command]:
		return nil, ErrNoMove
	case !of.Finished():
		return nil, ErrRunning
	case len(moved) == 0:
		return nil, ErrNothingDone
	}
	payload, err := json.Marshal(map[string]string{"batch": c.Batch})
	if err != nil {
		return nil, fmt.Errorf("payload of an undoing: %w", err)
	}
	return []Event{Started{
		Command: PutBack, Tickets: moved, Principal: m.Actor.Principal, Staff: person(m), OnBehalfOf: m.Actor.OnBehalfOf,
		Undoes: c.Batch, Payload: string(payload), Reason: c.Reason,
	}}, nil
}

// NoteUndone tells, on the stream of a batch, which one takes it back.
func NoteUndone(s State, by string) []Event {
	for _, b := range s.UndoneBy {
		if b == by {
			return nil
		}
	}
	return []Event{Undone{By: by}}
}
