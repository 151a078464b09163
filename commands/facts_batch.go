package commands

import (
	"bytes"
	"encoding/json"
	"slices"

	"docket/domain"
	"docket/domain/batch"
	"docket/domain/ticket"
)

// Batch is another batch as it is now, read from its own stream; the zero state when there is none of that key.
func (f Facts) Batch(id string) batch.State {
	var s batch.State
	if id == "" {
		return s
	}
	for _, e := range f.sources.load(domain.Stream(batch.Decider.Category, id)) {
		if event, ok := e.Event.(batch.Event); ok {
			s = batch.Decider.Evolve(s, event)
		}
	}
	return s
}

// moveOf looks up in the ticket's history what a batch has done to it, and what has happened to its holding since.
func (f Facts) moveOf(id string) ticket.PutBackFacts {
	var move ticket.PutBackFacts
	var before ticket.State
	key := batch.ActKey(id, f.ID.Key())
	for _, e := range f.sources.load(f.ID) {
		event, ok := e.Event.(ticket.Event)
		switch {
		case !ok:
		case e.Meta.Key == key && batch.Commands[e.Meta.Command]:
			move.Moved = true
		case !move.Moved:
			before = ticket.Decider.Evolve(before, event)
		case move.Since == "" && ticket.Holding(event):
			move.Since = e.Type
		}
	}
	move.Group, move.Unit, move.Handler = before.Group, before.Unit, before.Handler
	return move
}

// batchPayload is the JSON of a payload as its command reads it; empty when the command cannot.
func batchPayload(command string, payload map[string]any) string {
	asked := slices.Concat(ticketCommands, dutyCommands, clockCommands)
	i := slices.IndexFunc(asked, func(e Entry) bool { return e.Name == command })
	if i < 0 {
		return ""
	}
	text, err := json.Marshal(payload)
	if err != nil {
		return ""
	}
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if payload == nil || strict.Decode(asked[i].New()) != nil {
		return ""
	}
	return string(text)
}
